"""Print how well and how fast VMs are placed, beside simpler ways in the same run.

Nothing is asserted: run it by hand, `python -m tests.benchmarks.place`, or with `--quick` for the small pools. Loads
are thousandths of memory, times are seconds of one core. Of published instances what a pool can state is compared; see
`placements`. Their files are read where they are there.

Beside the plan stand: one VM at a time, which always makes the best single move from a host with much to another until
none helps, as load balancers of pools do, and counts no failures; and in the smaller pools a model for the solver with
a variable for each VM and host, with as much time as the plan took, which counts none either.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from itertools import product

import planner
from planner import goals
from planner.goals.moves.conditions import Conditions
from planner.goals.place.asked import Asked
from planner.goals.place.boards import Boards
from planner.goals.place.question import Question
from planner.goals.place.worth import capacity, loads, worth
from planner.model.inventory import Inventory
from planner.patience import Waiting, waited_for
from planner.plans import NoPlan, Plan
from planner.plans.applying import reference
from planner.plans.costs import HIGHEST, worth_told
from planner.plans.moving import MovesOutcome
from planner.solver import Ending, WholeNumbers
from planner.verify import broken_promises
from tests.benchmarks.balance import greedy
from tests.benchmarks.placements import MIB, fewest, first_fit, halted, requests, roadef, servers, that_can_be_kept
from tests.facts.test_toolstack_evacuation import host, view, vm
from tests.helpers import SHARED

PLACEMENT = SHARED / "data" / "placement"
ROADEF, HUAWEI = PLACEMENT / "roadef2012", PLACEMENT / "huawei-topology"
SIZES = [(8, 100, 0.7), (16, 300, 0.8), (32, 1000, 0.85), (64, 3000, 0.9)]
"""Hosts, VMs and the share of memory that is used."""
REQUESTS, SERVERS = 500, 120
_PROTECTED = 0.6
_MOST_PAIRS = 5_000


def made_up(hosts: int, vms: int, use: float, *, flavours: bool, protected: bool) -> Inventory:
    """A pool filled at random as full as its hosts go, so that some have much and some have little."""
    rng = random.Random(f"{hosts} {vms} {use} {flavours}")  # noqa: S311 - no secret
    sizes = rng.choices([1, 2, 4, 8, 16, 32], [4, 8, 10, 8, 5, 2], k=vms)
    mibs = sorted((size * 1024 - (0 if flavours else rng.randrange(512)) for size in sizes), reverse=True)
    needs = [size + size // 128 + 24 for size in mibs]
    room = int(sum(needs) / use / hosts / 1024)
    left = dict.fromkeys((f"host{number:02}" for number in range(hosts)), room * 1024)
    guests = []
    for number, (size, need) in enumerate(zip(mibs, needs, strict=True)):
        able = [name for name, free in left.items() if free >= need]
        if not able:
            continue
        on = rng.choice(able)
        left[on] -= need
        memory = dict.fromkeys(("dynamic_min", "dynamic_max", "static_max"), size * MIB)
        more = {"ha_restart_priority": "restart", "ha_always_run": True} if rng.random() < _PROTECTED else {}
        guests.append(vm(f"vm{number:04}", 1, on, vcpus=2, memory=memory, **(more if protected else {})))
    return Inventory([view([host(name, room) for name in left], guests).pool])


class Watching(Waiting):
    """Whoever waits until the end, and notes when the highest load got lower; or ends it with the first plan."""

    def __init__(self, *, hurried: bool) -> None:
        super().__init__()
        self._begun, self._hurried = time.process_time(), hurried
        self.seen: dict[str, float] = {}

    def told(self, what: str, best: str, bound: str) -> None:  # noqa: ARG002 - nobody asks for the bound
        if what == HIGHEST and best:
            self.seen.setdefault(best, time.process_time() - self._begun)
            self.ended = self._hurried


def timed(goal: planner.Place, inventory: Inventory, *, hurried: bool) -> tuple[Plan | NoPlan, float, Watching]:
    """The answer, how long it took, and what was told on the way."""
    watching, begun = Watching(hurried=hurried), time.process_time()
    with waited_for(watching):
        found = goals.answer(goal, inventory)
    return found, time.process_time() - begun, watching


def by_pairs(asked: Asked, seconds: float) -> str:
    """The highest load that the solver finds with a variable for each VM and host."""
    wanted = asked.wanted
    if sum(len(item.stays) for item in wanted.items) > _MOST_PAIRS:
        return f"{'-':>6}"
    numbers = WholeNumbers()
    on = {(item.key, place): numbers.number(1) for item in wanted.items for place in item.stays}
    highest = numbers.number(1000)
    for item in wanted.items:
        numbers.require([(1, on[item.key, place]) for place in item.stays], 1, 1)
    for place in wanted.places:
        here = [item for item in wanted.items if place.key in item.stays]
        room = place.room // MIB
        numbers.require([(-(-item.stays[place.key] // MIB), on[item.key, place.key]) for item in here], most=room)
        terms = [(-(-(item.taken[place.key] or 0) // MIB) * 1000, on[item.key, place.key]) for item in here]
        numbers.require([*terms, (-(place.memory // MIB), highest)], most=-(place.taken or 0) // MIB * 1000)
    numbers.minimize([(1, highest)])
    found = numbers.solve(0.0, max(1.0, seconds))
    return f"{found.value if found.ending is Ending.FOUND else 'none':>6}"


def row(name: str, inventory: Inventory, keep: int | None) -> Iterator[str]:
    """A line of the table: a pool, what is highest before, the simpler ways, and the plan."""
    goal = planner.Place(conditions=Conditions(keep_failures=keep))
    _, first, _ = timed(goal, inventory, hurried=True)
    plan, took, watching = timed(goal, inventory, hurried=False)
    if not isinstance(plan, Plan) or not isinstance(plan.outcome, MovesOutcome):
        yield f"{name:30} {plan}\n"
        return
    begun = time.process_time()
    broken = broken_promises(plan, inventory)
    checked = time.process_time() - begun
    asked = Question(goal, inventory, reference(inventory.pools[0]), ()).asked
    now = {item.key: item.source for item in asked.wanted.items}
    yield f"{name:30}{keep or '-':>2}{worth(asked, now).highest:7} |"
    board, begun = Boards(asked, now).loads(None), time.process_time()
    moves = greedy(board)
    then = board.targets()
    survived = capacity(asked, then).lower if asked.wanted.guarded else "-"
    highest = max(each or 0 for each in loads(asked, then).values())
    yield f"{highest:6}{survived:>4}{moves:6}{time.process_time() - begun:6.1f}{by_pairs(asked, took)} |"
    costs, told = {cost.name: cost for cost in plan.outcome.costs}, plan.outcome.survivals
    load, uneven = costs[HIGHEST], costs["unevenness"]
    best = watching.seen.get(worth_told(HIGHEST, load.value), took)
    reached = f"{told.after.lower if told.after else '-'}/{told.most if told.most is not None else '-'}"
    gap = f"{100 * (load.value - load.bound) / load.bound:6.1f}"
    yield f"{first:6.1f}{best:6.1f}{took:6.1f}{checked:7.1f}{load.value:6}{load.bound:6}{gap}{uneven.value:7}"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield f"{reached:>6}{len(plan.outcome.moved):6}{memory:6}{' '.join(broken)}\n"


def reassigned() -> Iterator[str]:
    """ROADEF's first instances: what they cost by their own rules before and after, and the bound that is known."""
    yield f"\n{'ROADEF':10}{'before':>14}{'plan':>14}{'bound':>14}{'gap %':>8}{'broken':>8}"
    yield f"{'load':>6}{'bound':>6}{'s':>6}\n"
    for path in sorted(ROADEF.glob("model_a1_*.txt")) if ROADEF.is_dir() else ():
        name = path.stem.removeprefix("model_")
        case = roadef(path, ROADEF / f"assignment_{name}.txt")
        bound = int((ROADEF / f"lb_{name}.txt").read_text(encoding="utf-8"))
        plan, took, _ = timed(planner.Place(), case.pool(), hurried=False)
        if not isinstance(plan, Plan) or not isinstance(plan.outcome, MovesOutcome):
            yield f"{name:10}{plan}\n"
            continue
        at = {each.vm: int(each.target[1:]) for each in plan.outcome.moved}
        then = [at.get(f"p{number:04}", on) for number, on in enumerate(case.at)]
        load = next(cost for cost in plan.outcome.costs if cost.name == HIGHEST)
        gap = f"{100 * (case.cost(then) - bound) / bound:8.1f}"
        yield f"{name:10}{case.cost(case.at):14}{case.cost(then):14}{bound:14}{gap}{case.broken(then):8}"
        yield f"{load.value:6}{load.bound:6}{took:6.1f}\n"


