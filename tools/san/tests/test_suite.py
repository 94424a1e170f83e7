"""`san pytest` from the command line to the exit code, on a runtime that really writes files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

CLEAN = "def test_clean(): pass\n"
FAILED = "def test_failed(): assert 0\n"
RACE = "import fake_runtime\ndef test_race(): fake_runtime.race()\n"
ABORT = "import fake_runtime\ndef test_abort(): fake_runtime.abort()\ndef test_behind(): pass\n"
HANG = "import time\ndef test_hang(): time.sleep(600)\n"
KILLED = "import os, signal\ndef test_killed(): os.kill(os.getpid(), signal.SIGKILL)\n"
CRASH = "import os, signal\ndef test_crash(): os.kill(os.getpid(), signal.SIGSEGV)\n"
LEFT = "import os\ndef test_left(): os._exit(0)\n"
BROKEN = "def test_(:\n"
SKIPPED = "import pytest\n@pytest.mark.skip\ndef test_skipped(): pass\n"


@pytest.mark.parametrize(
    ("what", "tests", "words", "code"),
    [
        ("clean", CLEAN, [], 0),
        ("a test failed", CLEAN + FAILED, [], 1),
        ("a race", CLEAN + RACE, [], 8),
        ("a race and a failed test", FAILED + RACE, [], 9),
        ("an abort", ABORT, [], 9),
        ("a hang", CLEAN + HANG, ["--timeout", "2"], 1),
        ("a crash", CLEAN + CRASH, [], 1),
        ("killed from outside", CLEAN + KILLED, [], 3),
        ("left by os._exit(0)", CLEAN + LEFT, [], 3),
        ("nothing collected", "", [], 3),
        ("all skipped", SKIPPED, [], 3),
        ("a file that cannot be collected", BROKEN, [], 3),
        ("xdist", CLEAN, ["--", "-n", "2"], 3),
        ("an argument that pytest does not know", CLEAN, ["--", "--nonsense"], 2),
        ("a race, advisory", CLEAN + RACE, ["--advisory"], 0),
        ("a race and a failed test, advisory", FAILED + RACE, ["--advisory"], 1),
        ("killed, advisory", CLEAN + KILLED, ["--advisory"], 3),
        ("--repeat nonsense", CLEAN, ["--repeat", "often"], 2),
        ("--threaded before any run", CLEAN, ["--threaded"], 2),
    ],
)
def test_ends_with_the_code(project: Project, what: str, tests: str, words: list[str], code: int) -> None:
    project.write("test_it.py", tests)
    answer = project.san("pytest", *words)
    assert answer.code == code, (what, answer)
    assert answer.err or answer.out


@pytest.mark.parametrize(
    ("what", "environment"),
    [
        ("report_bugs", {"TSAN_OPTIONS": "report_bugs=0"}),
        ("exitcode", {"TSAN_OPTIONS": "exitcode=0"}),
        ("log_path", {"TSAN_OPTIONS": "log_path=/tmp/somewhere"}),
        ("suppressions of nowhere", {"TSAN_OPTIONS": "suppressions=/nowhere"}),
        ("symbolize", {"TSAN_OPTIONS": "symbolize=0"}),
        ("the plugin is switched off", {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
        ("the plugin is left out", {"PYTEST_ADDOPTS": "-p no:pysan"}),
        ("xdist by the environment", {"PYTEST_ADDOPTS": "-n 3"}),
    ],
)
def test_refuses_what_hides_findings(project: Project, what: str, environment: dict[str, str]) -> None:
    project.write("test_it.py", CLEAN)
    answer = project.san("pytest", **environment)
    assert answer.code == 3, (what, answer)
    assert "remedy: " in answer.err


def test_counts_what_nobody_owns(project: Project) -> None:
    project.write("test_it.py", RACE)
    assert project.san("pytest", FAKE_FOLDER="/somewhere").code == 8


def test_refuses_an_interpreter_without_a_runtime(project: Project) -> None:
    project.write("test_it.py", CLEAN)
    (project.folder.parent / "bin" / "python").write_text('#!/bin/sh\nexec python3 "$@"\n')
    answer = project.san("pytest")
    assert (answer.code, "no sanitizer in it" in answer.err) == (3, True), answer


def test_names_twenty_races_in_twenty_tests(project: Project) -> None:
    project.write(
        "test_it.py",
        "import fake_runtime, subprocess, sys\n"
        + "".join(f"def test_{n}(): fake_runtime.race('site_{n}')\n" for n in range(10))
        + "".join(
            f"def test_{n}(): subprocess.run([sys.executable, '-c', 'import fake_runtime; fake_runtime.race(\"site_{n}\")'])\n"
            for n in range(10, 20)
        ),
    )
    answer = project.san("pytest")
    assert answer.code == 8, answer
    named = dict(found_in(project))
    assert named == {f"site_{n}": f"test_it.py::test_{n}" for n in range(20)}


def found_in(project: Project) -> list[tuple[str, str]]:
    """Function and test of each report in the last run, by the names of the logs."""
    run = project.runs()[-1]
    tests = {it["number"]: it["id"] for it in project.journal() if it["event"] == "test"}
    logs = [it for it in run.iterdir() if re.match(r"\d+-", it.name)]
    return [
        (function, tests.get(int(log.name.partition("-")[0]), "session"))
        for log in logs
        for function in re.findall(r"SUMMARY: .* in (\w+)", log.read_text())
    ]


def test_accounts_for_fifty_tests_of_which_three_abort(project: Project) -> None:
    bodies = [f"fake_runtime.abort('at_{n}')" if n in (7, 8, 49) else "pass" for n in range(50)]
    body = "".join(f"def test_{n}(): {body}\n" for n, body in enumerate(bodies))
    project.write("test_it.py", f"import fake_runtime\n{body}")
    answer = project.san("pytest", FAKE_RUNTIME="address")
    assert answer.code == 9, answer
    started = [it["id"] for it in project.journal() if it["event"] == "test"]
    assert started == [f"test_it.py::test_{n}" for n in range(50)]
    assert sorted(found_in(project)) == [(f"at_{n}", f"test_it.py::test_{n}") for n in (49, 7, 8)]


def test_stops_where_pytest_would(project: Project) -> None:
    project.write("test_it.py", ABORT)
    assert project.san("pytest", "--", "-x").code == 9
    assert [it["id"] for it in project.journal() if it["event"] == "test"] == ["test_it.py::test_abort"]


THREADS = """
import threading, fake_runtime
runs = []
def test_alone(): runs.append("alone")
def test_together():
    start = threading.Barrier(3)
    threads = [threading.Thread(target=start.wait) for _ in range(3)]
    for it in threads: it.start()
    for it in threads: it.join()
    runs.append("together")
    if len(runs) == 4: fake_runtime.race("rare")
