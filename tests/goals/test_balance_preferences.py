"""Loads are evened out without breaking more preferences than today: every way tried, and one by one in small pools."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.goals.balance.gathering import Gathered
from planner.goals.moves.board import Board
from planner.goals.moves.stand import Stand
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.plans import Plan
from planner.plans.costs import BREACHES
from planner.plans.moving import MovesOutcome
from planner.reports.plans import render_plan
from planner.verify import broken_promises
from tests.goals.made_up_moves import Where
from tests.goals.made_up_wishes import Wishful
from tests.goals.test_wishes import lab, wished

SEEDS = st.integers(0, 100_000)
GIB = 2**30


class Preferring(Wishful):
    """A pool whose wishes are preferences, most of them; all its VMs run."""

    def __init__(self, seed: int, hosts: int = 3, most: int = 5) -> None:
        super().__init__(seed, hosts, most)
        self.halted = set()
        for number, wish in enumerate((*self.wishes, *self.limits)):
            wish["required"] = (seed + number) % 5 == 0

    def breaches(self, where: Where) -> int:
        """By how much preferences are not kept."""
        return self.costs(where)[0]

    def unkept(self, where: Where) -> set[str]:
        """The wishes that have to be kept and are not; of limits by host."""
        rules = {wish["name"] for wish in self.wishes if wish["required"] and self.breach(wish, where)}
        limits = [limit for limit in self.limits if limit["required"]]
        over = {f"{limit['name']} {name}" for limit in limits for name in self.names if self.over(limit, name, where)}
        return rules | over


def planned(given_pool: Inventory, **asked: Any) -> tuple[Plan, MovesOutcome]:
    found = planner.plan(planner.Balance(**asked), given_pool)
    assert isinstance(found, Plan), found
    assert isinstance(found.outcome, MovesOutcome)
    return found, found.outcome


def states(small: Wishful, outcome: MovesOutcome) -> list[Where]:
    """Where VMs are before the first move and after each."""
    assert outcome.balancing is not None
    at = dict(small.at)
    found = [tuple(at.values())]
    for gain in outcome.balancing.gains:
        at[gain.vm] = gain.target
        found.append(tuple(at.values()))
    return found


@settings(max_examples=120, deadline=None)
@given(seed=SEEDS)
def test_no_more_preferences_are_broken_than_today_wherever_one_may_stop(seed: int) -> None:
    small = Preferring(seed)
    _, outcome = planned(small.inventory(), keep_failures=0)
    assert outcome.balancing is not None
    on_the_way = states(small, outcome)
    today = small.breaches(on_the_way[0])
    assert small.breaches(on_the_way[-1]) <= today
    assert small.breaches(on_the_way[outcome.balancing.enough]) <= today
    told = {cost.name: cost for cost in outcome.costs}
    preferred = [wish for wish in (*small.wishes, *small.limits) if not wish["required"]]
    assert (BREACHES in told) is bool(preferred)
    if preferred:
        assert told[BREACHES].value == small.breaches(on_the_way[-1])
        assert outcome.costs[0].name == BREACHES


@settings(max_examples=120, deadline=None)
@given(seed=SEEDS)
def test_no_way_that_breaks_no_more_is_below_the_bound(seed: int) -> None:
    small = Preferring(seed)
    _, outcome = planned(small.inventory(), keep_failures=0)
    load, uneven = [cost for cost in outcome.costs if cost.name != BREACHES][:2]
    today = small.breaches(small.start())
    ways = [where for where in small.reached() if small.breaches(where) <= today and not small.unkept(where)]
    worths = [small.memory_and_vcpus(where) for where in ways]
    assert not ways or load.bound <= min(worths)
    if ways and load.value == load.bound == min(worths):
        best = [where for where, worth in zip(ways, worths, strict=True) if worth == load.value]
        assert uneven.bound <= min(unevenness(small, where) for where in best)


def unevenness(small: Wishful, where: Where) -> int:
    """How far the highest and the lowest loads are apart, of memory and of virtual CPUs, added up."""
    return small.memory_and_vcpus(where) - small.memory_and_vcpus(where, min)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS)
def test_where_all_preferences_are_kept_nothing_that_keeps_them_is_more_even(seed: int) -> None:
    small = Preferring(seed)
    for wish in small.wishes:
        wish["required"] = False
        wish.pop("by", None)
    small.limits = []
    if not small.breaches(small.start()):
        _, outcome = planned(small.inventory(), keep_failures=0)
        ways = [where for where in small.reached() if not small.breaches(where)]
        assert small.memory_and_vcpus(states(small, outcome)[-1]) == min(map(small.memory_and_vcpus, ways))


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    small = Preferring(seed)
    plans = [planner.plan(planner.Balance(), small.inventory(turned=turned)) for turned in (False, True)]
    assert render_plan(plans[0], "json") == render_plan(plans[1], "json")


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_preferences_that_nothing_breaks_change_no_move(seed: int) -> None:
    small = Preferring(seed)
    small.wishes, small.limits = [], []
    plain, _ = planned(small.inventory())
    small.wishes = [{"name": "any", "vms": list(small.sizes), "hosts": list(small.names), "required": False}]
    free, outcome = planned(small.inventory())
    assert free.steps == plain.steps
    assert outcome.costs[0] == planner.plans.moving.Cost(BREACHES, 0, 0)


def went(given_pool: Inventory, **asked: Any) -> dict[str, str]:
    _, outcome = planned(given_pool, **asked)
    return {each.vm: each.target for each in outcome.moved}


def soft(name: str, *vms: str, **more: Any) -> dict[str, Any]:
    return wished(name, *vms, required=False, **more)


FOUR = [("v", 2, "a1"), ("w", 2, "a1"), ("x", 2, "a1"), ("y", 2, "a1")]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (soft("p", "v", "w", hosts=["a1"]), {"x": "b1", "y": "b1"}),
        (soft("p", "v", "w", not_hosts=["b1"]), {"x": "b1", "y": "b1"}),
        (soft("p", "v", "w", stay=True), {"x": "b1", "y": "b1"}),
        (soft("p", "v", "w", "x", relation="together"), {"y": "b1"}),
        (soft("p", "v", "w", hosts=["b1"]), {"v": "b1", "w": "b1"}),
    ],
)
def test_a_vm_does_not_go_where_a_preference_would_be_broken_that_is_kept(
    wish: dict[str, Any], expected: dict[str, str]
) -> None:
    assert went(lab({"a1": 10, "b1": 10}, FOUR)) == {"v": "b1", "w": "b1"}
    given_pool = lab({"a1": 10, "b1": 10}, FOUR, placement=[wish])
    assert went(given_pool) == expected


def test_vms_that_had_better_be_together_move_together() -> None:
    near = soft("near", "v", "y", relation="together")
    assert went(lab({"a1": 10, "b1": 10}, FOUR, placement=[near])) in ({"v": "b1", "y": "b1"}, {"w": "b1", "x": "b1"})


def test_vms_that_had_better_be_together_and_are_not_come_to_no_further_host() -> None:
    near, three = soft("near", "v", "z", relation="together"), {"a1": 10, "b1": 10, "c2": 10}
    vms = [("v", 2, "a1"), ("w", 2, "a1"), ("x", 2, "a1"), ("z", 2, "b1")]
    found = went(lab(three, vms, placement=[near]))
    assert len({found.get("v", "a1"), found.get("z", "b1")} - {"a1", "b1"}) == 0
    assert set(found.values()) == {"c2"}


def test_vms_that_had_better_be_in_one_rack_move_one_by_one_within_it() -> None:
    near, hosts = soft("near", "v", "w", relation="together", by="rack"), {"a1": 10, "b1": 10, "c2": 10}
    vms = [("v", 2, "a1"), ("w", 2, "a1")]
    assert went(lab(hosts, vms, placement=[near])) in ({"v": "b1"}, {"w": "b1"})
    assert went(lab(hosts, vms, placement=[near | {"required": True}])) in ({"v": "b1"}, {"w": "b1"})


def test_a_vm_elsewhere_counts_in_its_rack_for_those_that_had_better_be_apart() -> None:
    """Host b1 is disabled, so z stays on it: of all that would go to a1 w alone may."""
    names = [f"v{number}" for number in range(10)]
    far = [soft(f"far {name}", name, "z", relation="apart", by="rack") for name in names]
    vms = [*((name, 3, "c2") for name in names), ("w", 2, "c2"), ("z", 2, "b1")]
    raw = lab({"a1": 40, "b1": 10, "c2": 40}, vms, placement=far).pools[0].pool.model_dump(exclude_unset=True)
    for each in raw["hosts"]:
        each["enabled"] = each["name"] != "b1"
    assert went(Inventory([Pool.model_validate(raw)])) == {"w": "a1"}


def test_hosts_are_filled_no_further_than_they_had_better_be() -> None:
    few = {"name": "few", "vcpus_per_cpu": 0.5, "hosts": ["b1"], "required": False}  # of four CPUs: one VM
    assert went(lab({"a1": 10, "b1": 10}, FOUR, host_limits=[few])) == {"v": "b1"}
    roomy = {"name": "roomy", "free_memory": 8 * GIB, "hosts": ["b1"], "required": False}
    assert went(lab({"a1": 10, "b1": 10}, FOUR, host_limits=[roomy])) == {"v": "b1"}


def test_a_limit_that_is_not_kept_today_bounds_nothing() -> None:
    vms = [*FOUR, ("z", 1, "b1")]
    full = {"name": "full", "free_memory": 20 * GIB, "hosts": ["b1"], "required": False}
    assert went(lab({"a1": 10, "b1": 10}, vms, host_limits=[full])) == went(lab({"a1": 10, "b1": 10}, vms)) != {}


def test_what_had_better_be_kept_is_told() -> None:
    stay = soft("busy", "v", "w", stay=True)
    apart = soft("far", "x", "y", relation="apart")
    plan, outcome = planned(lab({"a1": 10, "b1": 10}, FOUR, placement=[stay, apart]))
    assert {each.vm for each in outcome.moved} in ({"x"}, {"y"})
    assert outcome.costs[0].value == 0
    text = render_plan(plan, "full")
    assert "breaches of wishes: 0, and no plan has less" in text
    assert "left where they are, for they had better stay: v and w" in text
    assert "though they could be moved" not in text
    _, plain = planned(lab({"a1": 10, "b1": 10}, FOUR))
    assert BREACHES not in {cost.name for cost in plain.costs}


def test_breaches_of_today_that_stay_are_told() -> None:
    here = soft("here", "v", "w", "x", hosts=["c1"])
    plan, outcome = planned(lab({"a1": 10, "b1": 10, "c1": 2}, FOUR, placement=[here]))
    assert outcome.costs[0].value == 3
    assert any(each.startswith("preferences are broken, though none more than today") for each in outcome.notes)
    assert "breaches of wishes: 3, no plan has less than 0" in render_plan(plan, "full")


def test_where_nothing_is_more_even_it_is_proven_though_preferences_are_broken() -> None:
    here = soft("here", "v", hosts=["b1"])
    plan, outcome = planned(lab({"a1": 10, "b1": 10}, [("v", 2, "a1"), ("w", 2, "b1")], placement=[here]))
    assert (outcome.costs[0].value, outcome.moved) == (1, ())
    assert "at once: no move makes the loads more even" in render_plan(plan, "full")


def gathered(vms: list[tuple[str, int, str]], **fields: Any) -> Board:
    hosts = {"a1": 10, "b1": 10, "c2": 10, "d2": 10}
    return Gathered(Stand(lab(hosts, vms, **fields).pools[0])).board()


def open_hosts(board: Board) -> dict[str, str]:
    """By VMs that move as one, the hosts on which they may be, other VMs and memory aside."""
    hosts = list(enumerate(board.bins))
    return {
        "".join(unit.vms): " ".join(each.key for host, each in hosts if board.allowed(number, host))
        for number, unit in enumerate(board.units)
    }


NEAR, ALL = {"relation": "together"}, "a1 b1 c2 d2"
ONE, TWO = [("v", 2, "a1"), ("w", 2, "a1")], [("v", 2, "a1"), ("w", 2, "c2")]


@pytest.mark.parametrize(
    ("vms", "wish", "expected"),
    [
        (ONE, soft("p", "v", **NEAR), {"v": ALL, "w": ALL}),
        (ONE, soft("p", "v", **NEAR, by="rack"), {"v": ALL, "w": ALL}),
        (ONE, soft("p", "v", "w", **NEAR), {"vw": ALL}),
        (TWO, soft("p", "v", "w", **NEAR), {"v": "a1 c2", "w": "a1 c2"}),
        (ONE, soft("p", "v", "w", **NEAR, by="rack"), {"v": "a1 b1", "w": "a1 b1"}),
        (TWO, soft("p", "v", "w", **NEAR, by="rack"), {"v": ALL, "w": ALL}),
        (TWO, wished("p", "v", "w", **NEAR, by="rack"), {"v": "a1 b1", "w": "c2 d2"}),
        (TWO, wished("p", "v", "w", **NEAR), {}),
        (TWO, soft("p", "v", "w", hosts=["a1", "b1"]), {"v": "a1 b1", "w": ALL}),
        (TWO, soft("p", "v", "w", not_hosts=["d2"]), {"v": "a1 b1 c2", "w": "a1 b1 c2"}),
        (TWO, soft("p", "w", stay=True), {"v": ALL}),
    ],
)
def test_where_vms_may_go(vms: list[tuple[str, int, str]], wish: dict[str, Any], expected: dict[str, str]) -> None:
    assert open_hosts(gathered(vms, placement=[wish])) == expected


def test_vms_that_had_better_be_apart_come_to_no_rack_with_one_of_them() -> None:
    board = gathered(TWO, placement=[soft("far", "v", "w", relation="apart", by="rack")])
    assert [board.possible(0, host) for host in range(4)] == [True, True, False, False]


def test_limits_that_are_kept_bound_what_is_taken() -> None:
    few = {"name": "few", "vcpus_per_cpu": 0.5, "required": False}  # of four CPUs
    assert [gathered(TWO, host_limits=[few]).most_of(host).vcpus for host in range(4)] == [2, 2, 2, 2]
    assert [gathered(ONE, host_limits=[few]).most_of(host).vcpus for host in range(4)] == [None, 2, 2, 2]


def test_a_plan_that_breaks_more_than_today_is_found_out() -> None:
    """The plan is made for the pool without the preference that its move breaks."""
    apart = soft("near", "v", "w", "x", "y", relation="together")
    free, wishing = lab({"a1": 10, "b1": 10}, FOUR), lab({"a1": 10, "b1": 10}, FOUR, placement=[apart])
    plan, outcome = planned(free)
    assert not broken_promises(plan, free)
    found = broken_promises(plan, wishing)
    assert "in the end 1 breaches of preferences, today 0" in found
    assert "breaches of wishes are not told" in found
    told = replace(plan, outcome=replace(outcome, costs=(replace(outcome.costs[0], name=BREACHES), *outcome.costs[1:])))
    assert any(each.startswith("breaches of wishes is told as") for each in broken_promises(told, wishing))


def test_nobody_stops_where_more_is_broken_than_today() -> None:
    """Two VMs that had better be together go one after the other, and the second gains nothing."""
    wishes = [soft("near", "v", "y", relation="together"), soft("busy", "z", stay=True)]
    vms = [("v", 20, "a1"), ("y", 1, "a1"), ("z", 20, "a1")]
    given_pool = lab({"a1": 60, "b1": 60}, vms, placement=wishes)
    plan, outcome = planned(given_pool)
    told = outcome.balancing
    assert told is not None
    assert [gain.vm for gain in told.gains] == ["v", "y"]
    assert told.gains[0].peaks.highest <= told.gains[1].peaks.highest
    assert told.enough == 2
    early = replace(plan, outcome=replace(outcome, balancing=replace(told, enough=1)))
    assert "after move 1 the pool may not stay as it is" in broken_promises(early, given_pool)


def test_a_bound_holds_whatever_rack_vms_go_to_together() -> None:
    near = wished("near", "v", "w", relation="together", by="rack")
    vms = [("v", 2, "a1"), ("w", 2, "a1"), ("x", 2, "a1"), ("y", 2, "a1")]
    _, within = planned(lab({"a1": 10, "b1": 10}, vms, placement=[near]))
    assert all(cost.value == cost.bound for cost in within.costs)
    hosts, wishes = {"a1": 9, "b1": 2, "c2": 10}, [near, wished("on", "x", hosts=["a1"])]
    _, across = planned(lab(hosts, vms[:3], placement=wishes))
    _, there = planned(lab(hosts, [("v", 2, "c2"), ("w", 2, "c2"), vms[2]], placement=wishes), limit_moves=0)
    assert across.costs[0].bound <= there.costs[0].value < across.costs[0].value
