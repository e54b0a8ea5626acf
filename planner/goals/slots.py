"""Slots held free on hosts such that whichever k hosts fail, each VM of theirs finds one: enough, and linear.

Lemma. Let hosts hold slots of sizes s1 > s2 > …, no more than their free memory has room for, and let each VM need a
slot of at least its size. If for each size s the VMs that need s or more, of the k failing hosts, are no more than the
slots of s or more on the others, then all are restarted: the largest VM first, each takes any slot that is large
enough. With a(h) as the VMs of host h that need s or more and its own slots of s or more, that is: the k largest of
a(h) come to no more than all slots of s or more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from planner.solver import Summand, Term, WholeNumbers

_MOST_SLOTS = 12


@dataclass(slots=True)
class Holder:
    """A host: what is free on it, and what it would lose."""

    free: int
    """In grains; what `used` takes of it is still to be left."""
    used: list[Term] = field(default_factory=list)
    lost: list[tuple[int, int, int]] = field(default_factory=list)
    """Of VMs that are restarted: their size in grains, the variable that counts them, and the most that it counts."""


def slot_sizes(sizes: Iterable[int]) -> list[int]:
    """Sizes of slots, the largest first: every size where they are few, else some that cover all."""
    distinct = sorted({size for size in sizes if size > 0}, reverse=True)
    every = -(-len(distinct) // _MOST_SLOTS) or 1
    return distinct[::every]


def hold_slots(numbers: WholeNumbers, holders: Mapping[str, Holder], slots: Sequence[int], failures: int) -> None:
    """Demand that any so many failures are survived by slots."""
    held: dict[str, list[int]] = {}
    for host, holder in holders.items():
        held[host] = [numbers.number(max(0, holder.free) // size) for size in slots]
        taken = [(size, variable) for size, variable in zip(slots, held[host], strict=True)]
        numbers.require([*taken, *holder.used], most=max(0, holder.free))
    for place in range(len(slots)):
        smaller = slots[place + 1] if place + 1 < len(slots) else 0
        summands = []
        for host, holder in holders.items():
            own = [(1, variable) for variable in held[host][: place + 1]]
            lost = [(1, variable) for size, variable, _ in holder.lost if size > smaller]
            most = sum(count for size, _, count in holder.lost if size > smaller)
            summands.append(Summand([*own, *lost], most + max(0, holder.free) // slots[place]))
        every = [(1, variable) for each in held.values() for variable in each[: place + 1]]
        numbers.at_most_largest(summands, failures, every)
