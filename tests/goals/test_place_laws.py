"""Laws of placements, held against trying every way in pools that are small enough for it."""

import json
import re
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.goals.moves.conditions import Conditions
from planner.plans import NoPlan, Phase, Plan
from planner.plans.moving import MovesOutcome
from planner.reports.plans import render_plan
from planner.verify import broken_promises
from tests.goals.made_up_places import Costs, Spread
from tests.rules.made_up_pools import inventory, pools

SEEDS = st.integers(0, 100_000)
ALL = planner.Place(halted=True)


def outcome(plan: Plan) -> MovesOutcome:
    assert isinstance(plan.outcome, MovesOutcome)
    return plan.outcome


def told(plan: Plan) -> tuple[Costs, bool]:
    """The costs of a plan in their order, and whether all of them are proven to be the least."""
    found = outcome(plan)
    values = {each.name: each.value for each in found.costs}
    after = found.survivals.after
    names = ("highest load", "unevenness", "bytes moved", "VMs moved")
    highest, uneven, size, moved = (values[name] for name in names)
    proven = all(each.value == each.bound for each in found.costs)
    proven = proven and (after is None or after.lower == found.survivals.most)
    return (values.get("breaches of wishes", 0), -after.lower if after else 0, highest, uneven, size, moved), proven


@settings(max_examples=120, deadline=None)
@given(seed=SEEDS)
def test_no_way_is_better_cost_by_cost(seed: int) -> None:
    best_cost_by_cost(Spread(seed, hosts=2 + seed % 3))


def best_cost_by_cost(small: Spread) -> None:
    """Nothing that trying every way finds is better than the plan, or it is said that this is open."""
    best = small.best()
    found = planner.plan(ALL, small.inventory())
    if isinstance(found, NoPlan):
        assert best is None or small.best_reached() is None
        assert found.proven is (best is None)
        return
    costs, proven = told(found)
    assert best is not None
    assert costs == best or (not proven and costs == small.best_reached())
    assert proven is (costs == best)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, keep=st.integers(1, 2), limit=st.integers(0, 2))
def test_failures_and_limits_that_are_asked_for_are_kept_or_proven_to_be_impossible(
    seed: int, keep: int, limit: int
) -> None:
    small = Spread(seed)
    ways = [small.costs(where) for where in small.ends()]
    if small.protected:
        ways = [each for each in ways if -each[1] >= keep]
    ways = [each for each in ways if each[5] <= limit]
    goal = planner.Place(halted=True, conditions=Conditions(keep_failures=keep, limit_moves=limit))
    found = planner.plan(goal, small.inventory())
    if isinstance(found, Plan):
        assert told(found)[0] == min(ways) or not told(found)[1]
        assert len(outcome(found).moved) <= limit
    else:
        assert not (found.proven and ways)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    small = Spread(seed)
    plans = [planner.plan(ALL, small.inventory(turned=turned)) for turned in (False, True)]
    for form in ("json", "xe"):
        assert render_plan(plans[0], form) == render_plan(plans[1], form)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, keep=st.integers(0, 2))
def test_more_memory_never_makes_it_impossible(seed: int, keep: int) -> None:
    small = Spread(seed)
    goal = planner.Place(halted=True, conditions=Conditions(keep_failures=keep))
    if isinstance(planner.plan(goal, small.inventory()), Plan):
        assert isinstance(planner.plan(goal, small.inventory(more=2)), Plan)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_each_wish_that_is_named_is_needed(seed: int) -> None:
    """With the wishes that a cause names alone it is impossible still; without any one of these it no longer is."""
    small = Spread(seed)
    small.wishes = [wish | {"required": True} for wish in small.wishes]
    found = planner.plan(ALL, small.inventory())
    if isinstance(found, Plan) or not found.proven:
        return
    for cause in found.because:
        named = set(re.findall(r"\bw[0-9]\b", cause.told))
        if named:
            small.wishes = [wish for wish in small.wishes if wish["name"] in named]
            assert isinstance(planner.plan(ALL, small.inventory()), NoPlan)
            whole = small.wishes
            for one in named:
                small.wishes = [wish for wish in whole if wish["name"] != one]
                answer = planner.plan(ALL, small.inventory())
                assert isinstance(answer, Plan) or not answer.proven
            return


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, start=st.booleans())
def test_the_script_and_json_describe_the_same_steps(seed: int, *, start: bool) -> None:
    found = planner.plan(replace(ALL, start=start), Spread(seed).inventory())
    if not isinstance(found, Plan):
        return
    script, answer = render_plan(found, "xe"), json.loads(render_plan(found, "json"))
    ran = [line.strip().removeprefix("start ") for line in script.splitlines()]
    commands = [command for step in answer["steps"] for command in step["commands"]]
    assert [line for line in ran if line in commands] == commands
    assert start or all(step["phase"] == "move" for step in answer["steps"])


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, distinct=st.booleans())
@example(seed=6575, distinct=False)
def test_whatever_the_pools_are_there_is_an_answer(seed: int, *, distinct: bool) -> None:
    given_pools = inventory(pools(seed, distinct=distinct), seed)
    for view in given_pools.pools:
        for goal in (planner.Place(pool=view.name), planner.Place(pool=view.name, halted=True, start=True)):
            try:
                found = planner.plan(goal, given_pools)
            except GoalError:
                continue
            for form in ("full", "json", "xe", "markdown"):
                assert render_plan(found, form)


def test_a_plan_that_was_tampered_with_is_found_out() -> None:
    small = next(each for each in map(Spread, range(200)) if each.halted and _moves(each) and _soft(each))
    given_pool = small.inventory()
    found = planner.plan(replace(ALL, start=True), given_pool)
    assert isinstance(found, Plan)
    assert broken_promises(found, given_pool) == ()
    moves = [step for step in found.steps if step.phase is Phase.MOVE]
    assert broken_promises(replace(found, steps=tuple(step for step in found.steps if step not in moves)), given_pool)
    assert broken_promises(replace(found, steps=(*found.steps, found.steps[-1])), given_pool)
    result = outcome(found)
    for number in range(len(result.costs)):
        costs = list(result.costs)
        costs[number] = replace(costs[number], value=costs[number].value + 1)
        assert broken_promises(replace(found, outcome=replace(result, costs=tuple(costs))), given_pool)
    assert result.placing is not None
    nowhere = tuple(replace(each, host="nowhere", host_uuid=None) for each in result.placing.starts)
    turned = replace(result, placing=replace(result.placing, starts=nowhere))
    assert broken_promises(replace(found, outcome=turned), given_pool)


def _moves(small: Spread) -> bool:
    found = planner.plan(ALL, small.inventory())
    return isinstance(found, Plan) and bool(outcome(found).moved)


def _soft(small: Spread) -> bool:
    return any(not wish["required"] for wish in small.wishes)
