"""Which home server each VM should have."""

import json
import re
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.facts.home_loads import home_loads
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.plans import NoPlan, Plan
from planner.plans.applying import applied
from planner.plans.homing import HomesOutcome
from planner.reports.plans import render_plan
from planner.verify import broken_promises
from tests.facts.test_toolstack_evacuation import host, view, vm
from tests.rules.made_up_pools import inventory, pools

SEEDS = st.integers(0, 100_000)
GIB = 2**30


def lab(hosts: list[dict[str, Any]], guests: list[dict[str, Any]], **fields: Any) -> Inventory:
    raw = view(hosts, guests).pool.model_dump(exclude_unset=True)
    return Inventory([Pool.model_validate(raw | fields)])


def planned(state: Inventory) -> Plan:
    found = planner.plan(planner.Homes(), state)
    assert isinstance(found, Plan)
    return found


def outcome(plan: Plan) -> HomesOutcome:
    assert isinstance(plan.outcome, HomesOutcome)
    return plan.outcome


def chosen(state: Inventory) -> dict[str, str | None]:
    return {each.vm: each.after for each in outcome(planned(state)).homes}


def commands(state: Inventory) -> list[str]:
    return [command for step in planned(state).steps for command in step.commands]


TWO = [host("a", 20), host("b", 20)]


def test_vms_that_are_spread_evenly_get_the_hosts_on_which_they_run() -> None:
    state = lab(TWO, [vm("x", 4, "a"), vm("y", 4, "b")])
    assert commands(state) == ["xe vm-param-set uuid=x affinity=a", "xe vm-param-set uuid=y affinity=b"]


def test_a_host_has_not_more_than_its_share() -> None:
    # Four of 4 GiB on a: its share is two of them, and the two later ones go to b.
    state = lab(TWO, [vm(name, 4, "a") for name in "wxyz"])
    assert chosen(state) == {"w": "a", "x": "a", "y": "b", "z": "b"}


def test_the_static_maximum_counts_and_not_what_a_vm_has_now() -> None:
    memory = {"dynamic_min": GIB, "dynamic_max": GIB, "static_max": 12 * GIB}
    state = lab(TWO, [vm("x", 1, "a", memory=memory), vm("y", 1, "a", memory=memory)])
    assert chosen(state) == {"x": "a", "y": "b"}


def test_a_vm_for_which_no_room_is_left_is_left_to_the_toolstack() -> None:
    state = lab([host("a", 5), host("b", 5)], [vm("x", 4, "a"), vm("y", 4, "b"), vm("z", 4, "b", home="b")])
    homes = {each.vm: each for each in outcome(planned(state)).homes}
    assert homes["z"].after is None
    assert "no host has room left for it" in homes["z"].why
    assert "xe vm-param-set uuid=z affinity=''" in commands(state)


def test_a_vm_with_a_local_disk_gets_the_only_host_that_has_it() -> None:
    local = {"name": "local", "type": "lvm", "shared": False, "connections": [{"host": "b", "attached": True}]}
    state = lab(TWO, [vm("x", 4, "a", drives=[{"device": "xvda", "repository": "local"}])], repositories=[local])
    (home,) = outcome(planned(state)).homes
    assert (home.after, home.why) == ("b", "no other host in service could run it")


def test_a_host_out_of_service_is_given_to_nobody() -> None:
    state = lab([host("a", 20), host("b", 20) | {"enabled": False}], [vm("x", 4, "b")])
    assert chosen(state) == {"x": "a"}
    assert any("b is out of service" in note for note in outcome(planned(state)).notes)


GROUP = {"groups": [{"name": "g", "uuid": "g", "placement": "anti_affinity"}]}


def test_vms_that_the_toolstack_keeps_apart_have_no_home() -> None:
    state = lab(TWO, [vm("x", 4, "a", groups=["g"], home="a"), vm("y", 4, "a", groups=["g"])], **GROUP)
    assert chosen(state) == {"x": None, "y": None}
    assert commands(state) == ["xe vm-param-set uuid=x affinity=''"]


