"""Threads that use numpy as they should: arrays of their own, a shared one read only, one under a
lock, and linear algebra in OpenBLAS and LAPACK."""

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
    matrix = own[:3600].reshape(60, 60) + own[-1] * np.eye(60)
    u, s, vt = np.linalg.svd(matrix)
    assert np.allclose((u * s) @ vt, matrix)
    assert np.allclose(matrix @ np.linalg.solve(matrix, matrix[0]), matrix[0])
    return float(np.sum(own.reshape(100, 100) @ np.ones(100)))


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    sums = list(pool.map(work, range(40)))

assert sums == [number * shared.sum() + shared.size for number in range(40)], sums
assert total[0] == 40, total[0]
print("done")
