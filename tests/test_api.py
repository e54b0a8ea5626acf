"""The four verbs that a program calls."""

from pathlib import Path

import pytest

import planner
from planner.errors import ReadError
from planner.findings import Severity
from tests.helpers import ROOT

SAMPLE = ROOT / "samples" / "homogeneous-pool.yaml"


def test_a_path_may_be_a_text_or_a_path() -> None:
    assert planner.check(planner.load(SAMPLE)) == planner.check(planner.load(str(SAMPLE)))


def test_a_pattern_and_several_paths_are_one_inventory(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.yaml").write_text(f"kind: Pool\nname: {name}\n")
    inventory = planner.load(tmp_path / "[ab].yaml", tmp_path / "c.yaml").inventory
    assert [view.name for view in inventory.pools] == ["a", "b", "c"]


def test_a_report_says_what_was_found_what_is_unknown_and_whether_all_is_well() -> None:
    report = planner.check(planner.load(SAMPLE), select=["JN028"])
    (finding,) = report.findings
    assert (finding.code, finding.severity, finding.about.name) == ("JN028", Severity.ERROR, "xen01")
    assert finding.place
    assert finding.place.path == str(SAMPLE)
    assert (report.unknown, report.ok, report.rules) == ((), False, 1)


def test_the_catalogue_is_sorted_and_whole() -> None:
    codes = [rule.code for rule in planner.catalogue()]
    assert codes == sorted(codes)
    assert "JN012" in codes


def test_a_path_that_means_nothing_is_raised() -> None:
    with pytest.raises(ReadError, match="no such file"):
        planner.load("nowhere.yaml")


def test_the_package_is_typed_and_documented() -> None:
    assert (ROOT / "planner" / "py.typed").exists()
    for name in ("load", "check", "render", "catalogue"):
        assert getattr(planner, name).__doc__
