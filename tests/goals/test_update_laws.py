"""Laws of rolling updates, held against trying every way in pools that are small enough for it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.plans import NoPlan, Phase, Plan
from planner.plans.updating import UpdateOutcome
from planner.reports.plans import render_plan
from planner.verify import broken_promises
from tests.goals.made_up_moves import Small, Where
from tests.rules.made_up_pools import inventory, pools

SEEDS = st.integers(0, 100_000)
ORDER = "bac"
"""The coordinator, then by name."""
OLD = {"product_brand": "XCP-ng", "product_version": "8.2.1", "platform_version": "3.2.1", "xapi": "1.20"}


def outcome(plan: Plan) -> UpdateOutcome:
    assert isinstance(plan.outcome, UpdateOutcome)
    return plan.outcome


def possible(small: Small, *, one_way: bool) -> bool:
    """Whether some way of moving empties each host in turn, and brings all VMs back in the end."""
    start = tuple(small.at.values())
    there, done = {start}, ""
    for host in ORDER:
        there = {where for where in _spread(small, there, done if one_way else None, host) if host not in where}
        done += host
        there = _spread(small, there, done if one_way else None, "")
    return start in there


def _spread(small: Small, there: set[Where], done: str | None, closed: str) -> set[Where]:
    """All that can be reached by moves one by one, none of them to a host that is closed or behind."""
    seen, pending = set(there), list(there)
    while pending:
        where = pending.pop()
        for following in _moves(small, where, done, closed):
            if following not in seen:
                seen.add(following)
                pending.append(following)
    return seen


def _moves(small: Small, where: Where, done: str | None, closed: str) -> Iterator[Where]:
    left = small.free(where)
    for number, name in enumerate(small.sizes):
        for on in small.names if name not in small.local else "":
            backwards = done is not None and where[number] in done and on not in done
            if on not in (where[number], closed) and not backwards and left[on] >= small.sizes[name]:
                yield (*where[:number], on, *where[number + 1 :])


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_a_pool_is_updated_just_when_some_way_of_moving_does_it(seed: int) -> None:
    small = Small(seed)
    found = planner.plan(planner.Update(), small.inventory(software=OLD))
    assert isinstance(found, Plan) is possible(small, one_way=False)
    assert isinstance(found, Plan) or found.proven


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_where_moves_are_one_way_what_is_proven_impossible_is(seed: int) -> None:
    small = Small(seed)
    found = planner.plan(planner.Update(), small.inventory())
    if isinstance(found, Plan):
        assert outcome(found).one_way
        assert possible(small, one_way=True)
    elif found.proven:
        assert not possible(small, one_way=True)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_no_vm_is_ever_in_the_way_when_all_may_be_shut_down(seed: int) -> None:
    small = Small(seed)
    found = planner.plan(planner.Update(may_stop_any=True), small.inventory(software=OLD))
    assert isinstance(found, Plan)
    stopped = {each.vm for stage in outcome(found).stages for each in stage.stopped}
    if possible(small, one_way=False):
        assert stopped == set()
    assert small.local <= stopped


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_the_moves_are_the_fewest_where_nobody_has_to_make_room(seed: int) -> None:
    found = planner.plan(planner.Update(), Small(seed).inventory(software=OLD))
    if isinstance(found, Plan):
        told = outcome(found)
        assert told.fewest is not None
        assert told.moves >= told.fewest
        assert told.moves == sum(step.phase is Phase.MOVE for step in found.steps)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, any_of_them=st.booleans())
def test_the_order_of_records_changes_nothing(seed: int, *, any_of_them: bool) -> None:
    small, goal = Small(seed), planner.Update(may_stop_any=any_of_them, at_once=2)
    plans = [planner.plan(goal, small.inventory(turned=turned)) for turned in (False, True)]
    assert render_plan(plans[0], "json") == render_plan(plans[1], "json")
    assert render_plan(plans[0], "xe") == render_plan(plans[1], "xe")


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, keep=st.integers(0, 2), always=st.booleans())
def test_more_memory_never_makes_it_impossible(seed: int, keep: int, *, always: bool) -> None:
    small, goal = Small(seed, hosts=4), planner.Update(keep_failures=keep, always=always)
    if isinstance(planner.plan(goal, small.inventory(software=OLD)), Plan):
        assert isinstance(planner.plan(goal, small.inventory(software=OLD, more=2)), Plan)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_each_cause_goes_away_with_what_it_names(seed: int) -> None:
    """Where the VMs that causes name may be shut down, there is a plan; where one of them may not, there is none."""
    small = Small(seed)
    found = planner.plan(planner.Update(), small.inventory(software=OLD))
    if isinstance(found, Plan):
        return
    held = {name for name in small.sizes if any(f"{name} cannot leave" in cause.told for cause in found.because)}
    assert held == small.local
    for one in held:
        assert isinstance(
            planner.plan(planner.Update(may_stop=tuple(set(small.sizes) - {one})), small.inventory(software=OLD)),
            NoPlan,
        )


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_script_and_json_describe_the_same_steps(seed: int) -> None:
    found = planner.plan(planner.Update(may_stop_any=True), Small(seed).inventory())
    assert isinstance(found, Plan)
    ran = [line.strip().removeprefix("start ") for line in render_plan(found, "xe").splitlines()]
    commands = [command for step in json.loads(render_plan(found, "json"))["steps"] for command in step["commands"]]
    assert [line for line in ran if line in commands] == commands


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, changed=SEEDS)
def test_no_step_can_be_left_out_or_done_earlier(seed: int, changed: int) -> None:
    """Of steps that are done one by one; which of the moves of a round comes first does not matter."""
    given_pool = Small(seed).inventory()
    found = planner.plan(planner.Update(may_stop_any=True), given_pool)
    assert isinstance(found, Plan)
    assert broken_promises(found, given_pool) == ()
    place = Random(changed).randrange(len(found.steps))  # noqa: S311 - made-up data are no secret
    fewer = (*found.steps[:place], *found.steps[place + 1 :])
    assert broken_promises(replace(found, steps=fewer), given_pool)
    if place and found.steps[place].phase is Phase.HOSTS and found.steps[place - 1].phase is not Phase.HOSTS:
        turned = (*found.steps[: place - 1], found.steps[place], found.steps[place - 1], *found.steps[place + 1 :])
        assert broken_promises(replace(found, steps=turned), given_pool)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, distinct=st.booleans(), to=st.sampled_from((None, "8.3.0", "26.3")), stops=st.booleans())
@example(seed=6575, distinct=False, to=None, stops=True)
def test_whatever_the_pools_are_there_is_an_answer(seed: int, *, distinct: bool, to: str | None, stops: bool) -> None:
    given_pools = inventory(pools(seed, distinct=distinct), seed)
    for view in given_pools.pools:
        goal = planner.Update(pool=view.pool.uuid or view.name, to=to, may_stop_any=stops, returns=seed % 2 == 0)
        try:
            found = planner.plan(goal, given_pools)
        except GoalError:
            continue
        for form in ("full", "json", "xe", "markdown"):
            assert render_plan(found, form)
