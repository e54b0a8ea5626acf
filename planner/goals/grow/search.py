"""How many more VMs fit while failures stay survivable: what the model proposes is tried until it holds.

The model allows too much and never too little, so what it allows at most is a bound. Each proposal is held against the
exact capacity; what fails becomes a further demand. The first that holds is the most there can be.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from operator import mul

from planner.failover.answers import Cause, FailureCapacity
from planner.failover.capacity import failure_capacity
from planner.failover.problem import FailoverProblem, Restart
from planner.goals.grow.limits import Limits
from planner.goals.grow.model import Additions, Choice, Spread

PROPOSALS = 30
"""How many proposals an effort of 1 tries."""
MODEL = 0.5
"""The mean effort for one proposal of the model."""
ASKED = 0.02
"""The effort for one question of how many hosts may fail."""
NOTHING = Spread({}, {})
NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Most:
    """How many bundles of new VMs fit, by host what was found to hold, and why one more does not."""

    lower: int
    upper: int
    spread: Mapping[str, tuple[int, ...]]
    because: Cause | None
    """Why a further bundle fails; None where it does not fit even while no host fails, or where that is open."""

    @property
    def proven(self) -> bool:
        """There can be no more."""
        return self.lower == self.upper


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory with which a number of bundles fits, by host in bytes; none where that was not found."""

    least: int
    """It cannot be done with less, all hosts together."""
    added: Mapping[str, int] | None

    @property
    def proven(self) -> bool:
        """There is no cheaper way."""
        return self.added is not None and sum(self.added.values()) == self.least


def with_new(problem: FailoverProblem, sizes: Sequence[int], spread: Spread) -> FailoverProblem:
    """The problem with new VMs on its hosts; they are protected like the others."""
    free = {host: room + spread.memory.get(host, 0) for host, room in problem.free.items()}
    new = [restart for restart, _ in _new(problem, sizes, spread)]
    for restart in new:
        free[str(restart.host)] -= restart.size
    return FailoverProblem(free, (*problem.restarts, *new), problem.total_hosts, problem.domains, problem.apart)


def _new(problem: FailoverProblem, sizes: Sequence[int], spread: Spread) -> Iterator[tuple[Restart, int]]:
    """The new VMs of a spread, each with the number of its size; they have names that no other VM has."""
    taken = {each.vm for each in problem.restarts}
    names = (name for number in count(1) if (name := f"new VM {number}") not in taken)
    for host, numbers in spread.vms.items():
        for at, number in enumerate(numbers):
            yield from ((Restart(next(names), sizes[at], host), at) for _ in range(number))


def most_bundles(
    problem: FailoverProblem,
    sizes: Sequence[int],
    failures: int,
    limits: Limits = NO_LIMITS,
    *,
    effort: float = 1.0,
) -> Most | None:
    """The most bundles, each with one VM of every size, that can be added; None where failures are fatal already.

    Memory is bytes. `limits` is what bounds the VMs of a host beside memory. Nothing that runs is moved.
    """
    trial = _Trial(problem, tuple(sizes), failures, effort)
    if trial.capacity(NOTHING).lower < failures:
        return None
    ceiling = sum(problem.room.values()) // sum(sizes)
    spread, upper = trial.filled(ceiling, limits), ceiling
    model = Additions(problem, sizes, failures, most=ceiling, limits=limits)
    model.demand(bundles(spread) + 1)
    for proposed in trial.proposals(model.most_bundles):
        if proposed.bound is not None:
            upper = min(upper, proposed.bound)
        if proposed.impossible:
            upper = bundles(spread)
        elif proposed.spread:
            held = proposed.spread if trial.holds(model, proposed.spread) else NOTHING
            if held is NOTHING and bundles(proposed.spread) > bundles(spread) + 1:
                held = trial.trimmed(proposed.spread)
            if bundles(held) > bundles(spread):
                spread = held
                model.demand(bundles(spread) + 1)
        if bundles(spread) >= upper:
            break
    lower = bundles(spread)
    return Most(lower, upper, spread.vms, trial.why_no_more(spread, limits) if lower == upper else None)


def least_memory(  # noqa: PLR0913 - each is a part of the question
    problem: FailoverProblem,
    sizes: Sequence[int],
    failures: int,
    wanted: int,
    limits: Limits = NO_LIMITS,
    *,
    step: int,
    effort: float = 1.0,
) -> Memory | None:
    """The least memory, in bytes and whole steps, with which so many bundles fit; None where no memory is enough."""
    trial = _Trial(problem, tuple(sizes), failures, effort)
    model = Additions(problem, sizes, failures, most=wanted, limits=limits, step=step)
    model.demand(wanted)
    least = 0
    for proposed in trial.proposals(model.least_memory):
        if proposed.impossible:
            return None
        least = max(least, proposed.bound or 0)
        if proposed.spread and trial.holds(model, proposed.spread):
            return Memory(least, proposed.spread.memory)
    return Memory(least, None)


