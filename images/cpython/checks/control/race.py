"""Two threads write to one buffer, again and again: ctypes calls release the GIL."""

import ctypes
import threading

buffer = ctypes.create_string_buffer(1 << 16)
memset = ctypes.CDLL(None).memset
start = threading.Barrier(2)


def write(value: int) -> None:
    start.wait()
    for _ in range(20):
        memset(buffer, value, len(buffer))


threads = [threading.Thread(target=write, args=(value,)) for value in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
