"""Print how many hosts may fail after moves, how many moves it takes and how long to find them, beside a greedy mover.

Nothing is asserted: run it by hand, `python -m tests.benchmarks.improve`, or with `--quick` for the small pools.
"""

from __future__ import annotations

import random
import resource
import sys
import time

import planner
from planner.facts.failover_problem import PoolProblem, as_configured, problems
from planner.failover.problem import FailoverProblem, Restart
from planner.goals.improve.ways import By
from planner.model.inventory import Inventory
from planner.plans import Plan
from planner.plans.moving import MovesOutcome
from planner.units import MIB
from planner.verify import broken_promises
from tests.facts.test_toolstack_evacuation import host, view, vm

FEW = ((1, 2, 4, 8, 16, 32, 64), (10, 20, 25, 20, 14, 8, 3))
ODD = ((2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 96), (10, 5, 15, 8, 15, 4, 7, 12, 4, 6, 6, 2, 3, 3, 1))
MIXES = ("few sizes", "odd sizes", "all different")
POOLS = ((8, 100, 0.7), (16, 300, 0.8), (32, 1000, 0.87), (64, 3000, 0.9))
QUICK = 300
MOST_GREEDY = 60
GIB = 1024 * MIB


def sizes(mix: str, number: int, rng: random.Random) -> list[int]:
    """What VMs have, in MiB."""
    if mix == "all different":
        return [min(100 * 1024, max(512, int(rng.lognormvariate(9.0, 0.9)))) for _ in range(number)]
    of, weights = FEW if mix == "few sizes" else ODD
    return [each * 1024 for each in rng.choices(of, weights, k=number)]


def made_up(hosts: int, vms: int, use: float, mix: str, seed: int = 0) -> Inventory:
    """A pool used to this share, each VM on the emptier of two hosts: some room everywhere, and none that is large."""
    rng = random.Random(f"{hosts} {vms} {use} {mix} {seed}")  # noqa: S311 - no secret
    own = sorted(sizes(mix, vms, rng), reverse=True)
    memory = {f"host{number:02}": int(sum(own) / use / hosts) - rng.randrange(600) for number in range(hosts)}
    left, guests = dict(memory), []
    for number, size in enumerate(own):
        taken = size + size // 64 + 16
        able = [name for name, free in left.items() if free >= taken]
        on = max(rng.sample(able, min(2, len(able))), key=lambda name: left[name], default=None)
        if on is not None:
            left[on] -= taken
            told = dict.fromkeys(("dynamic_min", "dynamic_max", "static_max"), size * MIB)
            memory_of_vm = told | {"overhead": (size // 128 + 10) * MIB}
            promised = {"ha_restart_priority": "restart", "ha_always_run": True}
            guests.append(vm(f"vm{number:04}", 0, on, memory=memory_of_vm, **promised))
    places = [host(name, 0) for name in memory]
    grown = [each | {"memory": each["memory"] + memory[each["name"]] * MIB} for each in places]
    return Inventory([view(grown, guests).pool])


def today(inventory: Inventory) -> FailoverProblem:
    """What has to be restarted where."""
    (pool,) = inventory.pools
    return problems(PoolProblem(pool), as_configured(pool)).exact


def greedy(problem: FailoverProblem, failures: int) -> tuple[int, int, int]:
    """The largest VM that helps from the fullest host to the emptiest until it holds: what is reached, moves, bytes."""
    free = dict(problem.free)
    on = {each.vm: each for each in problem.placed}
    moved: dict[str, int] = {}
    for _ in range(MOST_GREEDY):
        then = FailoverProblem(free, tuple(on.values()))
        reached = planner.failure_capacity(then, effort=0.05).lower
        source, target = min(free, key=lambda each: (free[each], each)), max(free, key=lambda each: (free[each], each))
        able = [each for each in on.values() if each.host == source and each.size <= free[target] - free[source]]
        if reached >= failures or not able or source == target:
            break
        largest = max(able, key=lambda each: (each.size, each.vm))
        on[largest.vm] = Restart(largest.vm, largest.size, target)
        free[source] += largest.size
        free[target] -= largest.size
        moved[largest.vm] = largest.size
    return reached, len(moved), sum(moved.values())


def bound(problem: FailoverProblem) -> int:
    """No placement survives more: the largest hosts fail, and the others have all that is protected."""
    memory = dict(problem.free)
    for each in problem.placed:
        memory[each.host or ""] += each.size
    rooms, count = sorted(memory.values()), 0
    while sum(rooms[: len(rooms) - count - 1]) >= sum(each.size for each in problem.placed):
        count += 1
    return count


def row(name: str, inventory: Inventory) -> str:
    """A line of the table: before, the bound, the greedy mover, and the most that a plan reaches."""
    problem = today(inventory)
    most = bound(problem)
    begun = time.process_time()
    reached, moves, size = greedy(problem, most)
    now = planner.failure_capacity(problem).lower
    told = f"{now:6}{most:6} |{reached:7}{moves:6}{size // GIB:6}"
    told += f"{time.process_time() - begun:7.1f} |"
    for failures in range(most, now, -1):
        begun = time.process_time()
        plan = planner.plan(planner.Improve(failures, by=By.MOVES), inventory)
        took = time.process_time() - begun
        if isinstance(plan, Plan) and isinstance(plan.outcome, MovesOutcome):
            broken = broken_promises(plan, inventory)
            size = sum(each.memory for each in plan.outcome.moved) // GIB
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            told += f"{failures:6}{len(plan.outcome.moved):6}{size:6}{took:7.1f}{memory:7}"
            return f"{name:28}{told}  {', '.join(broken)}\n"
        told += f" {failures}: {took:.1f} s,"
    return f"{name:28}{told}  {'nothing more can be reached' if now >= most else 'nothing more was found'}\n"


def main() -> None:
    """Print the table."""
    quick = "--quick" in sys.argv[1:]
    sys.stdout.write(
        f"{'hosts x VMs, sizes':28}{'today':>6}{'bound':>6} |{'greedy':>7}{'moves':>6}{'GiB':>6}{'s':>7} |"
        f"{'plan':>6}{'moves':>6}{'GiB':>6}{'s':>7}{'MiB':>7}\n"
    )
    for hosts, vms, use in POOLS:
        for mix in MIXES if vms <= QUICK or not quick else ():
            sys.stdout.write(row(f"{hosts}x{vms}, {mix}", made_up(hosts, vms, use, mix)))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
