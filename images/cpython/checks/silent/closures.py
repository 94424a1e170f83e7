"""Threads make arrays and callbacks of ctypes, each its own."""

import concurrent.futures
import ctypes
import threading

THREADS = 4
SIZE = 100
barrier = threading.Barrier(THREADS)
Numbers = ctypes.c_int * SIZE
Compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
bsearch = ctypes.CDLL(None).bsearch
bsearch.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, Compare]
bsearch.restype = ctypes.c_void_p


def search(_: int) -> None:
    barrier.wait()
    for index in range(SIZE):
        numbers = Numbers(*range(SIZE))
        compare = Compare(lambda left, right: left - right)
        address = ctypes.addressof(numbers)
        assert bsearch(address + 4 * index, address, SIZE, 4, compare) == address + 4 * index


with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
    list(pool.map(search, range(THREADS)))
print("done")
