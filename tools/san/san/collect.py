"""Observations -> entries: one for each identity, with its owner, its tests, and whether it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from san.accesses import split_leaks
from san.attribution import Attribution
from san.baseline import Known
from san.identity import identify, sites_of
from san.model import Entry, Observation, OwnerKind, State

_order: tuple[OwnerKind, ...] = ("yours", "reached", "upstream", "harness")
_counted: dict[str, set[OwnerKind]] = {
    "yours": {"yours"},
    "reached": {"yours", "reached"},
    "upstream": {"yours", "reached", "upstream"},
}
#: Names that an entry keeps of tests, logs and remarks; hits are counted on.
NAMES_MAX = 100
#: Entries that are kept. So many are the work of a machine: nobody acts on each, and memory has an end.
ENTRIES_MAX = 20_000


def collect(
    observations: Iterable[Observation],
    attribution: Attribution,
    *,
    fail_on: str = "yours",
    baseline: Mapping[str, Known] | None = None,
) -> list[Entry]:
    """Entries with the most urgent first: those that count, then new ones, then by owner, then by hits.

    `fail_on` is `yours`, `reached`, `upstream` or `new`; `new` needs a baseline, and without one everything is new.
    With `ENTRIES_MAX` entries there may be findings that are not among them.
    """
    entries: dict[str, Entry] = {}
    for observation in observations:
        for finding in split_leaks(observation.finding):
            _add(entries, replace(observation, finding=finding), attribution)
    for entry in entries.values():
        _compare(entry, baseline)
        entry.counts = _counts(entry, fail_on)
    return sorted(entries.values(), key=priority)


def priority(entry: Entry) -> tuple[bool, bool, int, int, str]:
    """Sorts entries as a person wants to see them."""
    return (not entry.counts, entry.state == "known", _order.index(entry.owner.kind), -entry.hits, entry.id)


def _add(entries: dict[str, Entry], observation: Observation, attribution: Attribution) -> None:
    finding = observation.finding
    sites = sites_of(finding, attribution.distributions)
    name = identify(finding.kind, sites)
    entry = entries.get(name)
    if entry is None and len(entries) == ENTRIES_MAX:
        return
    if entry is None:
        owner = attribution.owner_of(finding)
        entry = entries[name] = Entry(name, owner, sorted(sites), finding, hits=0, counts=False)
    entry.hits += 1
    for names, value in (
        (entry.tests, observation.test),
        (entry.logs, observation.log),
        (entry.remarks, observation.remark),
    ):
        if value is not None and value not in names and len(names) < NAMES_MAX:
            names.append(value)


def _compare(entry: Entry, baseline: Mapping[str, Known] | None) -> None:
    if baseline is None:
        return
    known = baseline.get(entry.id)
    state: State = "new" if known is None or known.state.startswith("fixed") else "known"
    entry.state = state
    entry.issue = None if known is None else known.issue


def _counts(entry: Entry, fail_on: str) -> bool:
    if fail_on == "new":
        return entry.state != "known" and entry.owner.kind != "harness"
    return entry.owner.kind in _counted[fail_on]
