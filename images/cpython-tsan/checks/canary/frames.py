"""sys._current_frames hands out the frames of threads at work, as pytest-timeout prints them.
Argument `race`: before that two threads race."""

import sys
import threading
import traceback

import canary

over = False


def deeper(number: int) -> None:
    if number > 0:
        deeper(number - 1)


def work() -> None:
    while not over:
        deeper(20)


if "race" in sys.argv:
    racers = [threading.Thread(target=canary.store) for _ in range(2)]
    for thread in racers:
        thread.start()
    for thread in racers:
        thread.join()
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for _ in range(5):
    for frame in sys._current_frames().values():
        traceback.format_stack(frame)
over = True
for thread in threads:
    thread.join()
print("done")