def test_wishes_to_be_apart_together_and_away_are_kept() -> None:
    apart = {"name": "apart", "vms": ["x", "y"], "relation": "apart"}
    together = {"name": "together", "vms": ["x", "z"], "relation": "together"}
    away = {"name": "away", "vms": ["x"], "not_hosts": ["a"]}
    state = lab(TWO, [vm(name, 2, "a") for name in "xyz"], placement=[apart, together, away])
    assert chosen(state) == {"x": "b", "y": "a", "z": "b"}


def test_homes_keep_racks_and_what_is_to_be_left_free() -> None:
    hosts = [host(name, 20) | {"tags": [f"rack:{rack}"]} for name, rack in (("a", 1), ("b", 1), ("c", 2))]
    vms = [vm(name, 2, "a") for name in "xyz"]
    apart = {"name": "apart", "vms": ["x", "y"], "relation": "apart", "by": "rack"}
    near = {"name": "near", "vms": ["y", "z"], "relation": "together", "by": "rack"}
    assert chosen(lab(hosts, vms, placement=[apart, near])) == {"x": "a", "y": "c", "z": "c"}
    spare = {"name": "spare", "hosts": ["a"], "free_memory": 17 * GIB}
    assert list(chosen(lab(TWO, vms, host_limits=[spare])).values()).count("a") == 1
    homes = {each.vm: each for each in outcome(planned(lab(hosts[2:], [], host_limits=[spare]))).homes}
    assert homes == {}


def test_homes_that_leave_too_little_free_are_noticed() -> None:
    vms = [vm(name, 2, "a") for name in "xyz"]
    plan = planned(lab(TWO, vms))
    spare = {"name": "spare", "free_memory": 17 * GIB}
    broken = broken_promises(plan, lab(TWO, vms, host_limits=[spare]))
    assert any("has less left than the wish spare has it" in each for each in broken)


def test_a_template_has_no_home() -> None:
    state = lab(TWO, [], templates=[vm("t", 1, "a", home="a", runs_on=None, power_state="halted")])
    assert commands(state) == ["xe template-param-set uuid=t affinity=''"]
    assert outcome(planned(state)).templates == ("t",)


def test_homes_that_are_right_are_left() -> None:
    assert commands(lab(TWO, [vm("x", 4, "a", home="a"), vm("y", 4, "b", home="b")])) == []


def test_one_host_needs_no_homes() -> None:
    plan = planned(lab([host("a", 20)], [vm("x", 4, "a")]))
    assert plan.steps == ()
    assert outcome(plan).notes == ("there is one host, so a home server changes nothing",)


def test_what_is_not_known_is_said_and_left_as_it_is() -> None:
    state = lab(TWO, [vm("x", 4, "a"), vm("y", 4, "a", memory=None, home="b")])
    assert chosen(state) == {"x": "a", "y": "b"}
    assert "y: memory" in outcome(planned(state)).lacking[0]
    for nothing in (lab(TWO, [vm("y", 4, "a", memory=None)]), lab(TWO, [], vms=None)):
        found = planner.plan(planner.Homes(), nothing)
        assert isinstance(found, NoPlan)
        assert not found.proven


def test_where_the_toolstack_would_start_a_vm_is_told() -> None:
    state = lab(TWO, [vm("x", 4, "a"), vm("g1", 4, "a", groups=["g"])], **GROUP)
    told = {each.vm: each.at_start for each in outcome(planned(state)).homes}
    assert told["x"] == "its home server"
    # Free at the static maximum: 16 of 20 GiB on a, which counts half as the coordinator, and 20 of 20 on b.
    assert told["g1"] == "b and a: room for all guests at their static maximum"


STATE = lab(
    [host("a", 20), host("b", 20), host("c", 3)],
    [vm("x", 4, "a"), vm("y", 4, "a"), vm("g1", 4, "a", groups=["g"])],
    **GROUP,
    placement=[{"name": "apart", "vms": ["x", "y"], "relation": "apart"}],
    templates=[vm("t", 1, "a", home="a", runs_on=None, power_state="halted")],
)


