"""VMs that are placed with their local disks moved first: in pools that a reader can follow, and laws of it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.failover.capacity import failure_capacity
from planner.failover.problem import FailoverProblem, Restart
from planner.goals.moves.conditions import Conditions
from planner.goals.place.freeing import _bounded as bounded
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.plans import NoPlan, Plan
from planner.plans.costs import BREACHES, BYTES
from planner.plans.moving import Cost, Survival
from planner.verify import broken_promises
from tests.goals.made_up_moves import OWN, ROOM, Where, real
from tests.goals.made_up_places import MIB, Spread
from tests.goals.test_evacuate import outcome
from tests.goals.test_evacuate_disks import disk, pool, repository, steps
from tests.goals.test_found import Costs, told

GIB = 2**30
DISK = 2 * GIB


def placed(given_pool: Inventory, *, move_disks: bool = True, **asked: Any) -> Plan | NoPlan:
    found = planner.plan(planner.Place(move_disks=move_disks, conditions=Conditions(**asked)), given_pool)
    assert isinstance(found, NoPlan) or broken_promises(found, given_pool) == ()
    return found


def wishing(given_pool: Inventory, **fields: Any) -> Inventory:
    raw = given_pool.pools[0].pool.model_dump(exclude_unset=True)
    raw["vms"] = [each | fields.pop(each["name"], {}) for each in raw["vms"]]
    return Inventory([Pool.model_validate(raw | fields)])


def test_only_the_disks_of_vms_that_move_are_moved() -> None:
    found = placed(pool([disk("d"), disk("e")], [repository("ab")]))
    assert steps(found) == ["move disk d of v0 to nfs", "move v0 from a to b"]
    assert isinstance(found, Plan)
    costs = {each.name: each for each in outcome(found).costs}
    assert costs[BYTES].value == 20 * GIB + (2 * 1024 - 64) * MIB
    assert all(each.value == each.bound for each in costs.values())
    wrong = tuple(replace(each, value=each.value - (each.name == BYTES) * 20 * GIB, bound=0) for each in costs.values())
    untold = replace(found, outcome=replace(outcome(found), costs=wrong))
    (broken,) = broken_promises(untold, pool([disk("d"), disk("e")], [repository("ab")]))
    assert broken.startswith("bytes moved is told as")


def test_without_it_vms_stay_where_their_disks_are() -> None:
    given_pool = pool([disk("d"), disk("e")], [repository("ab")])
    assert steps(placed(given_pool, move_disks=False)) == []


def test_where_loads_are_even_no_disk_is_moved() -> None:
    assert steps(placed(pool([disk("d")], [repository("ab")], free="9 9"))) == []


def test_a_refusal_says_where_moving_disks_helps() -> None:
    wish = {"name": "w", "vms": ["v0"], "hosts": ["b"], "required": True}
    given_pool = wishing(pool([disk("d"), disk("e")], [repository("ab")]), placement=[wish])
    plain = placed(given_pool, move_disks=False)
    assert isinstance(plain, NoPlan)
    assert plain.ways_out[-1] == (
        "move the local disks of v0 to shared repositories first, with --move-disks: then there is a plan"
    )
    assert steps(placed(given_pool)) == ["move disk d of v0 to nfs", "move v0 from a to b"]


@pytest.mark.parametrize(("fields", "proven"), [({}, True), ({"used": None}, False)])
def test_a_refusal_is_proven_where_no_repository_can_take_the_disks(fields: dict[str, Any], *, proven: bool) -> None:
    wish = {"name": "w", "vms": ["v0"], "hosts": ["b"], "required": True}
    full = wishing(pool([disk("d", 50)], [repository("ab", **fields)]), placement=[wish])
    plain, refused = placed(full, move_disks=False), placed(full)
    assert isinstance(plain, NoPlan)
    assert isinstance(refused, NoPlan)
    assert not any("--move-disks" in way for way in plain.ways_out)
    assert plain.proven
    assert refused.proven is proven
    why = "51200 MiB needed, 40960 MiB free on nfs" if proven else "not known are used of nfs"
    assert any(why in cause.told for cause in refused.because)


def test_disks_of_vms_that_stay_are_moved_where_more_hosts_may_fail_then() -> None:
    protected = {"ha_restart_priority": "restart", "ha_always_run": True}
    given_pool = wishing(pool([disk("d")], [repository("abc")], free="9 9 9"), v0=protected)
    found = placed(given_pool)
    assert steps(found) == ["move disk d of v0 to nfs"]
    assert isinstance(found, Plan)
    told_of = outcome(found).survivals
    assert told_of.before is not None
    assert told_of.after is not None
    assert (told_of.before.lower, told_of.after.lower, told_of.most) == (0, 2, 2)
    assert {each.name: each.value for each in outcome(found).costs}[BYTES] == 20 * GIB
    assert steps(placed(given_pool, move_disks=False)) == []


def test_where_space_is_left_for_some_only_nothing_is_said_to_be_best() -> None:
    given_pool = pool([disk(name) for name in "defgh"], [repository("ab", used=70 * GIB)], free="16 16")
    found = placed(given_pool)
    assert isinstance(found, Plan)
    assert [each.disk for each in outcome(found).disks] == ["d"]
    assert all(each.bound == 0 for each in outcome(found).costs)
    assert "what is best is not proven: where disks go was not looked at in every way" in outcome(found).notes
    few = pool([disk(name) for name in "defgh"], [repository("ab", used=0)], free="16 16")
    enough = placed(few)
    assert isinstance(enough, Plan)
    assert all(each.bound == each.value for each in outcome(enough).costs)


def test_a_repository_that_some_of_the_hosts_have_does_not_prove_what_is_best() -> None:
    found = placed(pool([disk("d"), disk("e")], [repository("ab")], free="9 9 9"))
    assert isinstance(found, Plan)
    assert all(each.bound == 0 for each in outcome(found).costs)


def test_a_time_is_shared_among_all_that_is_tried() -> None:
    found = placed(pool([disk("d"), disk("e")], [repository("ab")]), seconds=5.0)
    assert steps(found) == ["move disk d of v0 to nfs", "move v0 from a to b"]


def test_a_refusal_is_not_proven_where_disks_could_have_gone_elsewhere() -> None:
    wish = {"name": "w", "vms": ["v0"], "hosts": ["c"], "required": True}
    found = placed(wishing(pool([disk("d")], [repository("ab")], free="9 9 9"), placement=[wish]))
    assert isinstance(found, NoPlan)
    assert not found.proven


def test_vms_whose_disks_some_hosts_have_could_go_further_with_them_moved() -> None:
    two = repository("ab", name="two", used=0)
    given_pool = pool([disk("d", repository="two"), disk("e", repository="two")], [two, repository("abc")], "9 9 9")
    found = placed(given_pool)
    assert isinstance(found, Plan)
    assert outcome(found).disks == ()
    assert all(each.bound == 0 for each in outcome(found).costs)
    plain = placed(given_pool, move_disks=False)
    assert isinstance(plain, Plan)
    assert all(each.bound == each.value for each in outcome(plain).costs)


def test_what_is_least_with_more_failures_survived_is_not_least_with_fewer() -> None:
    protected = {"ha_restart_priority": "restart", "ha_always_run": True}
    given_pool = wishing(pool([disk("d")], [repository("abc")], free="9 9 9"), v0=protected)
    first = placed(given_pool)
    assert isinstance(first, Plan)
    worse = replace(outcome(first).survivals, after=Survival(1, 1, proven=True))
    plan = replace(first, outcome=replace(outcome(first), survivals=worse))
    kept, lost = bounded(first, first, whole=True), bounded(plan, first, whole=True)
    assert [each.bound for each in outcome(kept).costs] == [each.bound for each in outcome(first).costs]
    assert all(each.bound == 0 for each in outcome(lost).costs)


@pytest.mark.parametrize(("breaches", "most"), [(0, 2), (1, None)])
def test_the_most_failures_are_not_told_of_a_plan_that_breaks_more_wishes(breaches: int, most: int | None) -> None:
    protected = {"ha_restart_priority": "restart", "ha_always_run": True}
    plain = placed(wishing(pool([disk("d")], [repository("abc")], free="9 9 9"), v0=protected))
    assert isinstance(plain, Plan)

    def breaking(number: int) -> Plan:
        costs = (Cost(BREACHES, number, 0), *outcome(plain).costs)
        return replace(plain, outcome=replace(outcome(plain), costs=costs))

    assert outcome(bounded(breaking(breaches), breaking(0), whole=True)).survivals.most == most


def test_disks_that_no_pool_has_are_refused() -> None:
    huge = [disk(name, 2**28) for name in "de"]
    given_pool = pool(huge, [repository("ab", size=2**70, used=0)])
    assert isinstance(placed(given_pool, move_disks=False), Plan)
    with pytest.raises(GoalError, match="disks of lab come to more than any pool has"):
        placed(given_pool)


class Local(Spread):
    """A pool in which more VMs have a local disk of their own, and one repository that all hosts have."""

    def __init__(self, seed: int, hosts: int, most: int) -> None:
        super().__init__(seed, hosts, most)
        chance = Random(seed + 2)  # noqa: S311 - made-up data are no secret
        self.local = {name for name in self.sizes if chance.random() < 0.5} - self.halted

    def inventory(self, *, turned: bool = False, more: int = 0, **fields: Any) -> Inventory:
        raw = super().inventory(turned=turned, more=more, **fields).pools[0].pool.model_dump(exclude_unset=True)
        for each in raw["vms"]:
            if each["name"] in self.local:
                own, at = f"own-{each['name']}", f"local-{self.at[each['name']]}"
                raw["disks"] = [*raw["disks"], {"name": own, "repository": at, "size": DISK}]
                each["drives"] = [{"device": "xvda", "disk": own, "type": "disk"}]
        nfs, *others = raw["repositories"]
        raw["repositories"] = [nfs | {"size": 100 * GIB, "used": 0}, *others]
        return Inventory([Pool.model_validate(raw)])

    def bound(self, name: str) -> bool:
        return name not in self.sizes

    def ways(self) -> Iterator[Costs]:
        """What each way costs to place all VMs and to move the disks of some of them, which includes all that move."""
        left = self.free(self.start())
        able = sorted(name for name in self.local if left[self.at[name]] >= self.sizes[name])
        moving = [set(some) for number in range(len(able) + 1) for some in combinations(able, number)]
        for where, freed in product(self.ends(), moving):
            there = dict(zip(self.sizes, where, strict=True))
            if all(name in freed or there[name] == self.at[name] for name in self.local):
                breaches, _, highest, uneven, size, moved = self.costs(where)
                survived = self._survived(where, freed) if self.protected else 0
                yield breaches, -survived, highest, uneven, size + DISK * len(freed), moved

    def _survived(self, where: Where, freed: set[str]) -> int:
        spare = {name: self.memory[name] * 1024 + ROOM - OWN for name in self.names}
        for name, on in zip(self.sizes, where, strict=True):
            spare[on] -= real(self.sizes[name])
        held = self.local - freed
        restarts = tuple(
            Restart(name, real(self.sizes[name]), on, frozenset() if name in held else None)
            for name, on in zip(self.sizes, where, strict=True)
            if name in self.protected
        )
        return failure_capacity(FailoverProblem(spare, restarts)).lower


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_no_way_is_below_what_is_said_to_be_least(seed: int) -> None:
    as_good_as_any_way(seed)


def as_good_as_any_way(seed: int) -> bool:
    small = Local(seed, 2 + seed % 2, 4)
    given_pool = small.inventory()
    found = planner.plan(planner.Place(halted=True, move_disks=True), given_pool)
    ways = list(small.ways())
    if isinstance(found, NoPlan):
        assert not found.proven or not ways
        return not ways
    assert broken_promises(found, given_pool) == ()
    costs, bounds = told(found)
    assert costs >= min(ways)
    for way in ways:
        for number, bound in enumerate(bounds):
            if all(one <= other for one, other in zip(way[:number], costs[:number], strict=True)):
                assert way[number] >= bound
    return costs == min(ways)


def test_mostly_no_way_is_better() -> None:
    best = [as_good_as_any_way(seed) for seed in range(40)]
    assert sum(best) >= 36
