"""What is wrong with the promises of high availability."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.facts.agility import API_ERRORS, Agility, Hindrance, Kind, Sharing
from planner.facts.ha_guests import waits_for_protection
from planner.facts.high_availability import (
    BEST_EFFORT,
    DIGITS,
    PRIORITIES,
    RESTART,
    digits_allowed,
    enabled,
    matters,
    pool_software,
    protected,
)
from planner.facts.lacking import Lacking, each_once
from planner.findings import Problem, Severity, Unknown
from planner.model.fields import Record
from planner.model.guest import VM
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.storage import holds_disks
from planner.rules.wording import counted, listed, plural, uuid_of, xe


def _set_priority(vm: VM, priority: str, **more: str) -> str:
    return xe("vm-param-set", uuid=uuid_of("vm", vm), ha_restart_priority=priority, **more)


@rule("HA001", Severity.ERROR, since="0.1", api_error="HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED")
def protected_vm_not_agile(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM is to be restarted by high availability, but cannot run on every host of its pool.

    A restart on another host is promised, and the promise cannot be kept. As long as one such VM is protected,
    the toolstack guarantees nothing for any failure at all.
    """
    for view in inventory.pools:
        yield from _not_agile(view, protected, _broken_promise)


@rule("HA005", Severity.NOTE, since="0.1")
def best_effort_vm_not_agile(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM is to be restarted if possible, but that is possible on some hosts only.

    Nothing is promised to such a VM. When the host fails that it runs on, it stays down until that host is back.
    """
    for view in inventory.pools:
        yield from _not_agile(view, _with_best_effort, _vain_effort)


@rule("HA034", Severity.WARNING, since="0.1", api_error="HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN")
def waiting_vm_not_agile(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM that is shut down is to be protected, but cannot run on every host of its pool.

    As long as it is down nothing is wrong. With high availability on the toolstack refuses to start it, since its
    protection could not be promised, unless the pool may promise more than it can keep.
    """
    for view in inventory.pools:
        if enabled(view) and not (view.pool.ha and view.pool.ha.allow_overcommit):
            yield from _not_agile(view, waits_for_protection, _refused_start)


def _refused_start(view: PoolView, vm: VM, agility: Agility) -> Problem:
    return Problem(
        vm,
        "ha_restart_priority",
        message=f"{vm.name} cannot be started while high availability is on: it is to be protected, but cannot run on"
        f" every host: {causes(agility)}",
        remedy=f"{_mending(view, agility)}, or promise nothing: {_set_priority(vm, BEST_EFFORT)}",
        related=_related(agility),
    )


def _with_best_effort(_view: PoolView, vm: VM) -> bool:
    return vm.ha_restart_priority == BEST_EFFORT


def _not_agile(
    view: PoolView, concerned: Callable[[PoolView, VM], bool], tell: Callable[[PoolView, VM, Agility], Problem]
) -> Iterator[Problem | Unknown]:
    wanted = matters(view)
    vms = [vm for vm in view.vms.records if concerned(view, vm)]
    if wanted is False or not vms:
        return
    if wanted is None:
        yield Unknown(view.pool, "ha.enabled" if view.pool.ha else "ha")
        return
    sharing = Sharing(view)
    lacking: list[Lacking] = []
    for vm in vms:
        agility = sharing.agility(vm)
        if agility.hindrances:
            yield tell(view, vm, agility)
        else:
            lacking += agility.lacking
    yield from (Unknown(lack.record, lack.field) for lack in each_once(lacking))


def _broken_promise(view: PoolView, vm: VM, agility: Agility) -> Problem:
    return Problem(
        vm,
        "ha_restart_priority",
        message=f"{vm.name} is to be restarted by high availability, but cannot run on every host: {causes(agility)}",
        remedy=f"{_mending(view, agility)}, or promise nothing: {_set_priority(vm, BEST_EFFORT)}",
        related=_related(agility),
        api_error=API_ERRORS[agility.first.kind],
    )


def _vain_effort(view: PoolView, vm: VM, agility: Agility) -> Problem:
    return Problem(
        vm,
        "ha_restart_priority",
        message=f"{vm.name} can be restarted on some hosts only: {causes(agility)}",
        remedy=f"{_mending(view, agility)}, or accept that it may stay down",
        related=_related(agility),
    )


def causes(agility: Agility) -> str:
    """All that binds a guest to some hosts, as clauses."""
    return "; ".join(sorted({_cause(each) for each in agility.hindrances}))


def _cause(hindrance: Hindrance) -> str:
    match hindrance.kind:
        case Kind.GRAPHICS:
            return "it has a graphics processor of its host"
        case Kind.USB:
            return "it has a USB device of its host"
        case Kind.VIRTUAL_FUNCTION:
            return f"{_interface(hindrance)} uses a virtual function of a network card"
        case Kind.NETWORK_NOT_ON_HOST:
            return f"{_interface(hindrance)} is on {_name(hindrance.network)}, {_where(hindrance)}"
        case _:
            return f"{_disk(hindrance)} is on {_name(hindrance.repository)}, {_where(hindrance)}"


def _disk(hindrance: Hindrance) -> str:
    drive, disk = hindrance.drive, hindrance.disk
    noun = "CD" if drive and drive.type == "cd" else "disk"
    return f"its {noun} {disk.name if disk else drive.device if drive else ''}"


def _interface(hindrance: Hindrance) -> str:
    return f"its interface {hindrance.nic.device if hindrance.nic else ''}"


def _name(record: Record | None) -> str:
    return record.label if record else ""


def _where(hindrance: Hindrance) -> str:
    """Which hosts have what the guest needs, or which have not."""
    if hindrance.kind is Kind.LOCAL_REPOSITORY:
        return f"which only {hindrance.having[0].name} has" if len(hindrance.having) == 1 else "which is not shared"
    if not hindrance.having:
        return "which no host has"
    return f"which {listed(host.name for host in hindrance.without)} {plural(hindrance.without, 'lacks', 'lack')}"


def _mending(view: PoolView, agility: Agility) -> str:
    """What would make the guest able to run everywhere, each action once."""
    return ", ".join(sorted({_action(view, each) for each in agility.hindrances}))


_DEVICE_ACTIONS = {
    Kind.GRAPHICS: "take the graphics processor from it",
    Kind.USB: "take the USB device from it",
}


def _action(view: PoolView, hindrance: Hindrance) -> str:
    without = listed(host.name for host in hindrance.without)
    match hindrance.kind:
        case Kind.VIRTUAL_FUNCTION:
            return f"move {_interface(hindrance)} to a network without virtual functions"
        case Kind.NETWORK_NOT_ON_HOST if hindrance.having:
            return f"give {without} an interface on {_name(hindrance.network)}"
        case Kind.NETWORK_NOT_ON_HOST:
            return f"move {_interface(hindrance)} to a network that all hosts have"
        case Kind.REPOSITORY_NOT_ATTACHED:
            return f"attach {_name(hindrance.repository)} on {without}"
        case Kind.LOCAL_REPOSITORY:
            return _away_from_local(view, hindrance)
        case _:
            return _DEVICE_ACTIONS[hindrance.kind]


def _away_from_local(view: PoolView, hindrance: Hindrance) -> str:
    if hindrance.drive and hindrance.drive.type == "cd":
        return f"eject {_disk(hindrance)}"
    shared = sorted(each.name for each in view.repositories.records if each.shared and holds_disks(each))
    return f"move {_disk(hindrance)} to {shared[0] if shared else 'a shared repository'}"


def _related(agility: Agility) -> tuple[Record, ...]:
    """What hinders, each once."""
    found = (each.repository or each.network for each in agility.hindrances)
    return tuple({id(record): record for record in found if record}.values())


@rule("HA004", Severity.ERROR, since="0.1", api_error="INVALID_VALUE")
def priority_unknown(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The restart priority of a VM is none that the toolstack knows.

    It is `restart`, `best-effort` or empty. The digits 0 to 3 belong to releases up to 5.6. A VM with any other
    priority is not protected, whatever its owner believes.
    """
    for view in inventory.pools:
        digits = digits_allowed(pool_software(view))
        for vm in (*view.vms.records, *view.templates.records):
            priority = vm.ha_restart_priority
            if priority is None or priority in PRIORITIES:
                continue
            if priority not in DIGITS or digits is False:
                yield _unknown_priority(vm, priority)
            elif digits is None:
                yield Unknown(view.pool, "software")


def _unknown_priority(vm: VM, priority: str) -> Problem:
    if priority in DIGITS:
        remedy = _set_priority(vm, RESTART, order=priority)
    else:
        remedy = f"{_set_priority(vm, RESTART)} if it has to come back, {_set_priority(vm, BEST_EFFORT)} if it may"
    return Problem(
        vm,
        "ha_restart_priority",
        message=f'the restart priority of {vm.name} is "{priority[:80]}", which means nothing',
        remedy=f"set one that is known: {remedy}",
    )


@rule("HA006", Severity.NOTE, since="0.1")
def negative_order(inventory: Inventory) -> Iterator[Problem]:
    """The start order of a VM is negative.

    It looks as if the VM came first. High availability takes a negative order for the highest there is, so the
    VM is restarted last.
    """
    for view in inventory.pools:
        for vm in view.vms.records:
            if vm.order is not None and vm.order < 0:
                yield Problem(
                    vm,
                    "order",
                    message=f"the order of {vm.name} is {vm.order}, so it is restarted last",
                    remedy=f"to restart it first, set it to zero: "
                    f"{xe('vm-param-set', uuid=uuid_of('vm', vm), order='0')}",
                )


@rule("HA008", Severity.WARNING, since="0.1")
def ha_with_few_hosts(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """High availability is on, or wished, in a pool of few hosts.

    With two hosts neither has a majority when they lose sight of each other, and after one failure nothing is
    left to fail over to. Three hosts are the least that is recommended.
    """
    enough = inventory.site.ha_hosts
    for view in inventory.pools:
        wanted = matters(view)
        joining = {joining.host.name for joining in inventory.joins if joining.pool is view}
        hosts = {host.name for host in view.hosts.records} | joining
        if wanted is False or len(hosts) >= enough:
            continue
        if view.pool.hosts is None:
            yield Unknown(view.pool, "hosts")
        elif wanted is None:
            yield Unknown(view.pool, "ha.enabled" if view.pool.ha else "ha")
        else:
            yield _few_hosts(view, len(hosts), enough)


def _few_hosts(view: PoolView, number: int, enough: int) -> Problem:
    present = enabled(view)
    return Problem(
        view.pool if present else view.ha_plans[0],
        "ha.enabled" if present else "",
        message=f"{view.name} is {'' if present else 'to be '}highly available with {counted(number, 'host')}, "
        f"{enough} are recommended",
        remedy=f"add {counted(enough - number, 'host')} to {view.name}",
    )
