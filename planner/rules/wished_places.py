"""What is wrong with the wishes of where VMs run and of what stays free on hosts, and with how they are kept."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.failure_domains import domain_of
from planner.facts.host_limits import Over, limits, over, untold
from planner.facts.lacking import Lacking, each_once
from planner.facts.wishes import adrift, allows, breaking, members, most_in_a_unit, preferred, required, unit_of
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.wishes import PlacementRule
from planner.rules import rule
from planner.rules.wording import counted, listed, plural
from planner.units import mib_consumed

_GIVE_UP = "name another host, or take the wish out"
_MEND = "`planner plan place` finds the moves after which it is kept"


@rule("PL001", Severity.WARNING, since="0.1")
def wish_not_kept(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A wish that has to be kept is not.

    VMs run beside others from which they are to be apart, on hosts on which they are not to be, or a host has less
    left than is to be kept free. Plans keep such wishes where they are kept today, and refuse to break them.
    """
    yield from _not_kept(inventory, kept_always=True)


@rule("PL002", Severity.NOTE, since="0.1")
def preference_not_kept(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A wish that had better be kept is not.

    Placing VMs anew keeps as many of these as can be.
    """
    yield from _not_kept(inventory, kept_always=False)


def _not_kept(inventory: Inventory, *, kept_always: bool) -> Iterator[Problem | Unknown]:
    for view in inventory.pools:
        lacking: list[Lacking] = []
        for wish in required(view) if kept_always else preferred(view):
            if found := breaking(view, wish):
                yield Problem(wish, "", _told(view, wish, found.vms), _MEND, found.vms)
            else:
                lacking += adrift(view, wish)
        for each in over(view, required=kept_always):
            yield Problem(each.limit, "", _too_full(each), _MEND, (each.host,))
        lacking += (lack for each in untold(view, required=kept_always) for lack in each.lacking)
        yield from (Unknown(lack.record, lack.field) for lack in each_once(lacking))


def _told(view: PoolView, wish: PlacementRule, vms: tuple[VM, ...]) -> str:
    on = [(vm, host) for vm in vms if (host := view.hosts.find(vm.runs_on))]
    where = listed(f"{vm.name} on {host.name}" for vm, host in on)
    if any(not allows(view, wish, host) for _, host in on):
        return f"the wish {wish.name} keeps VMs from hosts on which they are: {where}"
    if wish.relation == "together":
        return f"the wish {wish.name} keeps VMs together that are not: {where}"
    most = counted(most_in_a_unit(view, wish) or 0, "VM")
    return f"the wish {wish.name} lets one {wish.by or 'host'} have {most}, and there are {where}"


def _too_full(each: Over) -> str:
    told = [f"{mib_consumed(each.memory)} MiB too little free"] if each.memory > 0 else []
    told += [f"{counted(each.vcpus, 'virtual CPU')} too many"] if each.vcpus > 0 else []
    return f"{each.host.name} has {' and '.join(told)} for the wish {each.limit.name}"


@rule("PL003", Severity.WARNING, since="0.1")
def wish_that_cannot_be_kept(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A wish cannot be kept wherever the VMs run.

    It leaves its VMs no host, keeps more VMs apart than there are hosts or racks for them, or is to leave more free
    than a host has.
    """
    for view in inventory.pools:
        if view.pool.hosts is None:
            if view.placement or view.host_limits:
                yield Unknown(view.pool, "hosts")
            continue
        for wish in required(view):
            open_hosts = [host for host in view.hosts.records if allows(view, wish, host)]
            vms = members(view, wish)
            units = {unit_of(wish, host) for host in open_hosts}
            if vms and not open_hosts:
                yield Problem(
                    wish, "", f"the wish {wish.name} leaves {listed(vm.name for vm in vms)} no host", _GIVE_UP
                )
            elif wish.relation == "apart" and len(vms) > len(units):
                places = f"is {len(units)}" if len(units) == 1 else f"are {len(units)}"
                told = f"the wish {wish.name} keeps {len(vms)} VMs apart by {wish.by or 'host'}"
                told += f", and there {places} for them"
                yield Problem(wish, "", told, "take VMs out of it, or use `relation: spread`", vms)
        yield from _more_than_there_is(view)


def _more_than_there_is(view: PoolView) -> Iterator[Problem]:
    for limit in limits(view):
        hosts = [view.hosts.find(name) for name in limit.hosts] if limit.hosts else view.hosts.records
        small = [host for host in hosts if host and _is_smaller(host, limit.free_memory)]
        if small:
            names = listed(sorted(host.name for host in small))
            told = f"the wish {limit.name} keeps {mib_consumed(limit.free_memory or 0)} MiB free, more than {names}"
            yield Problem(
                limit, "free_memory", f"{told} {plural(small, 'has', 'have')}", "keep less free", tuple(small)
            )


def _is_smaller(host: Host, size: int | None) -> bool:
    return size is not None and host.memory is not None and host.memory < size


@rule("PL004", Severity.WARNING, since="0.1")
def host_without_the_tag_of_a_wish(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A wish counts hosts with the same tag as one, and hosts have no such tag.

    Each of these counts by itself, also where it stands in the same rack as another one.
    """
    for view in inventory.pools:
        lacking: list[Lacking] = []
        for wish in (*required(view), *preferred(view)):
            if wish.by is None or wish.relation is None:
                continue
            without = [host for host in view.hosts.records if domain_of(host, wish.by) is None]
            lacking += (Lacking(host, "tags") for host in without if host.tags is None)
            names = sorted(host.name for host in without if host.tags is not None)
            if names:
                told = f"{listed(names)} {plural(names, 'has', 'have')} no tag {wish.by}:…"
                told += f", which the wish {wish.name} counts by"
                remedy = f"give each host the tag {wish.by}:NAME of its {wish.by}"
                yield Problem(wish, "by", told, remedy, tuple(without))
        yield from (Unknown(lack.record, lack.field) for lack in each_once(lacking))
