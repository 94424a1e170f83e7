"""Calls one function of the extension, by its name."""

import sys

import objects

getattr(objects, sys.argv[1])()
print("done")
