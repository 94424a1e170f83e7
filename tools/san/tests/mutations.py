"""Logs as a bad day makes them, of the corpus: cut, mixed, doubled, joined, with bytes of other files in between.

Prints one line of JSON for each mutation, for the test of the reader in TypeScript: the log in base64, and what this
reader says. The same seed gives the same mutations on each machine.
"""

from __future__ import annotations

import base64
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from san.model import to_json
from san.reader import read_log

CORPUS = Path(__file__).parent.parent / "corpus"
SEED = 19
COUNT = 1000
RUBBISH = [
    b"\x00\xff\xfe",
    b"\xf0\x9f\x92",
    b"\xc3\xa9\xe2\x80\xa8",
    b"\x1b[31m",
    b"\r",
    b"    #0 ",
    b"==7==",
    b"  Write of:\n",
    b"\n\n",
]
HEADER = re.compile(rb"(?:ERROR|WARNING): [A-Za-z]+Sanitizer: |: runtime error: |ubsan: ")

Mutation = Callable[[random.Random, list[bytes]], list[bytes]]


def header_lines(lines: list[bytes]) -> set[int]:
    """Where headers stand: mutations leave these lines whole, so that none may be lost."""
    return {at for at, line in enumerate(lines) if HEADER.search(line)}


def others(lines: list[bytes]) -> list[int]:
    """Lines that may be hurt."""
    headers = header_lines(lines)
    return [at for at in range(len(lines)) if at not in headers]


def drop(random: random.Random, lines: list[bytes]) -> list[bytes]:
    lost = set(random.sample(others(lines), k=len(others(lines)) // 4))
    return [it for at, it in enumerate(lines) if at not in lost]


def swap(random: random.Random, lines: list[bytes]) -> list[bytes]:
    places = random.sample(range(len(lines)), k=min(len(lines), 8))
    for left, right in zip(places[::2], places[1::2], strict=False):
        lines[left], lines[right] = lines[right], lines[left]
    return lines


def double(random: random.Random, lines: list[bytes]) -> list[bytes]:
    at = random.randrange(len(lines))
    return lines[: at + 1] + lines[at:]


def dirty(random: random.Random, lines: list[bytes]) -> list[bytes]:
    for at in random.sample(others(lines), k=min(len(others(lines)), 6)):
        column = random.randrange(len(lines[at]) + 1)
        lines[at] = lines[at][:column] + random.choice(RUBBISH) + lines[at][column:]
    return lines


def flip(random: random.Random, lines: list[bytes]) -> list[bytes]:
    for at in [it for it in others(lines) if lines[it] and random.random() < 0.2]:
        column = random.randrange(len(lines[at]))
        lines[at] = lines[at][:column] + bytes([random.randrange(256)]) + lines[at][column + 1 :]
    return lines


def shorten(random: random.Random, lines: list[bytes]) -> list[bytes]:
    for at in random.sample(others(lines), k=len(others(lines)) // 3):
        lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)]
    return lines


def join(random: random.Random, lines: list[bytes]) -> list[bytes]:
    """A header behind the program's own text, as a program without a line's end makes it."""
    joined: list[bytes] = []
    for line in lines:
        behind = b"Sanitizer: " in line and joined and HEADER.search(joined[-1]) is None and random.random() < 0.5
        joined[len(joined) - 1 if behind else len(joined) :] = [joined[-1] + line if behind else line]
    return joined


def returns(random: random.Random, lines: list[bytes]) -> list[bytes]:
    return [it + b"\r" if random.random() < 0.7 else it for it in lines]


def prefix(random: random.Random, lines: list[bytes]) -> list[bytes]:
    pid = random.randrange(10000)
    return [b"[%d] %02d:%02d " % (pid, at // 60 % 60, at % 60) + it for at, it in enumerate(lines)]


MUTATIONS: list[Mutation] = [drop, swap, double, dirty, flip, shorten, join, returns, prefix]


def interleave(random: random.Random, left: list[bytes], right: list[bytes]) -> list[bytes]:
    """Two processes that share a file."""
    mixed: list[bytes] = []
    while left or right:
        source = left if left and (not right or random.random() < 0.5) else right
        for _ in range(random.randrange(1, 5)):
            mixed += [source.pop(0)] if source else []
    return mixed


def mutate(random: random.Random, logs: list[bytes]) -> bytes:
    """One log of one or two of the corpus'."""
    lines = random.choice(logs).split(b"\n")
    if random.random() < 0.3:
        lines = interleave(random, lines, random.choice(logs).split(b"\n"))
    for mutation in random.sample(MUTATIONS, k=random.randrange(1, 4)):
        lines = mutation(random, lines)
    return b"\n".join(lines)


def mutations(count: int = COUNT) -> Iterator[bytes]:
    """The logs, the same each time."""
    source = random.Random(SEED)
    logs = [it.read_bytes() for it in sorted(CORPUS.glob("*.txt"))]
    return (mutate(source, logs) for _ in range(count))


if __name__ == "__main__":
    for log in mutations():
        reading = to_json(read_log(io.BytesIO(log)))
        print(
            json.dumps({"log": base64.b64encode(log).decode(), "reading": reading}, ensure_ascii=True, sort_keys=True)
        )
