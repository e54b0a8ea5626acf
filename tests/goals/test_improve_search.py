"""Moves that are searched for a few hosts at a time, against every way to move and against the exact capacity."""

from __future__ import annotations

from dataclasses import replace

import pytest

import planner
from planner.facts.agility import Agility
from planner.facts.failover_problem import Guarded
from planner.facts.host_limits import Most
from planner.goals.improve.holding import Demand, Holding
from planner.goals.improve.reaching import cheap_moves
from planner.goals.improve.region import Region
from planner.goals.improve.searching import moves_found
from planner.goals.improve.ways import By
from planner.goals.moves.stand import Stand
from planner.goals.moves.surviving import after
from planner.goals.moves.wanted import Item, Place, Tie, Wanted
from planner.goals.place.asked import Asked
from planner.goals.place.worth import keeps, most_failures
from planner.model.guest import VM
from planner.plans import NoPlan, Plan
from planner.plans.moving import MovesOutcome
from planner.units import MIB
from planner.verify import broken_promises
from tests.benchmarks.improve import made_up
from tests.goals.made_up_moves import Small
from tests.goals.test_improve import least_moved

GIB = 1024 * MIB


def item(key: str, size: int, on: str, hosts: str = "abc") -> Item:
    sizes = dict.fromkeys(hosts, size * GIB)
    return Item(key, on, size * GIB, sizes, sizes, sizes, sizes)


def place(key: str, room: int) -> Place:
    return Place(key, room * GIB, room * GIB, 0, closed=False, spare=room * GIB)


def guarded(key: str, size: int, on: str) -> Guarded:
    return Guarded(VM(name=key), key, size, on, Agility((), ()), None, ())


def wanted(rooms: dict[str, int], at: dict[str, tuple[int, str]], **fields: object) -> Wanted:
    """Protected VMs of so many GiB on hosts with so many, none of which is taken otherwise."""
    items = tuple(item(key, size, on, "".join(rooms)) for key, (size, on) in at.items())
    promised = tuple(guarded(key, size * GIB, on) for key, (size, on) in at.items())
    places = tuple(place(key, room) for key, room in rooms.items())
    return replace(Wanted(items, places, frozenset(), promised), **fields)  # type: ignore[arg-type]


def test_parts_are_counted_by_host() -> None:
    """In parts of 3 GiB: a has 4 + 3 of 12 GiB, so 2 VMs count and 1 part is free; b has 7 of 10, so 2 and 1."""
    holding = Holding(wanted({"a": 12, "b": 10}, {"u": (4, "a"), "v": (3, "a"), "w": (7, "b")}), 1)
    demand = Demand(3 * GIB, frozenset("ab"))
    assert [(holding.parts(demand, host).lost, holding.parts(demand, host).free) for host in "ab"] == [(2, 1), (2, 1)]
    assert holding.shortage(demand) == 1
    assert holding.shortage(replace(demand, reserve=2)) == 3
    holding.put({(1, "a"): 0, (1, "b"): 1})
    assert (holding.parts(demand, "a").free, holding.parts(demand, "b").free) == (2, 0)
    assert holding.targets() == {"u": "a", "v": "b", "w": "b"}
    assert holding.arrived() == [(1, "b", 1)]


def test_a_vm_counts_only_where_it_may_be_restarted() -> None:
    of = wanted({"a": 12, "b": 10}, {"u": (4, "a"), "v": (4, "a")})
    bound = replace(of.guarded[0], hosts=frozenset("b"))
    holding = Holding(replace(of, guarded=(bound, of.guarded[1])), 1)
    demand = Demand(4 * GIB, frozenset("b"))
    assert holding.parts(demand, "a").lost == 1
    assert holding.parts(demand, "a").free == 0
    assert holding.parts(demand, "b").free == 2


def test_a_region_makes_room_for_the_largest_with_the_cheapest_move() -> None:
    """u of 8 on a finds 5 on b and 6 on c; if v leaves c it finds 8 there. w is no help: 5 + 2 are 7."""
    of = wanted({"a": 12, "b": 7, "c": 8}, {"u": (8, "a"), "v": (2, "c"), "w": (2, "b")})
    holding = Holding(of, 1)
    region = Region(holding, ("a", "b", "c"), range(len(holding.kinds)))
    region.demand(Demand(8 * GIB, frozenset("abc")))
    counts, _ = region.solve(1.0)
    assert counts is not None
    holding.put(counts)
    assert holding.targets() == {"u": "a", "v": "b", "w": "b"} or holding.targets() == {"u": "a", "v": "a", "w": "b"}
    assert after(of, holding.targets()).lower == 1


def test_nobody_comes_to_a_host_that_is_closed() -> None:
    of = wanted({"a": 12, "b": 7, "c": 8}, {"u": (8, "a"), "v": (2, "c"), "w": (2, "b")})
    closed = replace(of, places=tuple(replace(each, closed=each.key in "ab") for each in of.places))
    found = moves_found(closed, 1)
    assert found is None


@pytest.mark.parametrize(("most", "targets"), [(1, {"v": "a", "w": "b"}), (None, {"v": "c", "w": "c"})])
def test_wishes_are_kept(most: int | None, targets: dict[str, str]) -> None:
    """v may not come to w on b where they are to be apart; where they are to be together neither moves."""
    at = {"u": (8, "a"), "v": (2, "c"), "w": (2, "b" if most else "c")}
    units = {host: host for host in "abc"}
    of = wanted({"a": 12, "b": 7, "c": 8}, at, ties=(Tie("t", ("v", "w"), most, units, {}),))
    found = moves_found(of, 1)
    if most:
        assert found is not None
        assert {key: found.targets[key] for key in targets} == targets
    else:
        assert found is None