"""


def test_repeats_tests_that_had_threads(project: Project) -> None:
    project.write("test_it.py", THREADS)
    answer = project.san("pytest", "--repeat", "3")
    assert answer.code == 8, answer
    rounds = [(it["id"], it["round"]) for it in project.journal() if it["event"] == "test"]
    assert rounds == [
        ("test_it.py::test_alone", 1),
        ("test_it.py::test_together", 1),
        ("test_it.py::test_together", 2),
        ("test_it.py::test_together", 3),
    ]
    assert found_in(project) == [("rare", "test_it.py::test_together")]


def test_repeats_for_a_share_of_the_suite(project: Project) -> None:
    project.write("test_it.py", f"{THREADS}\ndef test_long():\n    import time; time.sleep(1)\n")
    project.san("pytest", "--repeat", "auto")
    times = [it["at"] for it in project.journal()]
    assert len(times) > 20
    # A share of 3.3 s or so: the bound is what a machine with much else to do needs for it.
    assert times[-1] - times[0] < 30


def test_gives_the_time_to_tests_without_a_report(project: Project) -> None:
    project.write(
        "test_it.py",
        "import threading, fake_runtime\n"
        "def start(work):\n    it = threading.Thread(target=work)\n    it.start()\n    it.join()\n"
        "def test_found(): start(lambda: fake_runtime.race('often'))\n"
        "def test_silent(): start(lambda: None)\n",
    )
    project.san("pytest", "--repeat", "auto")
    rounds = [(it["id"].partition("::")[2], it["round"]) for it in project.journal() if it["event"] == "test"]
    last = rounds[-1][1]
    assert last > 4
    assert [it for name, it in rounds if name == "test_found"] in (
        [1, *range(4, last + 1, 4)],
        [1, *range(4, last, 4)],
    )
    assert [it for name, it in rounds if name == "test_silent"][-2:] in ([last - 1, last], [last - 2, last - 1])


def test_runs_again_only_what_had_threads(project: Project) -> None:
    project.write("test_it.py", THREADS)
    project.san("pytest")
    project.san("pytest", "--threaded")
    assert [it["id"] for it in project.journal() if it["event"] == "test"] == ["test_it.py::test_together"]


def test_says_which_test_made_a_thread_that_outlives_it(project: Project) -> None:
    project.write(
        "test_it.py",
        "import threading, fake_runtime, time\nlate = threading.Event()\n"
        "def work():\n    late.wait(); fake_runtime.race('late', of_this_thread=True)\n"
        "def test_maker(): threading.Thread(target=work).start()\n"
        "def test_next():\n    late.set(); time.sleep(0.3)\n",
    )
    answer = project.san("pytest")
    assert answer.code == 8
    assert "during test_it.py::test_next, thread made by test_it.py::test_maker" in answer.out + answer.err


def test_keeps_what_a_child_without_environment_prints(project: Project) -> None:
    project.write(
        "test_it.py",
        "import subprocess, sys\n"
        "def test_bare(): subprocess.run([sys.executable, '-c', 'import fake_runtime; fake_runtime.race(\"bare\")'],"
        " env={'PYTHONPATH': __import__('os').environ['PYTHONPATH']})\n",
    )
    assert project.san("pytest").code == 8
    assert found_in(project) == [("bare", "test_it.py::test_bare")]
