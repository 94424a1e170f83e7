"""One of numpy's own loops runs past the end of an array. Arguments: the operation, and the path it shall take: vector
(contiguous) or scalar (strided). `all inside` runs each of them within its array.
"""

import sys

import numpy as np
from numpy.lib.stride_tricks import as_strided

SIZE = 4096
SIDE = 64

operation, path = sys.argv[1:]
step = 2 if path == "scalar" else 1
beyond = 0 if path == "inside" else 8
a = as_strided(np.ones(SIZE * step), (SIZE + beyond,), (8 * step,))
square = np.eye(SIDE)
rows = as_strided(np.ones(SIDE * SIDE), (SIDE + beyond, SIDE), (8 * SIDE, 8))

operations = {
    "add": lambda: np.add(a, 1, out=a),
    "multiply": lambda: np.multiply(a, 2, out=a),
    "sort": lambda: a.sort(),
    "astype": lambda: a.astype(np.float32),
    "sum": lambda: a.sum(),
    "matmul": lambda: rows @ square,
}
for name in operations if operation == "all" else [operation]:
    operations[name]()
print("done")
