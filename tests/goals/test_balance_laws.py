"""Laws of evening out loads, held against trying every way in pools that are small enough for it."""

import json
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.generator import healthy_pool
from planner.model.inventory import Inventory
from planner.patience import Waiting, waited_for
from planner.plans import Plan
from planner.plans.balancing import Balancing
from planner.plans.moving import MovesOutcome
from planner.reports.plans import render_plan
from planner.verify import broken_promises
from tests.goals.made_up_loads import Uneven
from tests.goals.made_up_moves import Where
from tests.rules.made_up_pools import inventory, pools

SEEDS = st.integers(0, 100_000)


def planned(small: Uneven, **asked: int | bool) -> Plan:
    found = planner.plan(planner.Balance(**asked), small.inventory())  # type: ignore[arg-type]
    assert isinstance(found, Plan), found
    return found


def outcome(plan: Plan) -> MovesOutcome:
    assert isinstance(plan.outcome, MovesOutcome)
    return plan.outcome


def balancing(plan: Plan) -> Balancing:
    told = outcome(plan).balancing
    assert told is not None
    return told


def reached(small: Uneven, plan: Plan) -> Where:
    """Where the VMs are in the end."""
    moved = {each.vm: each.target for each in outcome(plan).moved}
    return tuple(moved.get(name, on) for name, on in small.at.items())


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_no_moves_even_out_more(seed: int) -> None:
    small = Uneven(seed, hosts=4)
    plan = planned(small, keep_failures=0)
    best = min(small.worth(where) for where in small.reached())
    assert small.worth(reached(small, plan)) == best
    costs = {each.name: each for each in outcome(plan).costs}
    assert all(each.bound <= each.value for each in costs.values())
    assert next(iter(costs.values())).value == best[0]


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_without_a_number_as_many_hosts_may_fail_as_today(seed: int) -> None:
    small = Uneven(seed, hosts=4)
    today = small.survives(tuple(small.at.values()))
    where = reached(small, planned(small))
    assert not small.protected or small.survives(where) >= today
    best = min(small.worth(each) for each in small.reached() if small.survives(each) >= today)
    assert best <= small.worth(where) <= small.worth(tuple(small.at.values()))


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, keep=st.integers(0, 2), always=st.booleans())
def test_failures_that_are_asked_for_are_survived(seed: int, keep: int, *, always: bool) -> None:
    small = Uneven(seed, hosts=4)
    found = planner.plan(planner.Balance(keep_failures=keep, always=always), small.inventory())
    if isinstance(found, Plan):
        assert not small.protected or small.survives(reached(small, found)) >= keep
        during = outcome(found).survivals.during
        assert during is None or not always or during.lower >= keep
    else:
        assert small.survives(tuple(small.at.values())) < keep


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, failures=st.integers(0, 2))
def test_while_high_availability_is_on_no_step_is_one_that_the_toolstack_refuses(seed: int, failures: int) -> None:
    small = Uneven(seed, hosts=4)
    ha = {"enabled": True, "plan_exists_for": failures, "failures_to_tolerate": failures, "allow_overcommit": False}
    found = planner.plan(planner.Balance(keep_failures=0), small.inventory(ha=ha))
    assert isinstance(found, Plan)
    assert small.worth(reached(small, found)) <= small.worth(tuple(small.at.values()))


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, most=st.integers(0, 3))
def test_no_more_vms_are_moved_than_are_allowed(seed: int, most: int) -> None:
    small = Uneven(seed, hosts=3)
    plan = planned(small, keep_failures=0, limit_moves=most)
    assert len(outcome(plan).moved) <= most
    start = tuple(small.at.values())
    able = [each for each in small.reached() if sum(a != b for a, b in zip(each, start, strict=True)) <= most]
    assert small.worth(reached(small, plan)) == min(small.worth(each) for each in able)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    small = Uneven(seed, hosts=4)
    plans = [planner.plan(planner.Balance(), small.inventory(turned=turned)) for turned in (False, True)]
    assert render_plan(plans[0], "json") == render_plan(plans[1], "json")
    assert render_plan(plans[0], "xe") == render_plan(plans[1], "xe")


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_more_memory_never_makes_the_highest_load_higher(seed: int) -> None:
    small = Uneven(seed, hosts=3)
    ends = []
    for more in (0, 2):
        found = planner.plan(planner.Balance(keep_failures=0), small.inventory(more=more))
        assert isinstance(found, Plan)
        ends.append(outcome(found).costs[0].value)
    assert ends[1] <= ends[0]


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_script_and_json_describe_the_same_steps(seed: int) -> None:
    found = planned(Uneven(seed, hosts=4))
    script, told = render_plan(found, "xe"), json.loads(render_plan(found, "json"))
    there, _, rest = script.partition("    ;;\n")
    commands = [command for step in told["steps"] for command in step["commands"]]
    ran = [line.strip().removeprefix("start ") for line in there.splitlines()]
    assert [line for line in ran if line in commands] == commands
    enough = told["outcome"]["balancing"]["enough"]
    assert ("enough)" in rest) is (0 < enough < len(commands))
    if "enough)" in rest:
        ran = [line.strip().removeprefix("start ") for line in rest.partition(";;")[0].splitlines()]
        assert [line for line in ran if line in commands] == commands[:enough]


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, distinct=st.booleans())
@example(seed=6575, distinct=False)
def test_whatever_the_pools_are_there_is_an_answer(seed: int, *, distinct: bool) -> None:
    given_pools = inventory(pools(seed, distinct=distinct), seed)
    for view in given_pools.pools:
        try:
            found = planner.plan(planner.Balance(view.pool.uuid or view.name), given_pools)
        except GoalError:
            continue
        for form in ("full", "json", "xe", "markdown"):
            assert render_plan(found, form)


