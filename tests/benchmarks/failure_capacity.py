"""Print how exact and how fast the failure capacity is, beside the toolstack's planner and the solver on every set.

Nothing is asserted: run it by hand, `python -m tests.benchmarks.failure_capacity`, or with `--quick` for a part of it.
The solver is asked about a few failure sets; the time for all sets is that, times their number, where it is marked ~.
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import comb
from pathlib import Path

import planner
from planner.failover.effort import SECOND, Effort, Exhausted
from planner.failover.placing import _solved
from planner.failover.problem import FailoverProblem, Restart
from planner.generator import healthy_pool
from planner.reports.inventory_yaml import inventory_yaml

MIB, GIB = 2**20, 2**30
WHOLE = ((64, 2000), (64, 4000))
"""Hosts and VMs of pools for which the whole command is run."""
SETS = 2
"""Failure sets of each pool about which the solver is asked."""


def flavours(rng: random.Random) -> int:
    """Doubling sizes with the toolstack's overhead."""
    size = rng.choices([1, 2, 4, 8, 16, 32], [4, 8, 10, 8, 5, 2])[0]
    return size * GIB + (9 * size + 8) * MIB


def by_hand(rng: random.Random) -> int:
    """Sizes as people choose them."""
    size = rng.choices([2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64], [9, 4, 14, 8, 14, 7, 8, 5, 5, 2, 2])[0]
    return size * GIB + (9 * size + 8) * MIB


def all_different(rng: random.Random) -> int:
    """No two VMs alike."""
    return max(512, int(rng.lognormvariate(8.8, 0.8))) * MIB


def large_odd(rng: random.Random) -> int:
    """Few large VMs, no two alike."""
    return rng.randrange(20 * 1024, 90 * 1024) * MIB


def large_flavours(rng: random.Random) -> int:
    """Few large VMs of sizes that do not go together well."""
    size = rng.choice([24, 40, 56, 72, 88])
    return size * GIB + (9 * size + 16) * MIB


@dataclass(frozen=True, slots=True)
class Row:
    """Pools of one kind: hosts, VMs, and how VM sizes are drawn."""

    hosts: int
    vms: int
    mix: Callable[[random.Random], int]


ORDINARY = [
    Row(n, vms, mix)
    for n, vms in ((16, 300), (32, 1000), (64, 2000), (64, 4000))
    for mix in (flavours, by_hand, all_different)
]
HARD = [Row(n, vms, mix) for n, vms in ((16, 100), (32, 250), (64, 500)) for mix in (large_odd, large_flavours)]


def pool(row: Row, use: float, *, even: bool, seed: int) -> FailoverProblem:
    """A pool of which VMs use this share of memory, spread as schedulers do: the emptiest of a few hosts."""
    rng = random.Random(f"{row.hosts} {row.vms} {row.mix.__name__} {use} {even} {seed}")  # noqa: S311 - no secret
    sizes = sorted((row.mix(rng) for _ in range(row.vms)), reverse=True)
    shares = [1 if even else rng.choice([2, 3, 4, 6]) for _ in range(row.hosts)]
    free = [int(sum(sizes) / use * share / sum(shares)) - rng.randrange(2 * GIB) for share in shares]
    whole, restarts = list(free), []
    for number, size in enumerate(sizes):
        able = [host for host in range(row.hosts) if free[host] >= size]
        if able:
            host = max(rng.sample(able, min(4, len(able))), key=lambda each: free[each] / whole[each])
            free[host] -= size
            restarts.append(Restart(f"vm{number:04}", size, f"host{host:02}"))
    return FailoverProblem({f"host{host:02}": left for host, left in enumerate(free)}, tuple(restarts))


def by_solver(problem: FailoverProblem, failures: int) -> float:
    """The seconds that the solver needs for one failure set, on average over a few."""
    rng = random.Random(failures)  # noqa: S311 - no secret
    begun = time.perf_counter()
    for _ in range(SETS):
        lost, room = problem.failing(rng.sample(sorted(problem.units), failures))
        with suppress(Exhausted):
            _solved(lost, room, Effort(10 * SECOND), ())
    return (time.perf_counter() - begun) / SETS


def told(seconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, length in (("years", 365 * 86400), ("days", 86400), ("h", 3600)):
        if seconds >= length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} s"


def measured(row: Row, seeds: range) -> str:
    """A line of the table."""
    times, widths, ours, theirs, solver, sets = [], [], [], [], [], []
    for use in (0.6, 0.75):
        for even in (True, False):
            for seed in seeds:
                problem = pool(row, use, even=even, seed=seed)
                begun = time.perf_counter()
                found = planner.failure_capacity(problem)
                times.append(time.perf_counter() - begun)
                widths.append(found.upper - found.lower)
                ours.append(found.lower)
                theirs.append(planner.toolstack_capacity(problem).failures)
                if seed == seeds[0] and found.lower:
                    sets.append(comb(row.hosts, found.lower))
                    solver.append(by_solver(problem, found.lower) * sets[-1])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    exact = f"{widths.count(0)}/{len(widths)}"
    return (
        f"{row.hosts:5}{row.vms:6}  {row.mix.__name__:15}{exact:>7}{max(widths):6}"
        f"{statistics.median(times):9.2f}{max(times):8.2f}{memory:6}  "
        f"{min(ours):2}-{max(ours):<3}{min(theirs):3}-{max(theirs):<3}"
        f"{max(sets, default=0):9.2g}  {'~' + told(statistics.median(solver)) if solver else '-'}\n"
    )


def whole_command(hosts: int, vms: int) -> str:
    """A line on `planner ha capacity` as a process: the time and the most memory for a whole pool from a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pool.yaml"
        path.write_text(inventory_yaml([healthy_pool(hosts, vms, seed=3)]), encoding="utf-8")
        begun = time.perf_counter()
        command = (sys.executable, "-m", "planner", "ha", "capacity", str(path), "-o", str(Path(folder) / "told"))
        _, ended, used = os.wait4(os.posix_spawn(sys.executable, command, os.environ), 0)
        took = time.perf_counter() - begun
    failed = f", ended with {os.waitstatus_to_exitcode(ended)}" if ended else ""
    return f"planner ha capacity, {hosts} hosts, {vms} VMs: {took:.1f} s, {used.ru_maxrss // 1024} MiB{failed}\n"


def main() -> None:
    """Print the table."""
    quick = "--quick" in sys.argv[1:]
    sys.stdout.write(
        f"{'hosts':>5}{'VMs':>6}  {'mix':15}{'exact':>7}{'width':>6}{'median s':>9}{'max s':>8}{'MiB':>6}  "
        f"{'ours':6}{'theirs':7}{'sets':>8}  solver on every set\n"
    )
    for row in [*ORDINARY, *HARD]:
        if not quick or row.hosts <= 32:
            sys.stdout.write(measured(row, range(1 if quick else 3)))
            sys.stdout.flush()
    for hosts, vms in WHOLE:
        sys.stdout.write(whole_command(hosts, vms))


if __name__ == "__main__":
    main()
