"""What wishes demand of VMs that change places on a board: kept as they are, and broken no more than they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from planner.goals.moves.board import Group
from planner.goals.moves.wanted import Tie
from planner.goals.place.asked import Asked, Soft
from planner.goals.place.worth import Targets


class Bonds:
    """Who is held where it is, who moves together, and who is kept from some hosts or from each other."""

    def __init__(self, asked: Asked, targets: Targets) -> None:
        self._targets = targets
        self._hosts = tuple(place.key for place in asked.wanted.places)
        self._source = {item.key: item.source for item in asked.wanted.items}
        self.held: set[str] = set()
        self.together: list[tuple[str, ...]] = []
        """VMs that are on one host, today too, and only move together."""
        self.groups: list[Group] = []
        self._marks: defaultdict[str, list[int]] = defaultdict(list)
        self._there: Counter[tuple[str, int]] = Counter()
        self._wrong: defaultdict[str, set[str]] = defaultdict(set)
        for tie in asked.wanted.ties:
            self._tie(tie)
        for soft in asked.softs:
            self._soft(soft)
        self._settle()

    def marks(self, vm: str) -> tuple[int, ...]:
        """The groups that a VM is in, by number."""
        return tuple(self._marks.get(vm, ()))

    def there(self, host: str) -> tuple[int, ...]:
        """The groups of those that stay on a host, once for each."""
        return tuple(sorted(Counter({group: n for (on, group), n in self._there.items() if on == host}).elements()))

    def wrong(self, vm: str, host: str) -> bool:
        """Whether a wish is broken, or broken more, with a VM on a host."""
        return vm in self._wrong and host in self._wrong[vm]

    def crowd(self, most: int, weights: Mapping[str, int], there: Mapping[str, int]) -> None:
        """Have VMs that count so much come to a host only as long as all on it count no more than that.

        What counts on a host whoever is there is told by host.
        """
        for vm, number in weights.items():
            if vm in self.held:
                self._there[self._targets[vm], len(self.groups)] += number
            else:
                self._marks[vm] += [len(self.groups)] * number
        for host, number in there.items():
            self._there[host, len(self.groups)] += number
        self.groups.append(Group(most, self._hosts))

    def _tie(self, tie: Tie) -> None:
        if tie.most is None:
            self._together(tie.vms, tie.units, alone=not tie.fixed)
            return
        first = {unit: hosts[0] for unit, hosts in tie.hosts().items()}
        fixed = {first[unit]: number for unit, number in tie.fixed.items() if unit in first}
        self._apart(tie.vms, tie.most, tie.units, fixed)

    def _soft(self, soft: Soft) -> None:
        if soft.stay:
            self.held |= soft.vms
        for vm in soft.vms if soft.wrong else ():
            self._wrong[vm] |= soft.wrong
        if soft.most is not None:
            self._apart(sorted(soft.vms), soft.most, soft.units, soft.fixed)
        if soft.together:
            self._together(sorted(soft.vms), soft.units, alone=not soft.fixed)

    def _apart(self, vms: Iterable[str], most: int, units: Mapping[str, str], fixed: Mapping[str, int]) -> None:
        """Nobody comes to where there are too many then."""
        for vm in vms:
            self._marks[vm].append(len(self.groups))
        for host, number in fixed.items():
            self._there[host, len(self.groups)] += number
        self.groups.append(Group(most, tuple(units[host] for host in self._hosts)))

    def _together(self, vms: Sequence[str], units: Mapping[str, str], *, alone: bool) -> None:
        """VMs on one host move as one; those in one failure domain stay in it, and any others where they are."""
        homes = {self._source[vm] for vm in vms}
        if alone and len({self._targets[vm] for vm in vms}) == 1 and len(homes) == 1:
            self.together.append(tuple(vms))
        elif len(set(units.values())) == len(units):
            self.held |= set(vms)
        else:
            for vm in vms:
                own = units[self._targets[vm]]
                self._wrong[vm] |= {host for host, unit in units.items() if unit != own}

    def _settle(self) -> None:
        """Who would have to move with several groups stays; and so do those who would with somebody who stays."""
        often = Counter(vm for vms in self.together for vm in vms)
        loose = {vm for vm, number in often.items() if number > 1} | self.held
        self.held |= {vm for vms in self.together if loose & set(vms) for vm in vms}
        self.together = [vms for vms in self.together if not self.held & set(vms)]
        for vm in sorted(self.held):
            for group in self._marks[vm]:
                self._there[self._targets[vm], group] += 1
