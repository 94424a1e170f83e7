"""Runs a command, and reports what the sanitizer found in all of its processes.

san run -- python -m unittest
san run --fail-on reached -- tox -e py
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from san.commands import pytest as suite_command
from san.conclude import add_verdict_arguments, conclude, configure
from san.errors import UsageError
from san.journal import Journal, read_journal
from san.observe import list_logs, observe
from san.process import Ending, Progress, run_process
from san.runs import environment_of, make_run
from san.suite import OUTSIDE
from san.verdict import Outcome

UNLIMITED = Progress(0, float("inf"))
TAIL_BYTES = 1000
#: https://docs.pytest.org/en/stable/reference/exit-codes.html
NO_TESTS = 5
NOTHING_RAN = (
    "no process with a sanitizer's runtime came to its end here: nothing was exercised. Does the command start the "
    "image's `python` (not one of its own), and hand its environment on?"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    add_verdict_arguments(parser)
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", help="the command and its arguments")


def run(arguments: argparse.Namespace) -> int:
    """Preflight, the command, the report."""
    if not arguments.command:
        raise UsageError("which command? san run -- python -m unittest")
    config = configure(arguments)
    suite_command.preflight(config, pytest=None, parallel=0)
    run_folder = make_run(Path.cwd())
    ending = run_process(arguments.command, environment_of(run_folder, config, traces=True), lambda: UNLIMITED)
    journal = read_journal(run_folder)
    observed = observe(run_folder, journal)
    logs = list_logs(run_folder)
    fatal = any(map(is_fatal, logs))
    reasons = reasons_of(ending, journal, fatal=fatal)
    if not reasons and not logs:
        reasons.append(NOTHING_RAN)
    outcome = Outcome(failed=fatal or ending.status != 0, reasons=reasons)
    return conclude(run_folder, config, journal, observed, outcome)


def is_fatal(log: Path) -> bool:
    """Whether AddressSanitizer ended the process after this log's report."""
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL_BYTES))
        return b"ABORTING" in file.read()


def reasons_of(ending: Ending, journal: Journal, *, fatal: bool) -> list[str]:
    """Why the command proves nothing."""
    reasons = [f"the command was ended from outside ({ending})"] if ending.status in OUTSIDE else []
    reasons += journal.refusals
    reasons += ["pytest found no test to run" for it in journal.sessions if it.exit == NO_TESTS]
    if not fatal and any(it.exit is None for it in journal.sessions):
        reasons.append("a pytest that the command ran did not come to its end")
    return reasons
