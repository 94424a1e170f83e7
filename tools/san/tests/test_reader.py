import io
import re
import time
import tracemalloc
from pathlib import Path

import pytest
from mutations import CORPUS, mutations

from san.model import Finding, canonical
from san.reader import read, read_log

logs = sorted(CORPUS.glob("*.txt"))

# Not the reader's patterns, on purpose: what a person greps for.
a_report = re.compile(
    rb"==[0-9]+== ?ERROR: [A-Za-z]+Sanitizer:? |==[0-9]+==WARNING: MemorySanitizer: "
    rb"|WARNING: ThreadSanitizer: [^\n]*?\(pid=[0-9]+\)"
)
an_error = re.compile(rb"(?:[0-9]|<unknown>|\+0x[0-9a-f]+\)): runtime error: |ubsan: [a-z-]+ by 0x")


def headers(log: bytes) -> int:
    log = re.sub(rb"\x1b\[[0-9;]*[A-Za-z]", b"", log)
    return len(a_report.findall(log)) + len(an_error.findall(log))


def test_the_corpus_is_large_and_of_several_runtimes() -> None:
    kinds = {it.kind for log in logs for it in read_log(io.BytesIO(log.read_bytes())).findings}
    assert len(logs) >= 60
    assert len(kinds) >= 60
    assert {log.stem.rsplit("-", 1)[1] for log in logs} >= {"14", "19", "22"}


@pytest.mark.parametrize("log", logs, ids=lambda it: it.stem)
def test_each_header_of_the_corpus_is_one_finding(log: Path) -> None:
    assert len(read_log(io.BytesIO(log.read_bytes())).findings) == headers(log.read_bytes())


@pytest.mark.parametrize("log", logs, ids=lambda it: it.stem)
def test_reads_what_stands_beside_it(log: Path) -> None:
    assert canonical(read_log(io.BytesIO(log.read_bytes()))) + "\n" == log.with_suffix(".json").read_text("utf-8")


def test_a_thousand_mutations_lose_no_header() -> None:
    for number, log in enumerate(mutations()):
        assert len(read_log(io.BytesIO(log)).findings) == headers(log), f"mutation {number}"


@pytest.mark.parametrize("log", [it for it in logs if re.search("-(14|19|22)$", it.stem)], ids=lambda it: it.stem)
def test_a_log_cut_anywhere_gives_what_was_whole_and_says_what_was_not(log: Path) -> None:
    text = log.read_bytes()
    for end in range(0, len(text), 397):
        reading = read_log(io.BytesIO(text[:end]))
        assert len(reading.findings) == headers(text[:end])
        whole = {canonical(it) for it in read_log(io.BytesIO(text)).findings}
        assert all(canonical(it) in whole or it is reading.findings[-1] for it in reading.findings)


class Endless(io.RawIOBase):
    """A log that nobody could hold in memory."""

    def __init__(self, block: bytes, size: int) -> None:
        self.block = block
        self.left = size // len(block)
        self.read_blocks = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self.left == 0:
            return 0
        self.left -= 1
        self.read_blocks += 1
        buffer[: len(self.block)] = self.block
        return len(self.block)


@pytest.mark.parametrize(
    ("block", "each"),
    [
        (b"the program says something of no interest, line by line\n" * 1000, 0),
        (b"\x00\xff" * 20000, 0),
        ((CORPUS / "thread-global-22.txt").read_bytes() * 20, 20),
        # A report without an end, then the program's own text.
        ((CORPUS / "shape-cut-stack.txt").read_bytes() + b"\n" + b"    #1 or not\n" * 30000, 1),
    ],
)
def test_a_large_log_streams_through_little_memory(block: bytes, each: int) -> None:
    size = 2 << 20
    tracemalloc.start()
    found = sum(isinstance(it, Finding) for it in read(io.BufferedReader(Endless(block, size), len(block))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == each * (size // len(block))
    assert peak < 8 << 20


def test_a_finding_comes_as_soon_as_it_has_ended() -> None:
    block = (CORPUS / "thread-global-22.txt").read_bytes()
    log = Endless(block, 8 << 20)
    assert isinstance(next(read(io.BufferedReader(log, len(block)))), Finding)
    assert log.read_blocks <= 3


@pytest.mark.parametrize(
    "part", [b"a", b"\r", b"FATAL: ThreadSanitizer: ", b"WARNING: ThreadSanitizer: data race (pid=1) "]
)
def test_what_is_made_to_be_slow_is_read_in_seconds(part: bytes) -> None:
    start = time.perf_counter()
    read_log(io.BytesIO(b"Sanitizer " + part * ((1 << 20) // len(part))))
    assert time.perf_counter() - start < 5
