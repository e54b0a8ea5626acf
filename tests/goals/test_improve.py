"""The cheapest changes after which so many hosts may fail, against every way to move and every set of promises."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import pytest

import planner
from planner.errors import GoalError
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.toolstack import plan_exists
from planner.goals.improve.hardware import host_by_host, in_every_host, one_host_more
from planner.goals.improve.ways import By
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan
from planner.plans.moving import MovesOutcome
from planner.plans.protecting import ProtectionOutcome
from planner.units import MIB
from planner.verify import broken_promises
from tests.failover import brute
from tests.goals.made_up_moves import OWN, ROOM, Small, Where, real


def problem(small: Small, where: Where) -> FailoverProblem:
    """What has to be restarted, in MiB, when VMs are there."""
    taken = dict.fromkeys(small.names, OWN)
    for name, on in zip(small.sizes, where, strict=True):
        taken[on] += real(small.sizes[name])
    restarts = tuple(
        Restart(name, real(small.sizes[name]), on, frozenset({on}) if name in small.local else None)
        for name, on in zip(small.sizes, where, strict=True)
        if name in small.protected
    )
    return FailoverProblem({name: small.memory[name] * 1024 + ROOM - taken[name] for name in taken}, restarts)


def least_moved(small: Small, failures: int) -> tuple[int, int] | None:
    """The MiB and the number of the cheapest moves, trying all."""
    choices = [small.at[name] if name in small.local else small.names for name in small.sizes]
    start = tuple(small.at.values())
    found = []
    for where in product(*choices):
        if min(small.free(where).values()) >= 0 and brute.capacity(problem(small, where)) >= failures:
            moved = [name for name, on, was in zip(small.sizes, where, start, strict=True) if on != was]
            found.append((sum(small.sizes[name] * 1024 - 64 for name in moved), len(moved)))
    return min(found, default=None)


def fewest_lost(small: Small, failures: int, *, for_toolstack: bool = False) -> int:
    now = problem(small, tuple(small.at.values()))
    for lost in range(len(now.restarts) + 1):
        for kept in combinations(now.restarts, len(now.restarts) - lost):
            of = FailoverProblem(now.free, kept)
            if brute.capacity(of) >= failures and (not for_toolstack or plan_exists(of, failures)):
                return lost
    raise AssertionError("nothing at all to restart can always be survived")


@pytest.mark.parametrize("seed", range(40))
def test_no_way_is_cheaper(seed: int) -> None:
    small = Small(seed)
    for failures in (1, 2):
        best = least_moved(small, failures)
        found = planner.plan(planner.Improve(failures), small.inventory())
        assert isinstance(found, Plan)
        if isinstance(found.outcome, MovesOutcome):
            moved = found.outcome.moved
            mixed = any(each.name == "promises taken back" for each in found.outcome.costs)
            assert best == (None if mixed else (sum(each.memory for each in moved) // MIB, len(moved)))
        else:
            assert isinstance(found.outcome, ProtectionOutcome)
            told = [note for note in found.outcome.notes if note.startswith("moves: ")]
            assert best is None or told != ["moves: no live moves are enough"]
            assert len(small.protected) - len(found.outcome.promise.vms) == fewest_lost(small, failures)


def test_the_least_memory_in_every_host() -> None:
    """a has 4 and 2 MiB of VMs and b nothing free: 6 are needed there when a fails."""
    of = FailoverProblem({"a": 9 * MIB, "b": 0}, (Restart("x", 4 * MIB, "a"), Restart("y", 2 * MIB, "a")))
    found = in_every_host(of, 1)
    assert found is not None
    assert (found.size, found.proven) == (6 * MIB, True)


def test_the_least_memory_of_a_further_host() -> None:
    """b has 3 free: y of 2 fits there, x of 4 needs the new host; both would need 6."""
    of = FailoverProblem({"a": 9 * MIB, "b": 3 * MIB}, (Restart("x", 4 * MIB, "a"), Restart("y", 2 * MIB, "a")))
    found = one_host_more(of, 1)
    assert found is not None
    assert (found.size, found.proven) == (4 * MIB, True)


def test_no_memory_helps_a_vm_that_is_bound_to_its_host() -> None:
    of = FailoverProblem({"a": MIB, "b": MIB}, (Restart("x", MIB, "a", frozenset({"a"})),))
    assert in_every_host(of, 1) is None
    assert one_host_more(of, 1) is None


def test_more_failures_than_hosts_are_refused() -> None:
    with pytest.raises(GoalError, match="4 failures are asked"):
        planner.plan(planner.Improve(4), Small(1).inventory())


def test_moves_and_promises_are_both_found() -> None:
    """Both kinds of answer come up among the pools that are tried above."""
    answers = [planner.plan(planner.Improve(1), Small(seed).inventory()) for seed in range(20)]
    kinds = {type(each.outcome).__name__ for each in answers if isinstance(each, Plan) and each.steps}
    assert kinds == {"MovesOutcome", "ProtectionOutcome"}


def test_what_is_not_known_is_named() -> None:
    pool = Small(3).inventory().pools[0].pool
    hosts = tuple(each.model_copy(update={"memory": None}) for each in pool.hosts or ())
    found = planner.plan(planner.Improve(1), Inventory([pool.model_copy(update={"hosts": hosts})]))
    assert isinstance(found, NoPlan)
    assert not found.proven
    assert "memory of a" in [cause.told for cause in found.because]


def accepted(small: Small, where: Where, failures: int) -> bool:
    """Whether the toolstack's planner accepts it when VMs are there; to it a bound VM is a VM that is not agile."""
    then = problem(small, where)
    return plan_exists(then, failures) and brute.capacity(then) >= failures


