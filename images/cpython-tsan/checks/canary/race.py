"""Two threads store to one C variable."""

import threading

import canary

threads = [threading.Thread(target=canary.store) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
