"""A project in a folder of its own, and a `python` in which a fake runtime stands for the sanitizer's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PLUGIN = HERE.parent / "plugin"


@dataclass(slots=True)
class Answer:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class Project:
    """A folder with tests in it."""

    folder: Path
    environment: dict[str, str]

    def write(self, name: str, text: str) -> None:
        """Writes one file."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def call(self, *command: str, **environment: str) -> Answer:
        """Runs a command in the folder."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment | environment, capture_output=True, timeout=120, check=False
        )
        return Answer(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def san(self, *words: str, **environment: str) -> Answer:
        """Runs `san`."""
        return self.call(sys.executable, "-m", "san", *words, **environment)

    def python(self, *words: str, **environment: str) -> Answer:
        """Runs the `python` with the runtime."""
        return self.call("python", *words, **environment)

    def runs(self) -> list[Path]:
        """The folders of runs, oldest first."""
        return sorted((it for it in self.folder.glob(".san/*") if it.is_dir()), key=lambda it: it.stat().st_mtime_ns)

    def journal(self) -> list[dict[str, Any]]:
        """The last run's journal."""
        return [json.loads(line) for line in (self.runs()[-1] / "journal.jsonl").read_text().splitlines()]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image lays out: the plugin with its entry point, and in front of `python` the fake runtime."""
    site = tmp_path_factory.mktemp("site")
    plugin = (PLUGIN / "pysan_pytest.py").read_text(encoding="utf-8")
    subprocess.run([sys.executable, HERE.parent / "pack.py", site / "san.pyz"], check=True)
    san = f'SAN = ("{sys.executable}", "-I", "{site}/san.pyz")\n'
    (site / "pysan_pytest.py").write_text(re.sub(r"^SAN = .*\n", san, plugin, flags=re.MULTILINE), encoding="utf-8")
    shutil.copytree(PLUGIN / "pysan_pytest.dist-info", site / "pysan_pytest-1.dist-info")
    shutil.copy(HERE / "fake_runtime.py", site / "sitecustomize.py")
    return site


@pytest.fixture
def project(tmp_path: Path, site: Path) -> Project:
    """An empty project, and the environment to run it in."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    python = bin_folder / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={site}:$PYTHONPATH exec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    folder = tmp_path / "project"
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYSAN_", "PYTEST_"))}
    kept |= {"PATH": f"{bin_folder}:{kept['PATH']}", "PYTHONPATH": str(HERE.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    return Project(folder, kept)
