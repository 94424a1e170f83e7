"""Looks for what would let a run end green with nothing found, and names the remedy. Ends with 0 or 3."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from san.config import read_config
from san.doctor import Examination, Problem, examine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("--package", metavar="NAME", help="distribution under test (default: [project] name)")
    parser.add_argument("--json", action="store_true", help="print a list of problems")
    parser.add_argument("pytest", nargs="*", metavar="-- ARGUMENT", help="arguments that pytest would get")


def run(arguments: argparse.Namespace) -> int:
    """Prints each problem."""
    config = read_config(Path.cwd())
    config.package = arguments.package or config.package
    examination = Examination(config, pytest=arguments.pytest, parallel=config.parallel)
    problems = examine(examination)
    if arguments.json:
        print(json.dumps([asdict(it) for it in problems], indent=2))
    elif problems:
        print(format_problems(problems))
    else:
        facts = examination.facts
        print(f"{facts.executable} ({facts.version}, {facts.sanitizer} sanitizer): nothing hides findings")
    return 3 if problems else 0


def format_problems(problems: list[Problem]) -> str:
    """Two lines a problem."""
    return "\n".join(f"{it.name}: {it.text}\n  remedy: {it.remedy}" for it in problems)
