"""Threads that use scipy as they should: each has data of its own, and what they share they only read.

Results are checked, so that a wrong BLAS is noticed.
"""

import concurrent.futures

import numpy as np
import scipy.linalg
import scipy.optimize
import scipy.spatial

points = np.random.default_rng(0).random((500, 3))
tree = scipy.spatial.KDTree(points)


def linalg(number: int) -> None:
    matrix = np.random.default_rng(number).random((150, 150)) + 150 * np.eye(150)
    u, s, vt = scipy.linalg.svd(matrix)
    eigenvalues = scipy.linalg.eigh(matrix + matrix.T, eigvals_only=True)
    assert np.allclose(matrix @ scipy.linalg.solve(matrix, matrix[0]), matrix[0])
    assert np.allclose((u * s) @ vt, matrix)
    assert np.isclose(eigenvalues.sum(), 2 * np.trace(matrix))


def optimize(number: int) -> None:
    start = np.random.default_rng(number).random(6)
    lowest = scipy.optimize.minimize(scipy.optimize.rosen, start, method="L-BFGS-B", jac=scipy.optimize.rosen_der)
    root = scipy.optimize.root(lambda x: x**3 - 1, start + 1)
    assert np.allclose(lowest.x, 1, atol=1e-3), lowest
    assert root.success and np.allclose(root.x, 1), root


def spatial(number: int) -> None:
    own = np.random.default_rng(number).random((50, 3))
    distances, nearest = tree.query(own, workers=2)
    assert np.allclose(distances, scipy.spatial.distance.cdist(own, points).min(axis=1))
    assert scipy.spatial.ConvexHull(points[nearest]).volume < 1


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    for run in (linalg, optimize, spatial):
        list(pool.map(run, range(8)))
print("done")
