"""How the guests of a joining host get out of the way."""

from __future__ import annotations

from collections.abc import Iterator

from planner.findings import Problem
from planner.goals.join.case import Case, before, mends
from planner.goals.naming import name_of, sets, shell, way_to_host
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.pool import Pool
from planner.plans import Step
from planner.plans.changes import FieldChange
from planner.rules.wording import listed, plural, uuid_of


def _vms(found: tuple[Problem, ...]) -> list[VM]:
    vms = {id(each.subject): each.subject for each in found if isinstance(each.subject, VM)}
    return sorted(vms.values(), key=lambda vm: (vm.name, vm.uuid or ""))


def halted(case: Case, vm: VM) -> tuple[FieldChange, ...]:
    """That a VM of the joining host is shut down."""
    gone = {"power_state": "halted", "runs_on": None, "scheduled_on": None, "suspend_disk": None}
    return sets(case.joiner, (("vms", name_of(vm)),), **gone)


@mends("JN012")
def shut_down(case: Case, found: tuple[Problem, ...]) -> Iterator[Step]:
    """The VMs that run on the joining host are shut down."""
    vms = _vms(found)
    yield before(
        f"shut down {listed(vm.name for vm in vms)}",
        f"a host that joins a pool may not run VMs; after the join {plural(vms, 'it', 'they')} can be started again",
        case.host,
        tuple(shell("vm-shutdown", uuid=uuid_of("vm", vm)) for vm in vms),
        tuple(change for vm in vms for change in halted(case, vm)),
    )


@mends("JN049")
def wake_and_shut_down(case: Case, found: tuple[Problem, ...]) -> Iterator[Step]:
    """The VMs that are suspended or paused on the joining host are woken and shut down."""
    vms = _vms(found)
    commands = []
    for vm in vms:
        uuid = uuid_of("vm", vm)
        wake = "vm-resume" if vm.power_state == "suspended" else "vm-unpause"
        commands += [shell(wake, uuid=uuid), shell("vm-shutdown", uuid=uuid)]
    yield before(
        f"wake {listed(vm.name for vm in vms)} and shut {plural(vms, 'it', 'them')} down",
        "the documentation asks for it: what was suspended before the join may never be resumed after it",
        case.host,
        tuple(commands),
        tuple(change for vm in vms for change in halted(case, vm)),
    )


@mends("JN013")
def wait(case: Case, found: tuple[Problem, ...]) -> Iterator[Step]:
    """What is under way on the joining host comes to its end."""
    changes: list[FieldChange] = []
    for problem in found:
        match problem.subject:
            case VM() as vm:
                for field in ("vms", "templates", "snapshots"):
                    if any(each is vm for each in getattr(case.joiner.pool, field) or ()):
                        changes += sets(case.joiner, ((field, name_of(vm)),), operations=())
            case Host() as host:
                changes += sets(case.joiner, way_to_host(host), **{problem.field.replace(".", "__"): ()})
            case Pool():
                changes += sets(case.joiner, (), operations=())
    yield before(
        f"wait until nothing is under way on {case.host.name} any more",
        "; ".join(problem.message.partition(";")[0] for problem in found),
        case.host,
        (shell("task-list"),),
        tuple(changes),
        by_hand=("wait for the end of what `xe task-list` shows, or end it with `xe task-cancel`",),
    )
