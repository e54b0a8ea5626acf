"""Hosts served in turn, against the truth on tiny problems, claim by claim, and on pools that little else proves."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations, product

import numpy as np
import pytest

from planner.failover import parts as all_parts
from planner.failover import turns
from planner.failover.bundles import bundled
from planner.failover.effort import SECOND, Effort, Exhausted
from planner.failover.ledger import Ledger
from planner.failover.parts import Shorts, in_pairs, parts_of
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.ranking import Ints
from planner.failover.relaying import handed_on
from planner.failover.taking_turns import in_turn, losses_in_turn
from planner.failover.turns import Course, bound, may_stand
from tests.benchmarks.failure_capacity import Row, large_odd, pool
from tests.failover.brute import packs, survived
from tests.failover.test_relay import of_roomy_hosts


def courses(seeds: range) -> Iterator[tuple[Ledger, Course]]:
    """Tiny problems, for every number of failed hosts that there is the memory for."""
    for seed in seeds:
        ledger = Ledger(of_roomy_hosts(seed))
        for k in range(1, len(ledger.units)):
            course = Course(ledger, k)
            if course.spare >= 0:
                yield ledger, course


@pytest.mark.parametrize(("points", "steps", "most"), [(320, 1 << 16, 8), (6, 1 << 16, 8), (4, 9, 3), (9, 12, 2)])
def test_what_is_served_in_turn_is_survived(
    monkeypatch: pytest.MonkeyPatch, points: int, steps: int, most: int
) -> None:
    monkeypatch.setattr(turns, "POINTS", points)
    monkeypatch.setattr(turns, "STEPS", steps)
    monkeypatch.setattr(all_parts, "MOST", most)
    found = 0
    for ledger, course in courses(range(2500)):
        if in_turn(ledger, course.k, Effort(SECOND)):
            assert all(
                survived(ledger.problem, ledger.names(each))
                for each in combinations(range(len(ledger.units)), course.k)
            )
            found += 1
    assert found > 1000


def fits(course: Course, ledger: Ledger, failed: list[int], unused: list[int], space: int) -> bool:
    """Whether the guests of failed hosts go on unused hosts and one more that has this open space."""
    room = {str(host): int(course.free[host]) for host in unused} | {"open": space}
    sizes = np.repeat(course.sizes, ledger.counts[failed].sum(axis=0)).tolist()
    vms = [Restart(str(at), size, None) for at, size in enumerate(sizes)]
    return packs(vms, room, (), dict.fromkeys(room, frozenset[str]()))


def claimed(course: Course, named: Ints, losses: Shorts, j: int) -> Iterator[tuple[list[int], list[int], int]]:
    """All j hosts, none of them named, unused hosts, and the least open space that are said to do."""
    for fate in product(range(3), repeat=len(course.free)):
        failed, unused = ([host for host, each in enumerate(fate) if each == kind] for kind in (0, 1))
        if len(failed) == j and not set(failed) & set(named.tolist()):
            lacking = int(course.need[failed].sum() - course.free[unused].sum())
            for space in np.flatnonzero(course.spaces - losses >= lacking).tolist()[:1]:
                yield failed, unused, int(course.spaces[space])


@pytest.mark.parametrize("points", [320, 5])
def test_whatever_is_left_is_served_with_as_much_memory_as_is_said(
    monkeypatch: pytest.MonkeyPatch, points: int
) -> None:
    monkeypatch.setattr(turns, "POINTS", points)
    claims = 0
    for ledger, course in courses(range(2500)):
        if ledger.guests > 8 or len(ledger.hosts) > 5:
            continue
        for j, (named, losses) in enumerate(losses_in_turn(course, Effort(SECOND)), 1):
            assert len(named) == course.k - j
            for failed, unused, space in claimed(course, named, losses, j):
                assert fits(course, ledger, failed, unused, space), (ledger.problem, course.k, failed, unused, space)
                claims += 1
    assert claims > 10_000


def worst_left(losses: list[int], rooms: list[int], low: int, high: int) -> int:
    """The least that no hosts left, with so much more than any need from low to high, all lose more than."""
    worst = 1 - low
    for number in range(1, len(rooms) + 1):
        for left in combinations(range(len(rooms)), number):
            memory, least = sum(rooms[each] for each in left), min(losses[each] for each in left)
            worst = max([worst, *(memory - need + 1 for need in range(low, high + 1) if memory - need < least)])
    return worst


def test_what_hosts_left_lose_is_bounded_and_closely() -> None:
    random, exact = np.random.default_rng(1), 0
    for _ in range(1500):
        rooms = np.sort(random.choice(np.arange(1, 30), random.integers(1, 5), replace=False)).astype(np.int32)
        times = random.integers(0, 3, len(rooms))
        losses = random.integers(-5, 40, len(rooms)).astype(np.int32)
        low = int(random.integers(0, 60))
        high = low + int(random.choice([0, 0, 3, 20]))
        found = int(bound(losses, (times * rooms).astype(np.int32), rooms, *np.array([low, high], np.int32)))
        truth = worst_left(np.repeat(losses, times).tolist(), np.repeat(rooms, times).tolist(), low, high)
        assert found >= truth
        exact += found == truth
    assert exact > 1000


def test_hosts_that_stand_in_the_way_together_are_seen() -> None:
    random, free = np.random.default_rng(2), np.array([5, 7, 9, 4, 6, 8], np.float32)
    outcomes = []
    for _ in range(800):
        lossy = random.random((5, 6)) < random.choice([0.4, 0.7, 0.9])
        needed, j = random.integers(5, 35, 5).astype(np.int32), int(random.integers(1, 5))
        truth = any(
            float(free[lossy[list(rows)].all(axis=0)].sum()) >= needed[list(rows)].max()
            for rows in combinations(range(5), j)
        )
        found = may_stand(lossy, free, needed, j)
        assert found or not truth
        outcomes.append((found, truth))
    assert outcomes.count((False, False)) > 0.8 * sum(not truth for _, truth in outcomes) > 100


def test_parts_and_rests_add_up() -> None:
    for alike in parts_of([[5, 3, 2], [4, 4, 1], [7], []], np.array([0, 4, 6, 20])):
        for level in alike.levels:
            for host, part in product(range(len(alike.hosts)), range(len(level.parts))):
                taken, rests = level.taken[host, part], alike.sizes[host, level.rests[host, part]]
                assert (taken + rests == alike.sizes[host, level.parts[part]]).all()
                assert (np.diff(taken) >= 0).all()
                for place, room in zip(level.last[host, part].tolist(), [0, 4, 6, 20], strict=True):
                    assert (taken[: place + 1] <= room).all()
                    assert (taken[place + 1 :] > room).all()


def test_the_smallest_stay_together_where_there_are_many() -> None:
    assert in_pairs([9, 1, 2, 3, 4, 5, 6, 7, 8, 10]) == [4, 5, 6, 6, 7, 8, 9, 10]
    assert in_pairs([3, 1, 2]) == [1, 2, 3]


def test_a_host_that_lacks_a_byte_is_not_served() -> None:
    """Two hosts of three VMs each, and three hosts with room for these, but not if one byte is missing."""
    restarts = tuple(Restart(f"v{at}", 5, "ab"[at % 2]) for at in range(6))
    free = {"a": 0, "b": 0, "c": 10, "d": 10}
    for last, k, holds in ((10, 1, True), (10, 2, True), (9, 1, True), (9, 2, False)):
        assert in_turn(Ledger(FailoverProblem({**free, "e": last}, restarts)), k, Effort(SECOND)) == holds


@pytest.mark.parametrize("seed", [0, 2])
def test_large_odd_guests_are_proved_where_nothing_else_does(seed: int) -> None:
    ledger = Ledger(pool(Row(64, 500, large_odd), 0.75, even=True, seed=seed))
    assert not Effort(6 * SECOND).within(4 * SECOND, partial(bundled, ledger, 15))
    assert not handed_on(ledger, 15, Effort(6 * SECOND))
    assert in_turn(ledger, 15, Effort(6 * SECOND))
    assert not in_turn(ledger, 16, Effort(6 * SECOND))


def test_one_who_has_hardly_any_effort_is_told_so() -> None:
    with pytest.raises(Exhausted):
        in_turn(Ledger(pool(Row(64, 500, large_odd), 0.75, even=True, seed=0)), 15, Effort(SECOND))


def alike(hosts: int, guests: tuple[int, ...], free: int, first: int, odd: int) -> FailoverProblem:
    """Hosts with the same guests and as much free each, but the first; and an empty one but for an odd guest."""
    names = [f"h{number:02}" for number in range(hosts)]
    restarts = [Restart(f"{name} {at}", size, name) for name in names for at, size in enumerate(guests)]
    return FailoverProblem(
        dict.fromkeys(names, free) | {names[0]: first, "odd": 0}, (*restarts, Restart("odd", odd, "odd"))
    )


@pytest.mark.parametrize(("hosts", "k"), [(16, 4), (32, 8), (64, 16)])
def test_what_fits_to_the_byte_in_large_pools_is_proved_and_what_lacks_a_byte_is_not(hosts: int, k: int) -> None:
    """The guests of each host fill three others to the last byte, and as many hosts are left; or one lacks a byte."""
    guests, free = (42_001, 18_005, 36_003, 24_003, 33_001, 27_005), 60_006
    for first, holds in ((free, True), (free - 1, False)):
        assert in_turn(Ledger(alike(hosts, guests, free, first, 1)), k, Effort(100 * SECOND)) is holds


@pytest.mark.parametrize("hosts", [12, 24, 40])
def test_no_gap_is_taken_for_room(hosts: int) -> None:
    """Each host has three guests of 40, and one of these goes into 79: so a failed host needs three others."""
    k = hosts // 4
    for free, number, holds in ((79, k, True), (79, k + 1, False), (80, k + 1, True), (39, 1, False)):
        ledger = Ledger(alike(hosts, (40, 40, 40), free, free, 1))
        assert in_turn(ledger, number, Effort(100 * SECOND)) is holds
