"""The forms against their schemas, and against what GitHub takes."""

import gzip
import importlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from mutations import CORPUS

from san.attribution import Attribution, attribution_of
from san.collect import collect
from san.distributions import Distributions
from san.model import Failure, Finding, Frame, Observation, Report, Stack
from san.publish import FORMS, append_summary, render, set_outputs, tell_github, view_of, write_files, write_sarif
from san.reader import read_log
from san.view import View
from san.writers import sarif

# Its types are partly unknown.
jsonschema: Any = importlib.import_module("jsonschema")
schemas = Path(__file__).parent / "fixtures" / "schemas"
nasty = "\x1b[31m]]>&<|`\x00\u202e %0A::error::x\r\n" + "é" * 10


def attribute(package: str) -> Attribution:
    return attribution_of(Distributions(roots={"/src/seeded": package}), [package])


def report_of(names: list[str], under_test: str = "seeded") -> tuple[Report, View]:
    attribution = attribute(under_test)
    observations: list[Observation] = []
    failures: list[Failure] = []
    for name in names:
        with (CORPUS / f"{name}.txt").open("rb") as stream:
            reading = read_log(stream)
        observations += [Observation(it, f"tests/test_a.py::TestB::test_c[{name}]", name) for it in reading.findings]
        failures += reading.failures
    report = Report(collect(observations, attribution, baseline={}), failures, "yours")
    return report, view_of(attribution, Path("/src/seeded"))


def everything() -> tuple[Report, View]:
    report, view = report_of([it.stem for it in sorted(CORPUS.glob("*.txt"))])
    entry = report.entries[0]
    finding = replace(
        entry.finding,
        kind=nasty,
        message=nasty,
        notes=[nasty],
        stacks=[Stack(nasty, None, [Frame(0, nasty, nasty, 1)])],
    )
    report.entries.insert(
        3, replace(entry, id="san1:000000000000", finding=finding, tests=[f"{nasty}::{nasty}"], remarks=[nasty])
    )
    report.failures.append(Failure("runtime", nasty))
    return report, view


def many(count: int, text: str = "x") -> tuple[Report, View]:
    report, view = report_of(["thread-heap-22"])
    entry = report.entries[0]
    copies = (replace(entry, id=f"san1:{it:012x}", tests=[f"t.py::test_{it}_{text}"]) for it in range(count))
    return replace(report, entries=list(copies)), view


@pytest.fixture(scope="module")
def whole() -> tuple[Report, View]:
    return everything()


@pytest.fixture(scope="module")
def log(whole: tuple[Report, View]) -> Any:
    return json.loads(render("sarif", *whole))


def test_findings_json_is_valid_by_its_schema(whole: tuple[Report, View]) -> None:
    schema = json.loads((Path(__file__).parent.parent / "findings.schema.json").read_text())
    document = json.loads(render("json", *whole))
    jsonschema.Draft202012Validator(schema).validate(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**document, "colour": "red"})


def test_sarif_is_valid_by_the_schema_of_2_1_0(log: Any) -> None:
    schema = json.loads((schemas / "sarif-2.1.0.json").read_text())
    jsonschema.Draft4Validator(schema).validate(log)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate({**log, "version": "2.0.0"})


def test_sarif_has_what_github_requires(log: Any) -> None:
    run = log["runs"][0]
    assert log["$schema"] and log["version"] == "2.1.0" and run["tool"]["driver"]["name"] == "san"
    for rule in run["tool"]["driver"]["rules"]:
        assert (
            rule["id"] and rule["shortDescription"]["text"] and rule["fullDescription"]["text"] and rule["help"]["text"]
        )
        assert len(rule["properties"]["tags"]) <= 10
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert re.fullmatch("[0-9a-f]{12}:1", result["partialFingerprints"]["primaryLocationLineHash"])
        places = [*result["locations"], *result["relatedLocations"]]
        assert len(places) <= 1000
        for place in places:
            region = place["physicalLocation"]["region"]
            assert {"startLine", "startColumn", "endLine", "endColumn"} <= region.keys()
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            assert uri and not uri.startswith("/") and ":" not in uri and ".." not in uri.split("/")


