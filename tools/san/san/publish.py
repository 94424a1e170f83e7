"""A report -> its forms and files. What `san report`, `san pytest` and `san run` end with."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from san.attribution import Attribution
from san.model import Report
from san.view import View, one_line

#: Name of each form -> the file that holds it below `.san/<run>/`. `text` and `github` are printed.
FILES = {"json": "findings.json", "sarif": "findings.sarif", "junit": "findings.xml", "markdown": "summary.md"}
FORMS = ("text", "json", "sarif", "junit", "github", "markdown")
#: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands: 1 MiB for a step, else nothing.
SUMMARY_BYTES_MAX = 1_000_000
_LEFT_OUT = "\n\nGitHub shows no summary above 1 MiB, so the rest is left out. The log and the report have all of it.\n"
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
        append_summary(Path(summary), render("markdown", report, view))
    return render("github", report, view)


def append_summary(file: Path, text: str) -> None:
    """Appends to a step's summary the lines that GitHub shows, and says once when that is not all."""
    left_out = _LEFT_OUT.encode()
    before = file.read_bytes() if file.exists() else b""
    if before.endswith(left_out):
        return
    encoded = text.encode(errors="replace")
    room = max(SUMMARY_BYTES_MAX - len(before), 0)
    if len(encoded) > room:
        encoded = encoded[: encoded.rfind(b"\n", 0, room) + 1] + left_out
    with file.open("ab") as stream:
        stream.write(encoded)


def set_outputs(report: Report, folder: Path, environment: Mapping[str, str] = os.environ) -> None:
    """In GitHub Actions: the step's outputs `findings`, those that count, and `report`, the folder of the files."""
    file = environment.get("GITHUB_OUTPUT")
    if environment.get("GITHUB_ACTIONS") != "true" or not file:
        return
    workspace = Path(environment.get("GITHUB_WORKSPACE", "/"))
    place = folder.relative_to(workspace) if folder.is_relative_to(workspace) else folder
    counting = sum(it.counts for it in report.entries)
    with Path(file).open("a", encoding="utf-8", errors="replace") as stream:
        stream.write(f"findings={counting}\nreport={one_line(str(place), 4096)}\n")


def write_sarif(report: Report, view: View, environment: Mapping[str, str] = os.environ) -> None:
    """Writes SARIF where PYSAN_SARIF says, from the root of the checkout: a later step uploads it."""
    path = environment.get("PYSAN_SARIF")
    if path:
        file = Path(environment.get("GITHUB_WORKSPACE", "")) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(render("sarif", report, view), encoding="utf-8", errors="replace")
