"""Known findings as JSON Lines: read, write, record one more run, compare two.

How often a race shows is a sample. So a line carries hits and runs, and what is no longer seen is called gone only
when that would be an accident in less than one case of twenty. The first line, `{"runs": 10}`, is the number of runs of
the whole: a list without a finding has it, too.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

from san.errors import UsageError
from san.model import Json, Site, canonical

#: An accident that is rarer than this is none.
ACCIDENT = 0.05


@dataclass(frozen=True, slots=True)
class Known:
    """One line: a finding, in how many of how many runs it was seen, and what became of it."""

    id: str
    kind: str
    sites: list[Site]
    #: Runs that saw it, of `runs`.
    hits: int
    runs: int
    #: Node id of a test that shows it.
    by: str | None = None
    first_build: str | None = None
    last_build: str | None = None
    #: Upstream's issue: `numpy#30085`, or its address.
    issue: str | None = None
    #: `open`, `fixed-in <version>` or `false-positive`.
    state: str = "open"


Change = Literal["new", "known", "gone", "rarer", "too few runs"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one finding between two baselines."""

    change: Change
    known: Known
    #: The sentence with the numbers.
    reason: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """A list of findings by identity, in their order, and how many runs it is of."""

    known: dict[str, Known]
    runs: int


def parse_baseline(name: str, text: str) -> Baseline:
    """The baseline in a text. Throws UsageError that names each bad line by file and number."""
    known: dict[str, Known] = {}
    runs = 0
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            if (counted := _parse_runs(line)) is not None:
                runs = max(runs, counted)
                continue
            item = _parse_line(line)
            if item.id in known:
                problems.append(f"{name}:{number}: {item.id} stands there twice")
            known[item.id] = item
        except ValueError as error:
            problems.append(f"{name}:{number}: {error}")
    if problems:
        raise UsageError("\n".join(problems))
    # Lists of older versions do not begin with the number.
    return Baseline(known, max(runs, *(it.runs for it in known.values()), 0))


def _parse_runs(line: str) -> int | None:
    """The number of runs, when the line is that of the whole list."""
    try:
        value: object = json.loads(line)
    except ValueError:
        return None
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return _number(fields, "runs") if set(fields) == {"runs"} else None


def _parse_line(line: str) -> Known:
    try:
        value: object = json.loads(line)
    except ValueError as error:
        raise ValueError(f"expected JSON: {error}") from error
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    fields = cast("dict[str, object]", value)
    unknown = sorted(set(fields) - set(Known.__dataclass_fields__))
    if unknown:
        raise ValueError(f"unknown key {unknown[0]}")
    hits, runs = _number(fields, "hits"), _number(fields, "runs")
    if hits > runs:
        raise ValueError(f"expected hits to be at most runs, found {hits} of {runs}")
    names = ("by", "first_build", "last_build", "issue")
    by, first, last, issue = (_optional(fields, name) for name in names)
    state = _optional(fields, "state") or "open"
    return Known(_text(fields, "id"), _text(fields, "kind"), _sites(fields), hits, runs, by, first, last, issue, state)


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name}: expected a text, found {json.dumps(value)}")
    return value


def _optional(fields: Mapping[str, object], name: str) -> str | None:
    return None if fields.get(name) is None else _text(fields, name)


def _number(fields: Mapping[str, object], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name}: expected a number of runs, found {json.dumps(value)}")
    return value


def _sites(fields: Mapping[str, object]) -> list[Site]:
    value = fields.get("sites")
    items = cast("list[object]", value) if isinstance(value, list) else []
    if not isinstance(value, list) or not all(isinstance(it, dict) for it in items):
        raise ValueError(f"sites: expected a list of objects, found {json.dumps(value)}")
    objects = cast("list[dict[str, object]]", items)
    return [Site(_text(it, "dist"), _text(it, "file"), _text(it, "function")) for it in objects]


def format_baseline(baseline: Baseline) -> str:
    """The file's text, by identity, so that two versions compare line by line."""
    lines = [canonical(it) for it in sorted(baseline.known.values(), key=lambda it: it.id)]
    return "".join(f"{it}\n" for it in (json.dumps({"runs": baseline.runs}, separators=(",", ":")), *lines))


def record_run(baseline: Baseline, seen: Iterable[Known], build: str | None) -> Baseline:
    """The baseline after one more run, which saw these findings. What was not seen counts it, too."""
    runs = baseline.runs + 1
    after = {name: replace(it, runs=it.runs + 1) for name, it in baseline.known.items()}
    for it in seen:
        before = after.get(it.id) or replace(it, hits=0, runs=runs, first_build=build)
        after[it.id] = replace(before, hits=before.hits + 1, last_build=build or before.last_build)
    return Baseline(after, runs)


def compare(before: Baseline, after: Baseline) -> list[Difference]:
    """What became of each finding of either baseline, by identity."""
    names = sorted({*before.known, *after.known})
    return [_difference(before.known.get(name), after.known.get(name), after.runs) for name in names]


def _difference(before: Known | None, after: Known | None, runs: int) -> Difference:
    if before is None or before.hits == 0:
        known = cast("Known", after or before)
        return Difference("new", known, f"seen in {known.hits} of {known.runs} runs, never before")
    now = replace(before, hits=0, runs=runs) if after is None else after
    share = before.hits / before.runs
    said = f"{now.hits} of {now.runs} runs, before {before.hits} of {before.runs}"
    if now.hits == 0:
        return _missing(now, share, said)
    chance = accident(share, now.hits, now.runs)
    change: Change = "rarer" if chance < ACCIDENT else "known"
    return Difference(change, now, said if change == "known" else f"{said}; by accident in {chance:.1%} of cases")


def _missing(now: Known, share: float, said: str) -> Difference:
    needed = runs_needed(share)
    if now.runs >= needed:
        return Difference("gone", now, f"{said}; by accident in {(1 - share) ** now.runs:.1%} of cases")
    return Difference("too few runs", now, f"{said}; {needed} runs without it would tell")


def runs_needed(share: float) -> int:
    """Runs without a finding after which it is gone: (1 - share) ^ n < 0.05. At least one run."""
    if share >= 1:
        return 1
    runs = math.ceil(math.log(ACCIDENT) / math.log(1 - share))
    return runs if (1 - share) ** runs < ACCIDENT else runs + 1


def accident(share: float, hits: int, runs: int) -> float:
    """How probable at most this many hits are, if nothing has changed."""
    return sum(math.comb(runs, it) * share**it * (1 - share) ** (runs - it) for it in range(hits + 1))


def as_json(difference: Difference) -> dict[str, Json]:
    """For `--json`."""
    return {
        "change": difference.change,
        "id": difference.known.id,
        "kind": difference.known.kind,
        "reason": difference.reason,
    }
