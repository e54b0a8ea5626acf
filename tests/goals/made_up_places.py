"""Small pools whose VMs are to be placed, with wishes and VMs that do not run, and the best of every way."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from planner.failover.capacity import failure_capacity
from planner.failover.problem import FailoverProblem, Restart
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from tests.goals.made_up_moves import OWN, ROOM, Small, Where, real

Costs = tuple[int, int, int, int, int, int]
"""Breaches, minus the failures survived, highest load, unevenness, bytes moved, VMs moved."""
MIB = 2**20


class Spread(Small):
    """A pool of a few hosts; some VMs are halted, and some wishes are there."""

    def __init__(self, seed: int, hosts: int = 3, most: int = 4) -> None:
        super().__init__(seed, hosts, most)
        chance = Random(seed + 1)  # noqa: S311 - made-up data are no secret
        names = sorted(self.sizes)
        self.halted = {name for name in names if chance.random() < 0.2}
        self.local -= self.halted
        self.wishes: list[dict[str, Any]] = []
        for number in range(chance.randint(0, 2)):
            wish: dict[str, Any] = {
                "name": f"w{number}",
                "vms": chance.sample(names, min(len(names), chance.randint(1, 3))),
                "required": chance.random() < 0.4,
            }
            kind = chance.choice(("relation", "relation", "hosts", "not_hosts"))
            on = chance.sample(self.names, chance.randint(1, len(self.names) - 1))
            wish[kind] = chance.choice(("apart", "together")) if kind == "relation" else on
            self.wishes.append(wish)

    def inventory(self, *, turned: bool = False, more: int = 0, **fields: Any) -> Inventory:
        step = -1 if turned else 1
        wished: dict[str, Any] = {"placement": self.wishes[::step], **fields}
        (view,) = super().inventory(turned=turned, more=more, **wished).pools
        raw = view.pool.model_dump(exclude_unset=True)
        for vm in raw["vms"]:
            if vm["name"] in self.halted:
                vm.pop("runs_on")
                vm |= {"power_state": "halted"}
                vm.pop("ha_always_run", None)
        return Inventory([Pool.model_validate(raw)])

    def start(self) -> Where:
        """Where VMs are today; nowhere where they are halted."""
        return tuple("" if name in self.halted else self.at[name] for name in self.sizes)

    def free(self, where: Where) -> dict[str, int]:
        return super().free(tuple(on or "off" for on in where)) if all(where) else self._free(where)

    def _free(self, where: Where) -> dict[str, int]:
        left = dict(self.memory)
        for name, on in zip(self.sizes, where, strict=True):
            if on:
                left[on] -= self.sizes[name]
        return left

    def ends(self) -> list[Where]:
        """Every way to place all VMs that keeps what has to be kept."""
        here = self.start()
        choices = [[on] if self.bound(name) else self.names for name, on in zip(self.sizes, here, strict=True)]
        return [where for where in product(*choices) if min(self.free(where).values()) >= 0 and self._kept(where)]

    def bound(self, name: str) -> bool:
        """Whether a VM stays where it is whatever is done."""
        return name in self.local

    def _kept(self, where: Where) -> bool:
        return all(self.breach(wish, where) == 0 for wish in self.wishes if wish["required"])

    def breach(self, wish: dict[str, Any], where: Where) -> int:
        """By how much a wish is not kept."""
        on = [host for name, host in zip(self.sizes, where, strict=True) if name in wish["vms"] and host]
        if wish.get("relation") == "apart":
            return sum(max(0, on.count(host) - 1) for host in self.names)
        if wish.get("relation") == "together":
            return max(0, sum(host in on for host in self.names) - 1)
        if "hosts" in wish:
            return sum(host not in wish["hosts"] for host in on)
        return sum(host in wish["not_hosts"] for host in on)

    def costs(self, where: Where) -> Costs:
        """What a way costs, the less the better."""
        taken = dict.fromkeys(self.names, OWN)
        for name, on in zip(self.sizes, where, strict=True):
            taken[on] += real(self.sizes[name])
        memory = {name: self.memory[name] * 1024 + ROOM for name in taken}
        restarts = tuple(
            Restart(name, real(self.sizes[name]), on, frozenset() if name in self.local else None)
            for name, on in zip(self.sizes, where, strict=True)
            if name in self.protected
        )
        survived = failure_capacity(FailoverProblem({name: memory[name] - taken[name] for name in taken}, restarts))
        loads = [-(-taken[name] * 1000 // memory[name]) for name in taken]
        moved = [
            (self.sizes[name] * 1024 - 64) * MIB
            for name, on, was in zip(self.sizes, where, self.start(), strict=True)
            if was and on != was
        ]
        return (
            sum(self.breach(wish, where) for wish in self.wishes if not wish["required"]),
            -survived.lower if self.protected else 0,
            max(loads),
            max(loads) - min(loads),
            sum(moved),
            len(moved),
        )

    def best(self) -> Costs | None:  # type: ignore[override]
        """The least costs there are."""
        return min((self.costs(where) for where in self.ends()), default=None)

    def best_reached(self) -> Costs | None:
        """The least costs of the ways that can be reached by moves one after the other, and starts after them."""
        seen, pending = {self.start()}, [self.start()]
        while pending:
            for following in self._moves(pending.pop()):
                if following not in seen:
                    seen.add(following)
                    pending.append(following)
        reached = [end for end in self.ends() if self._before_starts(end) in seen]
        return min((self.costs(where) for where in reached), default=None)

    def _before_starts(self, end: Where) -> Where:
        return tuple("" if name in self.halted else on for name, on in zip(self.sizes, end, strict=True))

    def _moves(self, where: Where):  # type: ignore[no-untyped-def] # noqa: ANN202
        left = self.free(where)
        for number, name in enumerate(self.sizes):
            for on in self.names if where[number] and not self.bound(name) else "":
                if on != where[number] and left[on] >= self.sizes[name]:
                    yield (*where[:number], on, *where[number + 1 :])
