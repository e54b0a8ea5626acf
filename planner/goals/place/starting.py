"""The steps that start VMs on the hosts that were found for them."""

from __future__ import annotations

from collections.abc import Iterator

from planner.goals.naming import name_of, sets, shell
from planner.goals.place.question import Question
from planner.goals.place.worth import Targets
from planner.model.guest import VM
from planner.model.host import Host
from planner.plans import Phase, Step
from planner.rules.wording import uuid_of


def starts(question: Question, targets: Targets) -> Iterator[Step]:
    """A step for each VM that does not run, by name; without a command for those that do not exist yet."""
    stand, view = question.stand, question.view
    for vm in question.meant.starting:
        host = stand.host_of[targets[stand.key(vm)]]
        coordinator = view.coordinator
        yield Step(
            Phase.GUESTS,
            f"{_verb(vm)} {vm.name} on {host.name}",
            "it was asked for",
            coordinator.name if coordinator else host.name,
            () if vm.name in question.meant.new else (_command(vm, host),),
            changes=sets(view, (("vms", name_of(vm)),), power_state="running", runs_on=name_of(host)),
        )


def _verb(vm: VM) -> str:
    return "resume" if vm.power_state == "suspended" else "start"


def _command(vm: VM, host: Host) -> str:
    return shell(f"vm-{_verb(vm)}", uuid=uuid_of("vm", vm), on=host.uuid or host.name)
