"""Each argument alone, against the truth on tiny problems: what it claims is so, whatever the others say."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from planner.failover import reachable
from planner.failover.adversary import failing_set
from planner.failover.bundles import bundled
from planner.failover.choosy.crowd import ChoosyCrowd
from planner.failover.choosy.guarantee import ChoosyGuarantee
from planner.failover.choosy.necessary import ChoosyNecessary
from planner.failover.choosy.roster import Roster
from planner.failover.covers import Covers
from planner.failover.crowd import Crowd
from planner.failover.dominance import dominators
from planner.failover.effort import SECOND, Effort
from planner.failover.enumeration import Suspicion, suspicious
from planner.failover.filling import FINENESS, Kind, filled, fullest
from planner.failover.fitting import Packing, pack
from planner.failover.guarantee import Guarantee
from planner.failover.knapsack import Knapsack
from planner.failover.ledger import Ledger
from planner.failover.necessary import Necessary
from planner.failover.placing import _solved, place
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.ranking import Flags
from planner.failover.recheck import restarts_all
from planner.failover.sequential import _Game, reserved
from planner.failover.templates import template
from planner.failover.toll import toll
from tests.failover.brute import capacity, survived, tiny


def ledgers(seeds: range, *, alone: bool = False) -> Iterator[tuple[Ledger, int]]:
    """Problems whose VMs may go anywhere, each with its true capacity."""
    for seed in seeds:
        problem = tiny(seed)
        free = tuple(replace(each, hosts=None) for each in problem.restarts)
        plain = replace(problem, restarts=free, apart=(), domains=None if alone else problem.domains)
        if any(each.size for each in plain.placed):
            yield Ledger(plain), capacity(plain)


def rosters(seeds: range) -> Iterator[tuple[Roster, int]]:
    for seed in seeds:
        if tiny(seed).placed:
            yield Roster(Ledger(tiny(seed))), capacity(tiny(seed))


def sets(ledger: Ledger, k: int) -> Flags:
    """All sets of k units, as rows of flags."""
    chosen = list(combinations(range(len(ledger.units)), k))
    found = np.zeros((len(chosen), len(ledger.units)), np.bool_)
    for row, units in enumerate(chosen):
        found[row, list(units)] = True
    return found


def survives(ledger: Ledger, units: Flags) -> bool:
    return survived(ledger.problem, ledger.names(tuple(np.flatnonzero(units).tolist())))


def test_what_a_weight_refutes_fails() -> None:
    for ledger, most in ledgers(range(500)):
        necessary = Necessary(ledger)
        assert necessary.bound() >= most
        for k in range(1, len(ledger.units)):
            found = necessary.overweight(k)
            assert found is None or not survived(ledger.problem, ledger.names(found.units))


def test_what_is_guaranteed_is_survived() -> None:
    for ledger, most in ledgers(range(500)):
        assert all(most >= k for k in range(1, len(ledger.units)) if Guarantee(ledger, k).holds)


def test_weights_and_guarantee_decide_completely_where_sizes_divide_each_other() -> None:
    decided = 0
    for ledger, most in ledgers(range(900)):
        if all(large % small == 0 for large, small in zip(ledger.sizes, ledger.sizes[1:], strict=False)):
            bound = Necessary(ledger).bound()
            assert bound == most
            assert bound == 0 or Guarantee(ledger, bound).holds
            decided += 1
    assert decided > 200


def test_what_bundles_cover_is_survived() -> None:
    covered = 0
    for ledger, most in ledgers(range(500), alone=True):
        for k in range(1, len(ledger.units)):
            if bundled(ledger, k, Effort(100 * SECOND)):
                assert most >= k
                covered += 1
    assert covered > 20


def test_what_reserved_slots_serve_is_survived() -> None:
    served = 0
    for ledger, most in ledgers(range(60)):
        for k in range(1, len(ledger.units)):
            if template(ledger, k, len(ledger.sizes) - 1, 4, Effort(SECOND)):
                assert most >= k
                served += 1
    assert served > 20


def test_what_the_adversary_finds_fails() -> None:
    found = 0
    for ledger, most in ledgers(range(120)):
        for k in range(1, len(ledger.units)):
            units = failing_set(ledger, k, [tuple(range(k))], Effort(SECOND))
            if units is not None:
                assert most < k
                assert not survived(ledger.problem, ledger.names(units))
                found += 1
    assert found > 50


def test_a_host_is_never_better_than_one_that_dominates_it() -> None:
    for ledger, _ in ledgers(range(250), alone=True):
        units = range(len(ledger.units))
        for worse, better in zip(*np.nonzero(dominators(ledger, Effort(SECOND))), strict=True):
            others = [unit for unit in units if unit not in (worse, better)]
            for rest in (each for k in range(len(others) + 1) for each in combinations(others, k)):
                if survived(ledger.problem, ledger.names((*rest, better))):
                    assert survived(ledger.problem, ledger.names((*rest, worse)))


def test_when_all_suspicious_sets_are_survived_all_sets_are() -> None:
    for ledger, most in ledgers(range(400)):
        for k in range(1, len(ledger.units)):
            guarantee = Guarantee(ledger, k)
            suspicion = Suspicion(guarantee.pressure[guarantee.open], guarantee.needed[guarantee.open], k)
            if guarantee.open.size:
                found = suspicious(suspicion, dominators(ledger, Effort(SECOND)), Effort(SECOND))
                assert all(survives(ledger, each) for part in found for each in part) is (most >= k)


def test_what_a_crowd_packs_is_survived() -> None:
    for ledger, most in ledgers(range(400)):
        for k in range(1, len(ledger.units)):
            rows = sets(ledger, k)
            assert all(survives(ledger, each) for each in rows[Crowd(ledger).packed(rows)])
            assert most < k or Crowd(ledger).packed(rows).any()


def test_what_a_plan_covers_is_survived() -> None:
    for ledger, _ in ledgers(range(300)):
        for k in range(1, len(ledger.units)):
            covers, rows = Covers(ledger), sets(ledger, k)
            found = pack(toll(ledger, ledger.failing(rows[0])), Effort(SECOND))
            if isinstance(found, Packing):
                covers.add(found.taken)
                left = {tuple(each) for each in covers.uncovered(rows).tolist()}
                assert all(tuple(each.tolist()) in left or survives(ledger, each) for each in rows)


def test_packing_by_counts_is_exact() -> None:
    for ledger, _ in ledgers(range(300)):
        for k in range(1, len(ledger.units)):
            for each in sets(ledger, k):
                case = toll(ledger, ledger.failing(each))
                found = pack(case, Effort(SECOND))
                assert isinstance(found, Packing) is survives(ledger, each)
                if isinstance(found, Packing):
                    assert (found.taken.sum(axis=0) == case.wanted).all()
                    assert (found.taken @ case.sizes <= case.rooms).all()


def test_what_hosts_filled_one_after_another_take_fits() -> None:
    packed = 0
    for ledger, _ in ledgers(range(300)):
        for k in range(1, len(ledger.units)):
            for each in sets(ledger, k):
                case = toll(ledger, ledger.failing(each))
                taken = filled(case.sizes.tolist(), case.wanted.tolist(), case.rooms.tolist(), Effort(SECOND))
                if taken is not None:
                    assert survives(ledger, each)
                    assert (taken.sum(axis=0) == case.wanted).all()
                    assert (taken @ case.sizes <= case.rooms).all()
                    packed += 1
    assert packed > 2000


def test_hosts_are_filled_to_the_last_bit_where_guest_after_guest_does_not_do() -> None:
    taken = filled([60, 40, 30], [1, 2, 2], [70, 130], Effort(SECOND))
    assert taken is not None
    assert (taken @ [60, 40, 30]).tolist() == [70, 130]
    assert filled([60, 40, 30], [1, 2, 2], [71, 128], Effort(SECOND)) is None


def test_a_room_that_is_no_multiple_of_the_grid_is_rounded_down_and_a_guest_up() -> None:
    fine = 4 * FINENESS
    assert filled([fine - 1], [1], [fine], Effort(SECOND)) is not None
    assert filled([fine], [1], [fine - 1], Effort(SECOND)) is None


@pytest.mark.parametrize("space", range(24))
def test_the_fullest_content_is_as_full_as_any(space: int) -> None:
    kinds = [Kind(0, 11, 1), Kind(1, 7, 2), Kind(2, 4, 2)]
    loads = [11 * a + 7 * b + 4 * c for a in range(2) for b in range(3) for c in range(3)]
    content = fullest(kinds, space)
    assert all(content[kind.column] <= kind.count for kind in kinds if kind.column in content)
    assert sum(kinds[column].size * count for column, count in content.items()) == max(x for x in loads if x <= space)


@pytest.mark.parametrize("way", [place, _solved])
def test_placing_is_exact(way: object) -> None:
    for problem in map(tiny, range(0, 250, 1 if way is place else 3)):
        for units in combinations(problem.units, 1):
            lost, room = problem.failing(units)
            found = way(lost, room, Effort(SECOND), problem.groups)  # type: ignore[operator]
            assert (found is not None) is survived(problem, units)
            assert found is None or restarts_all(problem, units, found)


def test_what_choosy_guests_lack_fails() -> None:
    for roster, most in rosters(range(600)):
        necessary = ChoosyNecessary(roster)
        assert necessary.bound() >= most
        for k in range(1, len(roster.ledger.units)):
            found = necessary.failing(k)
            assert found is None or not survived(roster.ledger.problem, roster.ledger.names(found))


def test_what_an_order_of_choosy_guests_guarantees_is_survived() -> None:
    for roster, most in rosters(range(600)):
        for guarantee in (ChoosyGuarantee(roster, large) for large in roster.orders):
            assert all(most >= k for k in range(1, len(roster.ledger.units)) if not guarantee.open(k).size)


def test_sets_that_an_order_of_choosy_guests_does_not_suspect_are_survived() -> None:
    for roster, _ in rosters(range(300)):
        for guarantee in (ChoosyGuarantee(roster, large) for large in roster.orders[:3]):
            for k in range(1, len(roster.ledger.units)):
                rows = sets(roster.ledger, k)
                assert all(survives(roster.ledger, each) for each in rows[~guarantee.suspects(rows, k)])


def test_what_a_choosy_crowd_packs_is_survived() -> None:
    for roster, _ in rosters(range(300)):
        for large in roster.orders[:3]:
            crowd = ChoosyCrowd(roster, roster.order(large))
            for k in range(1, len(roster.ledger.units)):
                rows = sets(roster.ledger, k)
                assert all(survives(roster.ledger, each) for each in rows[crowd.packed(rows)])


def test_reachable_sums_are_those_of_some_guests() -> None:
    sums = reachable.with_class(reachable.with_class(1, 3, 2, 20), 5, 3, 20)
    true = {3 * a + 5 * b for a in range(3) for b in range(4) if 3 * a + 5 * b <= 20}
    assert {bit for bit in range(21) if sums >> bit & 1} == true
    assert [reachable.largest(sums, limit) for limit in (0, 4, 9, 20)] == [0, 3, 8, 18]
    assert [reachable.least_above(sums, bound) for bound in (0, 6, 17, 18)] == [3, 8, 18, None]


def test_a_knapsack_carries_the_heaviest_load_of_every_room() -> None:
    sizes, weights, supply = [3, 4, 7], [5, 6, 13], [2, 1, 2]
    sack = Knapsack(sizes, weights, supply, 20)
    loads = [(a, b, c) for a in range(3) for b in range(2) for c in range(3)]
    for room in range(21):
        fitting = [load for load in loads if sum(s * n for s, n in zip(sizes, load, strict=True)) <= room]
        assert sack.best[room] == max(sum(w * n for w, n in zip(weights, load, strict=True)) for load in fitting)
        content = sack.content(room)
        assert sum(weights[kind] * count for kind, count in content.items()) == sack.best[room]


def problem_of_one(size: int, room: int) -> FailoverProblem:
    return FailoverProblem({"a": 0, "b": room}, (Restart("v", size, "a"),))


@pytest.mark.parametrize(("room", "most"), [(9, 0), (10, 1), (11, 1)])
def test_a_vm_that_fits_to_the_byte_fits(room: int, most: int) -> None:
    ledger = Ledger(problem_of_one(10, room))
    assert Necessary(ledger).bound() == most
    assert Guarantee(ledger, 1).holds is bool(most)


def test_what_the_reserve_covers_is_survived_in_a_row() -> None:
    covered = 0
    for ledger, _ in ledgers(range(300)):
        game = _Game(ledger.problem, Effort(100 * SECOND))
        if len(ledger.problem.placed) <= 7:
            assert game.survives(reserved(ledger.problem))
            covered += reserved(ledger.problem) > 0
    assert covered > 20
