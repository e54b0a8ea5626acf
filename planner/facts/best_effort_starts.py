"""Which VMs of the lower promise are tried after a failure, and whether the promise to others forbids it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from planner.facts.chance import drawn
from planner.facts.failover_problem import PoolProblem, as_configured, best_effort, problems
from planner.facts.trial import Started, Trial
from planner.failover.problem import FailoverProblem
from planner.failover.toolstack import as_large_as_the_largest, plan_exists
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class BestEffort:
    """What becomes of the VMs that are started if that is possible."""

    everything: bool
    """All that are down are tried, those that somebody shut down on purpose too: the coordinator is new."""
    vms: tuple[Started, ...]
    """In the order in which they are tried."""
    floating: tuple[VM, ...]
    """All VMs whose place is not certain now."""


def best_effort_starts(
    trial: Trial, lost: Iterable[str], floating: tuple[VM, ...], promised: int | None, *, everything: bool
) -> BestEffort:
    """What becomes of them: of those that were lost, by name or UUID, or of `everything` that is down.

    A start is refused when the failures that are promised to be survived no longer would be; `promised` is None where
    nothing is refused.
    """
    gone = set(lost)
    down = [vm for vm in best_effort(trial.view) if vm.power_state == "halted"]
    asked = [vm for vm in down if everything or (vm.uuid or vm.name) in gone]
    guard = None if promised is None else _Guard(trial, promised)
    told, adrift = drawn(trial, asked, floating, guard)
    if guard and guard.unknown:
        told = tuple(replace(each, starts=None) if each.starts else each for each in told)
    return BestEffort(everything, told, adrift)


class _Guard:
    """Whether the toolstack refuses a start that would break its plan for more failures."""

    def __init__(self, trial: Trial, failures: int) -> None:
        self._trial = trial
        self._failures = failures
        self._seen: tuple[PoolView, PoolProblem, FailoverProblem | None] | None = None
        self.unknown = False

    def refuses(self, vm: VM, host: Host) -> bool:
        """Whether it would not survive the promised failures with a VM on a host, though it does without."""
        pool, problem = self._now()
        return problem is not None and not plan_exists(_with(problem, pool, host, [vm]), self._failures)

    def surely_allows(self, vm: VM, host: Host, rivals: Iterable[VM]) -> bool:
        """Whether it survives them wherever rivals are: by counting, which less memory never betters."""
        pool, problem = self._now()
        others = tuple(rivals)
        if problem is None:
            return True
        if not others or self._failures == 0:
            return plan_exists(_with(problem, pool, host, [vm]), self._failures)
        crowded = _with(problem, pool, host, [vm])
        for each in pool.usable:
            crowded = _with(crowded, pool, each, others)
        return plan_exists(crowded, self._failures) and as_large_as_the_largest(crowded, self._failures)

    def _now(self) -> tuple[PoolProblem, FailoverProblem | None]:
        """The toolstack's problem as the pool is now; none where its plan is broken already, or not known."""
        view = self._trial.view
        if self._seen is None or self._seen[0] is not view:
            pool = PoolProblem(view)
            found = problems(pool, as_configured(view))
            unknown = bool(found.lacking) or any(each.agility.agile is None for each in found.guarded)
            self.unknown = self.unknown or unknown
            holds = not unknown and not found.unplaced and plan_exists(found.toolstack, self._failures)
            self._seen = view, pool, found.toolstack if holds else None
        return self._seen[1], self._seen[2]


def _with(problem: FailoverProblem, pool: PoolProblem, host: Host, vms: Iterable[VM]) -> FailoverProblem:
    """The problem with VMs on a host that are not protected."""
    size = sum(each.size for each in pool.guarded(vms))
    key = pool.host_keys[id(host)]
    return replace(problem, free={**problem.free, key: problem.free[key] - size})
