"""What is written for programs: it keeps to its schema, and says the same as the report."""

import gzip
import json
import re
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

import planner
from planner.findings import Described, Finding, Named, Related, Report, Severity, Undecided
from planner.reports.schemas import SCHEMAS
from planner.source.text import Place
from tests.helpers import ROOT, SHARED, loaded
from tests.reports.reading import JUNIT, annotations, junit_tree

SARIF_SCHEMA = SHARED / "data" / "schemas" / "sarif-2.1.0.json"
INVENTORIES = [
    *sorted((ROOT / "samples").glob("*.yaml")),
    *sorted((ROOT / "samples" / "rules").glob("*/bad.*")),
    *sorted((SHARED / "data" / "xapi-db").glob("*.xml")),
]
HOSTILE = 'a,b:c%0A::error::x"<&>|`[x](http://y)\\n\\e[31m\\u2028'
TWINS = f"""\
kind: Pool
name: lab
vms:
  - name: "{HOSTILE.replace('"', "'")}"
    vcpus: {{max: 1, at_startup: 2}}
  - {{name: a, uuid: u1}}
  - {{name: a, uuid: u2}}
"""


@cache
def checked(path: Path) -> Report:
    return planner.check(planner.load(path))


def finding(number: int, severity: Severity, **more: Any) -> Finding:
    parts: dict[str, Any] = {
        "code": "NM001", "name": "vms-with-one-name", "severity": severity, "message": f"fault {number}",
        "remedy": "mend it", "about": Named("vm", f"v{number}", "lab"), "field": "", "place": Place("a.yaml", number),
        "related": (), "api_error": "", "fingerprint": f"f{number}", "document": 0,
    }  # fmt: skip
    return Finding(**{**parts, **more})


def report(*findings: Finding, **more: Any) -> Report:
    ran = tuple(rule for rule in planner.catalogue() if rule.code in ("NM001", "JN012"))
    return Report(findings, (), ran, {"pool": 1}, (Described("a.yaml", "pool", "lab"),), **more)


def sarif_run(told: Report) -> dict[str, Any]:
    log = json.loads(planner.render(told, "sarif"))
    (run,) = log["runs"]
    return run  # type: ignore[no-any-return]


@cache
def sarif_validator() -> Draft7Validator:
    return Draft7Validator(json.loads(SARIF_SCHEMA.read_text()))


@pytest.mark.skipif(not SARIF_SCHEMA.exists(), reason="the schema of SARIF is not there")
@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: "-".join(path.parts[-2:]))
def test_sarif_keeps_to_the_published_schema(path: Path) -> None:
    told = json.loads(planner.render(checked(path), "sarif"))
    assert [error.message for error in sarif_validator().iter_errors(told)] == []


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: "-".join(path.parts[-2:]))
def test_every_other_machine_format_keeps_to_its_schema(path: Path) -> None:
    told = checked(path)
    line_validator = Draft202012Validator(SCHEMAS["report-line"]())
    for line in planner.render(told, "jsonl").splitlines():
        line_validator.validate(json.loads(line))
    quality = json.loads(planner.render(told, "gitlab"))
    Draft202012Validator(SCHEMAS["code-quality"]()).validate(quality)
    assert len({issue["fingerprint"] for issue in quality}) == len(quality) == len(told.findings)
    Draft7Validator(JUNIT).validate(junit_tree(planner.render(told, "junit")))
    assert len(annotations(planner.render(told, "github"))) == len(told.findings)


def test_names_that_mean_something_to_a_format_mean_nothing_in_it(tmp_path: Path) -> None:
    told = planner.check(loaded(tmp_path, TWINS), select=["VM001"])
    (only,) = told.findings
    (annotation,) = annotations(planner.render(told, "github"))
    assert annotation.message.startswith(only.message.encode("unicode_escape").decode().replace("\\\\", "\\")[:20])
    assert annotation.properties["title"] == "VM001 vcpus-out-of-order"
    assert annotation.properties["file"].endswith("0.yaml")
    row = next(line for line in planner.render(told, "github-summary").splitlines() if "VM001" in line)
    assert len(re.split(r"(?<!\\)\|", row)) == 7
    text = re.sub(r"`` .*? ``", "", planner.render(told, "markdown"))
    assert r"\`\[x\](http" in text
    assert "](http" not in text.replace(r"\]", "")
    assert r"\](http" in sarif_run(told)["results"][0]["message"]["text"]
    (failure,) = [case for suite in junit_tree(planner.render(told, "junit"))["holds"] for case in suite["holds"]]
    assert "<&>" in failure["holds"][0]["message"]


