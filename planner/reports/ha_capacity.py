"""How many hosts of a pool may fail, in words and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.facts.high_availability import to_be_restarted
from planner.failover.answers import FailureCapacity, ToolstackCapacity
from planner.overviews.ha_best_effort import Fitting
from planner.overviews.ha_capacity import HaCapacity, RestartPlanCapacity
from planner.overviews.ha_next_failure import Left
from planner.overviews.ha_spread import Apart
from planner.reports.ha_differences import difference
from planner.reports.ha_plan_table import plan_table
from planner.reports.words import visible
from planner.rules.ha import causes
from planner.rules.ha_capacity import named, told_cause
from planner.rules.ha_cluster import bounds
from planner.rules.wording import counted, listed, plural

_MOST_NAMED = 8


def ha_capacity_table(found: Iterable[HaCapacity]) -> str:
    """For each pool the numbers, why they end where they do, and what other restart plans would survive."""
    return "\n".join("".join(_pool(each)) for each in found) or "no host is described\n"


def _pool(found: HaCapacity) -> Iterator[str]:
    hosts = counted(found.hosts, "host")
    yield f"{visible(found.view.name)}: {hosts}, {found.usable} of them enabled and live\n"
    yield from _domains(found)
    yield f"  VMs that are protected: {len(found.guarded)}\n"
    yield f"  exact: {_number(found.exact)} at once, whichever hosts they are\n"
    yield f"  the toolstack says: {_says(found.toolstack)}{_asked(found.toolstack)}\n"
    for each in found.differences:
        yield f"    {'fewer' if _fewer(found) else 'more'}, for {visible(difference(each))}\n"
    yield from _after(found)
    yield f"  one after another, nothing moved in between: {_range(found.sequential.lower, found.sequential.upper)}\n"
    yield from _promise(found)
    yield from _why(found)
    yield from _plans(found.plans)
    yield from _best_effort(found)
    yield from _apart(found)
    yield from _unknown(found)


def _domains(found: HaCapacity) -> Iterator[str]:
    tag = visible(found.by or "")
    if found.by and not found.domains:
        yield f"  no host has a tag {tag}:…, so each fails by itself\n"
    elif found.by:
        alone = found.hosts - len(found.domains)
        others = f", and {counted(alone, 'host')} without one" if alone else ""
        number = counted(len(set(found.domains.values())), tag)
        yield f"  what fails as one: {number}{others}; a failure is one of these\n"


def _fewer(found: HaCapacity) -> bool:
    return found.toolstack is not None and found.toolstack.failures < found.exact.lower


def _after(found: HaCapacity) -> Iterator[str]:
    if found.next_failure is None:
        return
    toolstack, best = (_left(found, each) for each in (found.next_failure.toolstack, found.next_failure.best))
    if toolstack == best:
        yield f"  after the next failure: {best}, by the toolstack's restarts as by the best plan found\n"
    else:
        yield f"  after the next failure: {toolstack}, as the toolstack restarts VMs\n"
        yield f"    {best}, by the best plan found\n"


def _left(found: HaCapacity, left: Left) -> str:
    if left.unit is None:
        return "none"
    unit = visible(found.names.get(left.unit, left.unit))
    if left.complete is None:
        return f"not decided (whether all VMs of {unit} can be restarted)"
    if not left.complete:
        return f"none (not all VMs of {unit} are restarted when it fails)"
    return f"{_range(left.lower, left.upper)} (when {unit} fails first)"


def _promise(found: HaCapacity) -> Iterator[str]:
    promise = found.promise
    if promise.configured is None:
        yield "  failures to tolerate: not told\n"
        return
    yield f"  failures to tolerate: {promise.configured}\n"
    able = f"{_range(found.exact.lower, found.exact.upper)} can be"
    if promise.limit and promise.limit.number < found.exact.upper:
        able = f"{promise.limit.number} can be at most: {visible(bounds(found.view, promise.limit))}"
    wanted = f"{counted(promise.configured, 'failure')} {'is' if promise.configured == 1 else 'are'} to be tolerated"
    told = {True: "no", False: f"yes: {wanted}, {able}", None: "not known"}[promise.kept]
    yield f"  overcommitted: {told}\n"
    if promise.kept is not promise.kept_to_the_toolstack:
        says = {True: "no", False: "yes", None: "not known"}[promise.kept_to_the_toolstack]
        yield f"    to the toolstack: {says}\n"


def _range(lower: int, upper: int) -> str:
    return str(lower) if lower == upper else f"at least {lower}, at most {upper}"


def _number(capacity: FailureCapacity) -> str:
    told = _range(capacity.lower, capacity.upper)
    return f"{told} {'failure' if told == '1' else 'failures'}{'' if capacity.proven else ' (not decided)'}"


def _says(capacity: ToolstackCapacity | None) -> str:
    return "not known" if capacity is None else str(capacity.failures)


def _asked(capacity: ToolstackCapacity | None) -> str:
    if capacity is None:
        return ""
    steps = (f"{failures} {method} {'yes' if verdict else 'no'}" for failures, method, verdict in capacity.steps)
    return f" (asked: {', '.join(steps)})" if capacity.steps else " (nothing asked)"


def _why(found: HaCapacity) -> Iterator[str]:
    if found.homeless:
        names = listed((vm.name for vm in found.homeless), _MOST_NAMED)
        yield f"  there is no room even for the protected VMs that are down now: {visible(names)}\n"
    if found.undecided:
        yield "  whether there is room for the protected VMs that are down now was not decided\n"
    if found.exact.witness and found.exact.because:
        hosts = listed(named(found.names, found.exact.witness), _MOST_NAMED)
        yield f"  worst case: {visible(hosts)} {plural(found.exact.witness, 'fails', 'fail')}\n"
        yield f"    {visible(told_cause(found.names, found.exact) or '')}\n"
    bound = [each for each in found.guarded if each.agility.agile is False]
    for each in bound[:_MOST_NAMED]:
        yield f"  {visible(each.vm.name)} is bound to some hosts: {visible(causes(each.agility))}\n"
    if len(bound) > _MOST_NAMED:
        yield f"  {counted(len(bound) - _MOST_NAMED, 'more VM')} that are protected are bound to some hosts\n"


def _plans(plans: Iterable[RestartPlanCapacity]) -> Iterator[str]:
    """Each plan with its VMs; where an earlier one says the same of all of them, that one is named."""
    told: dict[tuple[tuple[int, str], ...], str] = {}
    for plan in plans:
        protected, exact = counted(len(plan.protected), "VM"), _number(plan.exact)
        says = _says(plan.toolstack)
        yield f"\n  {visible(plan.name)}: {protected} protected, survives {exact}, the toolstack says {says}\n"
        earlier = told.setdefault(tuple((id(row.vm), row.priority) for row in plan.rows), plan.name)
        if earlier == plan.name:
            yield from plan_table(plan.rows)
        elif plan.rows:
            yield f'    each VM as under "{visible(earlier)}"\n'


def _best_effort(found: HaCapacity) -> Iterator[str]:
    told = found.best_effort
    if not told.vms:
        return
    yield f"\n  VMs of best effort that still fit in the worst case, of {len(told.vms)}\n"
    for each in told.fitting:
        yield f"    {counted(each.failures, 'failure')}: {_fits(found, each)}\n"
    if told.bound:
        names = visible(listed((vm.name for vm in told.bound), _MOST_NAMED))
        yield f"    never, since no other host can run {plural(told.bound, 'it', 'them')}: {names}\n"
    elif not told.fitting:
        yield f"    {'none of them is on a host' if found.exact.lower else 'none, since no failure is survived'}\n"


def _fits(found: HaCapacity, each: Fitting) -> str:
    least = "" if each.complete else "at least "
    if not each.vms:
        return f"{least}none"
    return f"{least}{len(each.vms)}: {visible(listed((found.names.get(vm, vm) for vm in each.vms), _MOST_NAMED))}"


def _apart(found: HaCapacity) -> Iterator[str]:
    if found.apart:
        yield "\n  groups that are to be apart, which no number above looks at\n"
    for each in found.apart:
        yield f"    {visible(each.spread.group.name)}: now {_together(each.now)}{_then(found, each)}\n"
    if (kept := found.kept_apart) is not None:
        yield f"    with all of them kept apart, whichever hosts fail: {_number(kept)}\n"


def _together(sharing: tuple[tuple[str, ...], ...]) -> str:
    return "; ".join(f"{visible(listed(names, _MOST_NAMED))} together" for names in sharing) or "all apart"


def _then(found: HaCapacity, each: Apart) -> str:
    if each.then is None:
        return ""
    failed = visible(listed(named(found.names, each.failed), _MOST_NAMED))
    return f"; when {failed} {plural(each.failed, 'fails', 'fail')}, {_together(each.then)} by the plan found"


def _unknown(found: HaCapacity) -> Iterator[str]:
    unsaid = [vm for vm in found.view.vms.records if vm.ha_restart_priority is None and not to_be_restarted(vm)]
    if unsaid:
        names = visible(listed((vm.name for vm in unsaid), _MOST_NAMED))
        yield f"\n  taken for not protected, since their priority is not known: {names}\n"
    if found.lacking:
        yield "\n"
    for lack in found.lacking:
        yield f"  not known: {lack.field} of {visible(lack.record.label)}\n"
