"""Threads that do linear algebra, each with matrices of its own, in OpenBLAS and LAPACK.

The sizes lie on both sides of those from which OpenBLAS shares the work among threads of its own. Results are checked,
so that a wrong BLAS is noticed.
"""

import concurrent.futures

import numpy as np


def work(size: int) -> None:
    matrix = np.random.default_rng(size).random((size, size)) + size * np.eye(size)
    complex_matrix = matrix + 1j * matrix.T
    u, s, vt = np.linalg.svd(matrix)
    assert np.allclose(matrix @ np.linalg.inv(matrix), np.eye(size))
    assert np.allclose(complex_matrix @ np.linalg.solve(complex_matrix, matrix[0]), matrix[0])
    assert np.allclose((u * s) @ vt, matrix)
    assert np.isclose(np.linalg.eigvalsh(matrix @ matrix.T).sum(), (matrix**2).sum())


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    list(pool.map(work, [8, 8, 60, 60, 150, 150, 150, 150]))
print("done")
