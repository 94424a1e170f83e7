"""The end of each run: the report in its forms, and the exit code."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from san.attribution import Attribution
from san.baseline import Known, parse_baseline
from san.collect import ENTRIES_MAX, collect
from san.config import FAIL_ON, Config, read_config
from san.distributions import Distributions, normal_name
from san.errors import UsageError
from san.journal import Journal
from san.model import Entry, Report, SuiteCounts
from san.observe import Observed
from san.place import read_passport, site_folders
from san.publish import render, set_outputs, tell_github, view_of, write_files, write_sarif
from san.verdict import Outcome, decide

IMAGE_BASELINE = Path("/etc/pysan/races.jsonl")


def add_verdict_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what a verdict depends on."""
    parser.add_argument("--package", metavar="NAME", help="distribution under test (default: [project] name)")
    parser.add_argument("--fail-on", choices=FAIL_ON, help="which findings count (default: yours)")
    parser.add_argument("--advisory", action="store_true", help="findings do not decide the exit code")


def configure(arguments: argparse.Namespace) -> Config:
    """The project's configuration, with what the command line says."""
    config = read_config(Path.cwd())
    config.package = arguments.package or config.package
    config.fail_on = arguments.fail_on or config.fail_on
    config.advisory = arguments.advisory
    return config


def attribution_of(config: Config) -> Attribution:
    """Who is who: under test is the named package, what was built from a folder, and the checkout itself."""
    checkout = normal_name(config.package or config.folder.name)
    distributions = Distributions(site=site_folders(), roots={str(config.folder.resolve()): checkout})
    return Attribution(distributions, frozenset({checkout, *distributions.local}))


def known_findings(config: Config) -> dict[str, Known] | None:
    """The project's baseline, or else the image's; None when there is neither."""
    file = config.baseline or (IMAGE_BASELINE if IMAGE_BASELINE.is_file() else None)
    if file is None:
        return None
    try:
        return parse_baseline(str(file), file.read_text(encoding="utf-8")).known
    except OSError as error:
        raise UsageError(f"[tool.san] baseline: {file}: {error.strerror}") from error


def report_of(config: Config, journal: Journal, observed: Observed) -> Report:
    """Everything that a run found."""
    entries = collect(
        observed.observations, attribution_of(config), fail_on=config.fail_on, baseline=known_findings(config)
    )
    for entry in entries:
        entry.counts = entry.counts or is_nobodys(entry)
    build = read_passport().get("build_id")
    return Report(
        entries=entries,
        failures=observed.failures,
        fail_on=config.fail_on,
        build=build if isinstance(build, str) else None,
        tests=counts_of(journal),
    )


def is_nobodys(entry: Entry) -> bool:
    """Whether nobody knows whose a finding is. Then it counts: it may be in a library of the user's."""
    return entry.owner.kind == "upstream" and not entry.owner.dist and entry.state != "known"


def counts_of(journal: Journal) -> SuiteCounts | None:
    """What the suite did; None where no pytest ran."""
    if not journal.sessions:
        return None
    tests = journal.tests
    return SuiteCounts(
        ran=sum(1 for it in tests if it.outcome != "skipped"),
        failed=sum(1 for it in tests if it.outcome in ("failed", None)),
        threaded=sum(1 for it in tests if it.threads > 1),
    )


def conclude(run: Path, config: Config, journal: Journal, observed: Observed, outcome: Outcome) -> int:
    """Writes and prints the report, says what it proves, and returns the exit code."""
    report = report_of(config, journal, observed)
    publish(report, config, run)
    reasons = [*outcome.reasons, *doubts(observed, report)]
    if not run.is_dir():
        reasons.append(f"{run} was deleted while the command ran, and the reports with it")
    counting = sum(1 for it in report.entries if it.counts)
    for reason in reasons:
        print(f"san: {reason}", file=sys.stderr)
    code = decide(Outcome(outcome.failed, counting, outcome.usage, reasons), advisory=config.advisory)
    print(f"san: {SENTENCES[code]} (exit {code}). {run}", file=sys.stderr)
    return code


SENTENCES = {
    0: "clean",
    1: "failed, with no finding that counts",
    2: "pytest rejected its arguments",
    3: "this run proves nothing",
    8: "findings that count",
    9: "findings that count, and a failure",
}


def doubts(observed: Observed, report: Report) -> list[str]:
    """What in the logs says that they do not hold everything, or that the report does not."""
    reasons = [f"the runtime could not do its work: {it.text}" for it in observed.failures]
    reasons += [f"{it}: a report has no end" for it in observed.cut]
    if len(report.entries) == ENTRIES_MAX:
        reasons.append(f"there are {ENTRIES_MAX} different findings or more; those beyond are not in the report")
    return reasons


def publish(report: Report, config: Config, run: Path) -> None:
    """Prints the report, tells GitHub, and writes the files, unless the run's folder was deleted."""
    view = view_of(attribution_of(config), config.folder.resolve())
    if report.entries:
        print(f"\n{render('text', report, view)}")
    print(tell_github(report, view), end="", flush=True)
    set_outputs(report, run)
    write_sarif(report, view)
    if run.is_dir():
        write_files(report, view, run)
