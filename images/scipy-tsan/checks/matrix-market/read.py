"""Reads a small Matrix Market file many times: scipy.io starts and stops a thread pool of its own each time.

The pool's race is in a thread that is still starting while the pool stops. As many threads as cores have nearly always
started by then; of many, some have not.
"""

import io

import scipy.io
import scipy.io._fast_matrix_market

text = b"%%MatrixMarket matrix array integer general\n4 1\n1\n2\n3\n4\n"

scipy.io._fast_matrix_market.PARALLELISM = 64
for _ in range(100):
    assert scipy.io.mmread(io.BytesIO(text)).ravel().tolist() == [1, 2, 3, 4]
print("done")
