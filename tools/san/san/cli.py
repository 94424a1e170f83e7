"""The command line: which command there is, and what becomes of an error. Only the command that runs is imported."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from san.errors import SanError


class Command(Protocol):
    """What each module in `san.commands` has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declares the arguments."""
        ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Does it, and returns the exit code."""
        ...


COMMANDS = {
    "doctor": "look for what would let a run end green with nothing found",
    "build": "build and install a project, instrumented, and audit each library",
    "pytest": "run a test suite and report what the sanitizer found, by test and by owner",
    "run": "run any command and report what the sanitizer found",
    "report": "read logs, from these images or from elsewhere",
    "baseline": "show, record and compare known findings",
    "suppressions": "check files of suppressions",
    "audit": "list libraries that are not instrumented",
    "env": "print what has to be set to build by hand",
}
HIDDEN = {"judge": "tell pytest's plugin whether reports count"}

EXAMPLES = """
examples:
  san build . && san pytest            build the project here, run its tests, report
  san pytest --repeat auto -- -k lock  some tests; those with threads again, for a while
  san run -- python -m unittest        any other command
  san report logs/* --as sarif         logs from anywhere
  san doctor                           can a run here find anything at all?

exit codes:
  0 clean   1 tests failed   2 usage or configuration   3 could not run, or nothing was exercised
  8 findings   9 findings and failed tests              (--advisory: 8 becomes 0, 9 becomes 1)
"""


def main(words: Sequence[str]) -> int:
    """Runs one command line and returns the exit code."""
    name = words[0] if words else ""
    if name not in COMMANDS and name not in HIDDEN:
        parser = overview()
        parser.parse_args(words or ["--help"])  # Ends the process: with help, or with what is wrong.
    command = cast("Command", importlib.import_module(f"san.commands.{name}"))
    parser = argparse.ArgumentParser(
        prog=f"san {name}", description=command.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.add_arguments(parser)
    try:
        return command.run(parser.parse_args(words[1:]))
    except SanError as error:
        print(f"san {name}: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 130


def overview() -> argparse.ArgumentParser:
    """The parser that knows the commands' names, and no more."""
    parser = argparse.ArgumentParser(
        prog="san",
        usage="san COMMAND [--help] …",
        description="From a test run under a sanitizer to findings that a person can act on.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, sentence in COMMANDS.items():
        commands.add_parser(name, help=sentence, add_help=False)
    return parser
