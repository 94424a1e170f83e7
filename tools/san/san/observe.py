"""From the logs of a run to observations: each finding with the test that it was seen in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from san.journal import Journal, Test
from san.model import Failure, Finding, Observation
from san.reader import read

TID = re.compile(r"\(tid=(\d+)")


#: Failures, and logs with a report that has no end, that are kept: one of them is enough for a verdict.
NAMED_MAX = 1000


@dataclass(slots=True)
class Observed:
    """What all logs of a run say. The rest is known when the observations were taken: they stream by, once."""

    observations: Iterable[Observation] = ()
    failures: list[Failure] = field(default_factory=list[Failure])
    #: Logs in which a report has no end.
    cut: list[str] = field(default_factory=list[str])

    def findings(self, stream: BinaryIO, log: str) -> Iterator[Finding]:
        """The findings of one log."""
        for item in read(stream):
            if isinstance(item, Failure):
                if len(self.failures) < NAMED_MAX:
                    self.failures.append(item)
                continue
            if not item.complete and log not in self.cut[-1:] and len(self.cut) < NAMED_MAX:
                self.cut.append(log)
            yield item


def list_logs(run: Path) -> list[Path]:
    """The logs in a run's folder: in the order of the tests, `<number>-<phase>.<pid>`."""
    if not run.is_dir():
        return []
    logs = [it for it in run.iterdir() if re.match(r"\d+-", it.name) and it.is_file()]
    return sorted(logs, key=lambda it: (number_of(it), it.name))


def number_of(log: Path) -> int:
    """The test number that a log's name begins with."""
    return int(log.name.partition("-")[0])


def observe(run: Path, journal: Journal) -> Observed:
    """What the logs of a run say; each is read when its observations are taken."""
    observed = Observed()
    observed.observations = _observations(observed, run, journal)
    return observed


def _observations(observed: Observed, run: Path, journal: Journal) -> Iterator[Observation]:
    tests = {test.number: test for test in journal.tests}
    makers = {tid: test for test in journal.tests for tid in test.made}
    for log in list_logs(run):
        test = tests.get(number_of(log))
        with log.open("rb") as stream:
            for finding in observed.findings(stream, str(log)):
                yield place(finding, test, log, makers)


def place(finding: Finding, test: Test | None, log: Path, makers: dict[int, Test]) -> Observation:
    """A finding with its test. Leaks belong to the session: the runtime looks for them when all is over."""
    if finding.sanitizer == "LeakSanitizer" or test is None:
        return Observation(finding, log=str(log))
    maker = maker_of(finding, makers)
    remark = f"during {test.id}, thread made by {maker.id}" if maker not in (None, test) else None
    return Observation(finding, test=test.id, log=str(log), remark=remark)


def maker_of(finding: Finding, makers: dict[int, Test]) -> Test | None:
    """The one test that made all threads of a finding whose makers are known."""
    texts = [*finding.notes, *(stack.title for stack in finding.stacks)]
    made_by = {id(makers[tid]): makers[tid] for text in texts for tid in map(int, TID.findall(text)) if tid in makers}
    return next(iter(made_by.values())) if len(made_by) == 1 else None
