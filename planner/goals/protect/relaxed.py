"""Choices of candidates under conditions that every choice has to keep that survives; more are added as they are found.

Counting, as in the necessary conditions of the problem: in parts of a size m, the failing hosts lose no more than the
others have free, whichever k hosts they are, so the k largest summands come to no more than all. Covers: candidates of
some hosts that cannot be packed into the others cannot be chosen together, nor others in their place that are no
smaller and no freer, so of some size fewer are chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.failover.answers import Cause
from planner.goals.protect.candidates import Candidate, Field, Merit
from planner.goals.slots import Holder, hold_slots, slot_sizes
from planner.solver import Ending, Outcome, Summand, Term, WholeNumbers

_MOST_MEASURES = 16
_EXACT = 2**52
"""Sums stay below this, with room to spare in 64 bits."""


class Relaxed:
    """How many of each class are chosen."""

    def __init__(self, field: Field, failures: int) -> None:
        self._field = field
        self._failures = failures
        self._numbers = WholeNumbers(ends_early=True)
        self._count = [self._numbers.number(len(each)) for each in field.classes]
        self._room = {host: max(0, free) for host, free in sorted(field.free.items())}
        self._rows: set[tuple[int, frozenset[str]]] = set()
        self._values: tuple[int, ...] = ()
        everywhere = frozenset(self._room)
        for measure in self._measures():
            self._count_parts(measure, everywhere)

    def _measures(self) -> list[int]:
        """A few sizes from the largest to the smallest, and the finest part."""
        sizes = sorted({each[0].size for each in self._field.classes if each[0].size}, reverse=True)
        every = max(1, len(sizes) // _MOST_MEASURES)
        return list(dict.fromkeys((*sizes[::every], self._field.problem(self._field.candidates).grain)))

    def hold_slots(self) -> None:
        """Demand that what is chosen survives by slots; those that may not be restarted anywhere are left out."""
        grain = self._field.problem(self._field.candidates).grain
        holders = {host: Holder(free // grain) for host, free in self._room.items()}
        for members, count in zip(self._field.classes, self._count, strict=True):
            first = members[0]
            if first.hosts is not None and not first.hosts >= self._room.keys():
                self._numbers.require([(1, count)], most=0)
            elif first.size:
                holders[first.host].lost.append((first.size // grain, count, len(members)))
        sizes = [each[0].size // grain for each in self._field.classes]
        hold_slots(self._numbers, holders, slot_sizes(sizes), self._failures)

    def best(self, merit: Merit, effort: float) -> Outcome:
        """The choice with most merit, as a sum to be made small: the worth of all that is left out."""
        self._numbers.minimize(self._terms(merit, -1))
        if self._values:
            self._numbers.suggest(self._values)
        found = self._numbers.solve(effort)
        if found.ending is Ending.FOUND:
            self._values = found.values
        return found

    def chosen(self, outcome: Outcome) -> tuple[Candidate, ...]:
        """The candidates that are chosen."""
        return tuple(
            each
            for members, count in zip(self._field.classes, self._count, strict=True)
            for each in members[: outcome.values[count]]
        )

    def keep(self, merit: Merit, least: int) -> None:
        """Demand so much of a merit from now on."""
        self._numbers.require(self._terms(merit, 1), least)

    def _terms(self, merit: Merit, sign: int) -> list[Term]:
        return [
            (sign * merit.worth.get(members[0].vm, 0), count)
            for members, count in zip(self._field.classes, self._count, strict=True)
        ]

    def forbid(self, failing: Sequence[str], cause: Cause) -> None:
        """Rule out a choice that hosts break when they fail, and all that fail for the same cause."""
        hosts = frozenset(cause.hosts) | frozenset(failing)
        counted = cause.measure is not None and (cause.measure, hosts) not in self._rows
        if cause.measure is None or not counted or not self._count_parts(cause.measure, hosts):
            self._forbid_cover(failing, cause)

    def _count_parts(self, measure: int, hosts: frozenset[str]) -> bool:
        """Add the condition for one size of parts, and those VMs that are bound to some hosts; False if too large."""
        self._rows.add((measure, hosts))
        everywhere = frozenset(self._room)
        room = {host: free // measure if host in hosts else 0 for host, free in self._room.items()}
        lost: dict[str, list[Term]] = {host: [] for host in self._room}
        most = dict(room)
        for members, count in zip(self._field.classes, self._count, strict=True):
            first = members[0]
            parts = first.size // measure
            if parts and (everywhere if first.hosts is None else first.hosts & everywhere) <= hosts:
                lost[first.host].append((parts, count))
                most[first.host] += parts * len(members)
        total = sum(room.values())
        if sum(most.values()) * (self._failures + 1) >= _EXACT:
            return False
        summands = [Summand(terms, most[host], room[host]) for host, terms in lost.items()]
        self._numbers.at_most_largest(summands, self._failures, (), total)
        return True

    def _forbid_cover(self, failing: Iterable[str], cause: Cause) -> None:
        """One of the sizes is chosen less often than among the VMs that cannot be packed."""
        hosts, left = set(failing), self._room.keys() - set(failing)
        named = set(cause.vms)
        choices: list[Term] = []
        groups: dict[frozenset[str], list[tuple[tuple[Candidate, ...], int]]] = {}
        for members, count in zip(self._field.classes, self._count, strict=True):
            first = members[0]
            if first.host in hosts:
                open_to = frozenset(left if first.hosts is None else first.hosts & left)
                groups.setdefault(open_to, []).append((members, count))
        for classes in groups.values():
            covered = sorted(each.size for members, _ in classes for each in members if each.vm in named)
            for size in sorted(set(covered)):
                fewer = sum(other >= size for other in covered) - 1
                terms = [(1, count) for members, count in classes if members[0].size >= size]
                choices.append((1, self._numbers.number(1)))
                self._numbers.require(terms, most=fewer, when=choices[-1][1])
        self._numbers.require(choices, least=1)
