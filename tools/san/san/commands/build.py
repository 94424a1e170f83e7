"""Builds the project in DIR, whatever its build backend, and installs it into the instrumented interpreter.

Then it looks at each library, and ends with 3 when none of them is instrumented.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from san.build import build
from san.commands.audit import print_libraries
from san.commands.env import sanitizer_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="DIR", help="folder of the project (default: this one)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Builds, installs, audits."""
    info = build(Path(arguments.folder))
    libraries = libraries_of(info)
    bare = print_libraries(libraries, sanitizer_of(os.environ.get("CFLAGS", "")))
    for path in bare:
        print(
            f"san build: {path} is not instrumented: nothing in it is seen. Does its build ignore CFLAGS?",
            file=sys.stderr,
        )
    return 3 if bare and len(bare) == len(libraries) else 0


def libraries_of(info: Path) -> list[Path]:
    """The shared libraries that a distribution installed."""
    lines = (info / "RECORD").read_text(encoding="utf-8").splitlines()
    names = (it.rpartition(",")[0].rpartition(",")[0].strip('"') for it in lines)
    return sorted(info.parent / it for it in names if ".so" in Path(it).suffixes or it.endswith(".so"))
