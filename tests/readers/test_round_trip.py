"""What is converted reads as the same inventory, and is judged the same."""

from pathlib import Path

import pytest

import planner
from planner.readers.loaded import Loaded
from planner.reports.inventory_yaml import inventory_yaml
from tests.helpers import ROOT, SHARED, loaded

REAL = sorted([*(SHARED / "data" / "xapi-db").glob("*.xml"), *(SHARED / "data" / "xenapi-records").glob("*.json")])
OWN = sorted((ROOT / "samples").rglob("*.yaml"))


def judged(read: Loaded) -> list[tuple[str, str, str, str]]:
    """What the rules say of an inventory, less what shows only while its file is read."""
    report = planner.check(read, ignore=["LD", "RF"])
    return sorted((each.code, each.about.kind, each.about.name, each.message) for each in report.findings)


@pytest.mark.parametrize("path", [*REAL, *OWN], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_is_converted_is_the_same_and_is_judged_the_same(tmp_path: Path, path: Path) -> None:
    before = planner.load(str(path))
    if not before.roots:
        assert before.faults
        return
    after = loaded(tmp_path, inventory_yaml(rooted.record for rooted in before.roots))
    assert {fault.code for fault in after.faults} <= {"LD016"}
    assert [rooted.record for rooted in after.roots] == [rooted.record for rooted in before.roots]
    assert judged(after) == judged(before)


@pytest.mark.skipif(not REAL, reason="the real data are not here")
def test_an_opaque_reference_is_never_written() -> None:
    for path in REAL:
        for rooted in planner.load(str(path)).roots:
            assert "OpaqueRef:" not in inventory_yaml([rooted.record])