def served() -> Iterator[str]:
    """Huawei's sequences: how few of the first servers are enough, beside first fit and what the sizes demand."""
    yield f"\n{'Huawei':14}{'first fit':>10}{'plan':>6}{'bound':>6}{'s':>8}\n"
    for path in sorted(HUAWEI.glob("VM_data_*.csv")) if HUAWEI.is_dir() else ():
        machines = servers(HUAWEI / "PM_res.csv")[:SERVERS]
        wanted = that_can_be_kept(requests(path, REQUESTS), machines)
        bound, simple, begun = fewest(wanted, machines), first_fit(wanted, machines), time.process_time()
        low, high = bound - 1, simple or SERVERS
        while high - low > 1:
            middle = (low + high) // 2
            found, _, _ = timed(planner.Place(halted=True), halted(wanted, machines[:middle]), hurried=True)
            low, high = (low, middle) if isinstance(found, Plan) else (middle, high)
        yield f"{path.stem:14}{simple or 'none':>10}{high:6}{bound:6}{time.process_time() - begun:8.1f}\n"


def main() -> None:
    """Print the tables."""
    quick = "--quick" in sys.argv[1:]
    sys.stdout.write(
        f"{'pool':30}{'k':>2}{'before':>7} |{'1 by 1':>6}{'k':>4}{'moves':>6}{'s':>6}{'pairs':>6} |{'first':>6}"
        f"{'best':>6}{'all':>6}{'verify':>7}{'load':>6}{'bound':>6}{'gap %':>6}{'uneven':>7}{'k of':>6}{'moves':>6}"
        f"{'MiB':>6}\n"
    )
    for (hosts, vms, use), flavours, keep in product(SIZES[: 2 if quick else 4], (True, False), (None, 1, 2)):
        inventory = made_up(hosts, vms, use, flavours=flavours, protected=keep is not None)
        for text in row(f"{hosts}x{vms}, {'flavours' if flavours else 'all different'}", inventory, keep):
            sys.stdout.write(text)
            sys.stdout.flush()
    for text in (*reassigned(), *served()):
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
