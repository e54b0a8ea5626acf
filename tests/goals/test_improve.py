"""The cheapest changes after which so many hosts may fail, against every way to move and every set of promises."""

from __future__ import annotations

from itertools import combinations, product

import pytest

import planner
from planner.errors import GoalError
from planner.failover.problem import FailoverProblem, Restart
from planner.goals.improve.hardware import in_every_host, one_host_more
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan
from planner.plans.moving import MovesOutcome
from planner.plans.protecting import ProtectionOutcome
from planner.units import MIB
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


def fewest_lost(small: Small, failures: int) -> int:
    now = problem(small, tuple(small.at.values()))
    for lost in range(len(now.restarts) + 1):
        for kept in combinations(now.restarts, len(now.restarts) - lost):
            if brute.capacity(FailoverProblem(now.free, kept)) >= failures:
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
            assert best == (sum(each.memory for each in moved) // MIB, len(moved))
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
