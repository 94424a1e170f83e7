"""Which LLVM made a file, and what the doctor says when two do not fit."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from san import llvm
from san.config import Config
from san.doctor import Examination, Problem, check_rust, check_symbolizer
from san.elf import HEADER, SECTION, read_library
from san.probe import Answer, Facts

RUSTC = "rustc version 1.96.0 (0123456789 2026-05-28)"
CLANG = "Debian clang version 22.1.8 (1~deb13u5)"


def elf(path: Path, *compilers: str) -> str:
    """A library of which nothing but its compilers is known."""
    names = b"\0.shstrtab\0.comment\0"
    comment = b"".join(it.encode() + b"\0" for it in compilers)
    start = HEADER.size + 3 * SECTION.size
    sections = [
        (0,) * 10,
        (1, 3, 0, 0, start, len(names), 0, 0, 1, 0),
        (11, 1, 0, 0, start + len(names), len(comment), 0, 0, 1, 1),
    ]
    header = HEADER.pack(b"\x7fELF\x02\x01\x01".ljust(16, b"\0"), 3, 62, 1, 0, 0, HEADER.size, 0, 64, 0, 0, 64, 3, 1)
    path.write_bytes(header + b"".join(struct.pack(SECTION.format, *it) for it in sections) + names + comment)
    return str(path)


def program(path: Path, says: str) -> str:
    """A program that says one thing."""
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    llvm.version_of.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))


def test_reads_the_compilers_of_a_file(tmp_path: Path) -> None:
    library = read_library(Path(elf(tmp_path / "it.so", RUSTC, CLANG)))
    assert library is not None
    assert library.compilers == {RUSTC, CLANG}


@pytest.mark.parametrize(
    ("compiler", "major"),
    [
        ("rustc version 1.85.1 (4eb161250 2025-03-15)", 19),
        ("rustc version 1.90.0 (1159e78c4 2025-09-14)", 20),
        ("rustc version 1.91.0-nightly (abc 2025-08-20)", 21),
        (RUSTC, 22),
        ("rustc version 1.70.0 (before the table)", None),
        ("rustc version 1.199.0 (behind the table)", None),
        (CLANG, None),
    ],
)
def test_knows_which_llvm_a_rustc_has(compiler: str, major: int | None) -> None:
    assert llvm.rust_major([compiler]) == major


def test_asks_the_rustc_that_is_here(tmp_path: Path) -> None:
    program(tmp_path / "rustc", "release: 1.96.1\nLLVM version: 21.1.8")
    assert llvm.rust_major([RUSTC]) == 21


def examination(tmp_path: Path, runtime: str, **environment: str) -> Examination:
    """A package whose one library rustc compiled, on an interpreter of some Clang."""
    facts = Facts(executable=elf(tmp_path / "python", runtime), sanitizer="thread")
    facts.files = {"mine": [elf(tmp_path / "mine.so", RUSTC)]}
    answer = Answer(facts, 0, "")
    return Examination(Config(tmp_path, package="mine"), environment=environment, answer=answer)


@pytest.mark.parametrize(("runtime", "problems"), [(CLANG, 0), ("clang version 21.1.8", 1), ("GCC: (Debian) 14", 0)])
def test_refuses_rust_of_another_llvm(tmp_path: Path, runtime: str, problems: int) -> None:
    found = list(check_rust(examination(tmp_path, runtime)))
    assert len(found) == problems
    assert all("a rustc of LLVM 22, the runtime is of LLVM 21" in it.text for it in found)


@pytest.mark.parametrize(("says", "problems"), [("Debian LLVM version 22.1.8", 0), ("LLVM version 19.1.7", 1)])
def test_refuses_a_symbolizer_of_another_llvm(tmp_path: Path, says: str, problems: int) -> None:
    path = program(tmp_path / "symbolizer", says)
    it = examination(tmp_path, CLANG, TSAN_OPTIONS=f"external_symbolizer_path={path}")
    found: list[Problem] = list(check_symbolizer(it))
    assert [f"{path} is of LLVM 19" in it.text for it in found] == [True] * problems
