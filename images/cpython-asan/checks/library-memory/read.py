"""A library reads a block of memory. Arguments: the library, and how many bytes too many."""

import sys
import warnings

warnings.simplefilter("ignore", RuntimeWarning)
import blocks  # noqa: E402

blocks.read(sys.argv[1], int(sys.argv[2]))
print("done")
