"""Two threads store to one C variable, in each of the named extension modules; in `canary` when none is named."""

import importlib
import sys
import threading

for name in sys.argv[1:] or ["canary"]:
    module = importlib.import_module(name)
    threads = [threading.Thread(target=module.store) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print("done")
