"""Known findings: shows them, records one more run, or compares two lists.

As one types it:
  san baseline show                                  of the project, or else of the image
  san baseline record .san/last/findings.json --file races.jsonl
  san baseline diff old.jsonl new.jsonl
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import cast

from san.baseline import Baseline, Known, as_json, compare, format_baseline, parse_baseline, record_run
from san.conclude import IMAGE_BASELINE
from san.config import read_config
from san.errors import UsageError
from san.model import to_json
from san.view import one_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("action", choices=("show", "record", "diff"))
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="findings.json of runs, or two baselines")
    parser.add_argument("--file", type=Path, help="the baseline (default: [tool.san] baseline, else the image's)")
    parser.add_argument("--json", action="store_true", help="print a list")


def run(arguments: argparse.Namespace) -> int:
    """Dispatches to the action."""
    match arguments.action:
        case "show":
            return show(file_of(arguments), as_list=arguments.json)
        case "record":
            return record(file_of(arguments), arguments.paths)
        case _:
            return diff(arguments.paths, as_list=arguments.json)


def file_of(arguments: argparse.Namespace) -> Path:
    """The baseline that is meant."""
    return arguments.file or read_config(Path.cwd()).baseline or IMAGE_BASELINE


def show(file: Path, *, as_list: bool) -> int:
    """A line a finding, the most frequent first."""
    baseline = read(file)
    known = sorted(baseline.known.values(), key=lambda it: (-it.hits / max(it.runs, 1), it.id))
    if as_list:
        print(json.dumps([to_json(it) for it in known], indent=1, ensure_ascii=False))
        return 0
    for it in known:
        places = " / ".join(f"{site.function} {site.dist}:{site.file}" for site in it.sites)
        issue = f"  {it.issue}" if it.issue else ""
        print(one_line(f"{it.id}  {it.hits} of {it.runs} runs  {it.state}{issue}  {it.kind}: {places}"))
    print(f"{len(known)} known findings in {baseline.runs} runs: {file}")
    return 0


def record(file: Path, reports: list[Path]) -> int:
    """Adds runs to a baseline, which is made when it is not there."""
    if not reports:
        raise UsageError("record needs the findings.json of one run or more")
    baseline = read(file) if file.exists() else Baseline({}, 0)
    for report in reports:
        document = read_report(report)
        build = document.get("build")
        baseline = record_run(baseline, seen_in(report, document), build if isinstance(build, str) else None)
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(format_baseline(baseline), encoding="utf-8")
    draft.replace(file)
    more = f"{len(reports)} more {'run' if len(reports) == 1 else 'runs'}"
    print(f"{file}: {len(baseline.known)} known findings after {more}")
    return 0


def diff(paths: list[Path], *, as_list: bool) -> int:
    """What became of each finding between two baselines."""
    if len(paths) != 2:
        raise UsageError("diff compares two baselines: san baseline diff OLD NEW")
    before, after = read(paths[0]), read(paths[1])
    differences = compare(before, after)
    if as_list:
        print(json.dumps([as_json(it) for it in differences], indent=1))
        return 0
    for it in differences:
        print(one_line(f"{it.change:12}  {it.known.id}  {it.known.kind}  ({it.reason})"))
    print(f"{len(before.known)} in {before.runs} runs, then {len(after.known)} in {after.runs} runs")
    return 0


def read(file: Path) -> Baseline:
    """A baseline. Throws UsageError."""
    try:
        return parse_baseline(str(file), file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error


def read_report(file: Path) -> dict[str, object]:
    """A findings.json. Throws UsageError."""
    try:
        document: object = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    if not isinstance(document, dict) or "entries" not in document:
        raise UsageError(f"{file}: expected the findings.json of a run")
    return cast("dict[str, object]", document)


def seen_in(file: Path, document: dict[str, object]) -> list[Known]:
    """The findings of one run, each as a line of a baseline with one hit."""
    entries = document["entries"]
    lines: list[str] = []
    for entry in cast("list[dict[str, object]]", entries) if isinstance(entries, list) else []:
        finding, tests = entry.get("finding"), entry.get("tests")
        kind = cast("dict[str, object]", finding).get("kind") if isinstance(finding, dict) else None
        by = cast("list[object]", tests)[0] if isinstance(tests, list) and tests else None
        lines.append(
            json.dumps(
                {"id": entry.get("id"), "kind": kind, "sites": entry.get("sites"), "hits": 1, "runs": 1, "by": by}
            )
        )
    return list(parse_baseline(str(file), "\n".join(lines)).known.values())
