import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mutations import CORPUS

from san.cli import main

suppression = "race:list_resize\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout, with a `python` on PATH that has no packages."""
    binaries = tmp_path / "prefix" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").write_text("#!/bin/sh\n")
    (binaries / "python").chmod(0o755)
    monkeypatch.setenv("PATH", str(binaries))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "pyproject.toml").write_text('[project]\nname = "seeded"\n')
    monkeypatch.chdir(checkout)
    return checkout


def log(name: str, folder: Path) -> str:
    """A log of the corpus, as if the program had been compiled in a folder."""
    copy = folder / f"{name}.txt"
    copy.write_bytes((CORPUS / f"{name}.txt").read_bytes().replace(b"/src/seeded", str(folder).encode()))
    return str(copy)


def test_report_says_what_logs_hold(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", log("thread-two-22", project)]) == 8
    assert "2 findings count (fail-on yours); 2 in all: yours 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("names", "words", "code"),
    [
        (["shape-plain"], [], 0),
        (["thread-two-22"], ["--advisory"], 0),
        (["shape-refused-layout"], [], 3),
        (["shape-cut-stack"], [], 3),
        (["shape-cut-header"], [], 3),
        (["shape-cut-start"], ["--advisory"], 3),
        (["thread-two-22"], ["--as", "pdf"], 2),
        (["thread-two-22"], ["--fail-on", "new"], 8),
    ],
)
def test_report_ends_with_a_code_to_trust(project: Path, names: list[str], words: list[str], code: int) -> None:
    assert main(["report", *(log(it, project) for it in names), *words]) == code


def test_says_when_there_are_more_findings_than_anybody_reads(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("san.collect.ENTRIES_MAX", 1)
    monkeypatch.setattr("san.conclude.ENTRIES_MAX", 1)
    assert main(["report", log("thread-two-22", project)]) == 3
    assert "1 different findings or more" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["one race again and again", "a new race each time", "one line without an end"])
def test_reads_a_long_log_in_little_memory(project: Path, what: str) -> None:
    race = (CORPUS / "thread-two-22.txt").read_bytes()
    # 16 MB to a process that may have 72 MiB, of which Python takes its share.
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (72 << 20, 72 << 20));"
        "from san import cli, collect, conclude; collect.ENTRIES_MAX = conclude.ENTRIES_MAX = 1000;"
        "sys.exit(cli.main(['report', '-', '--as', 'github']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": str(CORPUS.parent), "PATH": os.environ["PATH"]},
    )
    assert process.stdin is not None
    for number in range(16_000_000 // len(race)):
        parts = {
            "a new race each time": race.replace(b"#0 ", b"#0 f%d_" % number),
            "one line without an end": b"x" * len(race),
        }
        process.stdin.write(parts.get(what, race))
    _, errors = process.communicate()
    codes = {"a new race each time": 3, "one line without an end": 0}
    assert process.returncode == codes.get(what, 8), errors.decode()


def test_a_log_that_is_not_there_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "no such file"]) == 2
    assert "no such file: No such file" in capsys.readouterr().err


def test_report_writes_files_and_baseline_records_them(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["report", log("thread-two-22", project), "--output", "run", "--as", "sarif"])
    assert json.loads(capsys.readouterr().out)["version"] == "2.1.0"
    assert main(["baseline", "record", "run/findings.json", "run/findings.json", "--file", "races.jsonl"]) == 0
    assert main(["baseline", "show", "--file", "races.jsonl", "--json"]) == 0
    out = capsys.readouterr().out
    shown = json.loads(out[out.index("[") :])
    assert [(it["hits"], it["runs"], it["state"]) for it in shown] == [(2, 2, "open")] * 2


def test_a_known_finding_does_not_count_as_new(project: Path) -> None:
    name = log("thread-two-22", project)
    main(["report", name, "--output", "run"])
    main(["baseline", "record", "run/findings.json", "--file", "races.jsonl"])
    (project / "pyproject.toml").write_text('[project]\nname = "seeded"\n[tool.san]\nbaseline = "races.jsonl"\n')
    assert main(["report", name, "--fail-on", "new"]) == 0
    assert main(["report", log("thread-template-22", project), "--fail-on", "new"]) == 8


def test_runs_that_found_nothing_count_when_they_come_first(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["report", log("thread-two-22", project), "--output", "run"])
    main(["report", log("shape-plain", project), "--output", "clean"])
    reports = ["clean/findings.json", "clean/findings.json", "run/findings.json"]
    assert main(["baseline", "record", *reports, "--file", "races.jsonl"]) == 0
    capsys.readouterr()
    main(["baseline", "show", "--file", "races.jsonl"])
    assert "1 of 3 runs" in capsys.readouterr().out


def test_baseline_diff(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["report", log("thread-two-22", project), "--output", "run"])
    main(["baseline", "record", "run/findings.json", "--file", "new.jsonl"])
    Path("old.jsonl").write_text("")
    capsys.readouterr()
    assert main(["baseline", "diff", "old.jsonl", "new.jsonl"]) == 0
    assert re.findall("^[a-z]+", capsys.readouterr().out, re.M) == ["new", "new"]
    assert main(["baseline", "diff", "old.jsonl"]) == 2
    Path("old.jsonl").write_text("nonsense\n")
    assert main(["baseline", "diff", "old.jsonl", "new.jsonl"]) == 2
    assert "old.jsonl:1: expected JSON" in capsys.readouterr().err


def test_suppressions(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.supp").write_text("# why\nrace:list_resize\nrace:unseen\n")
    (project / "b.supp").write_text("race:_PyEval_EvalFrameDefault\nrase:typo\n")
    (project / "log").write_text("ThreadSanitizer: Matched 1 suppressions (pid=7):\n1 race:list_resize\n")
    assert main(["suppressions", "check", "a.supp"]) == 0
    assert main(["suppressions", "check", "a.supp", "b.supp"]) == 2
    error = capsys.readouterr().err
    assert "b.supp:1: race:_PyEval_EvalFrameDefault hides nearly everything" in error
    assert 'b.supp:2: "rase" is no type' in error
    assert main(["suppressions", "unused", "a.supp", "--log", "log"]) == 0
    assert capsys.readouterr().out == "a.supp:3: race:unseen matched nothing\n"
    assert main(["suppressions", "unused", "a.supp", "--log", "a.supp"]) == 3
    assert main(["suppressions", "unused", "a.supp"]) == 2
    assert main(["suppressions", "print", "a.supp"]) == 0
    assert main(["suppressions", "check"]) == 2
    assert main(["suppressions", "check", "no such file"]) == 2
