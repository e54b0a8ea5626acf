import re
from pathlib import Path

import pytest

import planner
from planner.rules import Rule
from tests.helpers import ROOT, told

RULES = planner.catalogue()
SAMPLES = ROOT / "samples" / "rules"
FAMILIES = {"LD", "RF", "JN", "CP", "MM", "NW", "ST", "HA", "UP", "VM", "NM", "PL"}
NOTHING_TO_WRITE_ON = {"LD013": [(1, "LD013")]}
"""A file that holds nothing cannot say what is expected of it."""


def sample(rule: Rule, name: str) -> Path:
    """A rule's sample; faults that only exports have are shown by records in JSON."""
    (path,) = (SAMPLES / rule.code).glob(f"{name}.*")
    return path


def expected(path: Path) -> list[tuple[int, str]]:
    """The lines on which a sample says what is to be found there: in a comment, or in JSON in a key of its own."""
    lines = path.read_text(errors="replace").splitlines()
    return [
        (number, code)
        for number, line in enumerate(lines, start=1)
        if (found := re.search(r'expect"?: "?([A-Z0-9 ]+)', line))
        for code in found[1].split()
    ] or NOTHING_TO_WRITE_ON.get(path.parent.name, [])


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


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_bad_sample_shows_the_fault_where_it_says(rule: Rule) -> None:
    path = sample(rule, "bad")
    report = planner.check(planner.load(str(path)), select=[rule.code])
    assert expected(path)
    assert sorted(told(report)) == expected(path)
    for finding in report.findings:
        assert finding.message.strip(".") == finding.message
        assert finding.remedy


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_good_sample_shows_nothing(rule: Rule) -> None:
    path = sample(rule, "good")
    read = planner.load(str(path))
    assert told(planner.check(read, select=[rule.code, "LD"])) == []
    assert read.roots


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_samples_can_be_read_and_name_their_schema(path: Path) -> None:
    first = path.read_text(errors="replace").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../../schemas/inventory.json"
    assert path.parent.name in {rule.code for rule in RULES}
    told_of_the_file = {code for _, code in told(planner.check(planner.load(str(path)), select=["LD"]))}
    assert told_of_the_file <= {path.parent.name, "LD006" if path.parent.name == "LD014" else ""}
