"""Which LLVM made what: a runtime, its symbolizer and the instrumented code have to be of one major."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from functools import cache

#: From which minor version on Rust 1 brings which major of LLVM; https://github.com/rust-lang/rust/blob/main/RELEASES.md
RUST = {78: 18, 82: 19, 87: 20, 91: 21, 96: 22}
#: The last minor version for which that is known.
RUST_LAST = 97
SECONDS_MAX = 30


def clang_major(compilers: Iterable[str]) -> int | None:
    """The major version of the Clang that compiled a file; None for any other compiler."""
    return first_number(r"clang version ([0-9]+)\.", compilers)


def rust_major(compilers: Iterable[str]) -> int | None:
    """The major of the LLVM in the rustc that compiled a file; None for other compilers, and where nobody knows."""
    texts = list(compilers)
    minor = first_number(r"rustc version 1\.([0-9]+)\.", texts)
    if minor is None:
        return None
    # A distribution's rustc may bring another LLVM than Rust's own, so one that is here is asked.
    here = version_of("rustc", "-vV")
    if first_number(r"release: 1\.([0-9]+)\.", [here]) == minor:
        return first_number(r"LLVM version: ([0-9]+)", [here])
    known = [major for since, major in RUST.items() if since <= minor <= RUST_LAST]
    return known[-1] if known else None


def symbolizer_major(path: str) -> int | None:
    """The major version of an llvm-symbolizer; None where it does not say."""
    return first_number(r"LLVM version ([0-9]+)", [version_of(path, "--version")])


@cache
def version_of(*command: str) -> str:
    """What a program says of its version; nothing where there is none."""
    try:
        return subprocess.run(command, capture_output=True, timeout=SECONDS_MAX, check=False).stdout.decode(
            errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""


def first_number(pattern: str, texts: Iterable[str]) -> int | None:
    """The number in the first text that a pattern fits."""
    found = (re.search(pattern, it) for it in texts)
    return next((int(it[1]) for it in found if it), None)
