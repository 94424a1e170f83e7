"""How the parts of a report are shown: places as paths of the checkout, texts without control characters."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from san.accesses import access_stacks, own_frames
from san.distributions import Distributions
from san.model import Entry, Frame, Report, Stack

# C0 and C1 but for tab and line feed; what turns the direction of text; and what XML 1.0 does not allow.
_control = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def clean(text: str) -> str:
    """Text from outside as it may be printed anywhere."""
    return _control.sub("�", text)


def one_line(text: str, length: int = 300) -> str:
    """`clean`, on one line, cut to a length in characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


@dataclass(frozen=True, slots=True)
class View:
    """From where a report is looked at."""

    #: The checkout, as the compiler saw it.
    root: str
    distributions: Distributions
    #: Normalised names of the distributions under test.
    under_test: frozenset[str]

    def path_of(self, frame: Frame) -> str:
        """A relative path: below the checkout for its files, else below the distribution's name."""
        file = posixpath.normpath(frame.file or "")
        if frame.file and file.startswith(f"{self.root}/"):
            return file[len(self.root) + 1 :]
        place = self.distributions.place_of(frame)
        path = place.path.lstrip("/") or "unknown"
        return path if place.dist in self.under_test or not place.dist else f"{place.dist}/{path}"

    def accesses(self, entry: Entry) -> list[tuple[Stack, Frame]]:
        """Each access with the frame that stands for it."""
        stacks = access_stacks(entry.finding)
        return [(it, frames[0]) for it in stacks if (frames := own_frames(it))]

    def primary(self, entry: Entry) -> Frame | None:
        """The frame to send a reader to: in code under test where there is any, else where the access is."""
        stacks = access_stacks(entry.finding)
        frames = [frame for it in stacks for frame in own_frames(it) if frame.file is not None]
        own = (it for it in frames if self.distributions.place_of(it).dist in self.under_test)
        return next(own, None) or next(iter(frames), None) or next((it for _, it in self.accesses(entry)), None)

    def where(self, frame: Frame) -> str:
        """`bump src/cache.c:41`."""
        line = "" if frame.line is None else f":{frame.line}"
        return one_line(f"{frame.function or 'unknown'} {self.path_of(frame)}{line}")


def headline(entry: Entry, view: View) -> str:
    """`data race: bump src/cache.c:41 / read src/cache.c:27`."""
    places = [view.where(frame) for _, frame in view.accesses(entry)][:3]
    return f"{one_line(entry.finding.kind)}: {' / '.join(places)}" if places else one_line(entry.finding.message)


def owner_text(entry: Entry) -> str:
    """`yours`, `reached (numpy)`, `upstream:cpython`."""
    match entry.owner.kind:
        case "upstream":
            return f"upstream:{entry.owner.dist or 'unknown'}"
        case "reached":
            return f"reached ({entry.owner.dist or 'unknown'})"
        case kind:
            return kind


def state_text(entry: Entry) -> str:
    """`new`, `known (numpy#30085)`, or nothing without a baseline."""
    return f"{entry.state} ({one_line(entry.issue)})" if entry.issue else entry.state or ""


def report_lines(entry: Entry, view: View, frames_max: int = 12) -> Iterator[str]:
    """The report as a person reads it: each stack without the runtime's frames, then what else is known."""
    for stack in entry.finding.stacks:
        frames = own_frames(stack)
        yield f"{one_line(stack.title)}:"
        yield from (f"    {view.where(it)}" for it in frames[:frames_max])
        if len(frames) > frames_max:
            yield f"    … {len(frames) - frames_max} more"
        if not frames:
            yield "    (the runtime has forgotten this stack)"
    yield from (one_line(it) for it in entry.finding.notes)
    if not entry.finding.complete:
        yield "(the report has no end: the process stopped inside it)"


def counts_text(report: Report) -> str:
    """`2 findings count (fail-on yours); 5 in all: yours 2, upstream 3`."""
    counting = sum(it.counts for it in report.entries)
    kinds = [it.owner.kind for it in report.entries]
    shares = ", ".join(f"{it} {kinds.count(it)}" for it in ("yours", "reached", "upstream", "harness") if it in kinds)
    said = f"{counting} {'finding counts' if counting == 1 else 'findings count'} (fail-on {report.fail_on})"
    return f"{said}; {len(report.entries)} in all{f': {shares}' if shares else ''}"
