"""faulthandler's watchdog prints the stacks of threads at work, as a time limit of tests does.
Argument `race`: beside it two threads race."""

import faulthandler
import os
import pathlib
import sys
import tempfile
import threading
import time

import canary

both = threading.Barrier(2)
arrived: list[int] = []


def deeper(number: int, path: str) -> None:
    if number > 0:
        deeper(number - 1, path)
        return
    arrived.append(number)
    while os.access(path, os.F_OK):
        pass


def race() -> None:
    canary.store()
    # The sanitizer soon forgets what a thread did that has ended, and reports no race with it.
    both.wait()


with tempfile.NamedTemporaryFile() as dump, tempfile.NamedTemporaryFile() as waits:
    threads = [threading.Thread(target=deeper, args=[20, waits.name]) for _ in range(2)]
    for thread in threads:
        thread.start()
    # While a stack grows or shrinks, to read it can end the process.
    while len(arrived) < 2:
        time.sleep(0.1)
    faulthandler.dump_traceback_later(0.02, repeat=True, file=dump)
    if "race" in sys.argv:
        threads += [threading.Thread(target=race) for _ in range(2)]
        for thread in threads[2:]:
            thread.start()
    while pathlib.Path(dump.name).read_text().count("Timeout") < 30:
        time.sleep(0.1)
    # Waits for the watchdog.
    faulthandler.cancel_dump_traceback_later()
    waits.close()
    for thread in threads:
        thread.join()
    dumped = pathlib.Path(dump.name).read_text()
assert dumped.count("in deeper") >= 30 * 42, dumped
print("done")
