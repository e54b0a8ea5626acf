"""Print how even the loads of pools get, how fast, and with how many moves, beside a greedy balancer in the same run.

Nothing is asserted: run it by hand, `python -m tests.benchmarks.balance`, or with `--quick` for the small pools.
Ganeti's cluster files are read where they are there. Loads are thousandths, memory and virtual CPUs added up.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import planner
from planner import goals
from planner.failover.problem import FailoverProblem, Restart
from planner.goals.balance.gathering import Gathered
from planner.goals.moves.board import Board
from planner.goals.moves.stand import Stand
from planner.model.inventory import Inventory
from planner.plans import Plan
from planner.plans.moving import MovesOutcome
from planner.verify import broken_promises
from tests.facts.test_toolstack_evacuation import host, view, vm
from tests.helpers import SHARED

GIB = 2**30
SIZES = [(8, 100), (16, 300), (32, 1000), (64, 3000)]
GANETI = SHARED / "data" / "placement" / "ganeti"


def made_up(hosts: int, vms: int, use: float, seed: int) -> Inventory:
    """A pool whose memory is used to this share, filled without an eye to virtual CPUs; some VMs have many of them."""
    rng = random.Random(f"{hosts} {vms} {use} {seed}")  # noqa: S311 - no secret
    sizes = rng.choices([1, 2, 4, 8, 16, 32], [4, 8, 10, 8, 5, 2], k=vms)
    room = int(sum(sizes) * 1.02 / use / hosts)
    left = dict.fromkeys((f"host{number:02}" for number in range(hosts)), room)
    guests = []
    for number, size in enumerate(sorted(sizes, reverse=True)):
        able = [name for name, free in left.items() if free >= size + 1]
        on = max(rng.sample(able, min(2, len(able))), key=lambda name: left[name], default=None)
        if on is not None:
            left[on] -= size
            guests.append(vm(f"vm{number:04}", size, on, vcpus=rng.choice([1, 2, 2, 4, 8])))
    return Inventory([view([host(name, room) for name in left], guests).pool])


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a Ganeti cluster; sizes are MiB."""

    name: str
    memory: int
    own: int
    cpus: int
    online: bool


def ganeti(path: Path) -> tuple[list[Node], list[dict[str, str]]]:
    """The nodes and the running instances of a cluster file."""
    parts = path.read_text(encoding="utf-8").split("\n\n")
    nodes, instances = (
        [line.split("|") for line in part.splitlines() if "|" in line] for part in (*parts[1:3], "")[:2]
    )
    names = ("name", "memory", "disk", "vcpus", "status", "auto", "primary", "secondary", "template")
    rows = [dict(zip(names, row, strict=False)) for row in instances]
    return (
        [Node(row[0], int(row[1]), int(row[2]), int(row[6]), row[7] == "N") for row in nodes],
        list({row["name"]: row for row in rows if row["status"] == "running"}.values()),
    )


def failures_to_place(nodes: list[Node], instances: list[dict[str, str]]) -> tuple[bool, bool]:
    """Whether a node fails whose instances do not fit on their secondaries: by Ganeti's sums, and by our capacity."""
    free = {node.name: node.memory - node.own for node in nodes}
    mirrored = [row for row in instances if row["template"] == "drbd"]
    for row in instances:
        free[row["primary"]] -= int(row["memory"])
    pairs: dict[tuple[str, str], int] = {}
    for row in mirrored:
        pairs[row["primary"], row["secondary"]] = pairs.get((row["primary"], row["secondary"]), 0) + int(row["memory"])
    theirs = any(size > free[secondary] for (_, secondary), size in pairs.items())
    restarts = tuple(
        Restart(row["name"], int(row["memory"]), row["primary"], frozenset({row["secondary"]})) for row in mirrored
    )
    return theirs, planner.failure_capacity(FailoverProblem(free, restarts)).lower < 1


def translated(nodes: list[Node], instances: list[dict[str, str]]) -> Inventory:
    """The cluster as a pool: mirrored disks are on a repository that two nodes have, plain ones on one of one node."""
    every = [node.name for node in nodes]
    hosts = [
        host(node.name, 0)
        | {"memory": node.memory * 2**20, "memory_overhead": node.own * 2**20, "enabled": node.online}
        | {
            "control_domain": {"memory": 0, "memory_overhead": 2**20, "vcpus": 1},
            "cpu": host("x", 0)["cpu"] | {"count": node.cpus},
        }
        for node in nodes
    ]
    reach = {
        row["name"]: {"drbd": [row["primary"], row["secondary"]], "plain": [row["primary"]]}.get(row["template"], every)
        for row in instances
    }
    repositories = [
        {"name": name, "type": "nfs", "shared": True, "connections": [{"host": on, "attached": True} for on in where]}
        for name, where in reach.items()
    ]
    guests = [
        vm(
            row["name"],
            1,
            row["primary"],
            memory=dict.fromkeys(("dynamic_min", "dynamic_max", "static_max"), int(row["memory"]) * 2**20)
            | {"overhead": 2**20},
            vcpus=int(row["vcpus"]),
            drives=[{"device": "xvda", "disk": row["name"]}],
        )
        for row in instances
    ]
    disks = [{"name": name, "repository": name} for name in reach]
    return Inventory([view(hosts, guests, repositories=repositories, disks=disks).pool])


