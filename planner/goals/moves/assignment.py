"""A host for each VM, the cheapest way there is: the one place where goals that move VMs state their problem.

Costs are kept small in the order in which they are given, each before the next. Failures that have to be survived come
in one set of hosts at a time, as somebody finds a set that is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import gcd

from planner.facts.loads import WHOLE, load
from planner.goals.moves.twins import settled
from planner.goals.moves.wanted import Assigned, Item, Place, Tie, Wanted
from planner.plans.costs import HIGHEST, OTHER_BYTES, OTHERS_MOVED, UNEVEN, worth_told
from planner.plans.moving import Cost
from planner.solver import Ending, Term, WholeNumbers

_HIGHEST_LOAD = 2**20
_TOO_LARGE = 2**51
"""Above it sums over all hosts no longer fit into 64 bits; the product counts thousandths."""


class _Model:
    """The variables: whether a VM ends up on a host; and where that is asked, what one host has more than it has."""

    def __init__(self, wanted: Wanted, *, grown: str | None = None, partial: bool = False) -> None:
        self.wanted = wanted
        self.numbers = WholeNumbers(ends_early=True)
        self.places = {place.key: place for place in wanted.places}
        self.on: dict[tuple[str, str], int] = {}
        for item in wanted.items:
            for host in item.stays:
                if _may(item, self.places.get(host), wanted):
                    self.on[item.key, host] = self.numbers.number(1)
        self.grain = grain(wanted)
        self.more = self.numbers.number(self._all()) if grown else None
        self._state(grown, least=0 if partial else 1)

    def _all(self) -> int:
        """In grains, what all VMs need together, and what any host lacks already."""
        sizes = sum(-(-max(*item.stays.values(), *item.comes.values()) // self.grain) for item in self.wanted.items)
        return sizes + sum(max(0, -(place.room // self.grain)) for place in self.wanted.places)

    def _state(self, grown: str | None, least: int) -> None:
        wanted, numbers = self.wanted, self.numbers
        for item in wanted.items:
            numbers.require([(1, self.on[item.key, host]) for host in self.hosts(item)], least, 1)
        for place in wanted.places:
            more = [(-1, self.more)] if self.more is not None and place.key == grown else []
            terms = [*self._terms(place, "comes"), *more]
            if terms and not place.closed:
                numbers.require(terms, most=place.room // self.grain)
            self._within_limits(place, more)
        if wanted.most_moves is not None:
            numbers.require(self.moved(), most=wanted.most_moves)
        for tie in wanted.ties:
            self._tie(tie)
        for failing in wanted.failing:
            self._survive(failing)

    def _tie(self, tie: Tie) -> None:
        """No unit has more of the VMs than it may have; those that are to be together are all in one unit."""
        present = {item.key for item in self.wanted.items}
        vms = [vm for vm in tie.vms if vm in present]
        for unit, hosts in tie.hosts().items():
            there = [(1, self.on[vm, host]) for vm in vms for host in hosts if (vm, host) in self.on]
            if tie.most is None and not tie.fixed and there:
                whole = self.numbers.number(1)
                self.numbers.require([*there, (-len(vms), whole)], 0, 0)
            elif there:
                self.numbers.require(there, most=tie.left(unit))

    def _within_limits(self, place: Place, more: list[Term]) -> None:
        """A host takes no more than wishes let it, or than it takes today where that is more already."""
        ours = [item for item in self.wanted.items if item.source == place.key]
        if place.most.memory is not None:
            today = (place.taken or 0) + sum(item.taken[place.key] or 0 for item in ours)
            most = max(place.most.memory, today) - (place.taken or 0)
            self.numbers.require([*self._terms(place, "taken"), *more], most=most // self.grain)
        if place.most.vcpus is not None:
            today = place.vcpus + sum(item.vcpus for item in ours)
            here = [item for item in self.wanted.items if (item.key, place.key) in self.on]
            terms = [(item.vcpus, self.on[item.key, place.key]) for item in here]
            self.numbers.require(terms, most=max(place.most.vcpus, today) - place.vcpus)

    def hosts(self, item: Item) -> list[str]:
        """Where a VM may end up."""
        return [host for host in item.stays if (item.key, host) in self.on]

    def moved(self) -> list[Term]:
        """One for each VM that leaves its host."""
        return [
            (1, self.on[item.key, host])
            for item in self.wanted.items
            for host in self.hosts(item)
            if host != item.source
        ]

    def _terms(self, place: Place, what: str) -> list[Term]:
        """What the VMs take of a host, in grains; one that arrives may need more than one that is there."""
        found = []
        for item in self.wanted.items:
            if (item.key, place.key) in self.on:
                size = item.stays[place.key]
                if what == "comes" and place.key != item.source:
                    size = (min if self.wanted.at_least else max)(size, item.comes[place.key])
                size = item.static[place.key] if what == "static" else size
                size = (item.taken[place.key] or 0) if what == "taken" else size
                found.append((-(-size // self.grain), self.on[item.key, place.key]))
        return found

    def _survive(self, failing: frozenset[str]) -> None:
        """When these hosts fail at once, each protected VM of theirs is restarted, and nothing else moves."""
        numbers, left = self.numbers, [place for key, place in self.places.items() if key not in failing]
        restarted: dict[str, list[Term]] = {place.key: [] for place in left}
        for each in self.wanted.guarded:
            lost = [(1, self.on[each.key, host]) for host in failing if (each.key, host) in self.on]
            moves = any((each.key, host) in self.on for host in self.places)
            if not lost and (moves or each.host not in failing):
                continue
            there = []
            for place in left:
                if each.hosts is None or place.key in each.hosts:
                    there.append((1, numbers.number(1)))
                    restarted[place.key].append((-(-each.size // self.grain), there[-1][1]))
            if lost:
                numbers.require([*there, *((-1, variable) for _, variable in lost)], 0, 0)
            else:
                numbers.require(there, 1, 1)
        for place in left:
            self._restart_on(place, restarted[place.key])

    def _restart_on(self, place: Place, terms: list[Term]) -> None:
        """Restarts find the memory that is free when everybody has its static maximum; none where that is none."""
        if not terms:
            return
        static = self._terms(place, "static")
        spare = place.spare // self.grain
        over = sum(size for size, _ in static) + sum(size for size, _ in terms) + max(0, -spare)
        used = self.numbers.number(1)
        self.numbers.require([*terms, *static, (over, used)], most=spare + over)
        for _, variable in terms:
            self.numbers.require([(1, variable), (-1, used)], most=0)

    def loads(self) -> tuple[list[Term], list[Term]] | None:
        """The highest load, and the difference to the lowest; None where one is unknown."""
        known = bool(self.wanted.places) and all(place.taken is not None for place in self.wanted.places)
        if not known or any(size is None for item in self.wanted.items for size in item.taken.values()):
            return None
        most = max((self._most(place) for place in self.wanted.places), default=0)
        largest = max((place.memory // self.grain for place in self.wanted.places), default=0)
        if most >= _HIGHEST_LOAD or most * largest >= _TOO_LARGE:
            return None
        highest, lowest = self.numbers.number(most), self.numbers.number(most)
        for place in self.wanted.places:
            terms = [(size * WHOLE, variable) for size, variable in self._terms(place, "taken")]
            base, memory = -(-(place.taken or 0) // self.grain) * WHOLE, max(1, place.memory // self.grain)
            self.numbers.require([*terms, (-memory, highest)], most=-base)
            self.numbers.require([*terms, (-memory, lowest)], least=1 - memory - base)
        return [(1, highest)], [(1, highest), (-1, lowest)]

    def _most(self, place: Place) -> int:
        """The load of a host if it got everybody."""
        return load(
            (place.taken or 0) + sum(size for size, _ in self._terms(place, "taken")) * self.grain, place.memory
        )


def grain(wanted: Wanted) -> int:
    """The largest size that divides all sizes, so that nothing is lost when memory is counted in it."""
    found = gcd(*(place.memory for place in wanted.places), *(place.taken or 0 for place in wanted.places))
    for item in wanted.items:
        found = gcd(found, *item.comes.values(), *item.stays.values(), *item.static.values())
        found = gcd(found, *(size or 0 for size in item.taken.values()))
    return max(1, gcd(found, *(each.size for each in wanted.guarded)))


def possible(wanted: Wanted) -> Assigned:
    """Any assignment that keeps what is asked."""
    if any(not _somewhere(item, wanted) for item in wanted.items):
        return Assigned(None, proven=True)
    model = _Model(wanted)
    found = model.numbers.solve(wanted.effort, wanted.seconds)
    if found.ending is not Ending.FOUND:
        return Assigned(None, found.ending is Ending.IMPOSSIBLE)
    return Assigned(_targets(model, found.values), proven=False)


def cheapest(wanted: Wanted) -> Assigned:
    """The assignment that helps with the fewest other VMs, then loads hosts least, then most evenly.

    Where no load is known, any.
    """
    model = _Model(wanted)
    costs: list[Cost] = []
    values: Sequence[int] = ()
    for name, unit, terms in _objectives(model):
        model.numbers.minimize(terms, name, partial(_told, name, unit))
        if values:
            model.numbers.suggest(values)
        found = model.numbers.solve(wanted.effort, wanted.seconds)
        if found.ending is not Ending.FOUND or found.value is None or found.bound is None:
            if not values:
                return Assigned(None, found.ending is Ending.IMPOSSIBLE)
            break
        values = found.values
        costs.append(Cost(name, found.value * unit, found.bound * unit))
        model.numbers.require(terms, most=found.value)
    if not costs:
        return possible(wanted)
    return Assigned(_targets(model, values), all(each.value == each.bound for each in costs), tuple(costs))


def _told(name: str, unit: int, count: int) -> str:
    """A cost as whoever waits is told it."""
    return worth_told(name, count * unit)


def _objectives(model: _Model) -> list[tuple[str, int, list[Term]]]:
    """What is kept small, in this order: a name, what one of it is worth, and the sum."""
    wanted = model.wanted
    others = [item for item in wanted.items if item.key not in wanted.must_go]
    found = []
    if others:
        pairs = [
            (item, model.on[item.key, host]) for item in others for host in model.hosts(item) if host != item.source
        ]
        unit = max(1, gcd(*(item.moves for item in others)))
        found.append((OTHER_BYTES, unit, [(item.moves // unit, variable) for item, variable in pairs]))
        found.append((OTHERS_MOVED, 1, [(1, variable) for _, variable in pairs]))
    if both := model.loads():
        found += [(HIGHEST, 1, both[0]), (UNEVEN, 1, both[1])]
    return found


def _may(item: Item, place: Place | None, wanted: Wanted) -> bool:
    """Whether a VM may end up on a host, as far as it does not depend on others."""
    if place is None or place.key not in item.stays:
        return False
    return item.key not in wanted.must_go if place.key == item.source else not place.closed


def _somewhere(item: Item, wanted: Wanted) -> bool:
    return any(_may(item, place, wanted) for place in wanted.places)


def shortage(wanted: Wanted, host: str) -> int | None:
    """The bytes that one host would have to have more for everybody to find a place; None where that is no way."""
    if any(not _somewhere(item, wanted) for item in wanted.items):
        return None
    model = _Model(wanted, grown=host)
    if model.more is None:
        return None
    model.numbers.minimize([(1, model.more)])
    found = model.numbers.solve(wanted.effort, wanted.seconds)
    return found.value * model.grain if found.value is not None and found.value == found.bound else None


def left_out(wanted: Wanted) -> tuple[str, ...] | None:
    """The VMs without which the others find a place, the fewest bytes of them; None where that is not known."""
    model = _Model(wanted, partial=True)
    terms = [
        (-(-item.moves // model.grain) or 1, model.on[item.key, host])
        for item in wanted.items
        for host in model.hosts(item)
    ]
    model.numbers.minimize([(-size, variable) for size, variable in terms])
    found = model.numbers.solve(wanted.effort, wanted.seconds)
    if found.value is None or found.value != found.bound:
        return None
    placed = _targets(model, found.values)
    return tuple(item.key for item in wanted.items if item.key not in placed)


def _targets(model: _Model, values: Sequence[int]) -> dict[str, str]:
    return settled(model.wanted, {vm: host for (vm, host), variable in model.on.items() if values[variable]})
