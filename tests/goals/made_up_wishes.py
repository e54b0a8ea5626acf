"""Small pools with wishes of every kind: racks, VMs that are to stay, and what is to be left free on hosts."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from planner.model.inventory import Inventory
from planner.model.pool import Pool
from tests.goals.made_up_moves import OWN, ROOM, Where, real
from tests.goals.made_up_places import Spread

VCPUS = 2
"""Of every VM."""


class Wishful(Spread):
    """A pool of a few hosts in racks; some wishes are about racks, some about moves, some about hosts."""

    def __init__(self, seed: int, hosts: int = 3, most: int = 4) -> None:
        super().__init__(seed, hosts, most)
        chance = Random(seed + 2)  # noqa: S311 - made-up data are no secret
        self.racks = {name: chance.choice(("rack:1", "rack=2", "")) for name in self.names}
        self.cpus = {name: chance.randint(2, 5) for name in self.names}
        for wish in self.wishes:
            related = {"by": "rack", "relation": "spread"} if "relation" in wish else {}
            wish.update({each: related[each] for each in related if chance.random() < 0.5})
            wish.update({"stay": True} if chance.random() < 0.3 else {})
        self.limits: list[dict[str, Any]] = []
        for number in range(chance.randint(0, 2)):
            limit: dict[str, Any] = {"name": f"l{number}", "required": chance.random() < 0.5}
            if chance.random() < 0.5:
                limit["hosts"] = chance.sample(self.names, chance.randint(1, len(self.names)))
            if chance.random() < 0.6:
                limit["free_memory"] = chance.randint(0, 3) * 2**30
            if chance.random() < 0.6:
                limit["vcpus_per_cpu"] = chance.choice((0.5, 1.0, 1.5))
            self.limits.append(limit)

    def inventory(self, *, turned: bool = False, more: int = 0, **fields: Any) -> Inventory:
        limits = self.limits[:: -1 if turned else 1]
        (view,) = super().inventory(turned=turned, more=more, host_limits=limits, **fields).pools
        raw = view.pool.model_dump(exclude_unset=True)
        for host in raw["hosts"]:
            host["tags"] = [self.racks[host["name"]]] if self.racks[host["name"]] else []
            host["cpu"] = (host.get("cpu") or {}) | {"count": self.cpus[host["name"]]}
        return Inventory([Pool.model_validate(raw)])

    def bound(self, name: str) -> bool:
        wished = any(wish["required"] and wish.get("stay") and name in wish["vms"] for wish in self.wishes)
        return name in self.local or (wished and name not in self.halted)

    def _kept(self, where: Where) -> bool:
        required = [limit for limit in self.limits if limit["required"]]
        return not self._exceeded(required, where) and super()._kept(where)

    def over(self, limit: dict[str, Any], host: str, where: Where) -> float:
        """By how much too much is taken of a host: in MiB or virtual CPUs, whichever is more."""
        if host not in limit.get("hosts", self.names):
            return 0
        on = [name for name, at in zip(self.sizes, where, strict=True) if at == host]
        free = self.memory[host] * 1024 + ROOM - OWN - sum(real(self.sizes[name]) for name in on)
        lacking = limit["free_memory"] // 2**20 - free if "free_memory" in limit else 0
        beyond = VCPUS * len(on) - limit["vcpus_per_cpu"] * self.cpus[host] if "vcpus_per_cpu" in limit else 0
        return max(0, lacking, beyond)

    def breach(self, wish: dict[str, Any], where: Where) -> int:
        found = 0 if "relation" in wish else super().breach(wish, where)
        placed = [(name, on) for name, on in zip(self.sizes, where, strict=True) if name in wish["vms"] and on]
        if wish.get("stay") and not wish["required"]:
            found += sum(self.at[name] != on for name, on in placed if name not in self.halted)
        units = [self._unit(wish, on) for _, on in placed]
        if wish.get("relation") == "together":
            return found + max(0, len(set(units)) - 1)
        if "relation" not in wish:
            return found
        every = {self._unit(wish, name) for name in self.names}
        most = 1 if wish["relation"] == "apart" else -(-len(wish["vms"]) // len(every))
        return found + sum(max(0, units.count(unit) - most) for unit in set(units))

    def _unit(self, wish: dict[str, Any], host: str) -> str:
        return self.racks[host] or host if "by" in wish else host

    def costs(self, where: Where) -> tuple[int, int, int, int, int, int]:
        breaches, *rest = super().costs(where)
        preferred = [limit for limit in self.limits if not limit["required"]]
        return (breaches + self._exceeded(preferred, where), *rest)  # type: ignore[return-value]

    def _exceeded(self, limits: list[dict[str, Any]], where: Where) -> int:
        return sum(self.over(limit, name, where) > 0 for limit in limits for name in self.names)

    def reached(self) -> set[Where]:
        """All that moves of one VM after the other can make of the pool."""
        seen, pending = {self.start()}, [self.start()]
        while pending:
            for following in self._moves(pending.pop()):
                if following not in seen:
                    seen.add(following)
                    pending.append(following)
        return seen

    def memory_and_vcpus(self, where: Where, extreme: Callable[[list[int]], int] = max) -> int:
        """The highest, or lowest, load of memory and that of virtual CPUs, in thousandths, added up."""
        memory = []
        for name in self.names:
            taken = OWN + sum(real(self.sizes[each]) for each, on in zip(self.sizes, where, strict=True) if on == name)
            memory.append(-(-taken * 1000 // (self.memory[name] * 1024 + ROOM)))
        vcpus = [-(-VCPUS * where.count(name) * 1000 // self.cpus[name]) for name in self.names]
        return extreme(memory) + extreme(vcpus)
