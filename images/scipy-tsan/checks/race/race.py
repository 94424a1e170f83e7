"""Two threads integrate by one callback in C, which stores to one variable: at the same time, or `in-turn`."""

import ctypes
import sys
import threading

import scipy
import scipy.integrate

library = ctypes.CDLL("./callback.so")
library.integrand.restype = ctypes.c_double
library.integrand.argtypes = [ctypes.c_int, ctypes.POINTER(ctypes.c_double)]
integrand = scipy.LowLevelCallable(library.integrand)
in_turn = sys.argv[1:] == ["in-turn"]
ctypes.c_int.in_dll(library, "expected").value = 1 if in_turn else 2


def integrate() -> None:
    value, _ = scipy.integrate.quad(integrand, 0, 2)
    assert abs(value - 2) < 1e-9, value


threads = [threading.Thread(target=integrate) for _ in range(2)]
for thread in threads:
    thread.start()
    if in_turn:
        thread.join()
for thread in threads:
    thread.join()
print("done")
