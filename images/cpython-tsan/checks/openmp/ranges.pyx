# cython: language_level=3, freethreading_compatible=True
"""Loops that Cython hands to OpenMP: one that is right, and one that is not."""

from cython.parallel import prange

cdef long hits[1]


def add(int count):
    cdef long total = 0
    cdef int i
    for i in prange(count, nogil=True, schedule="static"):
        total += i
    return total


def race(int count):
    cdef int i
    for i in prange(count, nogil=True, schedule="static"):
        hits[0] = hits[0] + 1
