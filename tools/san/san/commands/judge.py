"""Tells pytest's plugin whether anything in logs counts, by 8 or 0, and says whose it is."""

from __future__ import annotations

import argparse
from pathlib import Path

from san.commands.report import observe_logs
from san.conclude import report_of
from san.config import read_config
from san.journal import Journal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("folder", type=Path, help="folder of the project")
    parser.add_argument("logs", type=Path, nargs="+", help="logs of one test")


def run(arguments: argparse.Namespace) -> int:
    """Reads, attributes, prints one line a finding."""
    observed = observe_logs([str(it) for it in arguments.logs])
    report = report_of(read_config(arguments.folder), Journal(), observed)
    for entry in report.entries:
        whose = f"{entry.owner.kind}:{entry.owner.dist}" if entry.owner.kind == "upstream" else entry.owner.kind
        print(f"{entry.finding.kind}, {whose} ({entry.owner.reason}), {entry.id}")
    counts = observed.failures or any(it.counts for it in report.entries) or not report.entries
    return 8 if counts else 0
