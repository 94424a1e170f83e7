"""Reads what pytest's plugin wrote: which test started and ended when (`journal.jsonl`)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast


@dataclass(slots=True)
class Test:
    """One test of the suite."""

    #: The number that the names of its logs begin with.
    number: int
    #: pytest's node id.
    id: str
    #: `passed`, `failed`, `skipped`; None when the process ended within the test.
    outcome: str | None = None
    #: The most threads that it had at once.
    threads: int = 1
    #: The operating system's ids of threads that it made.
    made: set[int] = field(default_factory=set[int])
    #: Rounds after the first in which it failed.
    failed_again: int = 0


@dataclass(slots=True)
class Session:
    """One process of pytest."""

    pid: int
    #: Tests in the order in which they started.
    tests: list[Test] = field(default_factory=list[Test])
    collected: int | None = None
    #: pytest's `--maxfail`; 0 is none.
    maxfail: int = 0
    #: pytest's exit code; None when the journal has no last line.
    exit: int | None = None
    #: The test, and its round, that ran when the journal ended.
    running: tuple[Test, int] | None = None
    #: Extension modules that were loaded when the GIL was found to be on in a free-threaded interpreter.
    gil_modules: list[str] | None = None


@dataclass(slots=True)
class Journal:
    """All processes of pytest in one run, in the order in which they started."""

    sessions: list[Session] = field(default_factory=list[Session])
    #: Why pytest's plugin refused to run.
    refusals: list[str] = field(default_factory=list[str])

    @property
    def tests(self) -> list[Test]:
        """All tests that started."""
        return [test for session in self.sessions for test in session.tests]


def read_journal(run: Path) -> Journal:
    """The journal of a run's folder; empty when there is none. A line that was cut short is left out."""
    journal = Journal()
    try:
        lines = (run / "journal.jsonl").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return journal
    by_pid: dict[int, Session] = {}
    for line in lines:
        event = parse(line)
        if event is None:
            continue
        pid = int(cast("int", event.get("pid", 0)))
        if event["event"] == "start":
            by_pid[pid] = Session(pid)
            journal.sessions.append(by_pid[pid])
        elif event["event"] == "refused":
            journal.refusals.append(str(event.get("reason")))
        elif pid in by_pid:
            take(by_pid[pid], event)
    return journal


def parse(line: str) -> dict[str, object] | None:
    """One line's event, or None."""
    try:
        event: object = json.loads(line)
    except ValueError:
        return None
    if not isinstance(event, dict) or "event" not in event:
        return None
    return cast("dict[str, object]", event)


def take(session: Session, event: dict[str, object]) -> None:
    """Follows one event of a session."""
    match event:
        case {"event": "collected", "count": int(count)}:
            session.collected, session.maxfail = count, int(cast("int", event.get("maxfail", 0)))
        case {"event": "test", "number": int(number), "round": int(turn), "id": str(name)}:
            test = find(session, number)
            if test is None:
                test = Test(number, name)
                session.tests.append(test)
            session.running = (test, turn)
        case {"event": "end", "number": int(number), "round": int(turn)}:
            end(session, find(session, number), turn, event)
        case {"event": "gil"}:
            session.gil_modules = str(event.get("modules", "")).split()
        case {"event": "finish", "exit": int(code)}:
            session.exit = code
        case _:
            pass


def find(session: Session, number: int) -> Test | None:
    """The test with a number."""
    first = session.tests[0].number if session.tests else 0
    index = number - first
    return session.tests[index] if 0 <= index < len(session.tests) else None


def end(session: Session, test: Test | None, turn: int, event: dict[str, object]) -> None:
    """Notes how a test ended."""
    session.running = None
    if test is None:
        return
    outcome = str(event.get("outcome"))
    if turn == 1:
        test.outcome = outcome
    elif outcome == "failed":
        test.failed_again += 1
    test.threads = max(test.threads, int(cast("int", event.get("threads", 1))))
    test.made.update(cast("list[int]", event.get("made", [])))
