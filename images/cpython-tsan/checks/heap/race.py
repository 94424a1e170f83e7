"""Two threads store to one object of C++."""

import threading

import cells

cells.make()
threads = [threading.Thread(target=cells.store) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
