"""What programs read of the catalogue."""

import json
import re

import planner
from planner.reports.pages import rules_json
from tests.helpers import run

KEYS = ["code", "name", "severity", "since", "family", "api_error", "page"]
SHAPES = {
    "code": r"[A-Z]{2}\d{3}",
    "name": r"[a-z0-9]+(-[a-z0-9]+)+",
    "severity": r"error|warning|note",
    "since": r"\d+\.\d+",
    "family": r"[A-Z]{2}",
    "api_error": r"[A-Z][A-Z0-9_]+",
}


def test_every_rule_is_listed_with_the_same_keys_each_of_its_shape() -> None:
    listed = json.loads(run("rules", "--format", "json").out)

    assert [each["code"] for each in listed] == [rule.code for rule in planner.catalogue()]
    for each in listed:
        assert list(each) == KEYS
        assert each["family"] == each["code"][:2]
        assert each["page"].splitlines()[0].endswith(".")
        for key, shape in SHAPES.items():
            told = each[key]
            assert (told is None and key == "api_error") or re.fullmatch(shape, told), (each["code"], key)


def test_what_is_listed_is_what_is_declared() -> None:
    for rule, told in zip(planner.catalogue(), json.loads(rules_json(planner.catalogue())), strict=True):
        assert told["severity"] == rule.severity.value
        assert (told["name"], told["since"], told["page"]) == (rule.name, rule.since, rule.page)
        assert (told["api_error"] or "") == rule.api_error
    assert {bool(rule.api_error) for rule in planner.catalogue()} == {True, False}, "both kinds are listed"


def test_text_of_other_languages_stays_readable() -> None:
    assert "\\u" not in rules_json(planner.catalogue())
    assert rules_json(()) == "[]\n"
