"""Fifty tests, of which three end the process under AddressSanitizer."""

import ctypes
import pathlib

import pytest

library = ctypes.CDLL(str(pathlib.Path(__file__).with_name("liblate.so")))


@pytest.mark.parametrize("number", range(50))
def test_number(number):
    if number in (7, 8, 49):
        library.late_read()
