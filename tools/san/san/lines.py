"""Bytes of a log -> pieces of text, of which each holds at most one header.

A runtime writes its header wherever the program stopped, in the middle of a line too; and two processes
that share a log may write theirs on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

#: Bytes of a line that are searched as one; a longer one, as binary rubbish has, is searched in such parts.
LINE_BYTES_MAX = 1 << 20
#: Bytes of a piece that are kept.
PIECE_BYTES_MAX = 1 << 14

_report = re.compile(rb"(?:==[0-9]+== ?)?(?:ERROR|WARNING): [A-Za-z]+Sanitizer: ")
_runtime_error = re.compile(rb": runtime error: ")
_colour = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends, at most `LINE_BYTES_MAX` long."""
    while line := stream.readline(LINE_BYTES_MAX):
        yield line.rstrip(b"\n").rstrip(b"\r")


def may_have_header(line: bytes) -> bool:
    """False for the millions of lines that need no further look: no header, no failure, no summary."""
    return b"Sanitizer" in line or b"runtime error: " in line or b"ubsan: " in line or b"ASan" in line


def pieces(line: bytes) -> list[str]:
    """Text of a line, cut before each header but the first, which keeps what a log collector put before it."""
    bounds = [0, *_header_starts(line)[1:], len(line)]
    return [text_of(line[start:end]) for start, end in pairwise(bounds)]


def _header_starts(line: bytes) -> list[int]:
    if not may_have_header(line):
        return []
    reports = [match.start() for match in _report.finditer(line)]
    # The place before `: runtime error: ` begins behind the last blank.
    errors = [line.rfind(b" ", 0, match.start()) + 1 for match in _runtime_error.finditer(line)]
    return sorted({*reports, *errors})


def text_of(piece: bytes) -> str:
    """Its text without colours; bytes that are no UTF-8 become U+FFFD."""
    return _colour.sub("", piece[:PIECE_BYTES_MAX].decode("utf-8", "replace"))
