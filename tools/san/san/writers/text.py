"""For people at a terminal: the most urgent first, each with why it is whose."""

from __future__ import annotations

from collections.abc import Iterator

from san.model import Entry, Report
from san.view import View, counts_text, headline, one_line, owner_text, report_lines, state_text

#: Entries told in full; the rest is a line each.
FULL_MAX = 50


def write(report: Report, view: View) -> str:
    """The whole report, with a line feed at its end."""
    return "".join(f"{line}\n" for line in _lines(report, view))


def _lines(report: Report, view: View) -> Iterator[str]:
    for number, entry in enumerate(report.entries):
        yield from _entry(entry, view) if number < FULL_MAX else [_head(entry, view)]
    yield from (f"could not do its work: {one_line(it.text)}" for it in report.failures)
    yield counts_text(report)


def _head(entry: Entry, view: View) -> str:
    words = [entry.id, owner_text(entry), state_text(entry), f"{entry.hits}×", headline(entry, view)]
    return f"{'*' if entry.counts else ' '} {'  '.join(it for it in words if it)}"


def _entry(entry: Entry, view: View) -> Iterator[str]:
    yield _head(entry, view)
    yield f"    why: rule {entry.owner.rule}, {one_line(entry.owner.reason)}"
    yield from (f"    test: {one_line(it)}" for it in entry.tests[:5])
    if len(entry.tests) > 5:
        yield f"    … {len(entry.tests) - 5} more tests"
    yield from (f"    {one_line(it)}" for it in entry.remarks[:3])
    yield from (f"    {line}" for line in report_lines(entry, view))
    yield ""