@pytest.mark.parametrize("seed", range(40))
def test_no_fewer_promises_are_enough_for_the_toolstack(seed: int) -> None:
    small = Small(seed, hosts=4, most=7)
    for failures in (1, 2):
        goal = planner.Improve(failures, for_toolstack=True, by=By.PROMISES)
        found = planner.plan(goal, small.inventory())
        assert isinstance(found, Plan)
        assert isinstance(found.outcome, ProtectionOutcome)
        promise = found.outcome.promise
        assert len(small.protected) - len(promise.vms) == fewest_lost(small, failures, for_toolstack=True)
        assert promise.kept[0].value == promise.kept[0].bound
        assert not broken_promises(found, small.inventory())


def least_moved_for_toolstack(small: Small, failures: int) -> int | None:
    choices = [small.at[name] if name in small.local else small.names for name in small.sizes]
    return min(
        (
            sum(
                small.sizes[name] * 1024 - 64
                for name, on in zip(small.sizes, where, strict=True)
                if on != small.at[name]
            )
            for where in product(*choices)
            if min(small.free(where).values()) >= 0 and accepted(small, where, failures)
        ),
        default=None,
    )


REFUSED = (67, 80, 120, 134, 135)
"""Pools of four hosts with which the exact answer is one thing, and what the toolstack accepts another."""


@pytest.mark.parametrize("seed", REFUSED)
def test_moves_are_searched_until_the_toolstack_accepts_them(seed: int) -> None:
    small = Small(seed, hosts=4, most=9)
    found = planner.plan(planner.Improve(2, for_toolstack=True), small.inventory())
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    targets = {each.vm: each.target for each in found.outcome.moved}
    assert accepted(small, tuple(targets.get(name, on) for name, on in small.at.items()), 2)
    moved = sum(each.memory for each in found.outcome.moved) // MIB
    (cost,) = (each for each in found.outcome.costs if each.name == "bytes of other VMs moved")
    best = least_moved_for_toolstack(small, 2)
    assert best is not None
    assert cost.bound // MIB <= best <= moved == cost.value // MIB


def test_a_vm_that_is_not_agile_keeps_the_toolstack_from_any_plan() -> None:
    bound = next(small for small in map(Small, range(60)) if small.local & small.protected)
    found = planner.plan(planner.Improve(1, for_toolstack=True, by=By.MOVES), bound.inventory())
    assert isinstance(found, NoPlan)
    assert found.proven
    assert "not agile" in found.because[0].told


