"""Two threads use an object of a library. Arguments: the library, and whether the object is "shared" or each has its "own"."""

import sys
import threading

import shared

library, whose = sys.argv[1:]
objects = [shared.make(library) for _ in range(2)]
if whose == "shared":
    objects[1] = objects[0]
threads = [threading.Thread(target=shared.use, args=(it,)) for it in objects]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
