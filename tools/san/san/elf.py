"""Reads from a 64-bit ELF file its dynamic symbols, its compilers, and whether it has line tables."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

# https://refspecs.linuxfoundation.org/elf/elf.pdf, figures 1-3, 1-8 and 1-15, in their 64-bit form.
HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")
DYNAMIC_SYMBOLS = 11
SECTIONS_MAX = 4096


@dataclass(frozen=True, slots=True)
class Library:
    """What a shared library says of itself."""

    #: Dynamic symbols that it wants, and those that it has.
    wanted: frozenset[str]
    had: frozenset[str]
    #: Whether reports about it can name lines.
    lines: bool
    #: What its compilers say of themselves: `Debian clang version 22.1.8 (…)`, `rustc version 1.96.0 (…)`.
    compilers: frozenset[str] = frozenset()

    def instrumented(self, sanitizer: str) -> bool:
        """Whether the compiler instrumented it for `thread` or `address`."""
        prefix = {"thread": "__tsan_", "address": "__asan_"}[sanitizer]
        return any(it.startswith(prefix) for it in self.wanted)

    def runtime(self) -> bool:
        """Whether it brings the runtime of a sanitizer."""
        return bool(self.had & {"__tsan_init", "__asan_init", "__msan_init"})


def read_library(path: Path) -> Library | None:
    """The facts of a file; None when it is no 64-bit little-endian ELF file that can be read."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return parse(data) if data[:6] == b"\x7fELF\x02\x01" else None
    except (OSError, ValueError, struct.error, IndexError):
        return None


def parse(data: mmap.mmap) -> Library:
    """The facts of a mapped file."""
    header: tuple[int, ...] = HEADER.unpack_from(data)[1:]
    begin, count, names_index = header[5], min(header[11], SECTIONS_MAX), header[12]
    sections: list[tuple[int, ...]] = [
        SECTION.unpack_from(data, begin + index * SECTION.size) for index in range(count)
    ]
    named = {text_at(data, sections[names_index][4] + it[0]): it for it in sections}
    wanted: set[str] = set()
    had: set[str] = set()
    for section in sections:
        if section[1] == DYNAMIC_SYMBOLS:
            strings = sections[section[6]][4]
            for at in range(section[4], section[4] + section[5], SYMBOL.size):
                name, _, _, index, _, _ = SYMBOL.unpack_from(data, at)
                (had if index else wanted).add(text_at(data, strings + name))
    comment = named.get(".comment") or (0,) * 10
    compilers = data[comment[4] : comment[4] + comment[5]].decode(errors="replace").split("\0")
    lines = bool(named.keys() & {".debug_line", ".zdebug_line"})
    return Library(frozenset(wanted), frozenset(had), lines, frozenset(filter(None, compilers)))


def text_at(data: mmap.mmap, offset: int) -> str:
    """The text up to the next zero byte."""
    end = data.find(b"\0", offset)
    return data[offset:end].decode(errors="replace")
