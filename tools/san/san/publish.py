"""A report -> its forms and files. What `san report`, `san pytest` and `san run` end with."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from san.attribution import Attribution
from san.model import Report
from san.view import View

#: Name of each form -> the file that holds it below `.san/<run>/`. `text` and `github` are printed.
FILES = {"json": "findings.json", "sarif": "findings.sarif", "junit": "findings.xml", "markdown": "summary.md"}
FORMS = ("text", "json", "sarif", "junit", "github", "markdown")
_modules = {"json": "findings"}


class Writer(Protocol):
    """What each module in `san.writers` has."""

    def write(self, report: Report, view: View) -> str:
        """The report in its form."""
        ...


def view_of(attribution: Attribution, root: Path) -> View:
    """How a report is looked at from a checkout."""
    return View(str(root), attribution.distributions, attribution.under_test)


def render(form: str, report: Report, view: View) -> str:
    """The report in one of `FORMS`. Only that writer is imported."""
    return cast("Writer", importlib.import_module(f"san.writers.{_modules.get(form, form)}")).write(report, view)


def write_files(report: Report, view: View, folder: Path) -> None:
    """All files of a report below `.san/<run>/`; each is there whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for form, name in FILES.items():
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_text(render(form, report, view), encoding="utf-8", errors="replace")
        draft.replace(folder / name)


def tell_github(report: Report, view: View, environment: Mapping[str, str] = os.environ) -> str:
    """In GitHub Actions: appends to the step's summary, and returns the annotations to print. Else nothing."""
    if environment.get("GITHUB_ACTIONS") != "true":
        return ""
    summary = environment.get("GITHUB_STEP_SUMMARY")
    if summary:
        with Path(summary).open("a", encoding="utf-8", errors="replace") as file:
            file.write(render("markdown", report, view))
    return render("github", report, view)
