"""Calls one function of the extension. Argument: its name."""

import sys

import leaking

getattr(leaking, sys.argv[1])()
print("done")
