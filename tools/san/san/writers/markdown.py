"""summary.md: for the summary of a job, which GitHub drops as a whole above 1,024 KiB."""

from __future__ import annotations

from collections.abc import Iterator

from san.model import Entry, Report
from san.view import View, counts_text, headline, one_line, owner_text, report_lines, state_text

BYTES_MAX = 1000 << 10
#: Rows of the table, and reports in full; both end earlier when the size is reached.
ROWS_MAX = 500
FULL_MAX = 100
_reserve = 1 << 10


def write(report: Report, view: View) -> str:
    """The table, then the reports, as far as they fit; the last line counts what does not."""
    head = [f"### san: {counts_text(report)}", "", *_failures(report)]
    rows = list(_within((_row(it, view) for it in report.entries[:ROWS_MAX]), BYTES_MAX // 2))
    table = ["| | finding | owner | seen | test | identity |", "|---|---|---|---|---|---|", *rows, ""] if rows else []
    used = sum(len(it.encode()) + 1 for it in [*head, *table])
    details = list(_within((_details(it, view) for it in report.entries[:FULL_MAX]), BYTES_MAX - _reserve - used))
    return "".join(f"{it}\n" for it in [*head, *table, *details, *_rest(report, len(rows), len(details))])


def _within(texts: Iterator[str], budget: int) -> Iterator[str]:
    for text in texts:
        budget -= len(text.encode()) + 1
        if budget < 0:
            return
        yield text


def _failures(report: Report) -> list[str]:
    if not report.failures:
        return []
    shown = [f"- {_code(it.text)}" for it in report.failures[:20]]
    return ["**The sanitizer could not do its work:**", "", *shown, ""]


def _row(entry: Entry, view: View) -> str:
    mark = "❌" if entry.counts else "·"
    owner = " ".join(it for it in (owner_text(entry), state_text(entry)) if it)
    test = (
        _code(entry.tests[0]) + (f" and {len(entry.tests) - 1} more" if len(entry.tests) > 1 else "")
        if entry.tests
        else ""
    )
    return f"| {mark} | {_code(headline(entry, view))} | {_escape(owner)} | {entry.hits}× | {test} | `{entry.id}` |"


def _details(entry: Entry, view: View) -> str:
    text = "\n".join(report_lines(entry, view)).replace("```", "` ` `")
    reason = _escape(f"rule {entry.owner.rule}: {entry.owner.reason}")
    title = f"<details><summary>{_escape(headline(entry, view))}</summary>"
    return f"{title}\n\n{reason}\n\n```text\n{text}\n```\n\n</details>"


def _rest(report: Report, rows: int, details: int) -> list[str]:
    total = len(report.entries)
    if rows == total and details == total:
        return []
    return [f"{total - rows} more findings are not in the table, {total - details} not in full: see findings.json"]


def _code(text: str) -> str:
    return f"`{one_line(text, 200).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def _escape(text: str) -> str:
    shown = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{it}" if it in "|`*_[]#\\" else it for it in shown)
