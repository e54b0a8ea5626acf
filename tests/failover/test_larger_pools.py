"""Pools too large for brute force, whose truth is known all the same."""

import subprocess
import sys
from itertools import combinations
from random import Random

import pytest

import planner
from planner.failover.effort import SECOND, Effort
from planner.failover.packing import pack
from planner.failover.problem import FailoverProblem, Restart
from tests.benchmarks.failure_capacity import MIB, Row, by_hand, pool
from tests.failover.brute import capacity, tiny

GIB = 2**30


def enumerated(problem: FailoverProblem) -> int:
    """The capacity by packing every set of failing units, one by one."""
    for k in range(1, len(problem.units)):
        for units in combinations(problem.units, k):
            lost, room = problem.failing(units)
            if pack(lost, room, Effort(60 * SECOND)) is None:
                return k - 1
    return len(problem.units) - 1


def middling(seed: int) -> FailoverProblem:
    random = Random(seed)  # noqa: S311 - a made-up problem is no secret
    hosts = [f"h{at}" for at in range(random.randint(7, 9))]
    sizes = random.choice([[24, 40, 56, 72, 88], list(range(20, 90)), [2, 3, 4, 6, 8, 12, 16, 24, 32]])
    restarts = tuple(Restart(f"v{at}", random.choice(sizes), random.choice(hosts)) for at in range(3 * len(hosts)))
    each = sum(one.size for one in restarts) / len(hosts) * random.choice([0.4, 0.7, 1.0])
    free = {host: int(each * random.choice([1, random.uniform(0.7, 1.4)])) for host in hosts}
    return FailoverProblem(free, restarts)


@pytest.mark.parametrize("part", range(4))
def test_pools_of_middling_size_have_the_capacity_that_every_set_shows(part: int) -> None:
    for seed in range(part * 15, (part + 1) * 15):
        found = planner.failure_capacity(middling(seed))
        assert found.lower == found.upper == enumerated(middling(seed)), seed


def halves(seed: int) -> FailoverProblem:
    """64 hosts and 2,000 VMs of sizes that halve each other; some hosts lack a single byte for one VM more."""
    random = Random(seed)  # noqa: S311 - a made-up problem is no secret
    hosts = [f"h{at}" for at in range(64)]
    sizes = [GIB << power for power in range(random.randint(1, 6))]
    restarts = tuple(Restart(f"v{at}", random.choice(sizes), random.choice(hosts)) for at in range(2000))
    room = sum(each.size for each in restarts) // 64 // GIB
    free = {host: random.randint(room // 8, room) * GIB - random.choice([0, 0, 1]) for host in hosts}
    return FailoverProblem(free, restarts)


def counted(problem: FailoverProblem) -> int:
    """The capacity where sizes halve each other: VMs fit exactly when, for each size, its multiples do."""
    sizes = sorted({each.size for each in problem.restarts})

    def fits(size: int, failures: int) -> bool:
        slots = {host: free // size for host, free in problem.free.items()}
        needed = dict.fromkeys(problem.free, 0)
        for each in problem.restarts:
            needed[each.host or ""] += each.size // size
        worst = sorted((needed[host] + slots[host] for host in problem.free), reverse=True)
        return sum(worst[:failures]) <= sum(slots.values())

    return max(k for k in range(len(problem.free)) if all(fits(size, k) for size in sizes))


@pytest.mark.parametrize("seed", range(25))
def test_large_pools_have_the_capacity_they_were_built_for(seed: int) -> None:
    found, truth = planner.failure_capacity(halves(seed)), counted(halves(seed))
    assert (found.lower, found.upper) == (truth, truth)


@pytest.mark.parametrize("failures", [1, 5, 12])
def test_a_single_byte_makes_the_difference(failures: int) -> None:
    restarts = tuple(Restart(f"v{at}", 7 * GIB + 3, f"h{at % 40}") for at in range(40 * 6))
    slots = [6 * failures // (40 - failures) + 1] * 40
    free = {f"h{at}": count * (7 * GIB + 3) for at, count in enumerate(slots)}
    exact = planner.failure_capacity(FailoverProblem(free, restarts))
    less = planner.failure_capacity(FailoverProblem({host: room - 1 for host, room in free.items()}, restarts))
    assert exact.lower == exact.upper == max(k for k in range(40) if 6 * k <= slots[0] * (40 - k)) >= failures
    assert less.lower == less.upper == max(k for k in range(40) if 6 * k <= (slots[0] - 1) * (40 - k))


def test_zero_effort_is_honest_and_cheap() -> None:
    for seed in range(300):
        found, truth = planner.failure_capacity(tiny(seed), effort=0), capacity(tiny(seed))
        assert found.lower <= truth <= found.upper, seed


def test_flavours_with_an_overhead_are_counted_in_the_step_from_one_to_the_next() -> None:
    problem = pool(Row(64, 2000, by_hand), 0.6, even=False, seed=0)
    found = planner.failure_capacity(problem)
    assert found.proven
    cause = found.because
    assert cause is not None
    assert cause.measure == 1033 * MIB  # one GiB and its overhead of 9 MiB
    needed = sum(each.size // cause.measure for each in problem.restarts if each.vm in cause.vms)
    available = sum(problem.free[host] // cause.measure for host in problem.free if host not in (found.witness or ()))
    assert needed > available


def ended(code: str) -> list[str]:
    """What a fresh process prints; it has `free` and `vms` of a pool of 16 hosts and 300 VMs, and `hard`, a problem."""
    begin = """
import random, sys, planner
free = {f"h{n}": 64 << 30 for n in range(16)}
vms = tuple(planner.Restart(f"v{n}", (1 << n % 4) << 30, f"h{n % 16}") for n in range(300))
rng = random.Random(4)
odd = tuple(planner.Restart(f"v{n}", rng.randrange(20, 90) * 2**30 + n, f"h{n % 64}") for n in range(500))
hard = planner.FailoverProblem({f"h{n}": (138 << 30) - rng.randrange(2**33) for n in range(64)}, odd)
"""
    return subprocess.run(
        [sys.executable, "-c", begin + code], capture_output=True, text=True, check=True
    ).stdout.split()


def test_the_solver_is_not_loaded_when_bounds_settle_the_answer() -> None:
    code = "print(planner.failure_capacity(planner.FailoverProblem(free, vms)).proven, 'ortools' in sys.modules)"
    assert ended(code) == ["True", "False"]


@pytest.mark.parametrize("effort", [0, 0.05])
def test_little_effort_leaves_a_hard_pool_open_and_the_solver_alone(effort: float) -> None:
    code = f"found = planner.failure_capacity(hard, effort={effort}); print(found.proven, 'ortools' in sys.modules)"
    assert ended(code) == ["False", "False"]


def test_little_effort_is_honest_about_pools_of_middling_size() -> None:
    for seed in range(0, 60, 3):
        found, truth = planner.failure_capacity(middling(seed), effort=0.05), enumerated(middling(seed))
        assert found.lower <= truth <= found.upper, seed
