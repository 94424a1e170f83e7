"""The exit code. The runtimes' own codes decide nothing: they mean something else in each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

CLEAN, FAILED, USAGE, NOTHING_PROVEN, FINDINGS, FINDINGS_AND_FAILED = 0, 1, 2, 3, 8, 9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known when a run is over."""

    #: A test, or the command, failed.
    failed: bool = False
    #: Findings that count.
    counting: int = 0
    #: pytest rejected its arguments.
    usage: bool = False
    #: Why the run proves nothing, as sentences.
    reasons: list[str] = field(default_factory=list[str])


def decide(outcome: Outcome, *, advisory: bool = False) -> int:
    """The exit code of a run. What proves nothing goes before all else, and no flag makes it good."""
    if outcome.usage:
        return USAGE
    if outcome.reasons:
        return NOTHING_PROVEN
    if outcome.counting and not advisory:
        return FINDINGS_AND_FAILED if outcome.failed else FINDINGS
    return FAILED if outcome.failed else CLEAN
