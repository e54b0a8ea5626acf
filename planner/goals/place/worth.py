"""What an assignment costs, in plain numbers, and whether it keeps what has to be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.facts.loads import load
from planner.failover.answers import FailureCapacity
from planner.failover.capacity import failure_capacity, survives
from planner.failover.problem import FailoverProblem
from planner.goals.moves import bounds
from planner.goals.moves import surviving as surviving_moves
from planner.goals.moves.wanted import Item, Tie
from planner.goals.place.asked import Asked, Soft

Targets = Mapping[str, str]
_GLANCE = 0.1


@dataclass(frozen=True, slots=True)
class Worth:
    """The costs of an assignment, failures aside; the less the better, each before the next."""

    breaches: int
    highest: int | None
    uneven: int | None
    bytes_moved: int
    moved: int

    @property
    def of_loads(self) -> tuple[int, ...]:
        """What tells better assignments from worse ones, whatever is moved."""
        return self.breaches, self.highest or 0, self.uneven or 0

    @property
    def order(self) -> tuple[int, ...]:
        """What tells better assignments from worse ones."""
        return *self.of_loads, self.bytes_moved, self.moved


def worth(asked: Asked, targets: Targets) -> Worth:
    """What an assignment costs."""
    by_host = loads(asked, targets)
    known = [each for each in by_host.values() if each is not None]
    complete = bool(known) and len(known) == len(by_host)
    moved = [item for item in asked.wanted.items if item.source and targets[item.key] != item.source]
    return Worth(
        sum(_breaches(soft, targets) for soft in asked.softs) + _moved_in_vain(asked, moved) + over(asked, targets),
        max(known) if complete else None,
        max(known) - min(known) if complete else None,
        sum(item.moves for item in moved),
        len(moved),
    )


def loads(asked: Asked, targets: Targets) -> dict[str, int | None]:
    """By host, how much of it is taken; None where that is not known."""
    taken, _ = _taken(asked, targets)
    memory = {place.key: place.memory for place in asked.wanted.places}
    return {host: None if size is None else load(size, memory[host]) for host, size in taken.items()}


def _taken(asked: Asked, targets: Targets) -> tuple[dict[str, int | None], dict[str, int]]:
    """By host, the bytes that are taken of it, None where that is not known, and its virtual CPUs."""
    taken: dict[str, int | None] = {place.key: place.taken for place in asked.wanted.places}
    vcpus = {place.key: place.vcpus for place in asked.wanted.places}
    for item in asked.wanted.items:
        host = targets[item.key]
        so_far, more = taken[host], item.taken[host]
        taken[host] = None if so_far is None or more is None else so_far + more
        vcpus[host] += item.vcpus
    return taken, vcpus


def _breaches(soft: Soft, targets: Targets) -> int:
    on = Counter(soft.fixed)
    on.update(targets[key] for key in soft.vms)
    found = sum(number for host, number in on.items() if host in soft.wrong)
    units = soft.fixed_units()
    units.update(soft.units[targets[key]] for key in soft.vms)
    if soft.most is not None:
        found += sum(max(0, number - soft.most) for number in units.values())
    return found + (max(0, len(units) - 1) if soft.together else 0)


def _moved_in_vain(asked: Asked, moved: Sequence[Item]) -> int:
    """How often VMs move that had better not."""
    return sum(item.key in soft.vms for soft in asked.softs if soft.stay for item in moved)


def over(asked: Asked, targets: Targets) -> int:
    """How often a host has more than it had better have."""
    if not asked.caps:
        return 0
    memory, vcpus = _taken(asked, targets)
    return sum(cap.most.exceeded(memory[cap.host], vcpus[cap.host]) for cap in asked.caps)


def keeps(asked: Asked, targets: Targets) -> bool:
    """Whether an assignment keeps all that has to be kept, failures aside."""
    wanted = asked.wanted
    places = {place.key: place for place in wanted.places}
    left, coming = {key: place.room for key, place in places.items()}, set[str]()
    moved = 0
    for item in wanted.items:
        host = targets.get(item.key)
        if host not in places or host not in item.stays or (host == item.source and item.key in wanted.must_go):
            return False
        comes = host != item.source
        left[host] -= max(item.stays[host], item.comes[host]) if comes else item.stays[host]
        coming |= {host} if comes else set()
        moved += comes and bool(item.source)
    if any(places[host].closed or left[host] < 0 for host in coming):
        return False
    if any(left[key] < 0 and not place.closed for key, place in places.items()):
        return False
    few = wanted.most_moves is None or moved <= wanted.most_moves
    return few and all(_kept(tie, targets) for tie in wanted.ties) and _within_limits(asked, targets)


def keeps_as_well(asked: Asked, targets: Targets, breaches: int) -> bool:
    """Whether it keeps that, and breaks no more preferences than so many."""
    return keeps(asked, targets) and worth(asked, targets).breaches <= breaches


def _within_limits(asked: Asked, targets: Targets) -> bool:
    """Whether no host takes more than wishes let it, or more than stays on it whatever is done."""
    memory, vcpus = _taken(asked, targets)
    return not any(place.limit.exceeded(memory[place.key], vcpus[place.key]) for place in asked.wanted.places)


def _kept(tie: Tie, targets: Targets) -> bool:
    on = Counter(tie.units[targets[vm]] for vm in tie.vms)
    return all(number <= tie.left(unit) for unit, number in on.items()) and (tie.most is not None or len(on) <= 1)


def least_load(asked: Asked) -> int:
    """No assignment has a lower highest load."""
    number = {place.key: each for each, place in enumerate(asked.wanted.places)}
    units = ({number[host]: size or 0 for host, size in item.taken.items()} for item in asked.wanted.items)
    return bounds.least_load(*_hosts(asked), units)


def most_even(asked: Asked) -> int:
    """No assignment has a lowest load that is higher."""
    largest = [max((size or 0 for size in item.taken.values()), default=0) for item in asked.wanted.items]
    return bounds.most_lowest(*_hosts(asked), largest)


def _hosts(asked: Asked) -> tuple[list[int], list[int]]:
    """The memory of all hosts, and what stays taken of it."""
    places = asked.wanted.places
    return [place.memory for place in places], [place.taken or 0 for place in places]


def most_failures(asked: Asked) -> int:
    """No assignment survives more failures.

    When the largest hosts fail, the others have to hold all that is protected. And the hosts that have most protected
    and free have no less of it than hosts have on average, which is lost or not free when they fail.
    It holds where nobody is ballooned: else a host may be full though less is charged to it.
    """
    wanted = asked.wanted
    places = [place for place in wanted.places if place.key in asked.usable]
    ballooned = any(item.static[host] > item.stays[host] for item in wanted.items for host in item.stays)
    rooms, count = sorted(place.spare for place in places), max(0, len(places) - 1)
    if ballooned or any(place.spare < max(0, place.room) for place in places):
        return count
    sizes = {each.key: each.size for each in wanted.guarded}
    needed = sum(min(sizes[item.key], *item.static.values()) for item in wanted.items if item.key in sizes)
    left = sum(rooms) - sum(min(item.static.values()) for item in wanted.items)
    while count > 0 and (sum(rooms[: len(rooms) - count]) < needed or count * needed > (len(rooms) - count) * left):
        count -= 1
    return count


def capacity(asked: Asked, targets: Targets) -> FailureCapacity:
    """How many hosts may fail at once under an assignment."""
    return failure_capacity(_problem(asked, targets))


def glanced(asked: Asked, targets: Targets) -> FailureCapacity:
    """The same as far as a glance tells, where the exact answer would take long."""
    return failure_capacity(_problem(asked, targets), effort=_GLANCE)


def in_order(asked: Asked, targets: Targets) -> tuple[int, ...]:
    """What tells better assignments from worse ones, with the failures that are survived as far as a glance tells."""
    breaches, *others = worth(asked, targets).order
    survived = glanced(asked, targets).lower if asked.wanted.guarded else 0
    return breaches, -survived, *others


def surviving(asked: Asked, targets: Targets, failures: int) -> bool:
    """Whether that many may surely fail, as far as a glance tells."""
    return not failures or survives(_problem(asked, targets), failures, effort=_GLANCE) is True


def most_risk(asked: Asked, failures: int, part: Fraction) -> int:
    """With no more than this at risk on any host so many may fail, and a part of the reserve is left.

    The reserve is that with which every way of restarting comes to an end.
    """
    wanted, usable = asked.wanted, asked.usable
    free = sum(place.spare for place in wanted.places if place.key in usable)
    free -= sum(max(item.static.values()) for item in wanted.items)
    largest = max((each.size for each in wanted.guarded), default=0)
    return (free - int(part * largest * max(0, len(usable) - failures))) // failures


def left_free(asked: Asked, targets: Targets) -> dict[str, int]:
    """By host on which VMs are restarted, what is free on it when everybody has its static maximum."""
    return surviving_moves.left_free(asked.wanted, targets, asked.usable)


def _problem(asked: Asked, targets: Targets) -> FailoverProblem:
    return surviving_moves.failover_problem(asked.wanted, targets, asked.usable)
