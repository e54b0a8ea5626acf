"""Laws of emptying hosts, held against trying every way in pools that are small enough for it."""

import json
import re
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.plans import NoPlan, Phase, Plan
from planner.plans.moving import MovesOutcome
from planner.reports.plans import render_plan
from planner.verify import broken_promises
from tests.goals.made_up_moves import Small
from tests.rules.made_up_pools import inventory, pools

SEEDS = st.integers(0, 100_000)


def outcome(plan: Plan) -> MovesOutcome:
    assert isinstance(plan.outcome, MovesOutcome)
    return plan.outcome


def costs(plan: Plan) -> dict[str, int]:
    assert all(each.value == each.bound for each in outcome(plan).costs)
    return {each.name: each.value for each in outcome(plan).costs}


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_a_host_is_emptied_just_when_some_way_of_moving_empties_it(seed: int) -> None:
    small = Small(seed)
    found = planner.plan(planner.Evacuate("a"), small.inventory())
    assert isinstance(found, Plan) is small.reachable()
    assert isinstance(found, Plan) or found.proven


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_where_no_other_vm_has_to_move_no_plan_is_better(seed: int) -> None:
    small = Small(seed, hosts=4)
    best = small.best()
    found = planner.plan(planner.Evacuate("a"), small.inventory())
    if best is None:
        return
    assert isinstance(found, Plan)
    after = outcome(found).survivals.after
    if small.protected:
        assert after is not None
        assert after.lower == best[0]
    assert (costs(found)["highest load"], costs(found)["unevenness"]) == best[1:]


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    small = Small(seed)
    plans = [planner.plan(planner.Evacuate("a"), small.inventory(turned=turned)) for turned in (False, True)]
    assert render_plan(plans[0], "json") == render_plan(plans[1], "json")
    assert render_plan(plans[0], "xe") == render_plan(plans[1], "xe")


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, keep=st.integers(0, 2))
def test_more_memory_never_makes_it_impossible(seed: int, keep: int) -> None:
    small = Small(seed)
    goal = planner.Evacuate("a", keep_failures=keep)
    if isinstance(planner.plan(goal, small.inventory()), Plan):
        assert isinstance(planner.plan(goal, small.inventory(more=2)), Plan)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_failures_that_are_asked_for_are_survived_or_proven_not_to_be(seed: int) -> None:
    small = Small(seed, hosts=4)
    best = small.best()
    for keep in (1, 2):
        found = planner.plan(planner.Evacuate("a", keep_failures=keep), small.inventory())
        if isinstance(found, Plan):
            after = outcome(found).survivals.after
            assert after is None or after.lower >= keep
        elif best is not None and small.protected:
            assert best[0] < keep


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_each_cause_is_enough_by_itself(seed: int) -> None:
    """Without all VMs but those that a cause names, it is impossible still; without one of those it no longer is."""
    small = Small(seed)
    found = planner.plan(planner.Evacuate("a"), small.inventory())
    if isinstance(found, Plan):
        return
    for cause in found.because:
        named = set(re.findall(r"\bv[0-9]\b", cause.told.partition(":")[0]))
        assert isinstance(planner.plan(planner.Evacuate("a"), _without(small, named).inventory()), NoPlan)
        for one in named:
            assert isinstance(planner.plan(planner.Evacuate("a"), _without(small, named - {one}).inventory()), Plan)


def _without(small: Small, kept: set[str]) -> Small:
    """The same pool without those VMs of host a that are not kept."""
    fewer = Small(0)
    fewer.__dict__.update(small.__dict__)
    fewer.sizes = {name: size for name, size in small.sizes.items() if name in kept or small.at[name] != "a"}
    fewer.at = {name: small.at[name] for name in fewer.sizes}
    return fewer


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_script_and_json_describe_the_same_steps(seed: int) -> None:
    found = planner.plan(planner.Evacuate("a"), Small(seed).inventory())
    if not isinstance(found, Plan):
        return
    script, told = render_plan(found, "xe"), json.loads(render_plan(found, "json"))
    there, _, back = script.partition("\nback)")
    for part, steps in ((there, told["steps"]), (back, told["back"])):
        ran = [line.strip().removeprefix("start ") for line in part.splitlines()]
        commands = [command for step in steps for command in step["commands"]]
        assert [line for line in ran if line in commands] == commands


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, distinct=st.booleans())
@example(seed=6575, distinct=False)
def test_whatever_the_pools_are_there_is_an_answer(seed: int, *, distinct: bool) -> None:
    given_pools = inventory(pools(seed, distinct=distinct), seed)
    for view in given_pools.pools:
        for host in view.hosts.records:
            try:
                found = planner.plan(planner.Evacuate(host.uuid or host.name), given_pools)
            except GoalError:
                continue
            for form in ("full", "json", "xe", "markdown"):
                assert render_plan(found, form)


def test_a_plan_that_was_tampered_with_is_found_out() -> None:
    given_pool = Small(3, hosts=3).inventory()
    found = planner.plan(planner.Evacuate("a"), given_pool)
    assert isinstance(found, Plan)
    moves = [step for step in found.steps if step.phase is Phase.MOVE]
    assert moves
    assert broken_promises(found, given_pool) == ()
    assert broken_promises(replace(found, steps=found.steps[:-1]), given_pool)
    assert broken_promises(replace(found, steps=found.steps[1:]), given_pool)
    assert broken_promises(replace(found, steps=(*found.steps, moves[0])), given_pool)
    told = outcome(found)
    assert broken_promises(replace(found, outcome=replace(told, moved=told.moved[1:])), given_pool)
    assert broken_promises(replace(found, outcome=replace(told, loads=told.loads[1:])), given_pool)
    dearer = tuple(replace(each, value=each.value + 1) for each in told.costs)
    assert broken_promises(replace(found, outcome=replace(told, costs=dearer)), given_pool)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, failures=st.integers(0, 2))
def test_while_high_availability_is_on_no_step_is_one_that_the_toolstack_refuses(seed: int, failures: int) -> None:
    small = Small(seed, hosts=4)
    ha = {"enabled": True, "plan_exists_for": failures, "failures_to_tolerate": failures, "allow_overcommit": False}
    found = planner.plan(planner.Evacuate("a"), small.inventory(ha=ha))
    if not small.reachable():
        assert isinstance(found, NoPlan)