def test_sarif_links_each_related_location_and_shows_both_stacks_in_one_flow(log: Any) -> None:
    flows = 0
    for result in log["runs"][0]["results"]:
        linked = set(re.findall(r"\]\((\d+)\)", result["message"]["text"]))
        assert {str(it["id"]) for it in result["relatedLocations"]} == linked
        for flow in result.get("codeFlows", []):
            assert len(flow["threadFlows"]) == 1
            assert len(flow["threadFlows"][0]["locations"]) <= 1000
            flows += 1
    assert flows > 60


def test_sarif_points_into_the_checkout() -> None:
    report, view = report_of(["thread-global-22"])
    result = json.loads(render("sarif", report, view))["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "thread.cpp"
    assert place["region"]["startLine"] > 1
    titles = {
        it["location"]["message"]["text"].split(" of ")[0]
        for it in result["codeFlows"][0]["threadFlows"][0]["locations"]
    }
    assert {"Write", "Previous write"} <= titles


def test_a_result_more_than_github_takes_is_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "RESULTS_MAX", 50)
    run = json.loads(render("sarif", *many(60)))["runs"][0]
    assert [it["properties"]["tests"] for it in run["results"][:2]] == [["t.py::test_0_x"], ["t.py::test_1_x"]]
    assert len(run["results"]) == 50
    assert "10 more" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_sarif_stays_below_githubs_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sarif.BYTES_MAX == 10_000_000 and sarif.RESULTS_MAX == 25_000
    monkeypatch.setattr(sarif, "BYTES_MAX", 4000)
    text = render("sarif", *many(200))
    assert len(gzip.compress(text.encode(), mtime=0)) <= 4000
    assert 0 < len(json.loads(text)["runs"][0]["results"]) < 200


def test_junit_is_valid_by_the_schema_of_xunit2(whole: tuple[Report, View]) -> None:
    schema = xmlschema.XMLSchema(str(schemas / "junit-10.xsd"))
    text = render("junit", *whole)
    schema.validate(text)
    assert not schema.is_valid(text.replace("<testcase ", "<testcase colour='red' "))


def test_junit_counts_what_it_lists(whole: tuple[Report, View]) -> None:
    text = render("junit", *whole)
    assert f'tests="{text.count("<testcase ")}"' in text
    assert f'failures="{text.count("<failure ")}"' in text
    assert f'errors="{text.count("<error ")}"' in text
    assert 'classname="tests.test_a.TestB" name="test_c[' in text


def test_the_ten_annotations_that_matter_most_and_how_many_there_are_besides() -> None:
    lines = render("github", *many(35)).splitlines()
    assert len(lines) == 11
    assert all(it.startswith("::error file=thread.cpp,line=") for it in lines[:10])
    assert lines[10] == "::notice title=san::25 more findings: see the step's summary"


def test_an_annotation_is_one_command_whatever_a_log_says(whole: tuple[Report, View]) -> None:
    text = render("github", *whole)
    assert all(it.startswith(("::error ", "::warning ", "::notice ")) for it in text.splitlines())


@pytest.mark.parametrize("count", [1, 600, 5000])
def test_the_summary_is_always_below_a_thousand_kibibytes(count: int) -> None:
    text = render("markdown", *many(count, "é" * 400))
    assert len(text.encode()) < 1024 << 10
    assert ("more findings are not in the table" in text) == (count > 1)


def texts_of(value: Any) -> str:
    if isinstance(value, (list, dict)):
        parts: list[Any] = list(value.values() if isinstance(value, dict) else value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportUnknownMemberType]
        return "".join(map(texts_of, parts))
    return str(value)


@pytest.mark.parametrize("form", ["text", "junit", "github", "markdown", "sarif"])
def test_no_form_for_people_has_control_characters(form: str, whole: tuple[Report, View]) -> None:
    text = render(form, *whole)
    # The name of a test is data there, for programs.
    shown = (
        texts_of([{**it, "properties": ""} for it in json.loads(text)["runs"][0]["results"]])
        if form == "sarif"
        else text
    )
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", shown)


