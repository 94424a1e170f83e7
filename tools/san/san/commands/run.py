"""Runs a command, and reports what the sanitizer found in all of its processes.

san run -- python -m unittest
san run --fail-on reached -- tox -e py
"""

from __future__ import annotations

import argparse
from pathlib import Path

from san.commands import pytest as suite_command
from san.conclude import add_verdict_arguments, conclude, configure
from san.errors import UsageError
from san.journal import read_journal
from san.observe import observe
from san.process import Ending, run_process
from san.runs import environment_of, make_run
from san.verdict import Outcome


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
    ending = run_process(arguments.command, environment_of(run_folder, config), float("inf"), lambda: None)
    journal = read_journal(run_folder)
    observed = observe(run_folder, journal)
    fatal = any(it.finding.message and is_fatal(run_folder, it.log) for it in observed.observations)
    outcome = Outcome(failed=failed(ending) or fatal, reasons=reasons_of(ending))
    return conclude(run_folder, config, journal, observed, outcome)


def failed(ending: Ending) -> bool:
    """Whether the command itself says that it failed."""
    return ending.status != 0


def is_fatal(_: Path, log: str | None) -> bool:
    """Whether the sanitizer ended the process after this log's report."""
    return log is not None and "ABORTING" in Path(log).read_text(encoding="utf-8", errors="replace")[-500:]


def reasons_of(ending: Ending) -> list[str]:
    """Why the command proves nothing."""
    return [f"the command was ended from outside ({ending})"] if ending.status in (-9, -15) else []
