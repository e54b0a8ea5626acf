"""Each format whole. `python -m tests.reports.test_reports` writes what is expected anew."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import planner
from planner.baseline import Baseline, BaselineEntry, baseline_of
from planner.baseline import told as told_baseline
from planner.errors import ConfigError
from planner.findings import Severity
from planner.settings import Settings
from tests.helpers import ROOT, loaded

GOLDEN = ROOT / "tests" / "golden"
JOINS = ("full", "concise", "json")
FEW_RULES = ("jsonl", "sarif", "junit", "github", "github-summary", "gitlab", "markdown")
FORMS = (*JOINS, *FEW_RULES)
KNOWN = """\
kind: Pool
name: lab
coordinator: xcp-01
hosts:
  - {name: xcp-01}
vms:
  - {name: told, vcpus: {max: 1, at_startup: 2}}
  - {name: in-a-comment, vcpus: {max: 1, at_startup: 2}}  # planner: ignore[VM001] until 2027-01-31: new <cores> come
  - {name: in-a-key, vcpus: {max: 1, at_startup: 2}, ignore: {VM001: ""}}
  - {name: in-the-baseline, vcpus: {max: 1, at_startup: 2}}
  - {name: twin, uuid: t1}
  - {name: twin, uuid: t2, ignore: {NM001: they were always two}}
  - {name: ended, ignore: {NM001: until 2026-01-31}}
  - {name: unused, ignore: {NM001: no twin}}
joins: [{host: xcp-02}]
---
kind: Pool
name: newcomer
hosts: [{name: xcp-02}]
"""
"""Findings that are told, hidden by each of the ways there are, and not found any more."""


@contextmanager
def inside(folder: Path | str) -> Iterator[None]:
    here = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)


def told(form: str) -> str:
    """The report of a sample; how many rules there are, and the release, are no part of it."""
    name, select = (
        ("homogeneous-pool", ["JN"])
        if form in JOINS
        else ("homogeneous-pool-unprepared", ["JN012", "JN021", "JN048", "JN049", "JN073"])
    )
    with inside(ROOT):
        report = planner.check(planner.load(f"samples/{name}.yaml"), select=select)
        return without_numbers(planner.render(report, form))  # type: ignore[arg-type]


def told_of_what_is_known(form: str) -> str:
    """The report of an inventory with suppressions, and a baseline beside it."""
    with tempfile.TemporaryDirectory() as folder, inside(folder):
        Path("pool.yaml").write_text(KNOWN, encoding="utf-8")
        (old,) = (
            each for each in planner.check(planner.load("pool.yaml"), select=["VM001"]).findings
            if each.about.name == "in-the-baseline"
        )  # fmt: skip
        gone = BaselineEntry(fingerprint="0" * 32, code="VM001", object="vm gone of lab", field="vcpus.max")
        kept = Baseline(version=1, kind="baseline", findings=(*baseline_of((old,)).findings, gone))
        Path("known.json").write_text(told_baseline(kept), encoding="utf-8")
        rules = ("VM001", "NM001", "JN012", "LD017", "LD019")
        settings = Settings(select=rules, baseline="known.json")
        report = planner.check(planner.load("pool.yaml"), settings=settings, today="2026-06-30")
        return without_numbers(planner.render(report, form))  # type: ignore[arg-type]


def without_numbers(text: str) -> str:
    text = text.replace(f'"semanticVersion": "{planner.__version__}"', '"semanticVersion": "RELEASE"')
    return re.sub(r'(against |"rules": )\d+', r"\1N", text)


@pytest.mark.parametrize("form", FORMS)
def test_a_format_is_as_expected(form: str) -> None:
    assert told(form) == (GOLDEN / f"report.{form}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_a_format_tells_what_is_known_as_expected(form: str) -> None:
    assert told_of_what_is_known(form) == (GOLDEN / f"known.{form}.txt").read_text(encoding="utf-8")


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
        (GOLDEN / f"known.{each}.txt").write_text(told_of_what_is_known(each), encoding="utf-8")