def test_every_entry_is_in_the_text(whole: tuple[Report, View]) -> None:
    text = render("text", *whole)
    assert all(it.id in text for it in whole[0].entries)
    assert "why: rule 2, frame 0, bump(int*), is seeded, which is under test" in text
    assert "upstream:unknown" in text


def test_the_order_is_counting_new_owner_hits(whole: tuple[Report, View]) -> None:
    counting = [it.counts for it in whole[0].entries]
    assert counting == sorted(counting, reverse=True)
    assert any(counting) and not all(counting)


def test_leaks_of_one_report_are_entries_of_their_own() -> None:
    report, _ = report_of(["address-leak-list-22"])
    assert sorted(it.finding.kind for it in report.entries) == ["direct leak", "direct leak"]


def test_files_are_written_whole(tmp_path: Path) -> None:
    report, view = report_of(["thread-two-22", "address-leak-list-22"])
    write_files(report, view, tmp_path / "run")
    names = ["findings.json", "findings.sarif", "findings.xml", "summary.md"]
    assert sorted(it.name for it in (tmp_path / "run").iterdir()) == names


def test_github_is_told_only_in_github_actions(tmp_path: Path) -> None:
    report, view = report_of(["thread-two-22"])
    summary = tmp_path / "summary"
    assert tell_github(report, view, {"GITHUB_STEP_SUMMARY": str(summary)}) == ""
    assert not summary.exists()
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    assert tell_github(report, view, environment).startswith("::error ")
    assert summary.read_text().startswith("### san: 2 findings count")


def test_a_summary_that_is_full_says_once_that_the_rest_is_left_out(tmp_path: Path) -> None:
    report, view = report_of(["thread-two-22"])
    summary = tmp_path / "summary"
    summary.write_text("x" * 999_999)
    for _ in range(2):
        tell_github(report, view, {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)})
    text = summary.read_text()
    assert text.startswith("x" * 999_999 + "\n\nGitHub shows no summary above 1 MiB, so the rest is left out.")
    assert text.count("GitHub shows no summary") == 1
    assert summary.stat().st_size < 2**20


def test_a_long_summary_is_cut_at_the_end_of_a_line(tmp_path: Path) -> None:
    summary = tmp_path / "summary"
    append_summary(summary, "é-row\n" * 200_000)
    lines = summary.read_text().split("\n\n")[0].rstrip("\n").split("\n")
    assert set(lines) == {"é-row"}
    assert 900_000 < summary.stat().st_size < 2**20


def test_sets_the_outputs_of_a_step(tmp_path: Path) -> None:
    report, _ = report_of(["thread-two-22"])
    outputs = tmp_path / "outputs"
    environment = {"GITHUB_OUTPUT": str(outputs), "GITHUB_WORKSPACE": str(tmp_path)}
    set_outputs(report, tmp_path / ".san/1", environment)
    assert not outputs.exists()
    set_outputs(report, tmp_path / ".san/1\nmore=1", environment | {"GITHUB_ACTIONS": "true"})
    assert outputs.read_text() == "findings=2\nreport=.san/1 more=1\n"


def test_writes_sarif_where_a_job_wants_it(tmp_path: Path) -> None:
    report, view = report_of(["thread-two-22"])
    write_sarif(report, view, {"PYSAN_SARIF": "out/it.sarif", "GITHUB_WORKSPACE": str(tmp_path)})
    assert json.loads((tmp_path / "out/it.sarif").read_text())["version"] == "2.1.0"


def test_a_report_of_nothing_is_one_in_each_form() -> None:
    view = View("/src", Distributions(), frozenset())
    assert render("text", Report([], [], "yours"), view) == "0 findings count (fail-on yours); 0 in all\n"
    finding = Finding("ThreadSanitizer", "data race", "data race", complete=False)
    report = Report(collect([Observation(finding)], attribute("x")), [], "yours")
    assert all(render(form, report, view) for form in FORMS)
