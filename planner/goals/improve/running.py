"""How much less memory one VM that runs could have, so that so many failures are survived.

High availability counts the static maximum, which is changed only while a VM is halted; what may be changed while it
runs is the dynamic range, which does not count. So the VM is shut down for it, and started again where it runs now.
Less memory for it leaves its host more room, and its own restart takes less; so it never makes a failure worse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from planner.facts.failover_problem import Known, PoolProblem, Problems, as_configured, problems
from planner.facts.high_availability import to_be_restarted
from planner.facts.placement import Placement
from planner.facts.serving import Serving
from planner.failover.answers import FailureCapacity
from planner.failover.toolstack import orders
from planner.goals.improve.judging import judged, least
from planner.goals.improve.resizing import changed, least_of, size_of, with_size
from planner.goals.improve.shortage import shortages
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.rules.wording import counted
from planner.units import MIB, format_size, mib_consumed

_BEST = 3
"""So many VMs of a kind are told, those that have to lose least."""
_LOOKS = 20_000
"""So many looks at a host or a VM in all."""
_QUESTION = 300
"""What a question takes beside a look at each host and VM."""
_SIZES = 2
"""What it takes for each size that there is."""
_ORDERS = 50
"""So many looks of the toolstack's planner, which has figures only to compare, take as long as one."""


@dataclass(frozen=True, slots=True)
class Today:
    """A pool as it is, and how many failures are asked of it, until the toolstack accepts them or in truth alone."""

    inventory: Inventory
    view: PoolView
    failures: int
    for_toolstack: bool
    capacity: FailureCapacity
    found: Problems
    known: Known
    """What was found out of its VMs on the way to this problem."""


@dataclass(frozen=True, slots=True)
class Less:
    """A VM that could have less memory, which is enough by itself."""

    vm: VM
    number: int
    """So many MiB less, counted from its memory in whole MiB."""
    size: int
    """Its static maximum then, in bytes."""
    protected: bool
    proven: bool
    """With one MiB more it is not enough."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A VM that could be shut down and have less memory."""

    vm: VM
    host: Host
    key: str
    on: str
    """Its host, by key."""
    most: int
    """So many MiB less it could have."""
    protected: bool


