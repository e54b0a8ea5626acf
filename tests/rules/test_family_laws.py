"""Laws that hold for every rule about the present state of pools."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.facts.agility import hindrances
from planner.findings import Problem, Unknown
from planner.generator import healthy_pool
from planner.model.inventory import Inventory
from planner.model.walk import walk
from planner.rules import Rule, all_rules
from tests.rules.made_up_pools import inventory, pools

FAMILIES = ("MM", "NW", "ST", "HA", "UP", "VM", "NM")
RULES = [rule for rule in all_rules() if rule.code.startswith(FAMILIES)]
made_up = settings(max_examples=300, deadline=None)
seeds = st.integers(0, 2**32)


def said(rule: Rule, held: Inventory) -> list[Problem | Unknown]:
    assert rule.check
    return list(rule.check(held))


def told(each: Problem | Unknown) -> tuple[str, ...]:
    kind = type(each.subject).__name__
    extra = (each.message, each.remedy) if isinstance(each, Problem) else ("unknown",)
    return (kind, each.subject.label, each.field, *extra)


@made_up
@given(seeds)
def test_a_rule_never_raises_and_points_into_the_inventory(seed: int) -> None:
    held = inventory(pools(seed), seed)
    known = {id(record) for view in held.pools for _, record in walk(view.pool)} | {id(held.site)}
    for rule in RULES:
        for each in said(rule, held):
            assert id(each.subject) in known, rule.code
            if isinstance(each, Problem):
                related = {id(record) for record in each.related}
                assert each.message, rule.code
                assert each.remedy, rule.code
                assert not each.message.endswith("."), rule.code
                assert related <= known - {id(each.subject)}, rule.code


SELDOM = {"HA037", "HA039", "HA041"}
"""What pools of up to three hosts and VMs hardly ever show, or never."""


def test_every_rule_finds_something_somewhere() -> None:
    silent = {rule.code for rule in RULES} - SELDOM
    for seed in range(6000):
        if silent:
            silent -= codes_found(inventory(pools(seed, distinct=seed % 2 > 0), seed), silent)
    assert silent == set()


def codes_found(held: Inventory, asked: set[str]) -> set[str]:
    rules = [rule for rule in RULES if rule.code in asked]
    return {rule.code for rule in rules if any(isinstance(each, Problem) for each in said(rule, held))}


def turned(value: Any) -> Any:
    """The same with every list of records the other way round."""
    if isinstance(value, dict):
        return {key: turned(each) for key, each in value.items()}
    return [turned(each) for each in reversed(value)] if isinstance(value, list) else value


@made_up
@given(seeds)
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    documents = pools(seed, distinct=True)
    one, other = inventory(documents, seed), inventory(turned(documents), seed)
    for rule in RULES:
        assert sorted(map(told, said(rule, one))) == sorted(map(told, said(rule, other))), rule.code


@made_up
@given(seeds)
def test_more_attached_connections_never_make_a_guest_less_agile(seed: int) -> None:
    rank = {False: 0, None: 1, True: 2}
    documents = pools(seed, distinct=True)
    before, after = inventory(documents), inventory([attached(pool) for pool in documents])
    for one, other in zip(before.pools, after.pools, strict=True):
        for vm, same in zip(one.vms.records, other.vms.records, strict=True):
            assert rank[hindrances(one, vm).agile] <= rank[hindrances(other, same).agile]


def attached(pool: dict[str, Any]) -> dict[str, Any]:
    """The pool, with every host connected to every repository too."""
    new = [{"host": host["name"], "attached": True} for host in pool.get("hosts", ())]
    grown = [each | {"connections": [*each.get("connections", ()), *new]} for each in pool.get("repositories", ())]
    return pool | {"repositories": grown}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_healthy_pool_is_healthy(rule: Rule) -> None:
    assert said(rule, Inventory([healthy_pool(4, 40, seed=1)])) == []
