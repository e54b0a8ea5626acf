"""VMs that differ in nothing but their names and where they are: only how many of them a host gets is to be decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.goals.moves.twins import marks
from planner.goals.moves.wanted import Item
from planner.goals.place.asked import Asked


@dataclass(frozen=True, slots=True)
class Kind:
    """VMs that are alike, by key."""

    items: tuple[Item, ...]

    @property
    def like(self) -> Item:
        """One of them: what it takes of a host, each of them takes."""
        return self.items[0]

    @property
    def number(self) -> int:
        """How many they are."""
        return len(self.items)

    @property
    def starts(self) -> bool:
        """They are on no host today."""
        return not self.like.source

    def here(self) -> Counter[str]:
        """By host, how many are there today."""
        return Counter(item.source for item in self.items if item.source)


MANY_NUMBERS = 1_500
"""Of so many numbers the solver hardly finds others with which less is moved."""


def kinds(asked: Asked) -> tuple[Kind, ...]:
    """The VMs that may move or are to be started, those that are alike together; the same whatever their order."""
    alike: defaultdict[Hashable, list[Item]] = defaultdict(list)
    bound = {key: [*found] for key, found in marks(asked.wanted).items()}
    for number, soft in enumerate(asked.softs):
        for key in soft.vms:
            bound.setdefault(key, []).append(("soft", number))
    for item in sorted(asked.wanted.items, key=lambda each: each.key):
        sizes = (item.comes, item.stays, item.taken, item.static)
        own = item.source if item.key in asked.wanted.must_go else not item.source
        told = tuple(tuple(sorted(each.items())) for each in sizes)
        alike[item.moves, item.vcpus, own, tuple(bound.get(item.key, ())), told].append(item)
    return tuple(Kind(tuple(items)) for items in alike.values())


def numbers(found: Sequence[Kind]) -> int:
    """How many numbers of VMs of a kind on a host there are to be decided."""
    return sum(len(kind.like.stays) for kind in found)


def decoded(found: Sequence[Kind], counts: Sequence[Mapping[str, int]]) -> dict[str, str]:
    """By VM, its host: as many as can be stay where they are, the first of them by key."""
    targets: dict[str, str] = {}
    for kind, wanted in zip(found, counts, strict=True):
        left = Counter({host: number for host, number in wanted.items() if number})
        going = []
        for item in kind.items:
            if left[item.source] > 0:
                left[item.source] -= 1
                targets[item.key] = item.source
            else:
                going.append(item.key)
        targets |= zip(going, sorted(left.elements()), strict=True)
    return targets


def counted(found: Sequence[Kind], targets: Mapping[str, str]) -> Iterator[Counter[str]]:
    """The other way round: for each kind, how many of it each host has."""
    for kind in found:
        yield Counter(targets[item.key] for item in kind.items)
