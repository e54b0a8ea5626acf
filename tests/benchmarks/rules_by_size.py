"""Time each rule on pools of three sizes, and tell how its time grows: `python -m tests.benchmarks.rules_by_size`.

The largest pool has 64 hosts, 5,000 VMs and 200 repositories, disks on all of them, and a host that is to join. First
VMs and repositories grow together on all the hosts, so that every kind of object grows alike; then hosts alone. An
exponent of 1 means that twice the objects take twice the time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from math import log, log2

import planner
from planner.findings import Problem, Unknown
from planner.generator import healthy_pool
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.storage import Repository
from planner.model.wishes import Join
from planner.rules import Check
from planner.source import collector
from tests.work import lines

HOSTS, VMS, REPOSITORIES = 64, 5000, 200
PARTS = (4, 2, 1)
RUNS = 5
NOISE = 0.002
"""Seconds below which a time says nothing about growth."""
LINEAR = 1.15
"""The exponent of counted work up to which growth is linear. Times also grow where tables outgrow a cache."""


def large_pool(hosts: int, vms: int, repositories: int) -> Inventory:
    """A pool whose disks are spread over many repositories, and a host that is to join it."""
    pool = healthy_pool(hosts, vms, 1)
    further = tuple(_copies(pool, repositories))
    disks = tuple(
        disk.model_copy(update={"repository": further[at % len(further)].name})
        if disk.repository and disk.repository.startswith("shared-")
        else disk
        for at, disk in enumerate(pool.disks or ())
    )
    update = {"disks": disks, "repositories": (*(pool.repositories or ()), *further), "joins": (Join(host="new"),)}
    single = healthy_pool(1, vms // hosts, 2)
    host = (single.hosts or ())[0].model_copy(update={"name": "new"})
    joiner = single.model_copy(update={"name": "single", "hosts": (host,), "coordinator": "new", "vms": ()})
    return Inventory([pool.model_copy(update=update), joiner])


def _copies(pool: Pool, repositories: int) -> Iterator[Repository]:
    model = next(each for each in pool.repositories or () if each.name == "shared-1")
    for number in range(repositories):
        connections = tuple(
            each.model_copy(update={"uuid": f"{number}-{each.uuid}"}) for each in model.connections or ()
        )
        name = f"many-{number}"
        config = {**(model.device_config or {}), "serverpath": f"/export/{name}"}
        yield model.model_copy(
            update={"name": name, "uuid": f"{number}-{model.uuid}", "connections": connections, "device_config": config}
        )


def anew(inventory: Inventory) -> Inventory:
    """The same inventory without what was computed of it."""
    return Inventory([view.pool for view in inventory.pools], inventory.wishes, inventory.site)


def seconds(check: Check, inventory: Inventory) -> float:
    """The least time of a rule over several runs, look-ups that all rules share not counted."""
    best = float("inf")
    for _ in range(RUNS):
        fresh = anew(inventory)
        started = time.perf_counter()
        _exhaust(check(fresh))
        best = min(best, time.perf_counter() - started)
    return best


def _exhaust(told: Iterator[Problem | Unknown]) -> int:
    return sum(1 for _ in told)


def exponent(times: list[float]) -> float:
    """The slope of time over size, both as logarithms, by least squares."""
    xs = [log(1 / part) for part in PARTS]
    ys = [log(max(each, 1e-9)) for each in times]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return over / sum((x - mean_x) ** 2 for x in xs)


def work_exponent(check: Check) -> float:
    """How the lines that a rule runs grow from an eighth to a quarter of the size."""
    small, large = (
        lines(lambda size=size: _exhaust(check(anew(size))))
        for size in (large_pool(HOSTS, VMS // part, REPOSITORIES // part) for part in (8, 4))
    )
    return log2(max(large, 1) / max(small, 1))


def main() -> None:
    """Print a line a rule, the slowest first, and what all take in one pass."""
    sizes = [large_pool(HOSTS, VMS // part, REPOSITORIES // part) for part in PARTS]
    hosts = [*(large_pool(HOSTS // part, VMS, REPOSITORIES) for part in PARTS[:-1]), sizes[-1]]
    checks = [(rule.code, rule.check) for rule in planner.catalogue() if rule.check]
    with collector.held_back():
        rows = [
            (
                code,
                [seconds(check, each) for each in sizes],
                [seconds(check, each) for each in hosts],
                work_exponent(check),
            )
            for code, check in checks
        ]
        passes = [min(_one_pass(each) for _ in range(RUNS)) for each in sizes]
    sys.stdout.write(f"{'rule':8}{'1/4 ms':>9}{'1/2 ms':>9}{'1/1 ms':>9}  exponent  by hosts  of work\n")
    flagged = 0
    for code, times, by_hosts, work in sorted(rows, key=lambda row: -row[1][-1]):
        worse = times[-1] > NOISE and work > LINEAR
        flagged += worse
        told = f"{_row(code, times)}  {exponent(by_hosts):8.2f}  {work:7.2f}"
        sys.stdout.write(f"{told}{'  worse than linear' if worse else ''}\n")
    sys.stdout.write(f"{_row('all', passes)}\n{flagged} of {len(rows)} rules worse than linear\n")


def _row(name: str, times: list[float]) -> str:
    return f"{name:8}{''.join(f'{each * 1000:9.2f}' for each in times)}  {exponent(times):8.2f}"


def _one_pass(inventory: Inventory) -> float:
    fresh = anew(inventory)
    started = time.perf_counter()
    for rule in planner.catalogue():
        if rule.check:
            _exhaust(rule.check(fresh))
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
