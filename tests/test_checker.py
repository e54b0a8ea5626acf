import json
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.errors import ConfigError
from planner.findings import Severity
from planner.reports.inventory_yaml import inventory_yaml
from planner.source.yaml_text import parse
from tests.helpers import ROOT, loaded, told

TWO_FAULTS = """\
kind: Pool
name: lab
vms:
  - name: a
    vcpus: {max: 1, at_startup: 2}
  - name: b
    vcpus: {max: 1, at_startup: 3}
"""


def test_findings_are_sorted_by_place(tmp_path: Path) -> None:
    assert told(planner.check(loaded(tmp_path, TWO_FAULTS), select=["VM001"])) == [(5, "VM001"), (7, "VM001")]


def test_a_fingerprint_survives_reformatting_and_moving(tmp_path: Path) -> None:
    before = planner.check(loaded(tmp_path, TWO_FAULTS), select=["VM001"])
    (tmp_path / "other").mkdir()
    written_anew = inventory_yaml([loaded(tmp_path, TWO_FAULTS).roots[0].record]).replace("\n", "\n\n")
    after = planner.check(loaded(tmp_path / "other", "# moved\n" + written_anew), select=["VM001"])
    prints = [finding.fingerprint for finding in before.findings]
    assert prints == [finding.fingerprint for finding in after.findings]
    assert len(set(prints)) == 2


def test_fingerprints_are_unique_even_for_twins(tmp_path: Path) -> None:
    twins = TWO_FAULTS.replace("name: b", "name: a")
    report = planner.check(loaded(tmp_path, twins))
    prints = [finding.fingerprint for finding in report.findings]
    assert len(set(prints)) == len(prints) > 1


def turned_round(value: Any) -> Any:
    """The same records in another order, and their keys too."""
    if isinstance(value, dict):
        return {key: turned_round(each) for key, each in reversed(value.items())}
    if isinstance(value, list):
        items = [turned_round(each) for each in value]
        return items[::-1] if all(isinstance(each, dict) for each in items) else items
    return value


NO_TEXT, FIRST_COUNTS = "LD001", "LD016"
MOVABLE = [
    path for path in sorted((ROOT / "samples").rglob("*.yaml")) if path.parent.name not in (NO_TEXT, FIRST_COUNTS)
]


@pytest.mark.parametrize("path", MOVABLE, ids=lambda path: "-".join(path.parts[-2:]))
def test_fingerprints_survive_reordering_reformatting_and_moving(path: Path, tmp_path: Path) -> None:
    text = path.read_text()
    documents = parse(text)
    if "planner:" in text or any(document.error or document.repeated for document in documents):
        moved = f"# moved\n{text}\n"
    else:
        moved = json.dumps([turned_round(document.value) for document in reversed(documents)], indent=1)
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "elsewhere.yaml").write_text(moved)
    before, after = planner.check(planner.load(path)), planner.check(planner.load(tmp_path / "deeper"))
    assert {each.fingerprint for each in before.findings} == {each.fingerprint for each in after.findings}


def test_numbers_of_twins_do_not_hang_on_their_places(tmp_path: Path) -> None:
    one, other = "{name: a, vcpus: {max: 1, at_startup: 2}}", "{name: a, vcpus: {max: 1, at_startup: 3}}"
    told = []
    for vms in (f"{one}, {other}", f"{other}, {one}"):
        report = planner.check(loaded(tmp_path, f"kind: Pool\nname: lab\nvms: [{vms}]\n"), select=["VM001"])
        told.append({finding.message: finding.fingerprint for finding in report.findings})
    assert told[0] == told[1]
    assert len(set(told[0].values())) == 2


def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    texts = [
        f"kind: Pool\nname: p{n}\nhosts: [{{name: h, uuid: same}}]\nvms: [{{name: v, runs_on: nobody}}]\n"
        for n in range(6)
    ]
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.yaml").write_text(text)
    paths = [str(tmp_path / f"{number}.yaml") for number in range(6)]
    expected = planner.check(planner.load(*paths))
    paths = paths[3:] + paths[2::-1]
    assert planner.check(planner.load(*paths)) == expected
    assert expected.findings


def test_rules_are_chosen_by_code_prefix_and_name(tmp_path: Path) -> None:
    read = loaded(tmp_path, TWO_FAULTS)

    def codes(**words: list[str]) -> set[str]:
        return {finding.code for finding in planner.check(read, **words).findings}

    assert codes(select=["VM001"]) == codes(select=["VM"]) == codes(select=["vcpus-out-of-order"]) == {"VM001"}
    assert codes(ignore=["VM"]) == set()
    assert codes(select=["VM"], ignore=["VM001"]) == set()
    assert codes(select=["VM001"], ignore=["VM"]) == {"VM001"}


def test_a_word_that_names_no_rule_is_the_callers_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean running-vms-on-joining-host"):
        planner.check(loaded(tmp_path, TWO_FAULTS), select=["runing-vms-on-joining-host"])
    with pytest.raises(ConfigError, match="chooses no rule"):
        planner.check(loaded(tmp_path, TWO_FAULTS), ignore=[""])


def test_a_report_fails_from_its_threshold_on(tmp_path: Path) -> None:
    text = "kind: Pool\nname: lab\nvms: [{name: a, uuid: u1}, {name: a, uuid: u2}]\n"
    report = planner.check(loaded(tmp_path, text), select=["NM001"])
    assert [finding.severity for finding in report.findings] == [Severity.NOTE]
    assert (report.fails(Severity.NOTE), report.fails(Severity.WARNING), report.ok) == (True, False, True)


def test_related_objects_have_places_of_their_own(tmp_path: Path) -> None:
    text = "kind: Pool\nname: lab\nvms:\n  - {name: a, uuid: u1}\n  - {name: a, uuid: u2}\n"
    (finding,) = planner.check(loaded(tmp_path, text), select=["NM001"]).findings
    assert finding.place
    assert finding.place.line == 5
    assert [(each.about.kind, each.about.name, each.place and each.place.line) for each in finding.related] == [
        ("vm", "a", 4)
    ]
