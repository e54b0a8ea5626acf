"""Wishes of every kind in plans: held against trying every way, and one by one in pools that a reader can follow."""

from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.plans import NoPlan, Plan
from planner.reports.plans import render_plan
from tests.goals.made_up_moves import Where
from tests.goals.made_up_wishes import Wishful
from tests.goals.test_place_laws import ALL, outcome, told

SEEDS = st.integers(0, 100_000)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS)
def test_no_placement_is_better_cost_by_cost(seed: int) -> None:
    small = Wishful(seed, hosts=2 + seed % 3)
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


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    small = Wishful(seed)
    plans = [planner.plan(ALL, small.inventory(turned=turned)) for turned in (False, True)]
    assert render_plan(plans[0], "json") == render_plan(plans[1], "json")


def _unkept(small: Wishful, where: Where) -> set[str]:
    """The wishes that have to be kept and are not; of limits by host."""
    rules = {wish["name"] for wish in small.wishes if wish["required"] and small.breach(wish, where)}
    return rules | {
        f"{limit['name']} {name}"
        for limit in small.limits
        if limit["required"]
        for name in small.names
        if small.over(limit, name, where)
    }


def _running(seed: int, hosts: int) -> Wishful:
    small = Wishful(seed, hosts, most=5)
    small.halted = set()
    return small


def _end(small: Wishful, plan: Plan) -> Where:
    moved = {each.vm: each.target for each in outcome(plan).moved}
    return tuple(moved.get(name, on) for name, on in small.at.items())


@settings(max_examples=80, deadline=None)
@given(seed=SEEDS)
def test_evening_out_keeps_wishes_and_no_way_that_keeps_them_all_is_below_the_bound(seed: int) -> None:
    small = _running(seed, 3)
    found = planner.plan(planner.Balance(keep_failures=0), small.inventory())
    assert isinstance(found, Plan)
    assert _unkept(small, _end(small, found)) <= _unkept(small, small.start())
    assert not any(small.bound(each.vm) for each in outcome(found).moved)
    first = outcome(found).costs[0]
    ways = [small.memory_and_vcpus(where) for where in small.reached() if not _unkept(small, where)]
    assert all(first.bound <= each for each in ways)
    assert first.value == small.memory_and_vcpus(_end(small, found))


@settings(max_examples=80, deadline=None)
@given(seed=SEEDS)
def test_hosts_are_emptied_with_wishes_kept_or_it_is_impossible(seed: int) -> None:
    small = _running(seed, 3)
    found = planner.plan(planner.Evacuate("a"), small.inventory())
    if isinstance(found, Plan):
        assert _unkept(small, _end(small, found)) <= _unkept(small, small.start())
        assert not any(small.bound(each.vm) for each in outcome(found).moved)
    elif found.proven:
        assert not any("a" not in where and not _unkept(small, where) for where in small.reached())
