"""Threads that use numpy as they should: arrays of their own, a shared one read only, and one under a lock."""

import concurrent.futures
import threading

import numpy as np

shared = np.arange(10_000, dtype=float)
total = np.zeros(100)
lock = threading.Lock()


def work(number: int) -> float:
    own = shared * number
    np.add(own, 1, out=own)
    own.sort()
    with lock:
        np.add(total, own[:100], out=total)
    return float(np.sum(own.reshape(100, 100) @ np.ones(100)))


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    sums = list(pool.map(work, range(40)))

assert sums == [number * shared.sum() + shared.size for number in range(40)], sums
assert total[0] == 40, total[0]
print("done")