class Running:
    """The VMs that run and could have less memory, each no less than its static minimum."""

    def __init__(self, today: Today) -> None:
        self._today, self._view, self._failures = today, today.view, today.failures
        self._settled = all(each.host is not None for each in today.found.guarded)
        exact = today.found.exact
        self._shortages = tuple(shortages(exact, today.failures, today.capacity, settled=self._settled))
        own = len(self._view.vms.records) + len(exact.free)
        plans = orders(today.found.toolstack, today.failures) * own // _ORDERS if today.for_toolstack else 0
        self._price = _QUESTION + own + _SIZES * len({each.size for each in exact.placed}) + plans
        self._looks = _LOOKS

    @cached_property
    def best(self) -> tuple[tuple[Less, ...], tuple[_Candidate, ...]]:
        """Those that have to lose least, of the protected and of the others, and those that were not asked.

        Whoever can lose most is asked first. A VM is left out where it cannot have less than those that are told.
        """
        best: dict[bool, list[Less]] = {True: [], False: []}
        unasked = []
        for each in sorted(self._candidates(), key=lambda each: (-each.most, each.vm.name, each.key)):
            own = best[each.protected]
            most = min(each.most, own[-1].number - 1) if len(own) == _BEST else each.most
            if not self._may_do(each, most):
                continue
            if self._looks <= 0:
                unasked.append(each)
            elif found := self._least(each, most):
                best[each.protected] = sorted([*own, found], key=lambda less: less.number)[:_BEST]
        return (*best[True], *best[False]), tuple(unasked)

    def told(self) -> tuple[str, ...]:
        """It as sentences, where it leads there: one for the protected VMs, one for the others."""
        best, unasked = self.best
        sentences = []
        for protected, kind in ((True, "is protected"), (False, "is not protected")):
            ways = [each for each in best if each.protected is protected]
            left = [each for each in unasked if each.protected is protected]
            if ways:
                each = ", or ".join(map(_way, ways))
                quality = "less is not enough" if all(way.proven for way in ways) else "less may be enough"
                rest = f"; not asked: {counted(len(left), 'VM')}" if left else ""
                what = f"less memory for one VM that runs and {kind}, shut down for it and started where it was"
                sentences.append(f"{what}: {each}; {quality}{rest}")
        return tuple(sentences)

    def _candidates(self) -> Iterator[_Candidate]:
        pool = PoolProblem(self._view, known=self._today.known)
        usable = {id(host) for host in pool.usable}
        guarded = {each.key for each in self._today.found.guarded}
        serving = Serving(self._today.inventory.site, self._view)
        for vm in self._view.vms.records:
            host, key = self._view.hosts.find(vm.runs_on), pool.vm_keys[id(vm)]
            most, protected = mib_consumed(size_of(vm)) - mib_consumed(least_of(vm)), key in guarded
            stays_so = protected or not to_be_restarted(vm)  # starting such a VM would protect it
            if host is None or id(host) not in usable or most <= 0 or not stays_so:
                continue
            if _stoppable(vm) and not serving.repositories(vm):
                yield _Candidate(vm, host, key, pool.host_keys[id(host)], most, protected)

    def _may_do(self, each: _Candidate, number: int) -> bool:
        """Whether it is not plain from what is missing today that so many MiB less are too little."""
        if number <= 0:
            return False
        smaller = _smaller(each.vm, number)
        return all(shortage.may_end(each.key, each.on, each.vm, smaller) for shortage in self._shortages)

    def _least(self, each: _Candidate, most: int) -> Less | None:
        """The least that it has to lose, up to so many MiB.

        None where that is not enough, where that is open, and where the VM may not start where it is any more.
        """
        held = partial(self._held, each)
        if not held(most):
            return None
        number, proven = least(
            0, most, partial(self._may_do, each), refused=self._today.capacity.upper < self._failures
        )
        if number < most and not (verdict := held(number)):
            number, proven = least(number, most, held, refused=verdict is False)
        smaller = _smaller(each.vm, number)
        view = changed(self._today.inventory, self._view, {id(each.vm): smaller})
        if not Placement(view).start(smaller, each.host).can:
            return None
        return Less(each.vm, number, size_of(smaller), each.protected, proven and self._settled)

    def _held(self, each: _Candidate, number: int) -> bool | None:
        """Whether it is enough that a VM has so many MiB less; None where that is not decided."""
        self._looks -= self._price
        view = changed(self._today.inventory, self._view, {id(each.vm): _smaller(each.vm, number)})
        known = {on: {key: vm for key, vm in vms.items() if key != each.key} for on, vms in self._today.known.items()}
        found = problems(PoolProblem(view, known=known), as_configured(view))
        if found.lacking or found.undecided:
            return None
        return False if found.homeless else judged(found, self._failures, for_toolstack=self._today.for_toolstack)


def _stoppable(vm: VM) -> bool:
    """Whether a VM runs, and can be shut down from inside without harm to its host."""
    runs = vm.power_state == "running" and vm.scheduled_on is None and not vm.operations
    return runs and not vm.driver_domain and "clean_shutdown" not in (vm.blocked_operations or ())


def _smaller(vm: VM, number: int) -> VM:
    """A VM with so many MiB less; what it takes beside is computed anew when it is changed."""
    smaller = with_size(vm, (mib_consumed(size_of(vm)) - number) * MIB)
    return smaller.model_copy(
        update={"memory": smaller.memory and smaller.memory.model_copy(update={"overhead": None})}
    )


def _way(less: Less) -> str:
    lost = format_size(size_of(less.vm) - less.size)
    return f"{lost} less for {less.vm.name}, which has {format_size(less.size)} then"
