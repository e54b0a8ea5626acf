"""An assignment as a board on which VMs change places: what may be moved without breaking anything, and what stays."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from planner.goals.moves.board import Bin, Board, Size, Unit
from planner.goals.moves.wanted import Item, Place
from planner.goals.place.asked import Asked
from planner.goals.place.worth import Targets


class Boards:
    """Makes boards of assignments: memory alone counts, and wishes are broken no more than they are."""

    def __init__(self, asked: Asked, targets: Targets) -> None:
        self._asked, self._targets = asked, targets
        self._number = {place.key: number for number, place in enumerate(asked.wanted.places)}
        self._item = {item.key: item for item in asked.wanted.items}
        self._kinds, self._typical = self._alike()
        self._wrong: defaultdict[str, set[str]] = defaultdict(set)
        self._groups: defaultdict[str, list[int]] = defaultdict(list)
        self._crowds: dict[int, Counter[str]] = {}
        self._held, self._together = self._bound()
        self._restarts = {each.key: each.size for each in asked.wanted.guarded}

    def loads(self, most_risk: int | None, gaps: int = 0) -> Board:
        """Each host loaded with what its VMs take; none is to put more at risk than that, where it is told.

        Hosts with much free memory have gaps into which the largest restart fits; they are loaded as if it was there.
        """
        return self._board(most_risk, self._gaps(gaps), at_risk=False)

    def risks(self) -> Board:
        """Each host loaded with what its failure takes from the others."""
        return self._board(None, Counter(), at_risk=True)

    def _gaps(self, number: int) -> Counter[str]:
        """By host, the bytes of so many gaps: one for each of the emptiest hosts, then a further one."""
        largest = max(self._restarts.values(), default=0)
        left = {place.key: place.spare for place in self._asked.wanted.places if place.key in self._asked.usable}
        for item in self._asked.wanted.items:
            if self._targets[item.key] in left:
                left[self._targets[item.key]] -= item.static[self._targets[item.key]]
        order = sorted(left, key=lambda host: (-left[host], host))
        return Counter({host: largest * (number // len(order) + (rank < number % len(order))) for rank, host in enumerate(order)})

    def _board(self, most_risk: int | None, gaps: Mapping[str, int], *, at_risk: bool) -> Board:
        units = sorted(self._units(at_risk=at_risk), key=lambda unit: (unit.moves, unit.vms))
        moving = {vm for unit in units for vm in unit.vms}
        bins = [
            self._bin(place, moving, most_risk, gaps.get(place.key, 0), at_risk=at_risk)
            for place in self._asked.wanted.places
        ]
        keys = [each.key for each in bins]
        closed = {place.key for place in self._asked.wanted.places if place.closed}

        def may(number: int, host: int) -> bool:
            to = keys[host]
            return to not in closed and all(
                to in self._item[vm].stays and to not in self._wrong[vm] for vm in units[number].vms
            )

        board = Board(bins, units, may)
        for number, unit in enumerate(units):
            target = self._number[self._targets[unit.vms[0]]]
            if board.at[number] != target:
                board.shift(number, target)
            if any(vm in self._asked.wanted.must_go or keys[unit.source] in self._wrong[vm] for vm in unit.vms):
                board.ban(number, unit.source)
        return board

    def _units(self, *, at_risk: bool) -> Iterator[Unit]:
        single = [(key,) for key in self._item if key not in self._held]
        for vms in [*single, *self._together]:
            items = [self._item[vm] for vm in vms]
            home = items[0].source or self._targets[vms[0]]
            yield Unit(
                vms,
                self._number[home],
                tuple(self._size(items, host, at_risk=at_risk) for host in self._typical),
                0,
                sum(item.moves for item in items if item.source),
                tuple(sorted({group for vm in vms for group in self._groups[vm]})),
                sum(self._restarts.get(vm, 0) for vm in vms),
            )

    def _size(self, items: Sequence[Item], host: str, *, at_risk: bool) -> Size:
        """What VMs take of a host, and of hosts that are like it."""
        static = sum(_on(item.static, host) for item in items)
        taken = sum(self._restarts.get(item.key, 0) for item in items) - static
        if not at_risk:
            taken = sum(_on(item.taken, host) for item in items)
        stays = sum(_on(item.stays, host) for item in items)
        comes = sum(max(_on(item.comes, host), _on(item.stays, host)) for item in items)
        return Size(comes, stays, taken, static)

    def _bin(self, place: Place, moving: set[str], most_risk: int | None, gap: int, *, at_risk: bool) -> Bin:
        """A host with the VMs on it that are held where they are."""
        items = self._asked.wanted.items
        here = [item for item in items if item.key not in moving and self._targets[item.key] == place.key]
        away = [item for item in items if item.key in moving and self._home(item) == place.key]
        risk = self._risk(place, here)
        room = place.room - sum(item.stays[place.key] for item in (*here, *away))
        usable = place.key in self._asked.usable
        memory = max(each.memory for each in self._asked.wanted.places) if at_risk else place.memory
        return Bin(
            place.key,
            memory,
            None,
            self._kinds[place.key],
            risk if at_risk else (place.taken or 0) + gap + sum(item.taken[place.key] or 0 for item in here),
            0,
            room,
            tuple(group for group, on in self._crowds.items() for _ in range(on[place.key])),
            risk,
            most_risk if usable else None,
        )

    def _home(self, item: Item) -> str:
        return item.source or self._targets[item.key]

    def _risk(self, place: Place, here: Iterable[Item]) -> int:
        there = {item.key for item in self._asked.wanted.items}
        fixed = sum(each.size for each in self._asked.wanted.guarded if each.key not in there and each.host == place.key)
        own = sum(self._restarts.get(item.key, 0) - item.static[place.key] for item in here)
        return place.spare + fixed + own

    def _alike(self) -> tuple[dict[str, int], list[str]]:
        """By host, its number among the kinds of hosts of which each VM takes the same; and one host of each kind."""
        told: dict[str, list[Hashable]] = {host: [] for host in self._number}
        for item in self._asked.wanted.items:
            sizes = (item.comes, item.stays, item.taken, item.static)
            if any(len(set(each.values())) > 1 for each in sizes):
                for host, mine in told.items():
                    mine.append(tuple(each.get(host) for each in sizes))
        kinds: dict[Hashable, int] = {}
        of_host = {host: kinds.setdefault(tuple(mine), len(kinds)) for host, mine in told.items()}
        typical = {kind: host for host, kind in reversed(of_host.items())}
        return of_host, [typical[kind] for kind in range(len(kinds))]

    def _bound(self) -> tuple[set[str], list[tuple[str, ...]]]:
        """The VMs that are held where they are, and those that only move together; notes what keeps others apart."""
        held, groups = set[str](), list[tuple[str, ...]]()
        for number, tie in enumerate(self._asked.wanted.ties):
            if tie.apart:
                self._apart(number, tie.vms, dict.fromkeys(tie.fixed, 1))
            else:
                groups += self._whole(tie.vms, held, alone=not tie.fixed)
        for number, soft in enumerate(self._asked.softs, start=len(self._asked.wanted.ties)):
            for vm in soft.vms:
                self._wrong[vm] |= soft.wrong
            if soft.relation == "apart":
                self._apart(number, sorted(soft.vms), soft.fixed)
            elif soft.relation == "together":
                groups += self._whole(sorted(soft.vms), held, alone=not soft.fixed)
        once = Counter(vm for group in groups for vm in group)
        held |= {vm for vm, number in once.items() if number > 1}
        apart = [group for group in groups if not held & set(group)]
        held |= set(once)
        for vm in held:
            for group in self._groups[vm]:
                self._crowds[group][self._targets[vm]] += 1
        return held, apart

    def _apart(self, number: int, vms: Iterable[str], fixed: Mapping[str, int]) -> None:
        self._crowds[number] = Counter(dict(fixed))
        for vm in vms:
            self._groups[vm].append(number)

    def _whole(self, vms: Sequence[str], held: set[str], *, alone: bool) -> Iterator[tuple[str, ...]]:
        """VMs that are together as one that moves; where others of theirs stay, or are elsewhere, they are held."""
        homes = {self._item[vm].source for vm in vms}
        if alone and len({self._targets[vm] for vm in vms}) == 1 and len(homes) == 1:
            yield tuple(vms)
        else:
            held |= set(vms)


def _on(sizes: Mapping[str, int] | Mapping[str, int | None], host: str) -> int:
    """A size on a host; where a VM cannot be there, that of another, for it is never asked."""
    found = sizes[host] if host in sizes else next(iter(sizes.values()))
    return found or 0

