"""Reads a small Matrix Market file many times: scipy.io starts and stops a thread pool of its own each time."""

import io

import scipy.io

text = b"%%MatrixMarket matrix array integer general\n4 1\n1\n2\n3\n4\n"

for _ in range(300):
    assert scipy.io.mmread(io.BytesIO(text)).ravel().tolist() == [1, 2, 3, 4]
print("done")
