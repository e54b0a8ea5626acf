"""Gaps that restarts need: no assignment has lower loads than is said, and those with gaps are found."""

import sys
from collections.abc import Iterable
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.goals.moves.conditions import Conditions
from planner.goals.place.asked import Asked
from planner.goals.place.first import first
from planner.goals.place.gaps import Gaps, moduli, needed, weights
from planner.goals.place.pot import Pot
from planner.goals.place.question import Question
from planner.goals.place.searching import _of_large as of_large
from planner.goals.place.searching import best
from planner.goals.place.spacing import Spacing
from planner.goals.place.worth import capacity, keeps, least_load, most_failures, surviving, worth
from planner.model.inventory import Inventory
from planner.plans import Plan
from planner.plans.applying import reference
from planner.plans.costs import HIGHEST, UNEVEN
from planner.plans.moving import MovesOutcome
from planner.verify import broken_promises
from tests.benchmarks.place import made_up
from tests.facts.test_toolstack_evacuation import host, small, view, vm
from tests.goals.made_up_places import Spread

SEEDS = st.integers(0, 100_000)
GUARDED = {"ha_restart_priority": "restart", "ha_always_run": True}


def asked(inventory: Inventory) -> Asked:
    return Question(planner.Place(halted=True), inventory, reference(inventory.pools[0]), ()).asked


def a_little_too_full() -> Inventory:
    """Four equal hosts, on each of which a little less is free than its protected VM takes."""
    vms = [vm(f"p{n}", 2, name, memory=small(6), **GUARDED) for n, name in enumerate("abcd")]
    vms += [vm(f"u{n}", 2, "abcd"[n % 4], memory=small(1)) for n in range(16)]
    return Inventory([view([host(name, 15) for name in "abcd"], vms).pool])


@pytest.mark.parametrize(("hosts", "failures"), [(2, 1), (3, 1), (3, 2), (4, 1), (4, 2), (4, 3)])
def test_as_many_gaps_are_needed_as_trying_every_way_finds(hosts: int, failures: int) -> None:
    for weight in range(6):
        fewest = next(number for number in range(40) if _enough(weight, number, hosts, failures))
        assert needed(weight, hosts, failures) == fewest
        assert all(_enough(weight, fewest + more, hosts, failures) for more in range(3))


def _enough(weight: int, number: int, hosts: int, failures: int) -> bool:
    """Whether what weighs so much, with so many gaps, can be on hosts in any way so that the worst of them may fail."""
    ways = (each for each in combinations_with_replacement(range(weight + number + 1), hosts))
    return any(sum(way) == weight + number and sum(sorted(way)[-failures:]) <= number for way in ways)


def test_restarts_weigh_what_their_sizes_make() -> None:
    assert moduli([8, 0, 3]) == [8, 4, 3, 2, 1]
    assert weights([8, 3], [8, 4, 3, 2, 1]) == [1, 2, 3, 5, 11]


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, failures=st.integers(1, 3))
def test_no_assignment_that_survives_so_many_has_lower_loads(seed: int, failures: int) -> None:
    pool = Spread(seed, hosts=2 + seed % 3, most=5)
    of = asked(pool.inventory())
    gaps = Gaps(of, failures)
    ways = [pool.costs(where) for where in pool.ends()] if pool.protected and of.wanted.guarded else []
    surviving_ways = [way for way in ways if -way[1] >= failures]
    if surviving_ways:
        best = min(way[2] for way in surviving_ways)
        assert gaps.possible(None)
        assert gaps.possible(best)
        assert least_load(of) <= gaps.least_load(best + 5) <= best
        if (lowest := gaps.most_lowest()) is not None:
            assert all(way[2] - way[3] <= lowest for way in surviving_ways)


@pytest.mark.parametrize("hosts", [2, 3])
def test_what_is_said_holds_of_all_ways_to_be_on_hosts(hosts: int) -> None:
    """Many pools of a few sizes, each tried in every way: what is refuted is not there, and much of it is refuted."""
    refuted = raised = 0
    for sizes in combinations_with_replacement((1, 2, 3, 5), 4):
        vms = [vm(f"v{n}", 2, "abc"[n % hosts], memory=small(size), **GUARDED) for n, size in enumerate(sizes)]
        memory = max(sum(sizes[n::hosts]) for n in range(hosts)) + 2
        of = asked(Inventory([view([host(name, memory) for name in "abc"[:hosts]], vms).pool]))
        ways = [dict(zip((each.key for each in of.wanted.items), way, strict=True)) for way in _ways(of)]
        kept = [way for way in ways if keeps(of, way) and capacity(of, way).lower]
        highest = min((worth(of, way).highest or 0 for way in kept), default=None)
        gaps = Gaps(of, 1)
        assert gaps.known
        if highest is None:
            refuted += not gaps.possible(None)
            continue
        assert gaps.possible(None)
        assert gaps.least_load(highest + 50) <= highest
        raised += gaps.least_load(highest) > least_load(of)
    assert refuted
    assert bool(raised) is (hosts > 2)  # loads of two hosts are bounded as closely by sizes that cannot be cut


