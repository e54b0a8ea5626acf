"""Failure sets that leave almost nothing free: packed part by part, and told from those that leave more."""

from functools import partial
from random import Random

import numpy as np
import pytest

import planner
from planner.failover import search
from planner.failover.effort import SECOND, Effort
from planner.failover.evenly import SIZES, filled_evenly
from planner.failover.fitting import Packing, pack
from planner.failover.layouts import traits
from planner.failover.ledger import Ledger
from planner.failover.ranking import Ints
from planner.failover.search import Search
from planner.failover.toll import Toll, toll
from tests.benchmarks.failure_capacity import Row, large_flavours, pool
from tests.failover.test_each_argument import ledgers
from tests.failover.test_layouts import of_few_sizes, surviving

Truth = dict[tuple[int, ...], bool]


def full(seed: int, spare: int) -> Toll:
    """Rooms cut out of what a packing takes, each with a little memory that no guest can use, and `spare` more."""
    random = Random(seed)  # noqa: S311 - a made-up case is no secret
    sizes = [8 * unit + 1 for unit in (11, 9, 7, 5, 3)]
    wanted, rooms = np.zeros(5, np.int64), []
    for _ in range(random.randint(8, 30)):
        held = [random.choice([*range(5), 4]) for _ in range(random.randint(2, 6))]
        rooms.append(sum(sizes[each] for each in held) + random.randint(0, 3) + spare)
        np.add.at(wanted, held, 1)
    found = np.array(sizes, np.int64)
    return Toll(found, wanted, np.array(rooms, np.int64), np.array([1, 8, 16, *sizes], np.int64))


def test_rooms_without_a_part_to_spare_are_packed() -> None:
    packed = 0
    for seed in range(60):
        case = full(seed, 0)
        taken = filled_evenly(case, Effort(SECOND))
        if taken is not None:
            assert (taken.sum(axis=0) == case.wanted).all(), seed
            assert (taken @ case.sizes <= case.rooms).all(), seed
            packed += 1
    assert packed > 45


def test_only_tight_cases_of_few_sizes_are_packed_part_by_part() -> None:
    assert filled_evenly(full(1, 40), Effort(SECOND)) is None
    sizes = np.arange(20, 20 - SIZES - 1, -1)
    many = Toll(sizes, np.ones_like(sizes), sizes.copy(), np.array([1], np.int64))
    assert filled_evenly(many, Effort(SECOND)) is None


@pytest.mark.parametrize("part", range(3))
def test_large_sets_packed_and_all_others_served_is_all_that_is_needed(part: int) -> None:
    found = 0
    for ledger, truth in ledgers(range(part * 120, (part + 1) * 120)):
        for k in range(1, len(ledger.units)):
            verdict = Effort(SECOND).within(SECOND, partial(Search(ledger, Effort(SECOND))._apart, k))
            if verdict is not None:
                assert isinstance(verdict, str) == (k <= truth), (ledger.problem, k)
                assert isinstance(verdict, str) or unpackable(ledger, verdict)
                found += 1
    assert found > 10


@pytest.mark.parametrize("notches", [2, 16])
def test_every_set_is_packed_or_among_those_that_layouts_serve(monkeypatch: pytest.MonkeyPatch, notches: int) -> None:
    """Layouts are taken to serve all that is survived, so that each set that is not has to be packed."""
    monkeypatch.setattr(search, "NOTCHES", notches)
    found = 0
    for seed in range(100):
        ledger = Ledger(of_few_sizes(seed))
        for k in range(1, len(ledger.units)):
            truth, memory = surviving(ledger, k), traits(ledger)[-1]

            def served(_: Ledger, __: int, ___: Effort, most: int, truth: Truth = truth, memory: Ints = memory) -> bool:
                return all(truth[units] for units in truth if memory[list(units)].sum() <= most)

            monkeypatch.setattr(search, "shared_out", served)
            verdict = Effort(SECOND).within(SECOND, partial(Search(ledger, Effort(SECOND))._apart, k))
            assert not isinstance(verdict, str) or all(truth.values()), (seed, k)
            found += isinstance(verdict, tuple)
    assert found > 20


def unpackable(ledger: Ledger, units: tuple[int, ...]) -> bool:
    return not isinstance(pack(toll(ledger, ledger.flags(units)), Effort(SECOND)), Packing)


def test_an_uneven_pool_of_flavours_is_proved_to_the_last_part() -> None:
    found = planner.failure_capacity(pool(Row(64, 500, large_flavours), 0.75, even=False, seed=1))
    assert (found.lower, found.upper) == (9, 9)


def test_an_uneven_pool_is_proved_whose_largest_hosts_fill_all_others() -> None:
    ledger = Ledger(pool(Row(64, 500, large_flavours), 0.6, even=False, seed=0))
    assert Search(ledger, Effort(15 * SECOND))._apart(17, Effort(8 * SECOND)) == "every suspicious set packed"
