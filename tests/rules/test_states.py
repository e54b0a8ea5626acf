"""What is remembered from one state to the next is what every rule says of the state."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.findings import Problem, Severity, Unknown
from planner.generator import healthy_pool
from planner.model.fields import Record
from planner.model.guest import VM
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.site import Site
from planner.model.wishes import Wishes
from planner.plans.setting import with_own_field
from planner.rules import Rule, all_rules
from planner.rules.errors import Key, errors
from planner.rules.states import States, blind, only_moved
from tests.rules.made_up_pools import NAMES, inventory, pools


def random_of(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - no secret


def with_vms(given_inventory: Inventory, change: Callable[[VM], VM]) -> Inventory:
    """The same with each VM changed."""
    pools = [
        view.pool.model_copy(update={"vms": tuple(change(vm) for vm in view.pool.vms)}) if view.pool.vms else view.pool
        for view in given_inventory.pools
    ]
    return Inventory(pools, given_inventory.wishes, given_inventory.site)


def told(found: dict[Key, Problem]) -> dict[Key, tuple[str, str, str]]:
    return {key: (each.message, each.remedy, each.subject.label) for key, each in found.items()}


def somewhere(random: Random) -> Callable[[VM], VM]:
    """What brings some VMs to other hosts, or has room reserved for them."""

    def moved(vm: VM) -> VM:
        if random.random() < 0.5:
            return vm
        return with_own_field(vm, random.choice(["runs_on", "scheduled_on"]), random.choice([*NAMES, "gone", None]))

    return moved


@settings(max_examples=250, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_every_state_has_the_errors_that_its_rules_see(seed: int) -> None:
    states, state, random = States(but=frozenset({"VM002"})), inventory(pools(seed), seed), random_of(seed)
    for _ in range(7):
        assert told(states.errors(state)) == told(errors(state, but=frozenset({"VM002"})))
        state = with_vms(state, somewhere(random))
    other = with_vms(state, lambda vm: with_own_field(vm, "memory", None))
    assert told(states.errors(other)) == told(errors(other, but=frozenset({"VM002"})))


def test_rules_that_do_not_see_moves_are_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, int] = {}

    def counting(rule: Rule) -> Rule:
        def check(state: Inventory) -> Iterator[Problem | Unknown]:
            asked[rule.code] = asked.get(rule.code, 0) + 1
            assert rule.check
            return rule.check(state)

        return replace(rule, check=check)

    counted = [counting(rule) for rule in all_rules() if rule.check]
    monkeypatch.setattr("planner.rules.errors.all_rules", lambda: counted)
    states, state, random = States(), Inventory([healthy_pool(4, 30, 3)]), random_of(1)
    for _ in range(30):
        states.errors(state)
        state = with_vms(state, somewhere(random))
    assert asked["MM003"] > 29
    assert asked["MM001"] < 10


def vm_rule(looks_at: Callable[[VM], object]) -> Rule:
    def check(state: Inventory) -> Iterator[Problem | Unknown]:
        for view in state.pools:
            for vm in view.vms.records:
                if looks_at(vm) == "nothing is equal to this":
                    yield Unknown(vm, "name")

    return Rule("XX001", "made-up", Severity.ERROR, "0.1", "", "", check)


@pytest.mark.parametrize(
    ("looks_at", "sees"),
    [
        (lambda vm: vm.runs_on, True),
        (lambda vm: vm.scheduled_on, True),
        (lambda vm: vm.name, False),
        (lambda vm: vm.label, False),
        (lambda vm: vm.memory, False),
        (lambda vm: getattr(vm, "runs_on", None), True),
        (lambda vm: vm.model_dump(), True),
        (vars, True),
        (lambda vm: vm == VM(name="other"), True),
        (lambda vm: vm.model_copy(), True),
        (hash, True),
        (repr, True),
        (lambda vm: isinstance(vm, VM), False),
    ],
)
def test_a_rule_is_blind_if_it_cannot_have_seen_where_a_vm_is(looks_at: Callable[[Any], object], sees: bool) -> None:  # noqa: FBT001
    pool = Pool(name="p", vms=(VM(name="v", runs_on="a"),))
    assert blind([vm_rule(looks_at)], Inventory([pool])) == (frozenset() if sees else frozenset({"XX001"}))


def test_what_one_rule_looked_up_does_not_hide_what_another_looks_at() -> None:
    def check(state: Inventory) -> Iterator[Problem | Unknown]:
        for view in state.pools:
            if view.vms_on(view.hosts.records[0]):
                yield Unknown(view.pool, "name")

    rules = [Rule(f"XX00{number}", "made-up", Severity.ERROR, "0.1", "", "", check) for number in range(2)]
    assert blind(rules, Inventory([healthy_pool(2, 4, 1)])) == frozenset()


def test_vms_remember_nothing_that_was_worked_out_of_them() -> None:
    # Else what one rule asked of a VM would hide what the next one asks.
    classes = [each for each in VM.__mro__ if issubclass(each, Record)]
    assert not [name for each in classes for name, value in vars(each).items() if isinstance(value, cached_property)]


def test_states_differ_in_nothing_but_moves_or_they_differ_in_more() -> None:
    first = Inventory([healthy_pool(3, 10, 3)])
    assert only_moved(first, with_vms(first, somewhere(random_of(1))))
    pool = first.pools[0].pool
    assert pool.vms
    for other in (
        with_vms(first, lambda vm: with_own_field(vm, "power_state", "halted")),
        with_vms(first, lambda vm: with_own_field(vm, "memory.static_max", 5)),
        Inventory([pool.model_copy(update={"vms": pool.vms[1:]})]),
        Inventory([pool.model_copy(update={"vms": None})]),
        Inventory([with_own_field(pool, "ha.enabled", value=True)]),
        Inventory([pool, pool]),
        Inventory([pool], [Wishes(pool="lab")]),
        Inventory([pool], site=Site(ha_hosts=5)),
    ):
        assert not only_moved(first, other)
