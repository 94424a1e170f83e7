"""Calls loops.so: `correct`, or `race`; or ranges, by Cython: `add`, or `prange`."""

import ctypes
import sys

work = sys.argv[1]
if work in ("correct", "race"):
    library = ctypes.CDLL("./loops.so")
    assert work == "race" or [library.correct() for _ in range(5)] == [10] * 5
    if work == "race":
        library.race()
else:
    import ranges

    assert work == "prange" or [ranges.add(100) for _ in range(20)] == [4950] * 20
    if work == "prange":
        ranges.race(2000)
print("done")
