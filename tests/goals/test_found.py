"""What no plan has less of, none has: also where the best cannot be reached and another one is taken."""

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

import pytest

import planner
from planner.goals.place.ahead import simple_bounds
from planner.goals.place.answering import _beside_stuck as beside_stuck
from planner.goals.place.asked import Asked
from planner.goals.place.found import COSTS, Best, taken_instead
from planner.goals.place.pot import Pot
from planner.goals.place.question import Question
from planner.goals.place.searching import today
from planner.goals.place.stages import Stages
from planner.goals.place.worth import capacity, keeps, most_even, worth
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan
from planner.plans.costs import BREACHES, BYTES, HIGHEST, UNEVEN, VMS_MOVED
from planner.plans.moving import Cost, MovesOutcome
from tests.goals.test_evacuate import pool
from tests.goals.test_place import PROTECTED, wish

Costs = tuple[int, ...]
"""Breaches, minus the failures survived, and the others in their order."""
VMS = [("v", 2, "a"), ("w", 2, "b"), ("x", 3, "b")]


def question(given: Inventory) -> Asked:
    return Question(planner.Place(), given, "lab", ()).asked


def ways(of: Asked) -> Iterator[Costs]:
    """What each way to place all VMs costs."""
    for hosts in product(*(sorted(item.stays) for item in of.wanted.items)):
        targets = {item.key: host for item, host in zip(of.wanted.items, hosts, strict=True)}
        if keeps(of, targets):
            breaches, *others = worth(of, targets).order
            yield breaches, -capacity(of, targets).lower if of.wanted.guarded else 0, *others


def told(plan: Plan | NoPlan) -> tuple[Costs, Costs]:
    """What a plan costs, and what it says that no plan has less of."""
    assert isinstance(plan, Plan)
    assert isinstance(plan.outcome, MovesOutcome)
    costs, survived = {each.name: each for each in plan.outcome.costs}, plan.outcome.survivals
    most = len(plan.outcome.loads) if survived.most is None else survived.most
    first, *others = (costs.get(name, Cost(BREACHES, 0, 0)) for name in COSTS)
    reached = survived.after.lower if survived.after else 0
    return (
        (first.value, -reached, *(each.value for each in others)),
        (first.bound, -most, *(each.bound for each in others)),
    )


def no_way_is_below(given: Inventory) -> bool:
    """Hold each bound against all ways that are as good in the costs before it; whether the plan is the best way."""
    values, bounds = told(planner.plan(planner.Place(), given))
    every = list(ways(question(given)))
    for number, bound in enumerate(bounds):
        as_good = [way for way in every if all(way[each] <= values[each] for each in range(number))]
        assert bound <= min(way[number] for way in as_good), (number, values, bounds)
    return values == min(every)


def tight(seed: int) -> Inventory:
    """A pool so full that VMs are in each other's way, where one of them had better be elsewhere."""
    random = Random(seed)  # noqa: S311 - made-up data are no secret
    free: dict[str, int] = {}
    vms: list[tuple[str, int, str]] = []
    for name in "abc"[: random.choice([2, 3])]:
        sizes = [random.randint(1, 4) for _ in range(random.randint(1, 2))]
        vms += [(f"v{len(vms) + number}", size, name) for number, size in enumerate(sizes)]
        free[name] = sum(sizes) + random.choice([0, 0, 1, 1, 2])
    more = {name: PROTECTED for name, _, _ in vms if random.random() < 0.3}
    where: dict[str, Any] = {"not_hosts": [random.choice(sorted(free))]}
    return pool(free, vms, more=more, placement=[wish("w", random.choice(vms)[0], required=False, **where)])


def test_bounds_hold_where_vms_are_in_each_others_way() -> None:
    assert sorted({no_way_is_below(tight(seed)) for seed in range(35)}) == [False, True]