def test_hosts_in_one_rack_count_as_one() -> None:
    """v leaves c for a or b where both are free; where w on b keeps it from their rack, nothing is found."""
    at = {"u": (8, "a"), "v": (2, "c"), "w": (2, "b")}
    apart = wanted({"a": 12, "b": 7, "c": 8}, at, ties=(Tie("t", ("v", "w"), 1, {"a": "1", "b": "1", "c": "2"}, {}),))
    assert moves_found(apart, 1) is None
    spread = wanted({"a": 12, "b": 7, "c": 8}, at, ties=(Tie("t", ("v", "w"), 2, {"a": "1", "b": "1", "c": "2"}, {}),))
    found = moves_found(spread, 1)
    assert found is not None
    assert found.targets["v"] in {"a", "b"}


@pytest.mark.parametrize(
    ("limits", "ends"),
    [
        ({}, {"a", "b"}),
        ({"a": Most(9 * GIB)}, {"b"}),
        ({"a": Most(9 * GIB), "b": Most(3 * GIB)}, {"a"}),  # and u changes places with it
        ({"a": Most(None, 2), "b": Most(None, 1)}, {"a"}),
        ({"a": Most(None, 1), "b": Most(None, 1)}, {"a"}),
        ({"c": Most(1 * GIB)}, {"a", "b"}),  # it has more today
    ],
)
def test_no_host_takes_more_than_it_may(limits: dict[str, Most], ends: set[str]) -> None:
    """v has to leave c so that u finds 8 GiB there; u is on a, w on b."""
    of = wanted({"a": 12, "b": 7, "c": 8}, {"u": (8, "a"), "v": (2, "c"), "w": (2, "b")})
    items = tuple(replace(each, vcpus=1) for each in of.items)
    places = tuple(replace(each, most=limits.get(each.key, each.most)) for each in of.places)
    found = moves_found(replace(of, items=items, places=places), 1)
    assert found is not None
    assert found.targets["v"] in ends
    for host, most in limits.items() if "c" not in limits else ():
        there = [each for each in items if found.targets[each.key] == host]
        assert not most.exceeded(sum(each.taken[host] or 0 for each in there), len(there))


@pytest.mark.parametrize("seed", range(60))
def test_what_is_found_keeps_everything_and_is_no_cheaper_than_the_cheapest(seed: int) -> None:
    small = Small(seed, hosts=4, most=7)
    stand = Stand(small.inventory().pools[0])
    items = tuple(
        each for vm in stand.guests(stand.hosts) if stand.bound(vm).can and isinstance(each := stand.item(vm), Item)
    )
    places = tuple(stand.place(host, items) for host in stand.hosts)
    of = Wanted(items, places, frozenset(), stand.guarded)
    asked = Asked(of, (), frozenset(each.key for each in places))
    for failures in (1, 2):
        best, found = least_moved(small, failures), moves_found(of, failures)
        if best is not None:
            assert failures <= most_failures(asked)
        if found is not None:
            assert keeps(asked, found.targets)
            assert after(of, found.targets).lower >= failures
            moved = [each for each in items if found.targets[each.key] != each.source]
            assert (found.bytes_moved, found.moves) == (sum(each.moves for each in moved), len(moved))
            assert best is not None
            assert best[0] <= found.bytes_moved // MIB


def test_it_finds_nearly_all_that_can_be_found() -> None:
    """Of tiny pools that moves can help, it misses none that are tried here."""
    missed = []
    for seed in range(60):
        small = Small(seed, hosts=4, most=7)
        stand = Stand(small.inventory().pools[0])
        items = tuple(
            each for vm in stand.guests(stand.hosts) if stand.bound(vm).can and isinstance(each := stand.item(vm), Item)
        )
        of = Wanted(items, tuple(stand.place(host, items) for host in stand.hosts), frozenset(), stand.guarded)
        if least_moved(small, 1) is not None and moves_found(of, 1) is None:
            missed.append(seed)
    assert missed == []


@pytest.fixture(scope="module")
def larger() -> Plan:
    found = planner.plan(planner.Improve(2), made_up(8, 100, 0.7, "few sizes"))
    assert isinstance(found, Plan)
    return found


def test_a_larger_pool_is_helped_by_few_moves(larger: Plan) -> None:
    """A pool of 8 hosts of which none can fail, for the largest VM finds no room, can lose 2 after some moves."""
    assert isinstance(larger.outcome, MovesOutcome)
    assert larger.outcome.survivals.after is not None
    assert larger.outcome.survivals.after.lower >= 2
    assert len(larger.outcome.moved) <= 8
    assert not broken_promises(larger, made_up(8, 100, 0.7, "few sizes"))


def test_the_same_is_found_again(larger: Plan) -> None:
    assert planner.plan(planner.Improve(2), made_up(8, 100, 0.7, "few sizes")) == larger


def test_no_moves_help_where_memory_is_scarce() -> None:
    """70 % of memory is taken, so no more than 2 of 8 hosts can be spared."""
    found = planner.plan(planner.Improve(3, by=By.MOVES), made_up(8, 100, 0.7, "few sizes"))
    assert isinstance(found, NoPlan)
    assert found.proven
    assert "no more than 2 hosts may fail" in found.because[0].told


def test_small_pools_are_solved_whole_and_large_ones_searched() -> None:
    of = wanted({"a": 12, "b": 7, "c": 8}, {"u": (8, "a"), "v": (2, "c"), "w": (2, "b")})
    small = cheap_moves(of, 1)
    assert small is not None
    assert small.assigned.proven
    assert small.assigned.costs[0].value == 2 * GIB