def score(board: Board) -> float:
    """As Ganeti's balancer has it, for what a pool has: how far the loads of hosts are from each other."""
    hosts = range(len(board.bins))
    memory = statistics.pstdev(board.taken[host] / board.bins[host].memory for host in hosts)
    return memory + statistics.pstdev(board.vcpus[host] / (board.bins[host].cpus or 1) for host in hosts)


def _eased(board: Board, unit: int, source: int) -> int:
    """How much less a host pulls when a unit has left it."""
    taken, vcpus = board.taken[source] - board.size(unit, source).taken, board.vcpus[source] - board.units[unit].vcpus
    return board.pull[source] - board.pull_of(source, taken, vcpus)


def greedy(board: Board) -> int:
    """Move what lowers the sum of squares most from the host that pulls most, until nothing does; how many moves."""
    for moves in range(10_000):
        best = None
        for source in sorted(range(len(board.bins)), key=lambda each: -board.pull[each]):
            choices = (
                (board.pulls_if_coming(unit, [target])[0] - _eased(board, unit, source), unit, target)
                for unit in board.distinct(source)
                for target in range(len(board.bins))
                if target != source and board.possible(unit, target)
            )
            best = min(choices, default=None)
            if best is not None and best[0] < 0:
                break
            best = None
        if best is None:
            return moves
        board.shift(best[1], best[2])
    return moves


def row(name: str, inventory: Inventory) -> str:
    """A line of the table: a pool, what is highest before, the greedy balancer, and the plan."""
    begun = time.process_time()
    plan = goals.answer(planner.Balance(), inventory)
    took = time.process_time() - begun
    if not isinstance(plan, Plan) or not isinstance(plan.outcome, MovesOutcome) or plan.outcome.balancing is None:
        return f"{name:38} {plan}\n"
    if broken := broken_promises(plan, inventory):
        return f"{name:38} {broken}\n"
    checked = time.process_time() - begun - took
    gathered = Gathered(Stand(inventory.pools[0]))
    board, ours = gathered.board(), gathered.board()
    before = f"{name:38}{board.peaks().highest:7}{score(board):7.3f} |"
    begun = time.process_time()
    moves = greedy(board)
    theirs = f"{board.peaks().highest:6}{score(board):7.3f}{moves:6}{time.process_time() - begun:7.1f} |"
    follow(ours, plan.outcome)
    told, cost = plan.outcome.balancing, plan.outcome.costs[0]
    enough = told.gains[told.enough - 1].peaks if told.enough else told.before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = f"{cost.value:6}{score(ours):7.3f}{len(plan.outcome.moved):6}{cost.bound:7}"
    return f"{before}{theirs}{found}{enough.highest:8}{told.enough:6}{took:7.1f}{checked:7.1f}{memory:6}\n"


def follow(board: Board, outcome: MovesOutcome) -> None:
    """Put everybody where a plan does."""
    at = {each.vm: each.target for each in outcome.moved}
    number = {each.key: place for place, each in enumerate(board.bins)}
    for unit, each in enumerate(board.units):
        if each.vms[0] in at:
            board.shift(unit, number[at[each.vms[0]]])


def main() -> None:
    """Print the table."""
    quick = "--quick" in sys.argv[1:]
    sys.stdout.write(
        f"{'pool':38}{'before':>7}{'score':>7} |{'greedy':>6}{'score':>7}{'moves':>6}{'s':>7} |"
        f"{'plan':>6}{'score':>7}{'moves':>6}{'bound':>7}{'enough':>8}{'moves':>6}{'s':>7}{'verify':>7}{'MiB':>6}\n"
    )
    for path in sorted(GANETI.glob("*.data")) if GANETI.is_dir() else ():
        nodes, instances = ganeti(path)
        if instances:
            theirs, ours = failures_to_place(nodes, instances)
            sys.stdout.write(
                row(
                    f"{path.stem} {'N+1 fails' if theirs else ''}{'' if theirs == ours else ' DIFFERS'}",
                    translated(nodes, instances),
                )
            )
    for hosts, vms in SIZES:
        for use in (0.7, 0.87) if hosts <= 32 or not quick else ():
            sys.stdout.write(row(f"{hosts}x{vms}, {use:.0%} of memory", made_up(hosts, vms, use, 1)))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
