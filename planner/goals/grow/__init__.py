"""How many more VMs of given sizes a pool takes while so many hosts may fail, and what more memory would bring.

New VMs need nothing but memory: they can run on every host that is enabled and live. Nothing that runs is moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from planner import patience
from planner.errors import GoalError
from planner.facts.failover_problem import PoolProblem, Problems, as_configured, candidates, is_on_a_host, problems
from planner.facts.footprint import Question, footprint
from planner.facts.lacking import Lacking
from planner.facts.memory import charged
from planner.failover.problem import FailoverProblem
from planner.goals.grow.limits import Limits, left_on, left_on_further, unsaid
from planner.goals.grow.search import Memory, Most, least_memory, most_bundles
from planner.model.guest import VM, Vcpus
from planner.model.guest import Memory as GuestMemory
from planner.model.inventory import Inventory, PoolView
from planner.units import BYTES

GIB = BYTES["GiB"]
FURTHER = "the further host"
LARGEST_HOST = 1 << 16
"""The largest host that is thought of, in GiB."""


@dataclass(frozen=True, slots=True)
class Size:
    """A new VM: its memory in bytes, and its virtual CPUs."""

    memory: int
    vcpus: int = 1


@dataclass(frozen=True, slots=True)
class Grow:
    """The question: VMs of these sizes, one of each at a time."""

    sizes: tuple[Size, ...]
    pool: str | None = None
    """Its name or UUID, where there are several."""
    host: int | None = None
    """The memory that a further host would have for VMs, in bytes; None: like the largest that the pool has."""
    wanted: int | None = None
    """So many of each size are wanted, with `failures` to be survived."""
    failures: int | None = None
    """Only so many are asked about; None: one number after another, and for what is wanted as the pool has it."""
    seconds: float | None = None
    """What is not decided by then stays open."""


@dataclass(frozen=True, slots=True)
class Row:
    """How many more VMs there may be while so many hosts may fail."""

    failures: int
    now: Most | None
    """None where so many failures cannot be survived even without further VMs."""
    with_host: Most | None
    """With one more host."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be added for a number of VMs."""

    number: int
    failures: int
    fits: bool | None
    """Nothing has to be added; None where that was not decided."""
    memory: Memory | None
    """The least memory for the hosts there are; None where no memory is enough."""
    host: int | None
    """The memory of the smallest further host that was found to be enough, in whole GiB; None where none was."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What a pool takes."""

    view: PoolView
    protected: tuple[VM, ...]
    """The VMs whose restart is kept possible."""
    configured: bool
    """They are those of the pool's restart plan; else there is none, and they are all that run."""
    needs: tuple[int, ...]
    """What each new VM takes of a host, in bytes."""
    host: int
    """The memory that the further host has for VMs, in bytes."""
    rows: tuple[Row, ...]
    wanted: Wanted | None
    names: Mapping[str, str]
    """By key, what a person calls a host or a VM."""
    only: int | None = None
    """Only that many failures are asked about."""

    @property
    def survived(self) -> bool:
        """Whether the failures that are asked about are survived without further VMs."""
        return self.only is None or self.rows[0].now is not None

    @property
    def proven(self) -> bool:
        """Every number is the most there can be."""
        asked = (most for row in self.rows for most in (row.now, row.with_host))
        return all(most is None or most.proven for most in asked) and not (self.wanted and self.wanted.fits is None)


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Why nothing can be said: facts that are lacking, or VMs for which there is no room even now."""

    view: PoolView
    lacking: tuple[Lacking, ...]
    homeless: tuple[VM, ...]


def grow(goal: Grow, inventory: Inventory) -> Growth | NotKnown:
    """How much a pool can grow.

    Raises `planner.errors.GoalError` when the pool is not there or the sizes make no sense.
    """
    with patience.for_at_most(goal.seconds):
        return _grown(goal, inventory)


def _grown(goal: Grow, inventory: Inventory) -> Growth | NotKnown:
    if not goal.sizes or any(size.memory <= 0 or size.vcpus <= 0 for size in goal.sizes):
        raise GoalError("a new VM needs memory and virtual CPUs; give at least one size, such as 8GiB")
    view = _view(goal, inventory)
    pool = PoolProblem(view)
    configured = as_configured(view)
    running = tuple(vm for vm in candidates(view) if is_on_a_host(vm))
    found = problems(pool, configured or running)
    lacking = tuple(_lacking(pool, found))
    if lacking or found.homeless or found.undecided:
        return NotKnown(view, lacking, found.homeless)
    rule = view.coordinator and charged(view, view.coordinator)
    needs = tuple(
        footprint(new_vm(size), Question.HA_PLAN, vcpus_charged=rule is not False).least for size in goal.sizes
    )
    host = goal.host or max((pool.empty(each) for each in pool.usable), default=0)
    only = None if goal.wanted else goal.failures
    asking = _Asking(pool, found.exact, goal.sizes, needs, host)
    return Growth(
        view,
        tuple(each.vm for each in found.guarded),
        bool(configured),
        needs,
        host,
        tuple(asking.rows(only)),
        None if goal.wanted is None else asking.wanted(goal.wanted, _failures(goal, view)),
        pool.names,
        only,
    )


def _view(goal: Grow, inventory: Inventory) -> PoolView:
    views = [view for view in inventory.pools if goal.pool in (None, view.name, view.pool.uuid) and view.hosts.records]
    if len(views) != 1:
        names = ", ".join(sorted(view.name for view in inventory.pools))
        said = (
            f"{goal.pool} names {len(views)} pools with hosts"
            if goal.pool
            else f"there are {len(views)} pools with hosts"
        )
        raise GoalError(f"{said}; name one with --pool: {names}")
    return views[0]


def _lacking(pool: PoolProblem, found: Problems) -> Iterator[Lacking]:
    yield from found.lacking or pool.lacking
    yield from unsaid(pool)
    if pool.view.pool.vms is None and not any(each.field == "vms" for each in found.lacking or pool.lacking):
        yield Lacking(pool.view.pool, "vms")


def new_vm(size: Size) -> VM:
    """A guest of that size that runs, and needs nothing but memory."""
    memory = GuestMemory(dynamic_min=size.memory, dynamic_max=size.memory, static_max=size.memory)
    return VM(name="new", power_state="running", memory=memory, vcpus=Vcpus(max=size.vcpus), domain_type="hvm")


def _failures(goal: Grow, view: PoolView) -> int:
    if goal.failures is not None:
        return goal.failures
    return (view.pool.ha.failures_to_tolerate or 0) if view.pool.ha else 0


class _Asking:
    """Asks the same with and without a further host."""

    def __init__(
        self, pool: PoolProblem, problem: FailoverProblem, sizes: tuple[Size, ...], needs: tuple[int, ...], host: int
    ) -> None:
        self._pool, self._problem, self._needs, self._host = pool, problem, needs, host
        self._limits = Limits([size.vcpus for size in sizes], left_on(pool))

    def rows(self, only: int | None) -> Iterator[Row]:
        """For one number of failures after another, until they cannot be survived even with a further host."""
        larger = self._with_host(self._host)
        if only is not None:
            yield self._row(only, larger)
            return
        for failures in range(len(larger.free)):
            row = self._row(failures, larger)
            if row.now is None and row.with_host is None:
                return
            yield row

    def _row(self, failures: int, larger: FailoverProblem) -> Row:
        """For one number, also in the larger pool that has the further host."""
        now = self._most(self._problem, failures) if failures < len(self._problem.free) else None
        further = self._with_further(self._host)
        return Row(failures, now, self._most(larger, failures, further) if failures < len(larger.free) else None)

    def wanted(self, number: int, failures: int) -> Wanted:
        """What has to be added so that so many fit."""
        now = self._most(self._problem, failures)
        fits = now is not None and now.lower >= number
        if fits or (now is not None and now.upper >= number):
            return Wanted(number, failures, fits or None, None, None)
        memory = least_memory(self._problem, self._needs, failures, number, self._limits, step=GIB)
        return Wanted(
            number, failures, fits=False, memory=memory, host=self._smallest(partial(self._enough, number, failures))
        )

    def _enough(self, number: int, failures: int, gibs: int) -> bool:
        found = self._most(self._with_host(gibs * GIB), failures, self._with_further(gibs * GIB))
        return found is not None and found.lower >= number

    @staticmethod
    def _smallest(enough: Callable[[int], bool]) -> int | None:
        high = 1
        while not enough(high):
            high *= 2
            if high > LARGEST_HOST:
                return None
        low = high // 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if enough(middle) else (middle, high)
        return high * GIB

    def _most(self, problem: FailoverProblem, failures: int, limits: Limits | None = None) -> Most | None:
        return most_bundles(problem, self._needs, failures, limits or self._limits)

    def _with_further(self, memory: int) -> Limits:
        return replace(self._limits, left={**self._limits.left, FURTHER: left_on_further(self._pool, memory)})

    def _with_host(self, memory: int) -> FailoverProblem:
        old = self._problem
        total = None if old.total_hosts is None else old.total_hosts + 1
        return FailoverProblem({**old.free, FURTHER: memory}, old.restarts, total, old.domains, old.apart)