def bundles(spread: Spread) -> int:
    """How many bundles are spread."""
    return sum(numbers[0] for numbers in spread.vms.values())


class _Trial:
    """Holds proposals against the exact capacity, as long as the effort lasts."""

    def __init__(self, problem: FailoverProblem, sizes: tuple[int, ...], failures: int, effort: float) -> None:
        self._problem, self._sizes, self._failures, self._effort = problem, sizes, failures, effort
        self._undecided = False

    def capacity(self, spread: Spread) -> FailureCapacity:
        """What the pool survives with what is spread."""
        return failure_capacity(with_new(self._problem, self._sizes, spread), effort=ASKED * self._effort)

    def proposals(self, ask: Callable[[float], Choice]) -> Iterator[Choice]:
        """What the model proposes, again after each that failed."""
        left = MODEL * PROPOSALS * self._effort
        for _ in range(math.ceil(PROPOSALS * self._effort)):
            proposed = ask(min(left, MODEL * PROPOSALS * self._effort / 4))
            yield proposed
            left -= proposed.effort
            if left <= 0 or proposed.impossible or proposed.spread is None or self._undecided:
                return

    def holds(self, model: Additions, spread: Spread) -> bool:
        """Whether a spread survives the failures; what speaks against it is told to the model."""
        found = self.capacity(spread)
        if found.lower >= self._failures:
            return True
        if found.upper >= self._failures or found.because is None:
            self._undecided = True
        elif found.because.measure is None or not model.count(found.because.measure):
            model.refute(self._needed(spread, found.because))
        return False

    def _needed(self, spread: Spread, because: Cause) -> Spread:
        """The part of a spread that fails already: all on the hosts that are left, and what these cannot take."""
        vms = {host: list(numbers) for host, numbers in spread.vms.items() if host in because.hosts}
        for restart, at in _new(self._problem, self._sizes, spread):
            if restart.vm in because.vms:
                vms.setdefault(str(restart.host), [0] * len(self._sizes))[at] += 1
        memory = {host: size for host, size in spread.memory.items() if host in because.hosts}
        return Spread({host: tuple(numbers) for host, numbers in vms.items()}, memory)

    def filled(self, most: int, limits: Limits) -> Spread:
        """As many bundles as survive when each VM is put where most memory is left."""
        return self._longest(self._order(NOTHING, most, limits))

    def trimmed(self, spread: Spread) -> Spread:
        """As many bundles of a spread as survive."""
        hosts = [
            [host for host, numbers in spread.vms.items() for _ in range(numbers[size])]
            for size in range(len(self._sizes))
        ]
        return self._longest(list(zip(*hosts, strict=True)))

    def _longest(self, order: Sequence[tuple[str, ...]]) -> Spread:
        low, high = 0, len(order)
        while low < high:
            middle = (low + high + 1) // 2
            held = self.capacity(self._put(order[:middle])).lower >= self._failures
            low, high = (middle, high) if held else (low, middle - 1)
        return self._put(order[:low])

    def why_no_more(self, spread: Spread, limits: Limits) -> Cause | None:
        """Why a further bundle fails where most memory is left for it."""
        order = self._order(spread, 1, limits)
        if not order:
            return None
        more = self._put(order)
        vms = {host: tuple(map(sum, zip(spread.vms[host], more.vms[host], strict=True))) for host in spread.vms}
        return self.capacity(Spread(vms, {})).because

    def _order(self, start: Spread, most: int, limits: Limits) -> list[tuple[str, ...]]:
        """For one bundle after another the host of each of its VMs."""
        left = {
            host: room - sum(map(mul, self._sizes, start.vms.get(host, ())))
            for host, room in self._problem.room.items()
        }
        numbers = {host: list(start.vms.get(host, (0,) * len(self._sizes))) for host in self._problem.room}
        order: list[tuple[str, ...]] = []
        while len(order) < most:
            targets = []
            for at, size in enumerate(self._sizes):
                fitting = [each for each in left if left[each] >= size and self._one_more(limits, each, numbers, at)]
                if not fitting:
                    return order
                host = max(fitting, key=left.__getitem__)
                left[host] -= size
                numbers[host][at] += 1
                targets.append(host)
            order.append(tuple(targets))
        return order

    def _one_more(self, limits: Limits, host: str, numbers: Mapping[str, Sequence[int]], at: int) -> bool:
        more = [number + (each == at) for each, number in enumerate(numbers[host])]
        return limits.allow(host, self._sizes, more)

    def _put(self, order: Sequence[tuple[str, ...]]) -> Spread:
        counted = Counter((host, number) for targets in order for number, host in enumerate(targets))
        return Spread(
            {host: tuple(counted[host, number] for number in range(len(self._sizes))) for host in self._problem.room},
            {},
        )
