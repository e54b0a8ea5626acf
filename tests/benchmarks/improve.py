"""Print what moves make of how many hosts may fail, how fast, and beside a greedy mover in the same run.

Nothing is asserted: run it by hand, `python -m tests.benchmarks.improve`, or with `--quick` for the small pools.
"""

from __future__ import annotations

import random
import sys

from planner.model.inventory import Inventory
from tests.facts.test_toolstack_evacuation import host, view, vm
from planner.units import MIB

FLAVOURS = ((1, 2, 4, 8, 16, 32, 64), (10, 20, 25, 20, 14, 8, 3))
ODD = (
    (2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 96),
    (10, 5, 15, 8, 15, 4, 7, 12, 4, 6, 6, 2, 3, 3, 1),
)
POOLS = ((8, 100, 0.7), (16, 300, 0.8), (32, 1000, 0.87), (64, 3000, 0.9))


def sizes(mix: str, number: int, rng: random.Random) -> list[int]:
    """What VMs have, in MiB."""
    if mix == "all different":
        return [min(100 * 1024, max(512, int(rng.lognormvariate(9.0, 0.9)))) for _ in range(number)]
    of, weights = FLAVOURS if mix == "flavours" else ODD
    return [each * 1024 for each in rng.choices(of, weights, k=number)]


def made_up(hosts: int, vms: int, use: float, mix: str, seed: int = 0) -> Inventory:
    """A pool that is used to this share, each VM on the emptier of two hosts: small rooms everywhere, and none large."""
    rng = random.Random(f"{hosts} {vms} {use} {mix} {seed}")  # noqa: S311 - no secret
    own = sorted(sizes(mix, vms, rng), reverse=True)
    room = sum(own) / use / hosts
    left = {f"host{number:02}": int(room) - rng.randrange(600) for number in range(hosts)}
    guests, memory = [], dict(left)
    for number, size in enumerate(own):
        able = [name for name, free in left.items() if free >= size + size // 64 + 16]
        on = max(rng.sample(able, min(2, len(able))), key=lambda name: left[name], default=None)
        if on is not None:
            left[on] -= size + size // 64 + 16
            told = dict.fromkeys(("dynamic_min", "dynamic_max", "static_max"), size * MIB)
            guests.append(vm(f"vm{number:04}", 0, on, memory=told | {"overhead": (size // 128 + 10) * MIB},ha_restart_priority="restart", ha_always_run=True))
    return Inventory([view([host(name, 0) | {"memory": host(name, 0)["memory"] + free * MIB} for name, free in memory.items()], guests).pool])
