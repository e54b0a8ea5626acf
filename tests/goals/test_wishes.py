"""Wishes of every kind in plans: held against trying every way, and one by one in pools that a reader can follow."""

from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.plans import NoPlan
from planner.reports.plans import render_plan
from tests.goals.made_up_wishes import Wishful
from tests.goals.test_place_laws import ALL, told

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
