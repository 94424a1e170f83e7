"""SARIF 2.1.0 as GitHub's code scanning shows it.

What it needs and takes: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
Only the first location of a result counts; related ones show only where the message links them; both stacks stand in
one thread flow, since viewers show only one.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from urllib.parse import quote

from san import __version__
from san.accesses import own_frames
from san.model import Entry, Frame, Json, Report, Stack
from san.view import View, clean, headline, one_line, owner_text, state_text
from san.writers.kinds import explain

RESULTS_MAX = 25_000
#: Compressed, as GitHub counts.
BYTES_MAX = 10_000_000
STEPS_MAX = 1000
_schema = "https://json.schemastore.org/sarif-2.1.0.json"


def write(report: Report, view: View) -> str:
    """As many results as GitHub takes, the most urgent first; the rest is counted in a notification."""
    count = min(len(report.entries), RESULTS_MAX)
    text = _document(report, view, count)
    while count > 0 and len(gzip.compress(text.encode(), mtime=0)) > BYTES_MAX:
        count = count * 3 // 4
        text = _document(report, view, count)
    return text


def _document(report: Report, view: View, count: int) -> str:
    entries = report.entries[:count]
    kinds = sorted({rule_id(it) for it in entries})
    rules = [_rule(next(it for it in entries if rule_id(it) == kind)) for kind in kinds]
    results = [_result(it, kinds.index(rule_id(it)), view) for it in entries]
    driver: dict[str, Json] = {"name": "san", "semanticVersion": __version__, "rules": [*rules]}
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"uri": f"file://{quote(view.root)}/"}},
        "invocations": [_invocation(report, len(report.entries) - count)],
        "results": [*results],
    }
    return json.dumps({"$schema": _schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False) + "\n"


def _invocation(report: Report, left: int) -> dict[str, Json]:
    texts = [one_line(it.text) for it in report.failures]
    texts += [f"{left} more findings are left out: GitHub takes no more"] if left else []
    notes: list[Json] = [{"level": "error", "message": {"text": it}} for it in texts]
    return {"executionSuccessful": not report.failures, "toolExecutionNotifications": notes}


def rule_id(entry: Entry) -> str:
    """`thread/data-race`."""
    sanitizer = entry.finding.sanitizer.removesuffix("Sanitizer").lower()
    words = re.sub(r"[^a-z0-9]+", "-", entry.finding.kind.lower()).strip("-")
    return f"{sanitizer}/{words[:100] or 'unknown'}"


def _rule(entry: Entry) -> dict[str, Json]:
    text = explain(entry.finding)
    kind = one_line(entry.finding.kind, 200)
    tags: list[Json] = ["sanitizer", entry.finding.sanitizer]
    return {
        "id": rule_id(entry),
        "name": "".join(it.capitalize() for it in re.findall(r"[A-Za-z0-9]+", kind)) or "Unknown",
        "shortDescription": {"text": f"{entry.finding.sanitizer}: {kind}"},
        "fullDescription": {"text": text},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": tags, "precision": "very-high", "problem.severity": "error"},
    }


def _result(entry: Entry, index: int, view: View) -> dict[str, Json]:
    accesses = view.accesses(entry)
    related: list[Json] = [_related(number, it, frame, view) for number, (it, frame) in enumerate(accesses, start=1)]
    result: dict[str, Json] = {
        "ruleId": rule_id(entry),
        "ruleIndex": index,
        "level": "error" if entry.counts else "note" if entry.state == "known" else "warning",
        "message": {"text": _message(entry, accesses, view)},
        "locations": [_location(view.primary(entry), view)],
        "relatedLocations": related,
        "partialFingerprints": {"primaryLocationLineHash": f"{entry.id.removeprefix('san1:')}:1", "san/v1": entry.id},
        "properties": {
            "owner": owner_text(entry),
            "rule": entry.owner.rule,
            "hits": entry.hits,
            "tests": [*entry.tests],
        },
    }
    if entry.state is not None:
        result["baselineState"] = "new" if entry.state == "new" else "unchanged"
    steps = _steps(entry.finding.stacks, view)
    if steps:
        result["codeFlows"] = [{"threadFlows": [{"locations": steps[:STEPS_MAX]}]}]
    return result


def _message(entry: Entry, accesses: Sequence[tuple[Stack, Frame]], view: View) -> str:
    links = [f"[{_label(stack.title)}]({number})" for number, (stack, _) in enumerate(accesses, start=1)]
    known = f" ({state_text(entry)})" if entry.state else ""
    parts = [
        f"{headline(entry, view)}.",
        f"{' · '.join(links)}." if links else "",
        f"{owner_text(entry)}{known}: {one_line(entry.owner.reason)}.",
        f"Seen {entry.hits}×{f', first in {one_line(entry.tests[0])}' if entry.tests else ''}.",
    ]
    return " ".join(it for it in parts if it)


def _label(title: str) -> str:
    return re.sub(r"[\[\]\\()]", "", one_line(title, 120))


def _related(number: int, stack: Stack, frame: Frame, view: View) -> dict[str, Json]:
    return {"id": number, **_location(frame, view), "message": {"text": one_line(stack.title)}}


def _location(frame: Frame | None, view: View) -> dict[str, Json]:
    """GitHub needs both ends of a region; a report knows one point."""
    line, column = (1, 1) if frame is None else (frame.line or 1, frame.column or 1)
    path = "unknown" if frame is None else clean(view.path_of(frame))
    region: dict[str, Json] = {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 1}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(path), "uriBaseId": "%SRCROOT%"}, "region": region}}


def _steps(stacks: Sequence[Stack], view: View) -> list[Json]:
    """All stacks, each from the outermost frame to the access, titled by what happened."""
    return [_step(stack, frame, view) for stack in stacks for frame in reversed(own_frames(stack)[:100])]


def _step(stack: Stack, frame: Frame, view: View) -> Json:
    text = f"{one_line(stack.title, 120)}: {one_line(frame.function or 'unknown')}"
    importance = "essential" if frame is own_frames(stack)[0] else "important"
    return {"location": {**_location(frame, view), "message": {"text": text}}, "importance": importance}
