"""What high availability does when hosts, storage or a network of a pool fail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from planner.facts.after_failure import cut_off, fallen, lost_vms, without_storage
from planner.facts.best_effort_starts import BestEffort, best_effort_starts
from planner.facts.election import Election, election
from planner.facts.failover_capacity import exact_capacity
from planner.facts.failover_problem import PoolProblem, Problems, as_configured, problems
from planner.facts.failure_alerts import Alert, Promise, alerts, overcommitted
from planner.facts.failure_limit import most_asked
from planner.facts.failure_timeline import Course, Event, timeline
from planner.facts.fencing import Failure, Fate, Fencing, Why, fencing, without_fencing
from planner.facts.ha_timeouts import Timeouts, timeouts
from planner.facts.high_availability import BEST_EFFORT, enabled, failures_wanted, protected
from planner.facts.lacking import Lacking, each_once
from planner.facts.rescue import Rescue, rescue, too_many
from planner.facts.restarts import Restarts, restarts
from planner.facts.start_order import grouped
from planner.facts.toolstack_plan import most_failures
from planner.facts.trial import Started, Trial
from planner.failover.answers import FailureCapacity, ToolstackCapacity
from planner.failover.toolstack import plan_exists
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView


class Mode(Enum):
    """Whether high availability is on."""

    ON = "on"
    WISHED = "wished"
    """It is off, and played as if it were on, as is wished."""
    OFF = "off"
    UNKNOWN = "not known"
    """Nobody says; it is played as if it were on."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What a pool survives after a failure and all restarts; each None where it is chance or not known."""

    exact: FailureCapacity | None = None
    toolstack: ToolstackCapacity | None = None


@dataclass(frozen=True, slots=True)
class HaFailure:
    """A failure in one pool, played through."""

    view: PoolView
    mode: Mode
    failure: Failure
    fencing: Fencing
    election: Election
    down: tuple[VM, ...]
    """The VMs that go down with their hosts, by name."""
    cut_off: tuple[VM, ...]
    """The VMs that run on without a disk or a network that fails, by name."""
    times: Timeouts
    restarts: Restarts | None = None
    """None where nothing is restarted, or nobody knows who lives."""
    best_effort: BestEffort | None = None
    rescue: Rescue | None = None
    """A host for each protected VM that is down, where the toolstack does not surely start all of them."""
    too_many: bool = False
    """It is proven that these do not all fit, even with all guests ballooned down."""
    promise: Promise | None = None
    alerts: tuple[Alert, ...] = ()
    timeline: tuple[Event, ...] = ()
    afterwards: Afterwards = field(default_factory=Afterwards)
    lacking: tuple[Lacking, ...] = ()

    @property
    def living(self) -> tuple[Host, ...]:
        """The hosts that live on."""
        return self.fencing.of(Fate.LIVES)

    @property
    def protected_down(self) -> tuple[VM, ...]:
        """The VMs that go down and are promised a restart, by name."""
        return tuple(vm for vm in self.down if protected(self.view, vm))

    @property
    def left_down(self) -> tuple[VM, ...]:
        """The VMs that go down and that nobody starts again: all of them where nobody is left to do so."""
        if self.mode is Mode.OFF or not (self.living or self.fencing.of(Fate.UNKNOWN)):
            return self.down
        asked = (vm for vm in self.down if not protected(self.view, vm))
        return tuple(vm for vm in asked if vm.ha_restart_priority != BEST_EFFORT)

    @property
    def promised(self) -> bool:
        """Whether a VM goes down, or is down, that is to be restarted."""
        return bool(self.protected_down or (self.restarts and self.restarts.vms))

    @property
    def restarted(self) -> bool | None:
        """Whether every protected VM runs again; None where that is chance or not known."""
        if self.mode is Mode.OFF:
            return not self.protected_down
        if self.fencing.of(Fate.UNKNOWN) or self.mode is Mode.UNKNOWN:
            return None
        if self.restarts is None:
            return not self.protected_down
        answers = [each.starts for each in self.restarts.vms]
        if self.too_many or False in answers:
            return False
        unsaid = any(vm.ha_restart_priority is None for vm in self.down)
        return None if None in answers or unsaid else True


def ha_failure(inventory: Inventory, failures: Iterable[tuple[PoolView, Failure]]) -> tuple[HaFailure, ...]:
    """Each failure played through in its pool."""
    return tuple(_played(inventory, view, failure) for view, failure in failures)


def _mode(view: PoolView) -> Mode:
    on = enabled(view)
    if on:
        return Mode.ON
    return Mode.WISHED if view.ha_plans else Mode.UNKNOWN if on is None else Mode.OFF


