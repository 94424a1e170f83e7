"""`san`: from a test run to findings that a person can act on. Standard library only."""

__version__ = "0.1.0"