def test_columns_are_told_to_github_only_where_all_is_on_one_line() -> None:
    on_one = finding(1, Severity.ERROR, place=Place("a,b:c.yaml", 3, 5, 3, 9))
    on_two = finding(2, Severity.NOTE, place=Place("a.yaml", 3, 5, 4, 9))
    nowhere = finding(3, Severity.WARNING, place=None)
    first, second, third = annotations(planner.render(report(on_one, on_two, nowhere), "github"))
    title = {"title": "NM001 vms-with-one-name"}
    assert first.properties == {
        "file": "a,b:c.yaml", "line": "3", "endLine": "3", "col": "5", "endColumn": "9", **title,
    }  # fmt: skip
    assert second.properties == {"file": "a.yaml", **title}
    assert third.properties == {"file": "a.yaml", "line": "3", "endLine": "4", **title}
    assert [each.level for each in (first, second, third)] == ["error", "warning", "notice"]


def test_the_worst_is_told_first_where_not_all_is_looked_at() -> None:
    told = report(*(finding(number, severity) for number, severity in enumerate(reversed(Severity), start=1)))
    assert [each.message[:7] for each in annotations(planner.render(told, "github"))] == [
        "fault 3",
        "fault 2",
        "fault 1",
    ]
    assert [each["level"] for each in sarif_run(told)["results"]] == ["error", "warning", "note"]
    assert [each["severity"] for each in json.loads(planner.render(told, "gitlab"))] == ["critical", "minor", "info"]


def test_paths_are_relative_to_the_folder_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a b").mkdir()
    path = tmp_path / "a b" / "ü#.yaml"
    path.write_text(TWINS)
    monkeypatch.chdir(tmp_path)
    for given in (path, path.relative_to(tmp_path), Path("./a b/ü#.yaml")):
        told = planner.check(planner.load(given), select=["VM001"])
        artifact = sarif_run(told)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert (unquote(artifact["uri"]), artifact["uriBaseId"]) == ("a b/ü#.yaml", "SRCROOT")
        assert json.loads(planner.render(told, "gitlab"))[0]["location"]["path"] == "a b/ü#.yaml"
        assert annotations(planner.render(told, "github"))[0].properties["file"] == "a b/ü#.yaml"
    monkeypatch.chdir(tmp_path / "a b" / "..")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    artifact = sarif_run(planner.check(planner.load(path), select=["VM001"]))["results"][0]["locations"][0]
    assert artifact["physicalLocation"]["artifactLocation"] == {"uri": path.as_uri()}


def test_columns_of_sarif_count_characters(tmp_path: Path) -> None:
    text = 'kind: Pool\nname: lab\nvms: [{name: "😀é", vcpus: {max: 1, at_startup: 2}}]\n'
    run = sarif_run(planner.check(loaded(tmp_path, text), select=["VM001"]))
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    line = text.splitlines()[region["startLine"] - 1]
    assert run["columnKind"] == "unicodeCodePoints"
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "2"


def test_sarif_has_the_page_of_each_rule_and_points_at_it() -> None:
    run = sarif_run(checked(ROOT / "samples" / "homogeneous-pool-unprepared.yaml"))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in planner.catalogue()]
    assert all(rule["help"]["markdown"].startswith(rule["shortDescription"]["text"]) for rule in rules)
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    related = next(each for each in run["results"] if each["ruleId"] == "JN012")["relatedLocations"]
    assert [each["logicalLocations"][0]["kind"] for each in related] == ["join", "host"]


