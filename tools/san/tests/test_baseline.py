import pytest

from san.baseline import Baseline, Known, compare, format_baseline, parse_baseline, record_run, runs_needed
from san.errors import UsageError
from san.model import Site

sites = [Site("numpy", "a.c", "f"), Site("numpy", "b.c", "g")]


def known(name: str, hits: int, runs: int) -> Known:
    return Known(f"san1:{name}", "data race", sites, hits, runs)


def listed(*findings: Known) -> Baseline:
    return Baseline({it.id: it for it in findings}, max((it.runs for it in findings), default=0))


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, (1, 5), "new"),
        ((0, 5), (1, 5), "new"),
        ((5, 10), (5, 10), "known"),
        ((5, 10), (2, 10), "known"),
        ((9, 10), (2, 10), "rarer"),
        ((10, 10), (0, 1), "gone"),
        ((10, 10), (9, 10), "rarer"),
        ((5, 10), (0, 4), "too few runs"),
        ((5, 10), (0, 5), "gone"),
        ((1, 10), (0, 28), "too few runs"),
        ((1, 10), (0, 29), "gone"),
    ],
)
def test_what_became_of_a_finding(before: tuple[int, int] | None, after: tuple[int, int], change: str) -> None:
    old = listed() if before is None else listed(known("a", *before))
    assert [it.change for it in compare(old, listed(known("a", *after)))] == [change]


def test_a_finding_that_the_other_side_does_not_list_had_as_many_runs_as_the_rest() -> None:
    before = listed(known("a", 5, 10), known("b", 5, 10))
    assert [it.change for it in compare(before, listed(known("b", 2, 4)))] == ["too few runs", "known"]
    assert [it.change for it in compare(before, listed(known("b", 20, 40)))] == ["gone", "known"]


@pytest.mark.parametrize(("runs", "change"), [(4, "too few runs"), (5, "gone")])
def test_a_list_without_a_finding_has_a_number_of_runs(runs: int, change: str) -> None:
    after = parse_baseline("x", format_baseline(Baseline({}, runs)))
    assert [it.change for it in compare(listed(known("a", 5, 10)), after)] == [change]


@pytest.mark.parametrize(("share", "runs"), [(1, 1), (0.5, 5), (0.1, 29), (0.95, 2), (0.01, 299)])
def test_runs_that_tell(share: float, runs: int) -> None:
    assert runs_needed(share) == runs
    assert share == 1 or (1 - share) ** runs < 0.05 <= (1 - share) ** (runs - 1)


def test_records_one_run_after_another() -> None:
    first = record_run(Baseline({}, 0), [known("a", 1, 1)], "build-1")
    second = record_run(first, [known("b", 1, 1)], "build-2")
    assert [(it.hits, it.runs, it.first_build, it.last_build) for it in second.known.values()] == [
        (1, 2, "build-1", "build-1"),
        (1, 2, "build-2", "build-2"),
    ]
    assert parse_baseline("x", format_baseline(second)) == second


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("nonsense", "expected JSON"),
        ("[]", "expected an object"),
        ('{"id":"san1:a","kind":"k","sites":[],"hits":3,"runs":2}', "at most runs"),
        ('{"id":"san1:a","kind":"k","sites":[],"hits":true,"runs":2}', "hits: expected a number"),
        ('{"id":"san1:a","kind":"k","sites":[{}],"hits":1,"runs":2}', "dist: expected a text"),
        ('{"id":"san1:a","kind":"k","sites":[],"hits":1,"runs":2,"colour":"red"}', "unknown key colour"),
        ('{"id":7,"kind":"k","sites":[],"hits":1,"runs":2}', "id: expected a text"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(line: str, sentence: str) -> None:
    good = format_baseline(listed(known("z", 1, 1)))
    with pytest.raises(UsageError, match=f"races.jsonl:3: .*{sentence}"):
        parse_baseline("races.jsonl", f"{good}{line}\n")