@pytest.mark.parametrize("seed", range(3, 9))
def test_a_plan_that_was_tampered_with_is_found_out(seed: int) -> None:
    given_pool = Uneven(seed, hosts=3).inventory()
    found = planner.plan(planner.Balance(), given_pool)
    assert isinstance(found, Plan)
    told = balancing(found)
    assert broken_promises(found, given_pool) == ()

    def tampered(**changes: object) -> tuple[str, ...]:
        changed = replace(told, **changes)  # type: ignore[arg-type]
        return broken_promises(replace(found, outcome=replace(outcome(found), balancing=changed)), given_pool)

    assert tampered(before=replace(told.before, memory=told.before.memory + 1))
    assert tampered(before=replace(told.before, vcpus=None))
    assert tampered(hosts=told.hosts[1:])
    assert tampered(enough=len(told.gains) + 1)
    assert tampered(enough=-1)
    assert not told.enough or tampered(enough=told.enough - 1)
    assert tampered(vcpus=told.vcpus[1:])
    if told.gains:
        assert tampered(gains=told.gains[:-1])
        assert tampered(gains=(*told.gains[:-1], replace(told.gains[-1], target_after=(1, 1))))
    for number, cost in enumerate(outcome(found).costs):
        costs = list(outcome(found).costs)
        costs[number] = replace(cost, value=cost.value + 1)
        assert broken_promises(replace(found, outcome=replace(outcome(found), costs=tuple(costs))), given_pool)


class _Gone(Waiting):
    """Somebody who has heard enough once something was told."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: dict[str, str] = {}

    def told(self, what: str, best: str, bound: str) -> None:  # noqa: ARG002 - nobody asks for the bound
        self.heard[what], self.ended = best, True


def test_whoever_goes_early_gets_what_there_is() -> None:
    large = Inventory([healthy_pool(8, 60, 3)])
    gone = _Gone()
    with waited_for(gone):
        early = planner.plan(planner.Balance(), large)
    assert "highest load" not in gone.heard
    assert float(gone.heard["highest load of memory plus that of virtual CPUs"]) > 0
    late = planner.plan(planner.Balance(), large)
    assert isinstance(early, Plan)
    assert isinstance(late, Plan)
    assert len(early.steps) < len(late.steps)
