"""Has two threads call one of the functions in sites.c."""

import ctypes
import pathlib
import sys
import threading

library = ctypes.CDLL(str(pathlib.Path(__file__).with_name("libsites.so")))


def race(number: int) -> None:
    threads = [threading.Thread(target=getattr(library, f"site_{number}")) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    race(int(sys.argv[1]))