def test_sarif_says_what_could_not_be_checked(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("kind: [")
    joined = "kind: Pool\nname: a\ncoordinator: x\nhosts: [{name: x}]\njoins: [{host: y}]\n"
    (tmp_path / "pool.yaml").write_text(f"{joined}---\nkind: Pool\nname: y\nhosts: [{{name: y}}]\n")
    run = sarif_run(planner.check(planner.load(tmp_path), select=["JN012", "LD"]))
    unknown, unread = run["invocations"][0]["toolExecutionNotifications"]
    assert unknown["associatedRule"] == {"id": "JN012"}
    assert unknown["message"]["text"].endswith("a fact is not known: vms of pool y")
    assert unread["message"]["text"] == "nothing in this file could be checked"
    uri = unread["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.endswith("broken.yaml")


def test_sarif_stays_within_githubs_limits_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    many = report(*(finding(number, Severity.NOTE) for number in range(1, 5003)), finding(9000, Severity.ERROR))
    run = sarif_run(many)
    assert len(run["results"]) == 5000
    assert run["results"][0]["message"]["text"].startswith("fault 9000")
    (cut,) = run["invocations"][0]["toolExecutionNotifications"]
    assert cut["message"]["text"].startswith("3 results of 5003 are left out here")
    text = planner.render(many, "sarif").encode()
    assert len(gzip.compress(text)) < 10 * 2**20
    monkeypatch.setattr(import_module("planner.reports.sarif"), "MOST_CHARACTERS", 2000)
    assert 0 < len(sarif_run(many)["results"]) < 5


def test_a_result_of_sarif_has_no_more_places_than_are_shown() -> None:
    related = tuple(Related(Named("vm", f"w{number}"), Place("a.yaml", number)) for number in range(1, 300))
    (result,) = sarif_run(report(finding(1, Severity.ERROR, related=related)))["results"]
    assert len(result["locations"]) + len(result["relatedLocations"]) == 100


def test_the_summary_of_a_step_stays_within_its_size_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    many = report(*(finding(number, Severity.NOTE) for number in range(1, 100)), finding(900, Severity.ERROR))
    whole = planner.render(many, "github-summary")
    assert whole.count("\n| ") == 102
    monkeypatch.setattr(import_module("planner.reports.github"), "MOST_SUMMARY", 1000)
    cut = planner.render(many, "github-summary")
    assert "fault 900" in cut
    assert len(cut.encode()) < 1200
    kept = cut.count("\n| ") - 2
    assert f"\n{100 - kept} findings left out, the least severe ones.\n" in cut


def test_junit_has_a_suite_for_each_document_and_a_case_for_each_rule(tmp_path: Path) -> None:
    twins = "kind: Pool\nname: a\nvms: [{name: x, uuid: u}, {name: x, uuid: v}]\n"
    text = f"{twins}---\nkind: Pool\nname: b\n---\nkind: Site\n"
    (tmp_path / "broken.yaml").write_text("kind: [")
    (tmp_path / "pools.yaml").write_text(text)
    told = planner.check(planner.load(tmp_path), select=["NM", "LD002"])
    suites = junit_tree(planner.render(told, "junit"))["holds"]
    names = [suite["name"].rpartition("/")[2] for suite in suites]
    assert names == ["broken.yaml file", "pools.yaml pool a", "pools.yaml pool b", "pools.yaml site site"]
    assert [len(suite["holds"]) for suite in suites] == [3, 3, 3, 3]
    assert [suite["failures"] for suite in suites] == ["1", "0", "0", "0"]
    (noted,) = [case for case in suites[1]["holds"] if case["name"].startswith("NM001")]
    assert [each["tag"] for each in noted["holds"]] == ["system-out"]
    stricter = junit_tree(planner.render(replace(told, threshold=Severity.NOTE), "junit"))
    assert (stricter["tests"], stricter["failures"], stricter["skipped"]) == ("12", "2", "0")


def test_junit_skips_a_case_that_lacks_a_fact_with_its_reason() -> None:
    lacking = Undecided("JN012", Named("host", "x", "lab"), "vms", 0)
    (suite,) = junit_tree(planner.render(replace(report(), unknown=(lacking,)), "junit"))["holds"]
    case = next(each for each in suite["holds"] if each["name"].startswith("JN012"))
    assert case["holds"] == [{"tag": "skipped", "message": "not known: vms of host x"}]
    assert suite["skipped"] == "1"


def test_json_lines_are_the_findings_the_unknown_and_the_numbers() -> None:
    told = checked(ROOT / "samples" / "homogeneous-pool-unprepared.yaml")
    lines = [json.loads(line) for line in planner.render(told, "jsonl").splitlines()]
    whole = json.loads(planner.render(told, "json"))
    kinds = ["finding"] * len(told.findings) + ["unknown"] * len(told.unknown) + ["summary"]
    assert [line.pop("kind") for line in lines] == kinds
    assert lines[: len(told.findings)] == whole["findings"]
    assert lines[-1] == {"version": 1, **whole["summary"]}
