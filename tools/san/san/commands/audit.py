"""Lists the libraries that a package maps, and which of them the compiler did not instrument.

Ends with 0, or with 3 when one of the package's own is not instrumented.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from san.config import read_config
from san.elf import Library, read_library
from san.errors import CannotRunError
from san.probe import probe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "package", nargs="?", metavar="PACKAGE", help="distribution to import (default: [project] name)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Imports the package by the instrumented interpreter and looks at what is mapped."""
    package = arguments.package or read_config(Path.cwd()).package
    answer = probe([package] if package else [])
    if answer.facts is None or answer.facts.sanitizer is None:
        raise CannotRunError(f"python has no sanitizer, or does not start: {answer.stderr.strip()[-300:]}")
    own = set(answer.facts.files.get(package or "", []))
    paths = sorted(own | {it for it in answer.facts.mapped if ".so" in it})
    bare = print_libraries(map(Path, paths), answer.facts.sanitizer)
    return 3 if own & {str(it) for it in bare} else 0


def print_libraries(paths: Iterable[Path], sanitizer: str) -> list[Path]:
    """One line a library; returns those that are not instrumented."""
    bare: list[Path] = []
    for path in paths:
        library = read_library(path)
        if library is None:
            continue
        print(f"{describe(library, sanitizer):<26}{path}")
        if not library.instrumented(sanitizer):
            bare.append(path)
    return bare


def describe(library: Library, sanitizer: str) -> str:
    """Two or three words about a library."""
    if not library.instrumented(sanitizer):
        return "not instrumented"
    return "instrumented" if library.lines else "instrumented, no lines"
