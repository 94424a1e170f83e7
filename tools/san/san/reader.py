"""Bytes of a log -> findings and failures, in the order of their headers.

A log is read as it streams by: memory holds the reports that are not closed yet, never the log. The program prints
to the same stream, so a line that is not recognised is the program's own.
libs/verification/src/findings.ts is this file's twin: both give the same JSON for tools/san/corpus.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from san import formats
from san.formats import Header
from san.lines import lines, may_have_header, pieces, text_of
from san.model import Failure, Finding, Frame, Reading, Stack

#: Reports that wait for their end side by side, as processes that share a log make them.
OPEN_MAX = 16
#: Lines of the program's own in a row after which a report without an end is closed.
FOREIGN_LINES_MAX = 1000
STACKS_MAX = 4096
FRAMES_MAX = 512
NOTES_MAX = 64
#: Longest text before a header that can be what a log collector puts before each line.
PREFIX_MAX = 120


def read_log(stream: BinaryIO) -> Reading:
    """Everything that one log says; for a log whose findings fit into memory."""
    reading = Reading()
    for item in read(stream):
        if isinstance(item, Finding):
            reading.findings.append(item)
        else:
            reading.failures.append(item)
    return reading


def read(stream: BinaryIO) -> Iterator[Finding | Failure]:
    """Findings and failures one by one, each as soon as it and those before it have ended."""
    reader = _Reader()
    for line in lines(stream):
        if may_have_header(line):
            for piece in pieces(line):
                reader.feed(piece)
        elif reader.open:
            reader.add(text_of(line))
        if reader.done:
            yield from reader.take()
    reader.close_all()
    yield from reader.take()


@dataclass(slots=True, eq=False)
class _Draft:
    """A report that is being read."""

    finding: Finding
    prefix: str
    #: The prefix with any digits in place of its own: collectors print the time.
    shape: re.Pattern[str] | None
    #: The place in UndefinedBehaviorSanitizer's header, for a report without a stack.
    frame: Frame | None
    closed: bool = False


class _Reader:
    """Hands each piece to the report that it belongs to."""

    def __init__(self) -> None:
        self.open: list[_Draft] = []
        self._queue: deque[_Draft | Failure] = deque()
        self._foreign = 0

    @property
    def done(self) -> bool:
        """Whether the oldest item has ended."""
        return bool(self._queue) and _has_ended(self._queue[0])

    def take(self) -> Iterator[Finding | Failure]:
        while self.done:
            item = self._queue.popleft()
            yield item if isinstance(item, Failure) else item.finding

    def feed(self, piece: str) -> None:
        """Takes a piece that may begin or end a report."""
        header = formats.parse_header(piece)
        failure = formats.parse_failure(piece) if header is None else None
        if header is not None:
            self._start(header)
        elif failure is not None:
            self._queue.append(failure)
        elif not self._end(piece):
            self.add(piece)

    def add(self, piece: str) -> None:
        """Takes a piece that belongs to a report, or to nobody."""
        draft, text = self._owner(piece)
        known = draft is not None and (self._abort(draft, text) or _add_line(draft, text))
        self._foreign = 0 if known else self._foreign + 1
        if self._foreign > FOREIGN_LINES_MAX:
            self.close_all()

    def _start(self, header: Header) -> None:
        for draft in [it for it in self.open if it.prefix == header.prefix and it.finding.complete]:
            self._close(draft)
        if len(self.open) == OPEN_MAX:
            self._close(self.open[0])
        draft = _draft_of(header)
        self._foreign = 0
        self.open.append(draft)
        self._queue.append(draft)

    def _owner(self, piece: str) -> tuple[_Draft | None, str]:
        """The report that a line belongs to, and the line without its prefix."""
        newest = self.open[::-1]
        for draft in newest:
            if draft.prefix and piece.startswith(draft.prefix):
                return draft, piece[len(draft.prefix) :]
        for draft in newest:
            match = draft.shape and draft.shape.match(piece)
            if match:
                return draft, piece[match.end() :]
        return next((it for it in newest if not it.prefix), newest[0] if newest else None), piece

    def _abort(self, draft: _Draft, text: str) -> bool:
        """Whether the line is the last of a report, also where summaries are switched off."""
        if not (text.startswith("==") and text.endswith("==ABORTING")):
            return False
        draft.finding.complete = True
        self._close(draft)
        return True

    def _end(self, piece: str) -> bool:
        """Whether the line is a report's SUMMARY."""
        summary = formats.parse_summary(piece)
        if summary is None:
            return False
        draft = self._summarised(piece, *summary)
        if draft is None:
            self._queue.append(Failure("cut off", piece))
            return True
        draft.finding.summary = summary[1]
        draft.finding.complete = True
        self._close(draft)
        return True

    def _summarised(self, piece: str, sanitizer: str, summary: str) -> _Draft | None:
        """The report that a SUMMARY ends: of those open in its stream the newest of that kind, or of that sanitizer."""
        owner, _ = self._owner(piece)
        peers = [it for it in self.open[::-1] if owner is not None and it.prefix == owner.prefix]
        fitting = [it for it in peers if _fits(it.finding, summary)]
        return next(iter(fitting or [it for it in peers if it.finding.sanitizer == sanitizer]), None)

    def _close(self, draft: _Draft) -> None:
        self.open.remove(draft)
        draft.closed = True
        if draft.frame is not None and not draft.finding.stacks[0].frames:
            draft.finding.stacks[0].frames.append(draft.frame)

    def close_all(self) -> None:
        """No more of the open reports is to be expected."""
        for draft in self.open[:]:
            self._close(draft)


