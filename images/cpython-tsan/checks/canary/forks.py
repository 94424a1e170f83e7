"""A process that has a thread starts workers, each of which starts threads. Arguments: how workers are started (fork, spawn),
and `race` for threads that do."""

import multiprocessing
import sys
import threading

import canary


def work(answers, number: int) -> None:
    if "race" in sys.argv:
        threads = [threading.Thread(target=canary.store) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    # This, too, starts a thread.
    answers.put(number)


if __name__ == "__main__":
    stop = threading.Event()
    idle = threading.Thread(target=stop.wait)
    idle.start()
    context = multiprocessing.get_context(sys.argv[1])
    answers = context.Queue()
    workers = [context.Process(target=work, args=[answers, number]) for number in [3, 4]]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    stop.set()
    idle.join()
    failed = [worker.exitcode for worker in workers if worker.exitcode]
    if failed:
        sys.exit(failed[0])
    assert sorted(answers.get() for _ in workers) == [3, 4]
    print("done")
