"""Checks files of suppressions before anything runs, joins them, and lists the entries that matched nothing.

As one types it:
  san suppressions check tsan.supp tests/tsan.supp
  san suppressions print                        those of [tool.san], as one file
  san suppressions unused tsan.supp --log .san/run/*   (logs made with print_suppressions=1)
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from san.config import read_config
from san.errors import CannotRunError, UsageError
from san.suppressions import (
    TYPES,
    Suppression,
    check_suppressions,
    format_suppressions,
    matched_suppressions,
    says_what_matched,
    unused_suppressions,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("action", choices=("check", "unused", "print"))
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: those of [tool.san]")
    parser.add_argument("--sanitizer", choices=sorted(TYPES), help="refuse types that its runtime does not know")
    parser.add_argument("--log", dest="logs", nargs="+", type=Path, default=[], metavar="LOG", help="for unused")


def run(arguments: argparse.Namespace) -> int:
    """Each problem is a line `file:line: sentence`, and ends the command with 2."""
    entries = read_entries(arguments.files or read_config(Path.cwd()).suppressions, arguments.sanitizer)
    match arguments.action:
        case "print":
            sys.stdout.write(format_suppressions(entries))
        case "unused":
            for it in unused(entries, arguments.logs):
                print(f"{it.file}:{it.line}: {it.type}:{it.pattern} matched nothing")
        case _:
            print(f"{len(entries)} suppressions, nothing wrong with them")
    return 0


def read_entries(files: list[Path], sanitizer: str | None) -> list[Suppression]:
    """The entries of all files. Throws UsageError with all that is wrong with them."""
    if not files:
        raise UsageError("no file is named, and [tool.san] in pyproject.toml names none: suppressions = ['tsan.supp']")
    entries, problems = check_suppressions(((str(it), read_text(it)) for it in files), sanitizer)
    if problems:
        raise UsageError("\n".join(f"{it.file}:{it.line}: {it.sentence}" for it in problems))
    return entries


def read_text(file: Path) -> str:
    """A file's text. Throws UsageError."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error


def unused(entries: list[Suppression], logs: list[Path]) -> list[Suppression]:
    """Entries that no log names as matched. Throws CannotRunError when the logs cannot tell."""
    if not logs:
        raise UsageError("unused needs --log LOG…, of a run with print_suppressions=1")
    lines = [line for it in logs for line in it.read_text(encoding="utf-8", errors="replace").splitlines()]
    if not any(map(says_what_matched, lines)):
        raise CannotRunError("no log says what was matched: run with print_suppressions=1 in the sanitizer's options")
    return unused_suppressions(entries, matched_suppressions(lines))
