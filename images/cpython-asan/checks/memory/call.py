"""Calls one function of the extension. Argument: its name."""

import sys

import bugs

getattr(bugs, sys.argv[1])()
print("done")
