"""Runs a test suite by pytest, and reports what the sanitizer found: in which test, and whose it is.

san pytest                           what pytest would run here
san pytest -- tests/test_lock.py -x  arguments of pytest
san pytest --repeat auto             tests that had threads again, for 2.2 times the suite's own time
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from san.commands.doctor import format_problems
from san.conclude import add_verdict_arguments, conclude, configure
from san.config import Config
from san.doctor import Examination, examine
from san.errors import CannotRunError, UsageError
from san.observe import observe
from san.place import instrumented_python
from san.runs import environment_of, make_run
from san.suite import Suite, run_suite
from san.verdict import Outcome

#: Node ids of the tests that had two threads, in the last run that saw the whole suite.
THREADED = Path(".san/threaded.txt")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    add_verdict_arguments(parser)
    parser.add_argument(
        "--parallel", type=int, metavar="N", help="N threads run each test at once (pytest-run-parallel)"
    )
    parser.add_argument("--threaded", action="store_true", help="only tests that had two threads in the last run")
    parser.add_argument("--repeat", metavar="auto|N", help="run tests that had threads again, in the same process")
    parser.add_argument("--every-test", action="store_true", help="tell a race again in each test that has it")
    parser.add_argument("--timeout", type=float, default=1800, metavar="SECONDS", help="of one test (default: 1800)")
    parser.add_argument("pytest", nargs="*", metavar="-- ARGUMENT", help="arguments of pytest")


def run(arguments: argparse.Namespace) -> int:
    """Preflight, the suite, the report."""
    config = configure(arguments)
    parallel = config.parallel if arguments.parallel is None else arguments.parallel
    repeat = checked_repeat(config.repeat if arguments.repeat is None else arguments.repeat)
    words = [*(["--parallel-threads", str(parallel)] if parallel else []), *arguments.pytest]
    preflight(config, words, parallel)
    run_folder = make_run(Path.cwd())
    environment = environment_of(run_folder, config, every_test=arguments.every_test)
    environment |= {"PYSAN_REPEAT": repeat} if repeat else {}
    environment |= {"PYSAN_ONLY": str(only_threaded())} if arguments.threaded else {}
    command = [instrumented_python(), "-m", "pytest", *words]
    suite = run_suite(command, environment, run_folder, arguments.timeout)
    if not arguments.threaded and not suite.reasons:
        keep_threaded(suite)
    outcome = Outcome(failed=suite.failed, usage=suite.usage, reasons=suite.reasons)
    tell(suite)
    return conclude(run_folder, config, suite.journal, observe(run_folder, suite.journal), outcome)


def checked_repeat(value: str) -> str:
    """`auto`, a number of rounds, or nothing."""
    if value not in ("", "auto") and not value.isdigit():
        raise UsageError(f"--repeat: expected auto or a number of rounds, found {value}")
    return value


def preflight(config: Config, pytest: list[str] | None, parallel: int) -> None:
    """Refuses to run where findings would be hidden."""
    problems = examine(Examination(config, pytest=pytest, parallel=parallel))
    if problems:
        raise CannotRunError(f"nothing was run: findings would be hidden.\n{format_problems(problems)}")


def only_threaded() -> Path:
    """The list of tests that had threads."""
    if not THREADED.is_file():
        raise UsageError("--threaded: no run here has counted threads yet. Run `san pytest` once without it.")
    return THREADED.absolute()


def keep_threaded(suite: Suite) -> None:
    """Writes the list for `--threaded`, unless the tests deleted the folder."""
    lines = "".join(f"{it.id}\n" for it in suite.journal.tests if it.threads > 1)
    if THREADED.parent.is_dir():
        THREADED.write_text(lines, encoding="utf-8")


def tell(suite: Suite) -> None:
    """Says what pytest could not say itself."""
    tests = suite.journal.tests
    threaded = sum(1 for it in tests if it.threads > 1)
    print(f"\nsan: {len(tests)} tests started, {threaded} ever had two threads", file=sys.stderr)
    for test, how in suite.ended:
        print(f"san: the process ended within {test.id}: {how}", file=sys.stderr)
    again = sum(1 for it in tests if it.failed_again)
    if again:
        print(f"san: {again} tests failed when they were repeated; that is not counted", file=sys.stderr)
    if len(suite.journal.sessions) > 1:
        print(
            "san: files that pytest wrote itself (--junitxml, coverage) are those of the last process", file=sys.stderr
        )
