import pytest

from san.suppressions import (
    check_suppressions,
    format_suppressions,
    matched_suppressions,
    matches,
    parse_suppressions,
    unused_suppressions,
)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("race", 'expected "type:pattern", found "race"'),
        ("races:foo", '"races" is no type'),
        ("race:", "matches everything"),
        ("race:*", "matches everything"),
        ("race:^*$", "matches everything"),
        ("race: foo", "begins with a blank"),
        ("race:_PyEval_EvalFrameDefault", "hides nearly everything"),
        ("race:_PyEval_*", "hides nearly everything"),
        ("race:Eval", "hides nearly everything"),
        ("race:ceval.c", "hides nearly everything"),
        ("leak:python", "hides nearly everything"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(line: str, sentence: str) -> None:
    entries, problems = parse_suppressions("a b.txt", f"# why\n\n{line}\r\nrace:fine\n")
    assert [it.pattern for it in entries] == ["fine"]
    assert [(it.file, it.line) for it in problems] == [("a b.txt", 3)]
    assert sentence in problems[0].sentence


@pytest.mark.parametrize(
    "line", ["race_top:_PyEval_EvalFrameDefault", "race:list_resize", "thread:pthread_create", "leak:libfoo.so"]
)
def test_a_good_line_is_none_of_that(line: str) -> None:
    assert parse_suppressions("x", line)[1] == []


def test_a_type_of_another_sanitizer_keeps_a_runtime_from_starting() -> None:
    assert parse_suppressions("x", "leak:foo", "thread")[1][0].line == 1
    assert parse_suppressions("x", "leak:foo", "leak")[1] == []


@pytest.mark.parametrize(
    ("pattern", "text", "matched"),
    [
        ("foo", "a_foo_b", True),
        ("^foo", "a_foo", False),
        ("foo$", "foo_b", False),
        ("f*o", "f_anything_o", True),
        ("^f*o$", "f.o", True),
        ("f.o", "fxo", False),
        ("FOO", "foo", False),
    ],
)
def test_patterns_match_as_the_runtimes_do(pattern: str, text: str, matched: bool) -> None:
    assert matches(pattern, text) == matched


def test_several_files_are_one_and_an_entry_told_twice_is_named() -> None:
    entries, problems = check_suppressions([("a", "race:foo\n"), ("b", "# c\nrace:foo\nrace:bar\n")])
    assert [(it.file, it.line, it.sentence) for it in problems] == [("b", 2, "race:foo stands at a:1 already")]
    assert format_suppressions(entries) == "# a:1\nrace:foo\n# b:3\nrace:bar\n"


def test_what_matched_nothing_is_told() -> None:
    entries, _ = check_suppressions([("a", "race:foo\nrace:bar\nleak:baz\nleak:qux\n")])
    thread = ["ThreadSanitizer: Matched 1 suppressions (pid=7):", "3 race:foo"]
    leak = ["Suppressions used:", "  count      bytes template", "      1          7 baz", "-----"]
    used = matched_suppressions([*thread, "the program", *leak, "      1          7 qux"])
    assert [it.pattern for it in unused_suppressions(entries, used)] == ["bar", "qux"]
