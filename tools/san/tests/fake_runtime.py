"""Stands for a sanitizer's runtime in a plain interpreter: a real process that writes real files.

It writes where LLVM's would: to the path that `__sanitizer_set_report_path` was told last, or else to `log_path` of the
environment at the start, with the process's id appended, and to stderr without either. A path that is set again is
truncated, as there. `tests/conftest.py` lays it into a `python` of its own as `sitecustomize`.
"""

import atexit
import ctypes
import os
import re
import sys
import threading
from typing import Any

NAME = "AddressSanitizer" if os.environ.get("FAKE_RUNTIME") == "address" else "ThreadSanitizer"
VARIABLE = "ASAN_OPTIONS" if NAME == "AddressSanitizer" else "TSAN_OPTIONS"

RACE = """==================
WARNING: ThreadSanitizer: data race (pid={pid})
  Write of size 8 at 0x7f0000000000 by thread T2{tid}:
    #0 {function} {folder}/own/{function}.c:9:11 (own.so+0x1881)
    #1 _PyEval_EvalFrameDefault /usr/src/python/Python/generated_cases.c.h:813:23 (python3.13+0x572bf0)

  Previous write of size 8 at 0x7f0000000000 by main thread:
    #0 {function} {folder}/own/{function}.c:9:11 (own.so+0x1881)
    #1 _PyEval_EvalFrameDefault /usr/src/python/Python/generated_cases.c.h:813:23 (python3.13+0x572bf0)

SUMMARY: ThreadSanitizer: data race {folder}/own/{function}.c:9:11 in {function}
==================
"""
USE_AFTER_FREE = """=================================================================
=={pid}==ERROR: AddressSanitizer: heap-use-after-free on address 0x503000000058 at pc 0x1 bp 0x2 sp 0x3
READ of size 8 at 0x503000000058 thread T0
    #0 0x7f0000001881 in {function} {folder}/own/{function}.c:9:10 (own.so+0x1881)

0x503000000058 is located 24 bytes inside of 160-byte region [0x503000000040,0x5030000000e0)
freed by thread T0 here:
    #0 0x55 in free (python3.13+0x1)
    #1 0x7f0000001850 in {function} {folder}/own/{function}.c:8:3 (own.so+0x1850)

SUMMARY: AddressSanitizer: heap-use-after-free {folder}/own/{function}.c:9:10 in {function}
=={pid}==ABORTING
"""


def option(name: str, otherwise: str) -> str:
    """An option of the environment at the start; of one that stands there twice the last, as in LLVM's."""
    found = re.findall(rf"(?:^|[:\s]){name}=(?:'([^']*)'|\"([^\"]*)\"|([^:\s]*))", START.get(VARIABLE, ""))
    return "".join(found[-1]) if found else otherwise


START = dict(os.environ)
FOLDER = START.get("FAKE_FOLDER", os.getcwd())
path = option("log_path", "")
opened: str | None = None


def set_report_path(new: bytes) -> None:
    """`__sanitizer_set_report_path`."""
    global path, opened
    path, opened = new.decode(), None


def write(text: str) -> None:
    """Writes a report."""
    global opened  # noqa: PLW0603
    if not path:
        os.write(2, text.encode())
        return
    target = f"{path}.{os.getpid()}"
    with open(target, "a" if opened == target else "w", encoding="utf-8") as file:
        file.write(text)
    opened = target


def race(function: str = "bump", *, of_this_thread: bool = False) -> None:
    """Reports a race and goes on."""
    tid = f" (tid={threading.get_native_id()}, running)" if of_this_thread else ""
    write(RACE.format(folder=FOLDER, pid=os.getpid(), function=function, tid=tid))


def abort(function: str = "late_read") -> None:
    """Reports a use after free and ends the process, as AddressSanitizer does."""
    write(USE_AFTER_FREE.format(folder=FOLDER, pid=os.getpid(), function=function))
    os._exit(int(option("exitcode", "1")))


class Executable:
    """What `ctypes.CDLL(None)` returns: the runtime's functions before those of libc."""

    def __init__(self, libc: ctypes.CDLL) -> None:
        self.libc = libc

    def __getattr__(self, name: str) -> object:
        if name == ("__tsan_init" if NAME == "ThreadSanitizer" else "__asan_init"):
            return lambda: None
        if name == "__sanitizer_set_report_path":
            return set_report_path
        return getattr(self.libc, name)


real_library = ctypes.CDLL


def library(name: str | None, *arguments: Any, **named: Any) -> object:
    """`ctypes.CDLL`, whose None is the executable with the runtime in it."""
    loaded = real_library(name, *arguments, **named)
    return Executable(loaded) if name is None else loaded


if option("print_module_map", "0") == "1":
    atexit.register(write, f"=={os.getpid()}==Process memory map follows:\n\t0x1-0x2\t\n")
if option("atexit", "0") == "1":
    atexit.register(write, "AddressSanitizer exit stats:\nStats: 0M malloced (0M for red zones) by 1885 calls\n")
ctypes.CDLL = library  # type: ignore[misc, assignment]
sys.modules["fake_runtime"] = sys.modules[__name__]
