import re
from pathlib import Path

import pytest

import planner
from planner.rules import Rule
from tests.helpers import ROOT, told

RULES = planner.catalogue()
SAMPLES = ROOT / "samples" / "rules"
FAMILIES = {"LD", "RF", "JN", "CP", "MM", "NW", "ST", "HA", "UP", "VM", "NM"}
CHECKED = [rule for rule in RULES if rule.check]


def expected(path: Path) -> list[tuple[int, str]]:
    """The lines on which a sample says what is to be found there."""
    lines = path.read_text().splitlines()
    return [
        (number, code)
        for number, line in enumerate(lines, start=1)
        if (found := re.search(r"# expect: (.*)$", line))
        for code in found[1].split()
    ]


def test_every_family_has_rules() -> None:
    assert {rule.code[:2] for rule in RULES} == FAMILIES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_declared_whole(rule: Rule) -> None:
    title, blank, *why = rule.page.splitlines()
    assert re.fullmatch(r"[A-Z]{2}\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert title.endswith(".")
    assert len(title) < 90
    assert blank == ""
    assert "".join(why).strip()
    assert not re.search(r"\b[A-Z]-\d", rule.page), "users see the toolstack's own codes"
    assert re.fullmatch(r"[A-Z_0-9]*", rule.api_error)


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.code)
def test_the_bad_sample_shows_the_fault_where_it_says(rule: Rule) -> None:
    path = SAMPLES / rule.code / "bad.yaml"
    report = planner.check(planner.load(str(path)), select=[rule.code])
    assert expected(path)
    assert sorted(told(report)) == expected(path)
    for finding in report.findings:
        assert finding.message.strip(".") == finding.message
        assert finding.remedy


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.code)
def test_the_good_sample_shows_nothing(rule: Rule) -> None:
    path = SAMPLES / rule.code / "good.yaml"
    report = planner.check(planner.load(str(path)), select=[rule.code, "LD"])
    assert told(report) == []
    assert report.objects


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_samples_can_be_read_and_name_their_schema(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../../schemas/inventory.json"
    assert path.parent.name in {rule.code for rule in RULES}
    assert told(planner.check(planner.load(str(path)), select=["LD"])) == []
