"""`[tool.san]`: what is taken, and what is named as wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from san.config import read_config
from san.errors import UsageError


def test_takes_all_keys(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "demo"\n[tool.san]\nfail-on = "new"\nsuppressions = ["a.supp", "b.supp"]\n'
        'baseline = "known.jsonl"\nparallel = 4\nrepeat = "auto"\n'
    )
    (tmp_path / "sub").mkdir()
    config = read_config(tmp_path / "sub")
    assert (config.package, config.fail_on, config.parallel, config.repeat) == ("demo", "new", 4, "auto")
    assert config.suppressions == [tmp_path / "a.supp", tmp_path / "b.supp"]
    assert config.baseline == tmp_path / "known.jsonl"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("colour = 1", "tool.san.colour: unknown key"),
        ('fail-on = "mine"', "tool.san.fail-on: expected one of yours, reached, upstream, new, found 'mine'"),
        ("parallel = true", "tool.san.parallel: expected a number of threads, found True"),
        ("parallel = -1", "tool.san.parallel: expected a number of threads, found -1"),
        ("repeat = 0", 'tool.san.repeat: expected "auto" or a number of rounds, found 0'),
        ("suppressions = [1]", "tool.san.suppressions: expected a path or a list of paths, found [1]"),
    ],
)
def test_names_what_is_wrong(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.san]\n{line}\nbaseline = 7\n")
    with pytest.raises(UsageError) as error:
        read_config(tmp_path)
    assert problem in str(error.value)
    assert "tool.san.baseline: expected a path, found 7" in str(error.value)


def test_says_where_a_file_is_no_toml(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.san\n")
    with pytest.raises(UsageError, match=r"pyproject\.toml cannot be read"):
        read_config(tmp_path)


def test_the_environment_says_which_findings_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.san]\nfail-on = "yours"\n')
    monkeypatch.setenv("PYSAN_FAIL_ON", "reached")
    assert read_config(tmp_path).fail_on == "reached"
    monkeypatch.setenv("PYSAN_FAIL_ON", "mine")
    with pytest.raises(UsageError, match="PYSAN_FAIL_ON: expected one of yours, reached, upstream, new"):
        read_config(tmp_path)
