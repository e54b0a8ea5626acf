"""A host handed on, against the truth on tiny problems, step by step, and on a pool that nothing else proves."""

from collections.abc import Iterator
from itertools import combinations, product
from random import Random

import numpy as np
import pytest

from planner.failover import relay
from planner.failover.bundles import bundled
from planner.failover.effort import SECOND, Effort
from planner.failover.guarantee import Guarantee
from planner.failover.ledger import Ledger
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.ranking import Ints
from planner.failover.relay import NEVER, Course, proves
from planner.failover.relaying import handed_on, losses
from tests.benchmarks.failure_capacity import Row, large_odd, pool
from tests.failover.brute import survived
from tests.failover.test_layouts import surviving


def of_roomy_hosts(seed: int) -> FailoverProblem:
    """2 to 6 hosts that hold one to three large VMs more, often to the last byte, and up to 11 VMs."""
    random = Random(seed)  # noqa: S311 - a made-up problem is no secret
    hosts = [f"h{at}" for at in range(random.randint(2, 6))]
    sizes = random.choice([[3, 5, 7], [2, 3], [4, 5, 6], [5, 7, 9, 11], list(range(3, 12)), [13, 17, 22, 29, 31]])
    scale, top = random.choice([1, 1, 8, 1000]), max(sizes)
    rooms = [0, top, top + 1, 3 * top // 2, 2 * top, 2 * top + 3, 3 * top, random.randint(0, 3 * top)]
    free = {host: scale * random.choice(rooms) for host in hosts}
    restarts = [(scale * random.choice(sizes), random.choice(hosts)) for _ in range(random.randint(2, 11))]
    return FailoverProblem(free, tuple(Restart(f"v{at}", *each) for at, each in enumerate(restarts)))


def proved(seeds: range) -> Iterator[tuple[Ledger, Course, list[Ints]]]:
    """What is found for tiny problems, each with many open spaces told apart or few."""
    for seed in seeds:
        ledger = Ledger(of_roomy_hosts(seed))
        for k in range(1, len(ledger.units)):
            course = Course(ledger, k, Effort(SECOND))
            table = losses(course, Effort(SECOND))
            if table is not None:
                assert proves(course, table)
                yield ledger, course, table


@pytest.mark.parametrize("points", [320, 6, 3])
def test_what_is_handed_on_is_survived(monkeypatch: pytest.MonkeyPatch, points: int) -> None:
    monkeypatch.setattr(relay, "POINTS", points)
    found = 0
    for ledger, course, _ in proved(range(250)):
        assert all(
            survived(ledger.problem, ledger.names(each)) for each in combinations(ledger_units(ledger), course.k)
        )
        found += 1
    assert found > 150


def ledger_units(ledger: Ledger) -> range:
    return range(len(ledger.units))


def known(course: Course, losses_by_space: Ints, space: int) -> int:
    """What a row of a table says of any open space."""
    place = int(np.searchsorted(course.spaces, space, side="right")) - 1
    return int(losses_by_space[place]) + space - int(course.spaces[place])


def servings(guests: list[int], space: int, rooms: list[int]) -> Iterator[tuple[int, int, list[int]]]:
    """All ways to serve a host: what is lost, the open space then, and which of the unused hosts it takes."""
    if sum(guests) <= space:
        yield 0, space - sum(guests), []
    numbers = range(len(rooms))
    for shares in product(range(3), repeat=len(guests)):
        first, second, rest = (sum(np.array(guests)[np.array(shares) == each].tolist()) for each in range(3))
        if first > space:
            continue
        for filled in [[], *([each] for each in numbers)] if not second else [[each] for each in numbers]:
            room = sum(rooms[each] for each in filled)
            for opened in [[each] for each in numbers if each not in filled] + ([] if rest else [[]]):
                left = sum(rooms[each] for each in opened) - rest
                if second <= room and left >= 0:
                    yield space - first + room - second, left, filled + opened


def served(course: Course, table: list[Ints], guests: list[list[int]], rooms: list[int], space: int = 0) -> bool:
    """Whether hosts can be served one after another with no more loss than a table says, tried by hand."""
    if not guests:
        return True
    allowed = known(course, table[len(guests)], space)
    for at, each in enumerate(guests):
        for lost, left, taken in servings(each, space, rooms):
            if lost + known(course, table[len(guests) - 1], left) <= allowed:
                others = [room for number, room in enumerate(rooms) if number not in taken]
                return served(course, table, guests[:at] + guests[at + 1 :], others, left)
    return False


def test_each_step_of_a_relay_can_be_taken_whichever_hosts_fail() -> None:
    steps = 0
    for ledger, course, table in proved(range(60)):
        guests = [np.repeat(course.sizes, counts).tolist() for counts in ledger.counts]
        if max(map(len, guests)) > 5:
            continue
        for units in combinations(ledger_units(ledger), course.k):
            rooms = [int(room) for host, room in enumerate(course.free) if host not in units]
            assert served(course, table, [guests[host] for host in units], rooms), units
            steps += 1
    assert steps > 100


def test_a_table_that_claims_less_is_not_believed() -> None:
    claimed = refused = 0
    for _, course, table in proved(range(80)):
        assert not proves(course, table[:-1])
        for j, row in enumerate(table):
            for space in np.flatnonzero((row > 0) & (row < NEVER)).tolist():
                wrong = [each.copy() for each in table]
                wrong[j][: space + 1] = 0
                claimed += 1
                refused += not proves(course, wrong)
    assert refused > claimed // 2


def test_a_host_that_lacks_a_byte_hands_on_nothing() -> None:
    """Two hosts of two VMs each, and two hosts with room for these, but not if one byte is missing."""
    restarts = tuple(Restart(f"v{at}", 5, "ab"[at % 2]) for at in range(4))
    exact = Ledger(FailoverProblem({"a": 0, "b": 0, "c": 10, "d": 10}, restarts))
    short = Ledger(FailoverProblem({"a": 0, "b": 0, "c": 10, "d": 9}, restarts))
    for ledger, k, holds in ((exact, 1, True), (exact, 2, True), (short, 1, True), (short, 2, False)):
        course = Course(ledger, k, Effort(SECOND))
        assert (losses(course, Effort(SECOND)) is not None) == holds == all(surviving(ledger, k).values())


def test_large_odd_guests_are_proved_where_nothing_else_does() -> None:
    ledger, k = Ledger(pool(Row(64, 500, large_odd), 0.6, even=True, seed=1)), 25
    assert not Guarantee(ledger, k).holds
    assert not bundled(ledger, k, Effort(4 * SECOND))
    assert handed_on(ledger, k, Effort(6 * SECOND))
