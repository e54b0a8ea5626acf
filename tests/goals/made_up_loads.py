"""Small pools whose loads are uneven, made up by chance, and the best that moves can reach, trying every way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.model.inventory import Inventory
from planner.model.pool import Pool
from tests.failover import brute
from tests.goals.made_up_moves import OWN, ROOM, Small, Where, real
from tests.goals.test_improve import problem

CPUS = {"a": 8, "b": 16, "c": 4, "d": 12}


class Uneven(Small):
    """A pool of a few hosts with different numbers of CPUs; each VM has two virtual ones."""

    def inventory(self, *, turned: bool = False, more: int = 0, **fields: Any) -> Inventory:
        """The pool, with its records turned round, or with more memory in every host."""
        raw = super().inventory(turned=turned, more=more, **fields).pools[0].pool.model_dump(exclude_unset=True)
        for host in raw["hosts"]:
            host["cpu"] |= {"count": CPUS[host["name"]]}
        return Inventory([Pool.model_validate(raw)])

    def worth(self, where: Where) -> tuple[int, int]:
        """The highest loads added up, and the unevenness."""
        taken, busy = dict.fromkeys(self.names, OWN), dict.fromkeys(self.names, 0)
        for name, on in zip(self.sizes, where, strict=True):
            taken[on] += real(self.sizes[name])
            busy[on] += 2
        memory = [-(-taken[name] * 1000 // (self.memory[name] * 1024 + ROOM)) for name in self.names]
        vcpus = [-(-busy[name] * 1000 // CPUS[name]) for name in self.names]
        return max(memory) + max(vcpus), max(memory) - min(memory) + max(vcpus) - min(vcpus)

    def survives(self, where: Where) -> int:
        """How many hosts may fail then."""
        return brute.capacity(problem(self, where))

    def reached(self) -> set[Where]:
        """All that moves of one VM after the other can make of the pool."""
        start = tuple(self.at.values())
        seen, pending = {start}, [start]
        while pending:
            for following in self._any_move(pending.pop()):
                if following not in seen:
                    seen.add(following)
                    pending.append(following)
        return seen

    def _any_move(self, where: Where) -> Iterator[Where]:
        left = self.free(where)
        for number, name in enumerate(self.sizes):
            for on in self.names if name not in self.local else "":
                if on != where[number] and left[on] >= self.sizes[name]:
                    yield (*where[:number], on, *where[number + 1 :])
