"""Runs a test suite to its end, however often a sanitizer ends the process: behind that test it starts again."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from san.journal import Journal, Session, Test, read_journal
from san.observe import list_logs, number_of
from san.process import Ending, Progress, run_process

RESTARTS_MAX = 100
#: What pytest may take to start, to collect and to end.
BETWEEN_SECONDS_MAX = 3600.0
LINE_BYTES_MAX = 1 << 16
#: Signals that come from outside. Those of a crash are the program's own.
OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP, -signal.SIGINT)


@dataclass(slots=True)
class Suite:
    """What became of a suite."""

    journal: Journal = field(default_factory=Journal)
    #: Why the run proves nothing, as sentences: exit code 3.
    reasons: list[str] = field(default_factory=list[str])
    #: pytest rejected its arguments: exit code 2.
    usage: bool = False
    #: Tests in which the process ended, each with how.
    ended: list[tuple[Test, str]] = field(default_factory=list[tuple[Test, str]])
    failed: bool = False

    def ran(self) -> int:
        """Tests that did something."""
        return sum(1 for it in self.journal.tests if it.outcome != "skipped")


def run_suite(command: Sequence[str], environment: dict[str, str], run: Path, limit: float) -> Suite:
    """Runs pytest until each of its tests has had its turn."""
    suite = Suite()
    journal_file = run / "journal.jsonl"
    for _ in range(RESTARTS_MAX + 1):
        before = len(suite.journal.sessions)
        ending = run_process(command, environment, lambda: progress_of(journal_file, limit))
        suite.journal = read_journal(run)
        started = suite.journal.sessions[before:]
        if not take_ending(suite, started[0] if started else None, ending, run):
            break
        done = run / "done.txt"
        done.write_text("".join(f"{it.id}\n" for it in suite.journal.tests), encoding="utf-8")
        environment = environment | {"PYSAN_DONE": str(done)}
    else:
        suite.reasons.append(f"the process was ended {RESTARTS_MAX + 1} times; the tests behind that did not run")
    conclude(suite)
    return suite


def take_ending(suite: Suite, session: Session | None, ending: Ending, run: Path) -> bool:
    """Notes how one process ended. Returns whether there may be tests left to run."""
    if suite.journal.refusals:
        suite.reasons += suite.journal.refusals
        return False
    if session is None:
        say_not_started(suite, ending)
        return False
    if session.exit is not None:
        take_exit(suite, session, ending)
        return False
    if session.running is None:
        suite.reasons.append(f"pytest did not come to its end, between two tests or before the first ({ending})")
        return False
    test, turn = session.running
    take_ended_test(suite, test, ending, has_log(run, test, session))
    failures = sum(1 for it in suite.journal.tests if it.outcome == "failed") + len(suite.ended)
    enough = 0 < session.maxfail <= failures
    return turn == 1 and not enough


def say_not_started(suite: Suite, ending: Ending) -> None:
    """Says why there is no journal."""
    if ending.status == 4:
        suite.usage = True
        return
    suite.reasons.append(
        f"pytest did not load the plugin of this image, or did not start ({ending}). "
        "Remedy: `python` must be the image's, without -p no:pysan and PYTEST_DISABLE_PLUGIN_AUTOLOAD."
    )


def take_exit(suite: Suite, session: Session, ending: Ending) -> None:
    """Notes pytest's own exit code.

    https://docs.pytest.org/en/stable/reference/exit-codes.html
    """
    match session.exit:
        case 0:
            suite.failed = suite.failed or ending.status < 0
        case 2:
            suite.reasons.append("pytest was interrupted, or could not collect a file")
        case 3 | -1:
            suite.reasons.append("pytest had an internal error")
        case 4:
            suite.usage = True
        case 5:
            pass  # No test was left: `conclude` looks whether there was any.
        case _:
            suite.failed = True
    if ending.status < 0:
        suite.ended.append((Test(0, "the end of the process"), str(ending)))


def has_log(run: Path, test: Test, session: Session) -> bool:
    """Whether the process itself reported something in a test."""
    logs = [it for it in list_logs(run) if number_of(it) == test.number and it.suffix == f".{session.pid}"]
    return any(it.stat().st_size > 0 for it in logs)


def take_ended_test(suite: Suite, test: Test, ending: Ending, reported: bool) -> None:
    """A test in which the process ended: by a report, a crash, or something that proves nothing."""
    if ending.hung:
        how = str(ending)
    elif reported and ending.status not in OUTSIDE:
        how = "the sanitizer ended the process"
    else:
        how = str(ending)
        if ending.status in OUTSIDE or ending.status == 0:
            suite.reasons.append(f"{test.id}: the process ended within it, with no report ({ending})")
    suite.failed = True
    suite.ended.append((test, how))


def conclude(suite: Suite) -> None:
    """Looks whether anything was exercised."""
    journal = suite.journal
    suite.failed = suite.failed or any(it.outcome == "failed" for it in journal.tests)
    if not suite.reasons and not suite.usage and suite.ran() == 0:
        suite.reasons.append("no test ran" + (": all were skipped" if journal.tests else ""))
    modules = next((it.gil_modules for it in journal.sessions if it.gil_modules is not None), None)
    if modules is not None:
        suite.reasons.append(
            f"the GIL was switched on while the suite ran, so threads took turns. It loaded: {', '.join(modules)}. "
            "Remedy: `san doctor --package NAME` names the module; PYTHON_GIL=0 keeps the GIL off."
        )


def progress_of(journal: Path, limit: float) -> Progress:
    """How far a journal goes. The limit is for a test that runs; start and collection have one of their own."""
    try:
        with journal.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LINE_BYTES_MAX))
            last = file.read().splitlines()[-1:]
    except OSError:
        return Progress(0, BETWEEN_SECONDS_MAX)
    is_running = any(it.startswith(b'{"event": "test"') for it in last)
    return Progress(size, limit if is_running else max(limit, BETWEEN_SECONDS_MAX))
