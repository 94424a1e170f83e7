"""Files of suppressions: what a runtime would do with them, said before anything runs.

Syntax: https://clang.llvm.org/docs/ThreadSanitizer.html and, in compiler-rt, sanitizer_suppressions.cpp:
`type:pattern` a line, `#` begins a comment line, `*` stands for any text, `^` and `$` for the ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Types by the sanitizer that knows them; a runtime does not start with a type of another.
TYPES = {
    "thread": "race race_top mutex thread signal deadlock called_from_lib".split(),
    "address": "interceptor_name interceptor_via_fun interceptor_via_lib odr_violation alloc_dealloc_mismatch".split(),
    "leak": ["leak"],
    # https://github.com/llvm/llvm-project/blob/main/compiler-rt/lib/ubsan/ubsan_checks.inc
    "undefined": (
        "undefined null pointer-overflow alignment object-size signed-integer-overflow unsigned-integer-overflow"
        " integer-divide-by-zero float-divide-by-zero builtin objc-cast implicit-unsigned-integer-truncation"
        " implicit-signed-integer-truncation implicit-integer-sign-change implicit-bitfield-conversion shift-base"
        " shift-exponent bounds local-bounds unreachable return vla-bound float-cast-overflow bool enum function"
        " returns-nonnull-attribute nonnull-attribute nullability-return nullability-arg vptr vptr_check cfi"
    ).split(),
}
# What is below each call of Python code. `race:` matches any frame of a stack, so one of these hides almost every race
# (https://github.com/python/cpython/issues/118722).
_everywhere = (
    "_PyEval_EvalFrameDefault _PyEval_EvalFrame _PyEval_Vector PyEval_EvalCode _PyFunction_Vectorcall PyObject_Call"
    " PyObject_Vectorcall _PyObject_VectorcallTstate _PyObject_Call _PyVectorcall_Call method_vectorcall thread_run"
    " pythread_wrapper _PyObject_MakeTpCall Py_RunMain pymain_run_python main cfunction_vectorcall_NOARGS _Py_Dealloc"
    " /usr/src/python/Python/ceval.c Python/generated_cases.c.h start_thread python python3"
).split()
_everywhere_types = {"race", "deadlock", "mutex", "leak"}


@dataclass(frozen=True, slots=True)
class Suppression:
    """One entry."""

    #: `race`, `leak`, …
    type: str
    pattern: str
    file: str
    #: Counted from 1.
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line."""

    file: str
    line: int
    sentence: str


def parse_suppressions(name: str, text: str, sanitizer: str | None = None) -> tuple[list[Suppression], list[Problem]]:
    """The entries of one file, and what is wrong with it; `sanitizer` is `thread`, `address`, …, or any."""
    entries: list[Suppression] = []
    problems: list[Problem] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip(" \t\r\n\v\f")
        if not line or line.startswith("#"):
            continue
        kind, colon, pattern = line.partition(":")
        entry = Suppression(kind, pattern, name, number)
        sentence = _problem_of(entry, sanitizer) if colon else f'expected "type:pattern", found {_quote(line)}'
        if sentence is None:
            entries.append(entry)
        else:
            problems.append(Problem(name, number, sentence))
    return entries, problems


def _problem_of(entry: Suppression, sanitizer: str | None) -> str | None:
    kinds = [it for name, types in TYPES.items() if sanitizer in {None, name} for it in types]
    if entry.type not in kinds:
        return f"{_quote(entry.type)} is no type of suppression; there are {', '.join(kinds)}"
    if not entry.pattern.strip("*^$"):
        return f"{_quote(entry.pattern)} matches everything"
    if entry.pattern != entry.pattern.lstrip():
        return f"{_quote(entry.pattern)} begins with a blank, which is part of the pattern"
    hidden = next((it for it in _everywhere if matches(entry.pattern, it)), None)
    if hidden is not None and entry.type in _everywhere_types:
        return f"{entry.type}:{entry.pattern} hides nearly everything: {hidden} is in nearly every stack"
    return None


def _quote(text: str) -> str:
    return f'"{text[:80]}"'


def matches(pattern: str, text: str) -> bool:
    """As the runtimes' TemplateMatch: a part of the text is enough unless `^` or `$` forbids it; no case is folded."""
    head, tail = pattern.startswith("^"), pattern.endswith("$")
    body = pattern[1 if head else 0 : len(pattern) - 1 if tail else None]
    expression = ".*".join(re.escape(it) for it in body.split("*"))
    return re.search(("^" if head else "") + expression + (r"\Z" if tail else ""), text, re.S) is not None


def check_suppressions(
    files: Iterable[tuple[str, str]], sanitizer: str | None = None
) -> tuple[list[Suppression], list[Problem]]:
    """The entries of several files, given as name and text, and all that is wrong with them."""
    entries: list[Suppression] = []
    problems: list[Problem] = []
    for name, text in files:
        found, wrong = parse_suppressions(name, text, sanitizer)
        entries += found
        problems += wrong
    return entries, problems + _repeated(entries)


def _repeated(entries: Iterable[Suppression]) -> list[Problem]:
    first: dict[tuple[str, str], Suppression] = {}
    pairs = [(it, first.setdefault((it.type, it.pattern), it)) for it in entries]
    return [
        Problem(it.file, it.line, f"{it.type}:{it.pattern} stands at {before.file}:{before.line} already")
        for it, before in pairs
        if it is not before
    ]


def format_suppressions(entries: Sequence[Suppression]) -> str:
    """One file with all of them, each once, with where it came from: a runtime takes one file only."""
    unique = {(it.type, it.pattern): it for it in reversed(entries)}
    ordered = sorted(unique.values(), key=lambda it: (it.file, it.line))
    return "".join(f"# {it.file}:{it.line}\n{it.type}:{it.pattern}\n" for it in ordered)


# `ThreadSanitizer: Matched 2 suppressions (pid=7):` and lines `3 race:name`; AddressSanitizer and LeakSanitizer print
# a table `count bytes template` below `Suppressions used:`. Both need print_suppressions=1.
_matched = re.compile(r"(?:ThreadSanitizer: Matched [0-9]+ suppressions|Suppressions used:)")
_thread_line = re.compile(r" *(?P<count>[0-9]+) (?P<type>[a-z_]+):(?P<pattern>.+)")
_table_line = re.compile(r" *(?P<count>[0-9]+) +[0-9]+ (?P<pattern>.+)")


def matched_suppressions(lines: Iterable[str]) -> set[tuple[str, str]]:
    """Type and pattern of the entries that a log says were used."""
    used: set[tuple[str, str]] = set()
    inside = False
    for line in lines:
        if _matched.search(line):
            inside = True
        elif inside and (match := _thread_line.fullmatch(line)):
            used.add((match["type"], match["pattern"]))
        elif inside and (match := _table_line.fullmatch(line)):
            used.add(("leak", match["pattern"]))
        elif "count" not in line:
            inside = False
    return used


def says_what_matched(line: str) -> bool:
    """Whether a line begins such a list: a log without one cannot tell what is unused."""
    return _matched.search(line) is not None


def unused_suppressions(entries: Iterable[Suppression], used: set[tuple[str, str]]) -> list[Suppression]:
    """The entries that no log names."""
    return [it for it in entries if (it.type, it.pattern) not in used]
