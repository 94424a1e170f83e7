"""`san`: from a test run to findings that a person can act on. Standard library only."""
