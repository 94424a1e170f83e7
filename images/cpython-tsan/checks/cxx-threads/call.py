"""Calls threads.so: `correct`, or `race`."""

import ctypes
import sys

library = ctypes.CDLL("./threads.so")
if sys.argv[1] == "correct":
    assert library.share_all(5) == 5 * library.right_each()
    called = [[], [], [], []]
    library.call_back(ctypes.CFUNCTYPE(None, ctypes.c_int)(lambda number: called[number].append(number)))
    assert called == [[0], [1], [2], [3]], called
else:
    library.race(ctypes.c_long(300))
print("done")