def _ways(of: Asked) -> Iterable[tuple[str, ...]]:
    return product([place.key for place in of.wanted.places], repeat=len(of.wanted.items))


def test_hosts_are_emptier_so_that_the_largest_restart_finds_room() -> None:
    inventory = a_little_too_full()
    of = asked(inventory)
    gaps = Gaps(of, 1)
    even, least = least_load(of), gaps.least_load(1000)
    assert least > even
    assert not gaps.possible(least - 1)
    assert gaps.layout(least - 1) is None
    free = gaps.layout(least)
    assert free is not None
    assert max(free.values()) >= max(gaps.sizes)
    found = planner.plan(planner.Place(conditions=Conditions(keep_failures=1)), inventory)
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    after = found.outcome.survivals.after
    assert after is not None
    assert after.lower == found.outcome.survivals.most == 1
    assert not Gaps(of, 2).possible(None)
    least = Gaps(of, after.lower).least_load(1000)
    costs = {each.name: each for each in found.outcome.costs}
    assert costs[HIGHEST].value == costs[HIGHEST].bound >= least
    assert costs[UNEVEN].value == costs[UNEVEN].bound
    assert broken_promises(found, inventory) == ()


def test_nothing_is_known_where_restarts_are_not_possible_everywhere_or_not_asked_for() -> None:
    of = asked(a_little_too_full())
    assert [Gaps(of, failures).known for failures in (0, 1, 3, 4)] == [False, True, True, False]
    off = view([host("a", 15), host("b", 15) | {"enabled": False}], [vm("p", 2, "a", memory=small(6), **GUARDED)]).pool
    assert not Gaps(asked(Inventory([off])), 1).known


@pytest.mark.parametrize(
    ("hosts", "vms", "use", "failures", "most"),
    [(8, 100, 0.7, 3, 0), (12, 150, 0.8, 3, 0), (12, 150, 0.9, 1, 3), (16, 200, 0.9, 1, 3), (16, 300, 0.8, 4, 0)],
)
def test_assignments_with_gaps_are_close_to_what_is_possible(
    hosts: int, vms: int, use: float, failures: int, most: int
) -> None:
    of = asked(made_up(hosts, vms, use, flavours=False, protected=True))
    start, gaps = first(of), Gaps(of, failures)
    assert start is not None
    found = Spacing(of, start, Pot(None), gaps, failures).found(1001)
    assert found is not None
    assert keeps(of, found)
    assert surviving(of, found, failures)
    highest = worth(of, found).highest
    assert highest is not None
    assert 0 <= highest - gaps.least_load(1001) <= most
    assert found == Spacing(of, start, Pot(None), Gaps(of, failures), failures).found(1001)
    assert Spacing(of, start, Pot(None), gaps, failures).found(gaps.least_load(1001)) is None


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, failures=st.integers(1, 2))
def test_whatever_has_to_be_kept_is_kept_with_gaps(seed: int, failures: int) -> None:
    of = asked(Spread(seed, most=8).inventory())
    start = first(of)
    if start is None or not of.wanted.guarded or failures > most_failures(of):
        return
    found = Spacing(of, start, Pot(None), Gaps(of, failures), failures).found(1001)
    if found is not None:
        assert keeps(of, found)
        assert worth(of, found).breaches <= worth(of, start).breaches
        assert capacity(of, found).lower >= failures


def test_large_pools_are_filled_around_gaps_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """One host more may fail, and loads are as low as in a pool that is small enough for the solver."""
    monkeypatch.setattr(sys.modules[best.__module__], "_MOST_NUMBERS", 0)
    found = planner.plan(planner.Place(), made_up(8, 60, 0.8, flavours=False, protected=True))
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    told = found.outcome.survivals
    assert told.before is not None
    assert told.after is not None
    assert (told.before.lower, told.after.lower) == (1, 2)
    highest = found.outcome.costs[0]
    assert highest.value <= highest.bound + 1


def test_where_too_few_hosts_may_fail_in_a_large_pool_gaps_are_sought() -> None:
    given_pool = made_up(12, 100, 0.9, flavours=False, protected=True)
    of = Question(planner.Place(), given_pool, reference(given_pool.pools[0]), ()).asked
    assert capacity(of, {item.key: item.source for item in of.wanted.items}).upper == 0
    found = of_large(of, Pot(None), 1)
    assert found is not None
    assert found.targets is not None
    assert capacity(of, found.targets).lower == found.failures == 1
