"""`[tool.san]` of pyproject.toml. Every problem is listed; unknown keys are problems."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from san.errors import UsageError

FAIL_ON = ("yours", "reached", "upstream", "new")
#: For a job that does not write the command line itself; it goes before pyproject.toml.
FAIL_ON_VARIABLE = "PYSAN_FAIL_ON"


@dataclass(slots=True)
class Config:
    """What the project says of its runs; the command line overrides it."""

    #: The folder of pyproject.toml; without one, the current folder.
    folder: Path
    #: The distribution under test, `[project] name` when nothing else is said.
    package: str | None = None
    fail_on: str = "yours"
    #: Files of suppressions and of known findings, absolute.
    suppressions: list[Path] = field(default_factory=list[Path])
    baseline: Path | None = None
    #: Threads that run each test at once, by pytest-run-parallel; 0 is not at all.
    parallel: int = 0
    #: `auto`, a number of rounds, or nothing.
    repeat: str = ""
    #: Findings do not decide the exit code. The command line alone says so.
    advisory: bool = False


def read_config(start: Path) -> Config:
    """The configuration of a project, with what the environment says. UsageError has all that is wrong."""
    config = read_project(start)
    said = os.environ.get(FAIL_ON_VARIABLE, "")
    if said and said not in FAIL_ON:
        raise UsageError(f"{FAIL_ON_VARIABLE}: {EXPECTED['fail-on']}, found {said!r}")
    config.fail_on = said or config.fail_on
    return config


def read_project(start: Path) -> Config:
    """The configuration in the nearest pyproject.toml, at or above a folder."""
    file = next((it / "pyproject.toml" for it in (start, *start.parents) if (it / "pyproject.toml").is_file()), None)
    if file is None:
        return Config(folder=start)
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    config = Config(folder=file.parent, package=project_name(document))
    problems = apply(config, table_of(table_of(document, "tool"), "san"))
    if problems:
        raise UsageError(f"{file} is not valid:\n" + "\n".join(f"  - tool.san.{it}" for it in problems))
    return config


def table_of(table: dict[str, object], name: str) -> dict[str, object]:
    """A table within a table; empty when there is none."""
    inner = table.get(name)
    return cast("dict[str, object]", inner) if isinstance(inner, dict) else {}


def project_name(document: dict[str, object]) -> str | None:
    """`[project] name`."""
    name = table_of(document, "project").get("name")
    return name if isinstance(name, str) else None


def apply(config: Config, table: dict[str, object]) -> list[str]:
    """Writes a table's values to the configuration and returns what is wrong with it."""
    problems: list[str] = []
    for key, value in table.items():
        expectation = apply_one(config, key, value)
        if expectation:
            problems.append(
                f"{key}: {expectation}, found {value!r}" if expectation != "unknown key" else f"{key}: {expectation}"
            )
    return problems


def apply_one(config: Config, key: str, value: object) -> str:
    """Writes one value, or returns what was expected there."""
    match key, value:
        case "package", str():
            config.package = value
        case "fail-on", str() if value in FAIL_ON:
            config.fail_on = value
        case "suppressions", str():
            config.suppressions = [config.folder / value]
        case "suppressions", list() if all(isinstance(it, str) for it in cast("list[object]", value)):
            config.suppressions = [config.folder / it for it in cast("list[str]", value)]
        case "baseline", str():
            config.baseline = config.folder / value
        case "parallel", int() if value is not True and value is not False and value >= 0:
            config.parallel = value
        case "repeat", "auto":
            config.repeat = "auto"
        case "repeat", int() if value is not True and value is not False and value >= 1:
            config.repeat = str(value)
        case _:
            return EXPECTED.get(key, "unknown key")
    return ""


EXPECTED = {
    "package": "expected the name of a distribution",
    "fail-on": f"expected one of {', '.join(FAIL_ON)}",
    "suppressions": "expected a path or a list of paths",
    "baseline": "expected a path",
    "parallel": "expected a number of threads",
    "repeat": 'expected "auto" or a number of rounds',
}