@pytest.mark.parametrize(
    ("free", "vms", "protected", "elsewhere", "host"),
    [
        pytest.param({"a": 4, "b": 5}, VMS, "v", "x", "b", id="more hosts may fail where the wish is not kept"),
        pytest.param(
            {"a": 4, "b": 5}, [("v", 2, "a"), ("w", 1, "b"), ("x", 4, "b")], "", "x", "b", id="loads can be lower"
        ),
        pytest.param(
            {"a": 6, "b": 5, "c": 4},
            [("v", 4, "a"), ("w", 1, "a"), ("x", 3, "b"), ("y", 1, "b"), ("z", 3, "c")],
            "xy",
            "y",
            "c",
            id="loads can be lower where fewer hosts may fail",
        ),
        pytest.param(
            {"a": 9, "b": 4, "c": 5},
            [("v", 4, "a"), ("w", 3, "a"), ("x", 4, "b"), ("y", 3, "c"), ("z", 2, "c")],
            "w",
            "v",
            "b",
            id="unevenness can be less where a host has more",
        ),
        pytest.param(
            {"a": 6, "b": 4, "c": 3},
            [("v", 3, "a"), ("w", 2, "a"), ("x", 2, "b"), ("y", 1, "c"), ("z", 2, "c")],
            "x",
            "z",
            "c",
            id="less can be moved where loads are higher",
        ),
    ],
)
def test_bounds_of_what_was_found_are_not_those_of_what_is_taken_instead(
    free: dict[str, int], vms: list[tuple[str, int, str]], protected: str, elsewhere: str, host: str
) -> None:
    more = dict.fromkeys(protected, PROTECTED)
    given = pool(free, vms, more=more, placement=[wish("w", elsewhere, required=False, not_hosts=[host])])
    assert not no_way_is_below(given)


def test_what_is_proven_of_the_best_holds_of_others_as_far_as_they_are_as_good() -> None:
    of = question(pool({"a": 4, "b": 5}, VMS, more={"v": PROTECTED}))
    here, best = {"v": "a", "w": "b", "x": "b"}, {"v": "b", "w": "b", "x": "a"}
    proven = {BREACHES: 0, HIGHEST: 970, UNEVEN: 290, BYTES: 7, VMS_MOVED: 2}
    found = Best(best, proven=False, bounds=proven, most=0)
    assert taken_instead(of, found, best) is found
    instead = taken_instead(of, found, here)
    assert (instead.targets, instead.most) == (here, 0)
    assert instead.bounds == proven | {UNEVEN: 970 - most_even(of), BYTES: 0, VMS_MOVED: 0}


def test_where_lower_loads_are_not_ruled_out_the_unevenness_of_these_is_not_either() -> None:
    for seed in range(35):
        of = question(tight(seed))
        start = today(of, 0)
        assert start is not None
        found = Stages(of, Pot(0.0), start).run()
        assert found.targets is not None
        every = list(ways(of))
        breaches = worth(of, found.targets).breaches
        as_good = [way for way in every if way[0] <= breaches and -way[1] >= found.failures]
        for bounds, among in ((found.bounds, as_good), (simple_bounds(of, start), every)):
            assert bounds[HIGHEST] <= min(way[2] for way in among)
            assert bounds[UNEVEN] <= min(way[3] for way in among)


def test_where_vms_are_in_each_others_way_the_others_are_placed_beside_them() -> None:
    """On a and b two VMs would have to change places, and have no room for it; from c some can go to d."""
    vms = [("q", 5, "a"), ("s", 4, "b"), *((f"t{number}", 1, "c") for number in range(8))]
    wishes = [wish(f"w{vm}", vm, hosts=["a", "b"] if vm in "qs" else ["c", "d"]) for vm, *_ in vms]
    asked = Question(planner.Place(), pool(dict.fromkeys("abcd", 8), vms, placement=wishes), "lab", ())
    now = {item.key: item.source for item in asked.asked.wanted.items}
    stuck = Best(now | {"q": "b", "s": "a", "t0": "d"}, proven=False, bounds={}, most=0, earlier=(now,))
    found = beside_stuck(asked, asked.asked, stuck, Pot(None))
    beside, *earlier = found.earlier
    assert (found.targets, earlier) == (stuck.targets, [now])
    assert {vm: beside[vm] for vm in "qs"} == {"q": "a", "s": "b"}
    assert worth(asked.asked, beside).of_loads < worth(asked.asked, now).of_loads
    free = Best(now | {"t0": "d"}, proven=False, bounds={}, most=0)
    assert beside_stuck(asked, asked.asked, free, Pot(None)) is free


def test_a_pot_anew_has_half_as_much_and_no_more_time() -> None:
    assert Pot(None).anew().left == Pot(None).left / 2
    timed = Pot(100.0)
    assert timed.anew() is timed