def moved(plan: Plan, name: str, to: str | None) -> Plan:
    """The same plan with another home for a VM, told as it is."""
    steps = []
    for step in plan.steps:
        (change,) = step.changes
        steps.append(replace(step, changes=(replace(change, value=to),)) if change.way[0][1] == name else step)  # type: ignore[union-attr, arg-type]
    homes = [replace(each, after=to) if each.vm == name else each for each in outcome(plan).homes]
    return replace(plan, steps=tuple(steps), outcome=replace(outcome(plan), homes=tuple(homes)))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda plan: moved(plan, "x", "c"), "c could not run x"),
        (lambda plan: moved(moved(plan, "x", "a"), "y", "a"), "the homes of VMs do not keep the wish apart"),
        (lambda plan: moved(plan, "t", "b"), "the template t has a home"),
        (lambda plan: replace(plan, steps=plan.steps[1:]), "the home of x is told as a, and is None"),
        (
            lambda plan: replace(
                plan, outcome=replace(outcome(plan), loads=(replace(outcome(plan).loads[0], after=1),))
            ),
            "the load of a is not as it is told",
        ),
    ],
)
def test_a_spoilt_plan_is_noticed(spoil: Any, message: str) -> None:
    plan = planned(STATE)
    assert not broken_promises(plan, STATE)
    assert any(message in each for each in broken_promises(spoil(plan), STATE))


def test_a_host_that_is_given_too_much_is_noticed() -> None:
    state = lab([host("a", 5), host("b", 5)], [vm("x", 4, "a"), vm("y", 4, "b")])
    assert any("a has more VMs than" in each for each in broken_promises(_crowded(state), state))


def _crowded(state: Inventory) -> Plan:
    """A plan with both VMs at home on one host, told with the loads that this comes to."""
    plan = moved(planned(state), "y", "a")
    (end,) = applied(state, [change for step in plan.steps for change in step.changes]).pools
    real = home_loads(end)
    loads = [replace(told, after=real[id(end.hosts.find(told.host))]) for told in outcome(plan).loads]
    return replace(plan, outcome=replace(outcome(plan), loads=tuple(loads)))


def made_up(seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    chance = Random(seed)  # noqa: S311 - made-up data are no secret
    hosts = [host(name, chance.randint(4, 12)) for name in "abc"]
    guests = [
        vm(f"v{number}", chance.randint(1, 5), chance.choice("abc"), home=chance.choice((None, "a", "b")))
        for number in range(chance.randint(0, 7))
    ]
    return hosts, guests


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_no_host_is_given_more_than_it_has_and_the_order_of_records_changes_nothing(seed: int) -> None:
    hosts, guests = made_up(seed)
    state, turned = lab(hosts, guests, coordinator="a"), lab(hosts[::-1], guests[::-1], coordinator="a")
    plan = planned(state)
    assert all((each.after or 0) <= max(1000, each.before or 0) for each in outcome(plan).loads)
    assert render_plan(plan, "json") == render_plan(planned(turned), "json")


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_script_and_json_have_the_same_commands(seed: int) -> None:
    plan = planned(lab(*made_up(seed)))
    told = [command for step in json.loads(render_plan(plan, "json"))["steps"] for command in step["commands"]]
    assert re.findall(r"^xe \S+-param-set .*$", render_plan(plan, "xe"), re.MULTILINE) == told


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS)
@example(seed=304)
@example(seed=514)
def test_pools_of_any_kind_are_answered(seed: int) -> None:
    state = inventory(pools(seed, distinct=seed % 2 == 0))
    for each in state.pools:
        try:
            answer = planner.plan(planner.Homes(each.pool.uuid or each.name), state)
        except GoalError:
            continue
        for form in ("full", "json", "xe", "markdown"):
            assert render_plan(answer, form)
