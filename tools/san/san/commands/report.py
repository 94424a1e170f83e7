"""Reads logs, from these images or from elsewhere, and says what they hold.

example: san report logs/*.txt --package multidict --as sarif > findings.sarif
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from san.conclude import add_verdict_arguments, attribution_of, configure, doubts, report_of
from san.errors import UsageError
from san.journal import Journal
from san.model import Observation
from san.observe import Observed
from san.publish import FORMS, render, tell_github, view_of, write_files
from san.verdict import Outcome, decide


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("logs", nargs="+", metavar="LOG", help="a file, a folder of files, or - for standard input")
    parser.add_argument(
        "--as", dest="forms", default="text", metavar="FORM,…", help=f"what to print: {', '.join(FORMS)}"
    )
    parser.add_argument("--output", type=Path, metavar="DIR", help="write all files of a report there as well")
    add_verdict_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the report in each form that was asked for."""
    forms = arguments.forms.split(",")
    unknown = [it for it in forms if it not in FORMS]
    if unknown:
        raise UsageError(f'"{unknown[0]}" is no form of a report; there are {", ".join(FORMS)}')
    config = configure(arguments)
    observed = observe_logs(arguments.logs)
    report = report_of(config, Journal(), observed)
    view = view_of(attribution_of(config), config.folder.resolve())
    for form in forms:
        sys.stdout.write(render(form, report, view))
    if arguments.output is not None:
        write_files(report, view, arguments.output)
    if "github" not in forms:
        sys.stdout.write(tell_github(report, view) if forms == ["text"] else "")
    reasons = doubts(observed, report)
    for reason in reasons:
        print(f"san report: {reason}", file=sys.stderr)
    counting = sum(it.counts for it in report.entries)
    return decide(Outcome(counting=counting, reasons=reasons), advisory=config.advisory)


def observe_logs(names: list[str]) -> Observed:
    """What all logs say, in their order; of a folder each file in it and below."""
    observed = Observed()
    observed.observations = _observations(observed, names)
    return observed


def _observations(observed: Observed, names: list[str]) -> Iterator[Observation]:
    if "-" in names:
        for finding in observed.findings(sys.stdin.buffer, "standard input"):
            yield Observation(finding, log="standard input")
    for path in [file for name in names if name != "-" for file in _files(Path(name))]:
        try:
            with path.open("rb") as stream:
                for finding in observed.findings(stream, str(path)):
                    yield Observation(finding, log=str(path))
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from error


def _files(path: Path) -> list[Path]:
    return sorted(it for it in path.rglob("*") if it.is_file()) if path.is_dir() else [path]
