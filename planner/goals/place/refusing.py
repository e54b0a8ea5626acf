"""Why there is no placement: facts that are lacking, VMs that no host takes, wishes, memory, failures, or a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.goals.moves import blocking
from planner.goals.place.question import Question
from planner.goals.pools import alike
from planner.model.guest import VM
from planner.plans import Cause, NoPlan
from planner.rules.placing import reasons
from planner.rules.wording import listed

_NAMED = 6
unsaid = blocking.unsaid


def no(told: str, causes: Iterable[Cause], ways: Iterable[str] = ()) -> NoPlan:
    """What is proven to be in the way, alone where there is such; else all that is open."""
    every = tuple(causes)
    proven = tuple(cause for cause in every if cause.proven)
    return NoPlan(told, tuple(sorted(proven or every, key=lambda each: each.told)), (), tuple(ways))


def not_found() -> Cause:
    """That nothing is proven."""
    return Cause("", "no way was found with the effort that was allowed; give more with --time SECONDS", proven=False)


def unclear(question: Question) -> Iterator[Cause]:
    """What has to be known before anything can be said."""
    view = question.view
    yield from alike(("VMs", view.vms), ("hosts", view.hosts))
    if lacking := question.unsure():
        yield Cause("", f"what the hosts have is not known: {listed(lacking, _NAMED)}", proven=False)
    if question.goal.conditions.keep_failures and (lacking := question.untold_of_failures()):
        yield Cause("", f"how many hosts may fail is not known: {listed(lacking, _NAMED)}", proven=False)
    for vm in question.meant.starting:
        if (host := view.hosts.find(vm.runs_on)) is not None:
            told = f"{vm.name} is {vm.power_state}, and yet it is said to run on {host.name}: say which is true"
            yield Cause("", told, proven=False)
    for vm, fields in question.unclear:
        yield Cause("", f"where {vm.name} could be started is not known: {unsaid(fields)}", proven=False)


def staying(question: Question, vms: tuple[VM, ...]) -> str:
    """That VMs stay where they are, and why."""
    told = []
    for vm in vms:
        host = question.view.hosts.find(vm.runs_on)
        named = any(vm is each for each in question.meant.running)
        why = kept_by(question, vm) if named else "it is not to be moved"
        told.append(f"{vm.name} stays on {host.name if host else '?'} ({why})")
    return "; ".join(told)


def kept_by(question: Question, vm: VM) -> str:
    """What keeps a VM where it is, or what is not known of that."""
    lacking = [lack for each in question.stays if each.vm is vm for lack in each.lacking]
    if lacking:
        return f"whether it can be moved is not known: {unsaid(lacking)}"
    source = question.view.hosts.find(vm.runs_on)
    others = [host for host in question.stand.hosts if host is not source]
    bound = reasons(question.stand.bound(vm))
    answers = ((host, question.stand.arrival(vm, host)) for host in others)
    return bound or blocking.by_host(question.stand, vm, answers) or "there is no other host"
