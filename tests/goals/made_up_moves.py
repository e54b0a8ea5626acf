"""Small pools whose VMs have to move, made up by chance, and what can be reached in them by trying every way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

from planner.failover.capacity import failure_capacity
from planner.failover.problem import FailoverProblem, Restart
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from tests.facts.test_toolstack_evacuation import host, small, view, vm

Where = tuple[str, ...]
OWN, ROOM = 512 + 2048 + 21, 512 + 2048 + 64
"""In MiB, what a host needs itself, and what it has beside what is free for VMs."""


def real(size: int) -> int:
    """The MiB that a VM of so many GiB takes: its memory, 2 MiB, and the shadow of its pages for two virtual CPUs."""
    own = size * 1024 - 64
    return own + 2 + -(-(256 * 2 + 2 * own) // 256)


class Small:
    """A pool of a few hosts; host `a` is to be emptied. Sizes are GiB, overheads included."""

    def __init__(self, seed: int, hosts: int = 3, most: int = 5) -> None:
        chance = Random(seed)  # noqa: S311 - made-up data are no secret
        self.names = "abcd"[:hosts]
        self.memory = {name: chance.randint(4, 10) for name in self.names}
        self.sizes: dict[str, int] = {}
        self.at: dict[str, str] = {}
        self.local: set[str] = set()
        self.protected: set[str] = set()
        for number in range(chance.randint(1, most)):
            name, size, on = f"v{number}", chance.randint(1, 4), chance.choice(self.names + "a")
            if size + sum(self.sizes[each] for each in self.sizes if self.at[each] == on) <= self.memory[on]:
                self.sizes[name], self.at[name] = size, on
                self.local |= {name} if chance.random() < 0.07 else set()
                self.protected |= {name} if chance.random() < 0.5 else set()

    def inventory(self, *, turned: bool = False, more: int = 0, **fields: Any) -> Inventory:
        """The pool, with its records turned round, or with more memory in every host."""
        hosts = [host(name, self.memory[name] + more) for name in self.names]
        vms = [
            vm(name, size, self.at[name], memory=small(size), **self._fields(name)) for name, size in self.sizes.items()
        ]
        step = -1 if turned else 1
        local = {"name": "local", "type": "lvm", "shared": False}
        pool = view(hosts[::step], vms[::step], coordinator="b").pool
        raw = pool.model_dump(exclude_unset=True)
        raw["repositories"] = [
            *raw["repositories"],
            *(
                local | {"name": f"local-{name}", "connections": [{"host": name, "attached": True}]}
                for name in self.names
            ),
        ]
        raw["disks"] = [*raw["disks"], *({"name": f"disk-{n}", "repository": f"local-{n}"} for n in self.names)]
        return Inventory([Pool.model_validate(raw | fields)])

    def _fields(self, name: str) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if name in self.local:
            fields["drives"] = [{"device": "xvda", "disk": f"disk-{self.at[name]}"}]
        if name in self.protected:
            fields |= {"ha_restart_priority": "restart", "ha_always_run": True}
        return fields

    def free(self, where: Where) -> dict[str, int]:
        """What is free on each host."""
        left = dict(self.memory)
        for name, on in zip(self.sizes, where, strict=True):
            left[on] -= self.sizes[name]
        return left

    def reachable(self) -> bool:
        """Whether host a can be emptied by moves to the others, one by one."""
        start = tuple(self.at.values())
        seen, pending = {start}, [start]
        while pending:
            where = pending.pop()
            if "a" not in where:
                return True
            for following in self._moves(where):
                if following not in seen:
                    seen.add(following)
                    pending.append(following)
        return False

    def _moves(self, where: Where) -> Iterator[Where]:
        left = self.free(where)
        for number, name in enumerate(self.sizes):
            for on in self.names[1:] if name not in self.local else "":
                if on != where[number] and left[on] >= self.sizes[name]:
                    yield (*where[:number], on, *where[number + 1 :])

    def best(self) -> tuple[int, int, int] | None:
        """Failures survived, highest load and unevenness at their best, when only the VMs of host a move."""
        choices = [self.names[1:] if on == "a" else on for on in self.at.values()]
        if any(self.at[name] == "a" for name in self.local):
            return None
        found = [self._worth(where) for where in product(*choices) if min(self.free(where).values()) >= 0]
        return max(found, key=lambda each: (each[0], -each[1], -each[2]), default=None)

    def _worth(self, where: Where) -> tuple[int, int, int]:
        taken = dict.fromkeys(self.names[1:], OWN)
        for name, on in zip(self.sizes, where, strict=True):
            taken[on] += real(self.sizes[name])
        memory = {name: self.memory[name] * 1024 + ROOM for name in taken}
        restarts = tuple(
            Restart(name, real(self.sizes[name]), on, frozenset() if name in self.local else None)
            for name, on in zip(self.sizes, where, strict=True)
            if name in self.protected
        )
        spare = {name: memory[name] - taken[name] for name in taken}
        loads = [-(-taken[name] * 1000 // memory[name]) for name in taken]
        return failure_capacity(FailoverProblem(spare, restarts)).lower, max(loads), max(loads) - min(loads)