def _played(inventory: Inventory, view: PoolView, failure: Failure) -> HaFailure:
    mode = _mode(view)
    fates = without_fencing(view, failure) if mode is Mode.OFF else fencing(inventory, view, failure)
    down = lost_vms(view, fates.of(Fate.FAILED, Fate.FENCED))
    untold = [Lacking(view.pool, "ha.enabled")] if mode is Mode.UNKNOWN else []
    untold += [Lacking(vm, "ha_restart_priority") for vm in down if vm.ha_restart_priority is None]
    found = HaFailure(
        view,
        mode,
        failure,
        fates,
        election(view, fates.of(Fate.LIVES)),
        down,
        cut_off(view, failure, down),
        timeouts(view),
        lacking=each_once((*untold, *fates.lacking)),
    )
    if mode is Mode.OFF:
        return found
    if fates.of(Fate.UNKNOWN) or not found.living:
        return replace(found, alerts=alerts(fates, found.election, None, ()), timeline=_timeline(found, ()))
    return _restarted(inventory, found)


def _restarted(inventory: Inventory, found: HaFailure) -> HaFailure:
    """The same with what is started again."""
    view, at = found.view, inventory.pools.index(found.view)
    dead = found.fencing.of(Fate.FAILED, Fate.FENCED, Fate.DOWN)
    likely = found.election.candidates[0] if found.election.changed else None
    trial = Trial(fallen(inventory, view, dead, likely), at, found.failure)
    after_loss = trial.view
    promise = _promise(view, trial)
    again = restarts(trial)
    all_well = all(each.starts for each in again.vms)
    extra = best_effort_starts(
        trial,
        [vm.uuid or vm.name for vm in found.down],
        again.floating,
        _guarded(view, promise),
        everything=all_well and found.election.changed is True,
    )
    failing = [each.vm for each in again.vms if not each.starts]
    down = [each.vm for each in again.vms]
    played = replace(
        found,
        restarts=again,
        best_effort=extra,
        rescue=rescue(after_loss, down, lambda vm, host: bool(trial.lost(vm, host))) if failing else None,
        too_many=bool(failing) and too_many(after_loss, down),
        promise=promise,
        alerts=alerts(found.fencing, found.election, promise, again.vms),
        afterwards=_afterwards(trial, found, settled=not extra.floating),
        lacking=each_once((*found.lacking, *(lack for each in again.vms for lack in each.lacking))),
    )
    return replace(played, timeline=_timeline(played, (*again.vms, *extra.vms)))


def _promise(view: PoolView, trial: Trial) -> Promise | None:
    """What the toolstack promises when it has looked at what is left; None where that cannot be told."""
    wanted = failures_wanted(view)
    left = _toolstack(trial.view)
    if wanted is None or left is None:
        return None
    problem, most = left
    holds = not problem.unplaced and plan_exists(problem.toolstack, wanted)
    before = _toolstack(view)
    most_before = before[1].failures if before else None
    said = view.pool.ha.plan_exists_for if view.pool.ha and view.pool.ha.enabled else None
    computed = None if most_before is None else min(wanted, most_before)
    over = overcommitted(view, wanted, most_before)
    return Promise(wanted, computed if said is None else said, most.failures, holds, over)


def _toolstack(view: PoolView) -> tuple[Problems, ToolstackCapacity] | None:
    """The problem of a pool as the toolstack sees it, and what it says of it."""
    found = problems(PoolProblem(view), as_configured(view))
    says = most_failures(found, most_asked(view))
    return (found, says) if says else None


def _guarded(view: PoolView, promise: Promise | None) -> int | None:
    """The failures for whose sake a start may be refused; None where none is."""
    if promise is None or (view.pool.ha and view.pool.ha.allow_overcommit):
        return None
    return promise.after


def _afterwards(trial: Trial, found: HaFailure, *, settled: bool) -> Afterwards:
    """What is survived then: what is on lost storage cannot be restarted, though the toolstack does not know that."""
    if not settled:
        return Afterwards()
    seen = problems(PoolProblem(trial.view), as_configured(trial.view))
    really = without_storage(trial.inventory, trial.view, found.failure).pools[trial.at]
    exact = exact_capacity(problems(PoolProblem(really), as_configured(really)))
    if found.fencing.disk_lost and seen.guarded:
        exact = FailureCapacity(0, 0, proven=True, witness=None, because=None)
    return Afterwards(exact, most_failures(seen, most_asked(trial.view)))


def _timeline(found: HaFailure, tried: Iterable[Started]) -> tuple[Event, ...]:
    """What happens when; only after VMs that surely start is a delay certain."""
    vms = (each.vm if each.starts else each.vm.model_copy(update={"start_delay": 0}) for each in tried)
    course = Course(
        missed=any(each.why not in (Why.SEEN, Why.DOWN) for each in found.fencing.hosts),
        fenced=bool(found.fencing.of(Fate.FENCED)),
        disk=any(each.why is Why.LOST_DISK for each in found.fencing.hosts),
        some_die=bool(found.fencing.of(Fate.FAILED, Fate.FENCED)),
        some_live=bool(found.living),
        elected=found.election.changed is not False,
    )
    return tuple(timeline(found.times, course, grouped(vms)))
