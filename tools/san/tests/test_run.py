"""`san run`: any command, judged by what its processes wrote."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

RACE = "import fake_runtime; fake_runtime.race()"


@pytest.mark.parametrize(
    ("what", "command", "code"),
    [
        ("clean", ["python", "-c", "pass"], 0),
        ("failed", ["python", "-c", "raise SystemExit(5)"], 1),
        ("a race", ["python", "-c", RACE], 8),
        ("a race and a failure", ["python", "-c", f"{RACE}; raise SystemExit(66)"], 9),
        ("a race in a child", ["sh", "-c", f"cd / && python -c '{RACE}'"], 8),
        ("killed", ["sh", "-c", "kill -9 $$"], 3),
        ("no such command", ["no-such-command"], 2),
        ("no command", [], 2),
        ("pytest", ["python", "-m", "pytest", "test_race.py"], 8),
        ("nothing instrumented", ["true"], 3),
        ("nothing instrumented, and a failure", ["false"], 3),
        ("a child without the environment", ["env", "-i", "sh", "-c", "true"], 3),
        ("a python without the runtime", ["/usr/bin/env", "python3", "-S", "-c", "pass"], 3),
        ("a pytest without tests", ["python", "-m", "pytest", "empty"], 3),
        ("a pytest that is left", ["python", "-m", "pytest", "test_left.py"], 3),
    ],
)
def test_ends_with_the_code(project: Project, what: str, command: list[str], code: int) -> None:
    project.write("test_race.py", f"def test_race():\n    {RACE}\n")
    project.write("empty/nothing.txt", "")
    project.write("test_left.py", "import os\ndef test_left(): os._exit(0)\n")
    answer = project.san("run", "--", *command, FAKE_FOLDER=str(project.folder))
    assert answer.code == code, (what, answer)


def test_counts_an_abort_as_a_failure(project: Project) -> None:
    answer = project.san(
        "run", "--", "python", "-c", "import fake_runtime; fake_runtime.abort()", FAKE_RUNTIME="address"
    )
    assert answer.code == 9, answer


def test_suppressions_serve_in_each_folder_and_all_together(project: Project) -> None:
    project.write("pyproject.toml", '[tool.san]\nsuppressions = ["one.supp", "two.supp"]\n')
    project.write("one.supp", "# why\nrace:one\nleak:two\n")
    project.write("two.supp", "race:three\n")
    answer = project.san("run", "--", "sh", "-c", "python -c pass; cd / && echo $TSAN_OPTIONS && echo $LSAN_OPTIONS")
    assert answer.code == 0, answer
    files = [word.partition("suppressions=")[2].partition(":")[0] for word in answer.out.split()]
    lines = [[it for it in pathlib.Path(file).read_text().splitlines() if it[0] != "#"] for file in files]
    assert lines == [["race:one", "race:three"], ["leak:two"]]


@pytest.mark.parametrize("line", ["race", "rage:one", "race:_PyEval_EvalFrameDefault"])
def test_refuses_a_bad_suppression_before_anything_runs(project: Project, line: str) -> None:
    project.write("pyproject.toml", '[tool.san]\nsuppressions = "my.supp"\n')
    project.write("my.supp", f"# why\n{line}\n")
    answer = project.san("run", "--", "touch", "ran")
    assert (answer.code, "my.supp:2: " in answer.err) == (2, True), answer
    assert not (project.folder / "ran").exists()