def test_verify_asks_the_toolstack_too() -> None:
    """A plan for the exact meaning is none for the toolstack, which refuses it."""
    inventory = Small(80, hosts=4, most=9).inventory()
    found = planner.plan(planner.Improve(2), inventory)
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    claimed = replace(found, outcome=replace(found.outcome, for_toolstack=True))
    assert broken_promises(claimed, inventory) == ("in the end the toolstack's own planner has no plan for 2 failures",)


@pytest.mark.parametrize("for_toolstack", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_order_of_records_changes_nothing(seed: int, for_toolstack: bool) -> None:  # noqa: FBT001 - a parameter
    small, goal = Small(seed, hosts=4, most=7), planner.Improve(2, for_toolstack=for_toolstack)
    assert planner.plan(goal, small.inventory()) == planner.plan(goal, small.inventory(turned=True))


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("seed", range(12))
def test_more_memory_never_makes_it_dearer(seed: int, by: By) -> None:
    small = Small(seed, hosts=4, most=6)
    assert _price(small, by, more=1) <= _price(small, by, more=0)


def _price(small: Small, by: By, more: int) -> int:
    """The bytes that are moved, or the promises taken back; without end where there is no plan."""
    found = planner.plan(planner.Improve(2, by=by), small.inventory(more=more))
    if isinstance(found, NoPlan):
        return 1 << 60
    if isinstance(found.outcome, MovesOutcome):
        return sum(each.memory for each in found.outcome.moved)
    assert isinstance(found.outcome, ProtectionOutcome)
    return len(small.protected) - len(found.outcome.promise.vms)


def test_the_least_memory_host_by_host() -> None:
    """Of 4 GiB on a, b has room for 3; of 1 on b, a has room: 1 GiB in b is enough, and nothing is not."""
    gib = 1024 * MIB
    of = FailoverProblem({"a": gib, "b": 3 * gib}, (Restart("x", 4 * gib, "a"), Restart("y", gib, "b")))
    found = host_by_host(of, 1)
    assert found is not None
    assert found.added == {"a": 0, "b": gib}
    assert found.proven


def fewest_lost_with_moves(small: Small, failures: int) -> int:
    """How few promises are taken back beside moves, trying all of both."""
    for lost in range(len(small.protected) + 1):
        for gone in combinations(sorted(small.protected), lost):
            fewer = Small.__new__(Small)
            fewer.__dict__ = {**small.__dict__, "protected": small.protected - set(gone)}
            if least_moved(fewer, failures) is not None:
                return lost
    raise AssertionError("nothing at all to restart can always be survived")


MIXED = (28, 31, 12)


@pytest.mark.parametrize("seed", range(40))
def test_moves_beside_promises_take_back_no_more_than_has_to_be(seed: int) -> None:
    small = Small(seed)
    found = planner.plan(planner.Improve(2), small.inventory())
    assert isinstance(found, Plan)
    assert not broken_promises(found, small.inventory())
    if isinstance(found.outcome, ProtectionOutcome):
        lost = len(small.protected) - len(found.outcome.promise.vms)
        assert lost == fewest_lost(small, 2)
    else:
        assert isinstance(found.outcome, MovesOutcome)
        lost = next((each.value for each in found.outcome.costs if each.name == "promises taken back"), 0)
    if min(small.free(tuple(small.at.values())).values()) >= 0:
        assert lost == fewest_lost_with_moves(small, 2)


@pytest.mark.parametrize("seed", MIXED)
def test_some_pools_need_both(seed: int) -> None:
    small = Small(seed)
    found = planner.plan(planner.Improve(2), small.inventory())
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    assert found.outcome.costs[0].name == "promises taken back"
    assert found.outcome.costs[0].value < fewest_lost(small, 2)
    assert found.outcome.moved
    assert found.outcome.notes[0].startswith("a restart is promised no more to ")
    assert found.steps[0].what.startswith("promise ")