def _has_ended(item: _Draft | Failure) -> bool:
    return isinstance(item, Failure) or item.closed


def _fits(finding: Finding, summary: str) -> bool:
    """A summary begins with the kind, which the header of a crash or a leak words differently."""
    word = summary.split(" ", 1)[0]
    leaked = finding.sanitizer == "LeakSanitizer" and " leaked in " in summary
    return leaked or summary.startswith(finding.kind) or word in finding.kind.split(" ")


def _draft_of(header: Header) -> _Draft:
    stacks = [] if header.frame is None else [Stack(header.message)]
    # What UndefinedBehaviorSanitizer has to say stands in its first line.
    complete = header.frame is not None
    finding = Finding(header.sanitizer, header.kind, header.message, complete, header.pid, stacks)
    prefix = header.prefix if len(header.prefix) <= PREFIX_MAX else ""
    return _Draft(finding, prefix, _shape_of(prefix), header.frame)


def _shape_of(prefix: str) -> re.Pattern[str] | None:
    parts = re.split(r"[0-9]+", prefix)
    return re.compile("[0-9]+".join(map(re.escape, parts))) if len(parts) > 1 else None


def _add_line(draft: _Draft, text: str) -> bool:
    """Adds a line to its report; False for a line that is the program's own."""
    finding = draft.finding
    frame = formats.parse_frame(text) if "    #" in text else None
    if frame is not None:
        return _add_frame(finding, frame)
    title = formats.parse_title(text)
    # `Location is …:` has a stack, `Location is …` has none.
    note = formats.parse_note(text) if title is None else None
    if title is not None and len(finding.stacks) < STACKS_MAX:
        finding.stacks.append(Stack(title, formats.thread_of(title)))
    if note is not None and len(finding.notes) < NOTES_MAX:
        finding.notes.append(note)
    return title is not None or note is not None


def _add_frame(finding: Finding, frame: Frame) -> bool:
    """False for a frame of a stack that has no end: then nothing but the program prints."""
    # A crash and a double free have no title of their own above their first stack.
    if not finding.stacks:
        finding.stacks.append(Stack(finding.kind))
    frames = finding.stacks[-1].frames
    if len(frames) == FRAMES_MAX:
        return False
    frames.append(frame)
    return True
