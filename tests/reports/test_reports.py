"""Each format whole. `python -m tests.reports.test_reports` writes what is expected anew."""

import os
import re
from pathlib import Path

import pytest

import planner
from planner.errors import ConfigError
from planner.findings import Severity
from tests.helpers import ROOT, loaded

GOLDEN = ROOT / "tests" / "golden"
JOINS = ("full", "concise", "json")
FEW_RULES = ("jsonl", "sarif", "junit", "github", "github-summary", "gitlab", "markdown")
FORMS = (*JOINS, *FEW_RULES)


def told(form: str) -> str:
    """The report of a sample; how many rules there are, and the release, are no part of it."""
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        name, select = (
            ("homogeneous-pool", ["JN"])
            if form in JOINS
            else ("homogeneous-pool-unprepared", ["JN012", "JN021", "JN048", "JN049", "JN073"])
        )
        report = planner.check(planner.load(f"samples/{name}.yaml"), select=select)
        text = planner.render(report, form)  # type: ignore[arg-type]
    finally:
        os.chdir(here)
    text = text.replace(f'"semanticVersion": "{planner.__version__}"', '"semanticVersion": "RELEASE"')
    return re.sub(r'(against |"rules": )\d+', r"\1N", text)


@pytest.mark.parametrize("form", FORMS)
def test_a_format_is_as_expected(form: str) -> None:
    assert told(form) == (GOLDEN / f"report.{form}.txt").read_text(encoding="utf-8")


def test_an_unknown_format_is_the_callers_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="use one of full, concise, json, jsonl"):
        planner.render(planner.check(loaded(tmp_path, "kind: Site")), "xml")  # type: ignore[arg-type]


def test_what_would_steer_a_terminal_is_written_out(tmp_path: Path) -> None:
    text = 'kind: Pool\nname: "a\\e[31m\\nb\\u2028"\nvms: [{name: "x\\a", vcpus: {max: 1, at_startup: 2}}]\n'
    report = planner.check(loaded(tmp_path, text), select=["VM001"])
    assert len(report.findings) == 1
    for form in ("full", "concise"):
        out = planner.render(report, form)  # type: ignore[arg-type]
        assert out.replace("\n", "").isprintable()
        assert "\\x07" in out


def test_a_tab_does_not_move_the_caret(tmp_path: Path) -> None:
    text = '{"kind": "Pool", "name": "a",\n\t"colour":\t"red"}'
    (finding,) = planner.check(loaded(tmp_path, text), select=["LD"]).findings
    assert finding.snippet
    assert finding.snippet.text[finding.snippet.column - 1 :].startswith('"colour"')


def test_the_summary_counts_by_severity(tmp_path: Path) -> None:
    text = "kind: Pool\nname: a\ncolour: red\nvms: [{name: x, uuid: u}, {name: x, uuid: v}]\n"
    report = planner.check(loaded(tmp_path, text), select=["LD", "NM"])
    assert planner.render(report, "concise").splitlines()[-1] == "1 error, 1 note"
    assert [report.count(severity) for severity in Severity] == [1, 0, 1]


if __name__ == "__main__":
    for each in FORMS:
        (GOLDEN / f"report.{each}.txt").write_text(told(each), encoding="utf-8")
