"""Hosts that cannot be emptied for maintenance as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.facts.emptying import Bound, Emptying, bound_by_storage, emptying
from planner.facts.obstacles import API_ERRORS
from planner.findings import Problem, Severity
from planner.model.inventory import Inventory
from planner.rules import rule
from planner.rules.wording import counted, listed, plural

_MOST_NAMED = 6


@rule("VM030", Severity.NOTE, since="0.1", api_error="CANNOT_EVACUATE_HOST")
def host_that_cannot_be_emptied(inventory: Inventory) -> Iterator[Problem]:
    """A host cannot be emptied for maintenance, because VMs that run on it cannot leave it.

    One such VM is enough to stop maintenance mode or a rolling update. The toolstack wants each VM to be able to go to
    every other enabled host whose software is not older, not just to one. Memory is not looked at here.
    """
    for view in inventory.pools:
        for each in emptying(view):
            if each.held:
                counts = Counter(API_ERRORS[kind] for held in each.held for kind in held.kinds)
                told = listed(f"{code} ({number})" for code, number in sorted(counts.items()) if code)
                names = listed((held.vm.name for held in each.held), _MOST_NAMED)
                yield Problem(
                    each.host,
                    "",
                    message=f"{each.host.name} cannot be emptied: {counted(len(each.held), 'VM')} that"
                    f" {plural(each.held, 'runs', 'run')} on it cannot go to {_wanted(each)}, {names};"
                    f" by reason: {told}",
                    remedy=f"see `planner show vm` for each of them, and mend what it tells, or shut"
                    f" {plural(each.held, 'it', 'them')} down for the maintenance of {each.host.name}",
                    related=tuple(held.vm for held in each.held[:_MOST_NAMED]),
                )


@rule("VM031", Severity.NOTE, since="0.1", api_error="VM_REQUIRES_SR")
def running_vms_bound_by_storage(inventory: Inventory) -> Iterator[Problem]:
    """VMs that run on a host cannot be moved live to others, which do not have their disks.

    Only a migration that moves the disks as well gets them away, which takes far longer, or a shutdown.
    """
    for view in inventory.pools:
        for each in bound_by_storage(view):
            yield Problem(
                each.host,
                "",
                message=f"{listed((vm.name for vm in each.vms), _MOST_NAMED)} on {each.host.name} cannot be moved live"
                f" to {_elsewhere(each)}: something in {plural(each.vms, 'its', 'their')} drives is on a repository"
                " that is not attached there",
                remedy=f"move the disks of {plural(each.vms, 'it', 'them')} to a repository that all hosts have, and"
                " eject CDs that only this host has",
                related=each.vms[:_MOST_NAMED],
            )


def _wanted(each: Emptying) -> str:
    if each.targets:
        return "every other enabled host"
    return "any other host, for none is enabled with software that is as new"


def _elsewhere(each: Bound) -> str:
    names = listed((host.name for host in each.targets), _MOST_NAMED)
    return names if len(each.targets) == 1 else f"all of {names}"
