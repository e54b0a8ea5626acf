"""The VMs to which a restart could be promised, and what each is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.failover.problem import FailoverProblem, Restart


@dataclass(frozen=True, slots=True)
class Candidate:
    """A VM that runs; sizes are bytes."""

    vm: str
    size: int
    host: str
    hosts: frozenset[str] | None = None
    """Where it could be restarted; None: anywhere."""
    rank: int = 0
    """The lower, the earlier it is started; all that have a lower one come before it."""
    weight: int = 0
    """What somebody gave as its weight."""
    kept: bool = False
    """A restart is promised to it today."""


@dataclass(frozen=True)
class Field:
    """Hosts, and the candidates on them."""

    free: Mapping[str, int]
    candidates: tuple[Candidate, ...]
    total_hosts: int | None = None

    def problem(self, chosen: Iterable[Candidate]) -> FailoverProblem:
        """The problem of restarting those that are chosen."""
        restarts = tuple(Restart(each.vm, each.size, each.host, each.hosts) for each in chosen)
        return FailoverProblem(self.free, restarts, self.total_hosts)

    @cached_property
    def classes(self) -> tuple[tuple[Candidate, ...], ...]:
        """Candidates that are alike in everything but their name: only how many of them are chosen matters."""
        found: dict[tuple[object, ...], list[Candidate]] = {}
        for each in sorted(self.candidates, key=lambda each: each.vm):
            hosts = None if each.hosts is None else tuple(sorted(each.hosts))
            alike = (each.host, each.size, hosts, each.rank, each.weight, each.kept)
            found.setdefault(alike, []).append(each)
        return tuple(tuple(each) for each in found.values())


@dataclass(frozen=True, slots=True)
class Merit:
    """What is made as large as can be: so much for each candidate."""

    name: str
    unit: int
    """What one of it stands for."""
    worth: Mapping[str, int]
    """By VM; what is not in it counts nothing."""

    def of(self, chosen: Iterable[Candidate]) -> int:
        """What a choice comes to."""
        return sum(self.worth.get(each.vm, 0) for each in chosen)


WEIGHT, NUMBER, UNCHANGED = "weight", "VMs", "promises that stand today"


def merits(field: Field, grain: int) -> tuple[Merit, ...]:
    """What counts, each before the next: given weights, then memory by start order, then the number of VMs."""
    found = []
    if any(each.weight for each in field.candidates):
        found.append(Merit(WEIGHT, 1, {each.vm: each.weight for each in field.candidates if each.weight}))
    ranks = sorted({each.rank for each in field.candidates})
    for place, rank in enumerate(ranks, start=1):
        worth = {each.vm: each.size // grain for each in field.candidates if each.rank == rank}
        name = "bytes" if len(ranks) == 1 else f"bytes of start group {place}"
        found.append(Merit(name, grain, worth))
    found.append(Merit(NUMBER, 1, {each.vm: 1 for each in field.candidates}))
    found.append(Merit(UNCHANGED, 1, {each.vm: 1 for each in field.candidates if each.kept}))
    return tuple(found)


def fewest_lost(field: Field) -> tuple[Merit, ...]:
    """What counts where promises are taken back: how many are left, then their memory."""
    grain = field.problem(field.candidates).grain
    memory = Merit("bytes", grain, {each.vm: each.size // grain for each in field.candidates})
    return Merit(NUMBER, 1, {each.vm: 1 for each in field.candidates}), memory
