"""Annotations of GitHub Actions: workflow commands on standard output.

GitHub shows 10 errors and 10 warnings of a step and drops the rest without a word
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands), so the rest is counted here.
"""

from __future__ import annotations

from san.model import Entry, Report
from san.view import View, headline, one_line, owner_text, state_text

SHOWN_MAX = 10


def write(report: Report, view: View) -> str:
    """The entries that matter most, failures of the runtime before them, and how many more there are."""
    failures = [_command("error", {"title": "san: nothing proven"}, one_line(it.text)) for it in report.failures]
    entries = [_annotation(it, view) for it in report.entries]
    lines = [*failures, *entries]
    rest = len(lines) - SHOWN_MAX
    said = f"{rest} more {'finding' if rest == 1 else 'findings'}: see the step's summary"
    more = [_command("notice", {"title": "san"}, said)] if rest > 0 else []
    return "".join(f"{it}\n" for it in [*lines[:SHOWN_MAX], *more])


def _annotation(entry: Entry, view: View) -> str:
    frame = view.primary(entry)
    place = {"file": view.path_of(frame), "line": str(frame.line or 1)} if frame is not None else {}
    column = {"col": str(frame.column)} if frame is not None and frame.column else {}
    title = " ".join(
        it for it in ("san:", one_line(entry.finding.kind, 80), owner_text(entry), state_text(entry)) if it
    )
    tests = f"; in {one_line(entry.tests[0])}" if entry.tests else ""
    message = f"{headline(entry, view)}{tests} ({entry.id})"
    return _command("error" if entry.counts else "warning", {**place, **column, "title": title}, message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    """https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts says what is escaped."""
    said = ",".join(
        f"{key}={_escape(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items()
    )
    return f"::{name} {said}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
