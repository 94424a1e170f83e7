"""Four threads run one operation on the same arrays, with nothing to order them.

Arguments: the operation, and the path it shall take: vector (contiguous) or scalar (strided).
"""

import sys
import threading

import numpy as np

SIZE = 16384
ROUNDS = 40
SIDE = 96

operation, path = sys.argv[1:]
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
start = threading.Barrier(4)


def work(run) -> None:
    start.wait()
    for _ in range(ROUNDS):
        run()


first = operations["fill"] if operation == "astype" else operations[operation]
threads = [threading.Thread(target=work, args=[run]) for run in [first] + 3 * [operations[operation]]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
