import importlib
import re

import pytest

import planner
from planner.conditions import CHAPTERS, Condition, conditions
from tests.helpers import SHARED, run

JOIN, MEMORY = "xapi-join-and-reachability.md", "xapi-memory-ha-placement.md"
STATED = {
    "join": (JOIN, "J"),
    "cpu": (JOIN, "C"),
    "networks": (JOIN, "N"),
    "storage": (JOIN, "S"),
    "boot": (JOIN, "B"),
    "migration": (JOIN, "M"),
    "memory": (MEMORY, "M"),
    "ha": (MEMORY, "H"),
    "checklist": (MEMORY, "V"),
}
"""By chapter: the reference that states its conditions, and the letter of their numbers."""
RULES = {rule.code for rule in planner.catalogue()}


def numbers(chapter: str) -> set[str]:
    reference, letter = STATED[chapter]
    text = (SHARED / "reference" / reference).read_text(encoding="utf-8")
    return {f"{letter}-{int(each)}" for each in re.findall(rf"(?m)^(?:\| ?)?\**{letter}-(\d+)", text)}


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.skipif(not SHARED.exists(), reason="the references are not beside the project")
def test_every_number_of_the_references_is_accounted_for(chapter: str) -> None:
    here = {f"{each.number[0]}-{int(each.number[2:])}" for each in conditions() if each.chapter == chapter}
    assert numbers(chapter)
    assert here == numbers(chapter)


@pytest.mark.parametrize("condition", conditions(), ids=lambda each: f"{each.chapter}-{each.number}")
def test_a_condition_is_covered_or_says_why_not(condition: Condition) -> None:
    covered = condition.rules + condition.facts
    assert condition.what
    assert bool(covered) + bool(condition.left_out) + bool(condition.no_condition) == 1
    assert set(condition.rules) <= RULES


@pytest.mark.parametrize("fact", sorted({fact for condition in conditions() for fact in condition.facts}))
def test_a_fact_that_covers_a_condition_is_there(fact: str) -> None:
    module, _, name = fact.rpartition(".")
    assert hasattr(importlib.import_module(module), name)


def test_what_is_left_out_can_be_read() -> None:
    told = run("rules", "--left-out")
    assert told.code == 0
    for condition in conditions():
        assert (condition.left_out in told.out) or not condition.left_out


def test_every_condition_about_breaking_the_plan_names_the_one_place_that_judges_it() -> None:
    asked = {("boot", "B-45"), ("migration", "M-25"), ("migration", "M-79"), ("migration", "M-82")}
    asked |= {("storage", "S-93"), ("ha", "H-42"), ("ha", "H-43")}
    guard = "planner.facts.failover_guard.Planner"
    assert {(each.chapter, each.number) for each in conditions() if guard in each.facts} == asked
