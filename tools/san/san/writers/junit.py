"""JUnit's XML, in the dialect that pytest writes too (xunit2): a test case for each finding.

It stands beside pytest's own file, which is never touched.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from san.model import Entry, Failure, Report
from san.view import View, clean, headline, one_line, owner_text, report_lines, state_text


def write(report: Report, view: View) -> str:
    """What counts is a failure, what does not passes with its text, and what proves nothing is an error."""
    cases = [_error(it) for it in report.failures] + [_case(it, view) for it in report.entries]
    failures = sum(it.counts for it in report.entries)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{len(report.failures)}" skipped="0" time="0.0"'
    body = "".join(f"{it}\n" for it in cases)
    suite = f'<testsuite name="san" {counts}>\n{body}</testsuite>'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n{suite}\n</testsuites>\n'


def _case(entry: Entry, view: View) -> str:
    classname, name = _names(entry)
    text = clean(
        "\n".join([f"{owner_text(entry)} {state_text(entry)}: {entry.owner.reason}", *report_lines(entry, view)])
    )
    kind = quoteattr(one_line(entry.finding.kind))
    failure = f"<failure message={quoteattr(headline(entry, view))} type={kind}>{escape(text)}</failure>"
    inner = failure if entry.counts else f"<system-out>{escape(text)}</system-out>"
    return f'<testcase classname={quoteattr(classname)} name={quoteattr(name)} time="0.0">{inner}</testcase>'


def _names(entry: Entry) -> tuple[str, str]:
    """As pytest names a test, with the finding's identity, so that two of one test are two."""
    if not entry.tests:
        return "san", f"{one_line(entry.finding.kind)} [{entry.id}]"
    file, *rest = clean(entry.tests[0]).split("::")
    classname = ".".join([file.removesuffix(".py").replace("/", "."), *rest[:-1]])
    return one_line(classname), one_line(f"{rest[-1] if rest else file} [{entry.id}]")


def _error(failure: Failure) -> str:
    name = quoteattr(one_line(failure.text))
    error = f'<error message={name} type="{failure.kind}">{escape(clean(failure.text))}</error>'
    return f'<testcase classname="san" name={name} time="0.0">{error}</testcase>'
