"""The command line as a whole, and the file that it is packed into."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent


def san(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "san", *words], cwd=HERE, capture_output=True, text=True, check=False)


def test_helps_on_one_screen() -> None:
    answer = san("--help")
    assert answer.returncode == 0
    assert len(answer.stdout.splitlines()) <= 50
    assert max(map(len, answer.stdout.splitlines())) <= 120


@pytest.mark.parametrize("words", [["nonsense"], ["pytest", "--nonsense"], ["run"]])
def test_rejects_what_it_does_not_know_by_2(words: list[str]) -> None:
    answer = san(*words)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


def test_imports_no_command_for_help() -> None:
    program = "import sys, san.cli\ntry: san.cli.main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", program], cwd=HERE, capture_output=True, text=True, check=True
    ).stdout
    assert not [it for it in modules.split() if it.startswith("san.") and it not in ("san.cli", "san.errors")]


def test_packs_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        subprocess.run([sys.executable, HERE / "pack.py", tmp_path / name], check=True, env=os.environ | {"TZ": name})
        time.sleep(0.01)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_runs_packed_from_any_folder(tmp_path: Path) -> None:
    subprocess.run([sys.executable, HERE / "pack.py", tmp_path / "san.pyz"], check=True)
    answer = subprocess.run(
        [sys.executable, "-I", tmp_path / "san.pyz", "env"], cwd="/", capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stdout.startswith("export CC=")) == (0, True), answer


def test_helps_at_once(tmp_path: Path) -> None:
    subprocess.run([sys.executable, HERE / "pack.py", tmp_path / "san.pyz"], check=True)

    def seconds() -> float:
        start = time.monotonic()
        subprocess.run([sys.executable, "-I", tmp_path / "san.pyz", "--help"], capture_output=True, check=True)
        return time.monotonic() - start

    # The machine may be busy: the best of some counts.
    assert min(seconds() for _ in range(10)) < 0.3
