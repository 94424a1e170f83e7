"""Short races as users write their tests: each thread calls once, started in four usual ways."""

import ctypes
import pathlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

library = ctypes.CDLL(str(pathlib.Path(__file__).with_name("short.so")))


def two_threads(call):
    threads = [threading.Thread(target=call) for _ in range(2)]
    for it in threads:
        it.start()
    for it in threads:
        it.join()


def a_barrier(call):
    start = threading.Barrier(4)

    def run():
        start.wait()
        call()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for it in threads:
        it.start()
    for it in threads:
        it.join()


def a_pool(call):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: call(), range(4)))


def futures(call):
    with ThreadPoolExecutor(2) as pool:
        for it in [pool.submit(call) for _ in range(2)]:
            it.result()


@pytest.mark.parametrize("number", range(20))
def test_short(number):
    way = (two_threads, a_barrier, a_pool, futures)[number % 4]
    way(getattr(library, f"short_{number}"))
