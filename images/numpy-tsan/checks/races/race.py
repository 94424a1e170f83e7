"""Four threads run one operation on the same arrays, with nothing to order them.

Arguments: operations, each with the path that it shall take: `add vector` (contiguous) or `add scalar` (strided). Each
runs in a child, which stops at the first report, and in another if it found nothing; numpy is imported once, while this
process is single-threaded.
"""

import multiprocessing
import sys
import threading

import numpy as np

SIZE = 16384
ROUNDS = 40
SIDE = 96
# Detection is a probability: about one child in twenty finds nothing.
TRIES = 5
FOUND = 66


def race(operation: str, path: str) -> None:
    step = 2 if path == "scalar" else 1
    a = np.ones(SIZE * step)[::step]
    b = np.arange(SIZE * step, dtype=float)[::step]
    rows = np.ones((256, 64 * step))[:, ::step]
    total = np.zeros(64 * step)[::step]
    square = np.ones((SIDE, SIDE * step))[:, ::step]
    product = np.zeros((SIDE, SIDE * step))[:, ::step]

    # Each writes to a, total or product; astype only reads a, so one thread of four fills it.
    operations = {
        "add": lambda: np.add(a, 1, out=a),
        "multiply": lambda: np.multiply(a, 2, out=a),
        "copy": lambda: np.copyto(a, b),
        "fill": lambda: a.fill(3),
        "sort": lambda: a.sort(),
        "astype": lambda: a.astype(np.float32),
        "sum": lambda: np.sum(rows, axis=0, out=total),
        "matmul": lambda: np.matmul(square, square, out=product),
    }
    first = operations["fill"] if operation == "astype" else operations[operation]
    run_in_threads([first] + 3 * [operations[operation]])


def run_in_threads(runs: list) -> None:
    start = threading.Barrier(len(runs))

    def work(run) -> None:
        start.wait()
        for _ in range(ROUNDS):
            run()

    threads = [threading.Thread(target=work, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run_until_found(operation: str, path: str) -> int:
    """The exit code of the last child: 0 if none found anything."""
    status = 0
    for _ in range(TRIES):
        child = fork.Process(target=race, args=[operation, path])
        child.start()
        child.join()
        status = child.exitcode
        if status != 0:
            break
    return status


fork = multiprocessing.get_context("fork")
statuses = [run_until_found(*argument.split()) for argument in sys.argv[1:]]
broken = [status for status in statuses if status not in (0, FOUND)]
sys.exit(f"ended with {broken}" if broken else FOUND if FOUND in statuses else 0)
