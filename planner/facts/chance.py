"""What becomes of VMs that are started wherever there is room, in which the toolstack draws the host by chance.

A VM surely starts if there is a host that still has room for it when all rivals of uncertain place are there too. It
surely does not if no host could take it even without them. What lies between is chance.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from planner.facts.footprint import Question, footprint
from planner.facts.host_choice import ranking
from planner.facts.memory import charged
from planner.facts.start_order import grouped
from planner.facts.trial import How, Moment, Started, Trial
from planner.model.guest import VM
from planner.model.host import Host


class Guard(Protocol):
    """What the toolstack refuses though there is room."""

    def refuses(self, vm: VM, host: Host) -> bool:
        """Whether it refuses a start as the pool is now."""

    def surely_allows(self, vm: VM, host: Host, rivals: Iterable[VM]) -> bool:
        """Whether it does not, wherever rivals are then."""


def drawn(
    trial: Trial, vms: Iterable[VM], floating: Iterable[VM], guard: Guard | None = None
) -> tuple[tuple[Started, ...], tuple[VM, ...]]:
    """What becomes of VMs in the order of their starts, and all whose place is not certain, those given among them."""
    adrift = list(floating)
    told: list[Started] = []
    for group in grouped(vms):
        moment = trial.now()
        tries = []
        for vm in group.vms:
            rivals = [*adrift, *(each for each in group.vms if each is not vm)]
            tries.append(_try(moment, vm, rivals, guard))
        told += tries
        trial.start({id(each.vm): each.target for each in tries if each.starts and each.target})
        adrift += [each.vm for each in tries if each.starts is None or (each.starts and not each.target)]
    return tuple(told), tuple(adrift)


def _try(moment: Moment, vm: VM, rivals: list[VM], guard: Guard | None) -> Started:
    answers = tuple((host, moment.answer(vm, host)) for host in moment.hosts)
    able = [host for host, answer in answers if answer.can]
    open_ones = [lack for _, answer in answers if answer.can is None for lack in answer.lacking]
    allowed = [host for host in able if guard is None or not guard.refuses(vm, host)]
    if not allowed:
        unknown = tuple(open_ones)
        starts = None if unknown else False
        return Started(vm, starts, How.BY_CHANCE, answers=answers, refused=bool(able), lacking=unknown)
    unguarded = guard is None or all(guard.surely_allows(vm, host, rivals) for host in able)
    surely = unguarded and any(_room_beside(moment, vm, host, rivals) for host in able)
    if len(able) == 1 and not open_ones:
        starts = True if surely else None
        return Started(vm, starts, How.ONLY_ONE, able[0] if surely else None, tuple(able), answers=answers)
    ordered = _in_order(moment, vm, able)
    certain = surely and len(ordered) == 1 and not rivals and not open_ones and not _chosen_otherwise(moment, vm)
    return Started(
        vm,
        True if surely else None,
        How.ONLY_ONE if certain else How.BY_CHANCE,
        ordered[0] if certain else None,
        ordered,
        answers=answers,
    )


def _in_order(moment: Moment, vm: VM, able: list[Host]) -> tuple[Host, ...]:
    """The hosts that are tried first, those first that are drawn more often; all where that is not known."""
    ranked = ranking(moment.view, moment.placement.memory, vm, able)
    told = sum(len(each.hosts) for each in ranked) == len(able)
    return ranked[0].hosts if ranked and told and not _chosen_otherwise(moment, vm) else tuple(able)


def _chosen_otherwise(moment: Moment, vm: VM) -> bool:
    """Whether something else than room decides: another program, a group that is spread, or a device."""
    groups = (moment.view.groups.find(each) for each in vm.groups or ())
    spread = any(each and each.placement == "anti_affinity" for each in groups)
    return moment.view.pool.workload_balancing is True or spread or bool(vm.vgpus)


def _room_beside(moment: Moment, vm: VM, host: Host, rivals: list[VM]) -> bool:
    """Whether a host has room for a VM when all rivals that could be there are."""
    memory = moment.placement.memory
    room = memory.free(host)
    if room.most is None or room.lacking:
        return False
    rule = charged(moment.view, host) is not False
    needs = [footprint(each, Question.START, vcpus_charged=rule) for each in (vm, *rivals)]
    if any(need.lacking for need in needs):
        return not rivals
    return sum(need.least for need in needs) <= room.most
