"""The nouns of `san`, and their JSON.

What a reader knows stands there; what it does not know is absent (`None` here, no key in JSON).
libs/verification/src/findings.ts has the twins of `Frame`, `Stack`, `Finding`, `Failure` and `Reading`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Literal, cast

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a stack, as the symbolizer printed it."""

    index: int
    function: str | None = None
    #: Path as the compiler recorded it.
    file: str | None = None
    line: int | None = None
    column: int | None = None
    #: Path of the executable or library.
    module: str | None = None
    #: Offset in the module, `0x…`.
    offset: str | None = None
    #: The module's build id, hex digits.
    build: str | None = None


@dataclass(slots=True)
class Stack:
    """A title and the frames below it."""

    #: What happened there: `Previous write of size 8 at 0x… by thread T2`, `freed by thread T0 here`.
    title: str
    #: `main thread` or `thread T2`, where the title names one.
    thread: str | None = None
    #: Innermost first; empty when the runtime had forgotten the stack.
    frames: list[Frame] = field(default_factory=list[Frame])


@dataclass(slots=True)
class Finding:
    """One report of a sanitizer: one header line and what belongs to it."""

    #: `ThreadSanitizer`, `AddressSanitizer`, `LeakSanitizer`, `UndefinedBehaviorSanitizer`, …
    sanitizer: str
    #: `data race`, `heap-use-after-free`, `detected memory leaks`, `signed integer overflow`, …
    kind: str
    #: The header's text behind the sanitizer's name.
    message: str
    #: False when the report has no end: the process or the log stopped inside it.
    complete: bool
    pid: int | None = None
    stacks: list[Stack] = field(default_factory=list[Stack])
    #: What the report says besides stacks: `Location is global 'counter' of size 4 at 0x…`.
    notes: list[str] = field(default_factory=list[str])
    #: The SUMMARY line without its prefix.
    summary: str | None = None


FailureKind = Literal["start", "runtime", "cut off"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence of the runtime that it could not do its work: nothing was proven by that process."""

    #: `start`: the runtime refused to start; `runtime`: it failed later; `cut off`: a report without its header.
    kind: FailureKind
    #: The runtime's own words.
    text: str


@dataclass(slots=True)
class Reading:
    """What one log says, in the order of its lines."""

    findings: list[Finding] = field(default_factory=list[Finding])
    failures: list[Failure] = field(default_factory=list[Failure])


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """Where one access happened, in words that survive a rebuild: no line, no address."""

    #: Distribution: `numpy`, `cpython`, `libstdc++6`; empty when nobody knows.
    dist: str
    #: Path below the distribution's root.
    file: str
    #: Without template arguments, hashes and compiler suffixes.
    function: str


OwnerKind = Literal["harness", "yours", "reached", "upstream"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a finding is."""

    kind: OwnerKind
    #: The distribution that has to change; empty when nobody knows.
    dist: str
    #: Number of the rule that fired, 1 to 4 (see `attribution`).
    rule: int
    #: That rule and what made it fire, as a sentence.
    reason: str


@dataclass(frozen=True, slots=True)
class Observation:
    """A finding and where it was seen."""

    finding: Finding
    #: Node id of the pytest test that ran; None for a session's leaks, or a log from elsewhere.
    test: str | None = None
    #: The log that holds it, as the user would name it.
    log: str | None = None
    #: What is to be said of the test: `during test_b, thread made by test_a`.
    remark: str | None = None


State = Literal["new", "known"]


@dataclass(slots=True)
class Entry:
    """One thing to act on: all observations with the same identity. What findings.json lists."""

    #: `san1:` and 12 hex digits.
    id: str
    owner: Owner
    sites: list[Site]
    #: The first one seen.
    finding: Finding
    #: How often it was seen.
    hits: int
    #: Whether it decides the exit code.
    counts: bool
    #: Absent without a baseline.
    state: State | None = None
    #: Node ids in the order in which they were seen.
    tests: list[str] = field(default_factory=list[str])
    logs: list[str] = field(default_factory=list[str])
    remarks: list[str] = field(default_factory=list[str])
    #: Upstream's issue, from the baseline.
    issue: str | None = None


@dataclass(frozen=True, slots=True)
class SuiteCounts:
    """What the suite did."""

    ran: int
    failed: int
    #: Tests that ever had two threads.
    threaded: int


@dataclass(slots=True)
class Report:
    """findings.json: everything that one run found."""

    entries: list[Entry]
    failures: list[Failure]
    #: What counts: `yours`, `reached`, `upstream` or `new`.
    fail_on: str
    #: Build id of the image, where there is one.
    build: str | None = None
    tests: SuiteCounts | None = None


def to_json(value: object) -> Json:
    """The JSON of a noun: its fields by name, those that are None left out."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((it.name, getattr(value, it.name)) for it in fields(value))
        return {name: to_json(part) for name, part in pairs if part is not None}
    if isinstance(value, (list, tuple)):
        return [to_json(it) for it in cast("list[object]", value)]
    return cast("Json", value)


def canonical(value: object) -> str:
    """One line of JSON with sorted keys and no blanks: equal nouns have equal text."""
    return json.dumps(to_json(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
