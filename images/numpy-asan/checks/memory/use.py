"""Has the extension use an array's memory. Argument: past-end, freed, or alive, which is correct.

numpy keeps freed memory of less than 1 KiB for the next array, so the array is larger.
"""

import sys

import native
import numpy as np

array = np.ones(1000)
if sys.argv[1] == "past-end":
    native.write_past_end(array)
else:
    native.keep(array)
    if sys.argv[1] == "freed":
        del array
    native.write_kept()
print("done")
