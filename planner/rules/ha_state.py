"""What is wrong with high availability as a pool has it now."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.ha_timeouts import LEAST_TIMEOUT, configured
from planner.facts.heartbeat import METADATA, STATEFILE, chosen_in, disks_on, statefiles
from planner.facts.high_availability import protected
from planner.facts.lacking import Lacking
from planner.facts.storage import hosts_by_name
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Repository
from planner.rules import rule
from planner.rules.ha_wanted import if_enabled, if_wanted
from planner.rules.wording import counted, uuid_of, xe

_AGAIN = f"disable and enable it again: {xe('pool-ha-disable')}, {xe('pool-ha-enable')}"


@rule("HA019", Severity.ERROR, since="0.1", api_error="INVALID_VALUE")
def ha_timeout_too_short(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The time-out of high availability is shorter than the toolstack allows.

    It is the time after which a silent host counts as dead: 60 seconds unless somebody chose it, 10 at the least.
    With a shorter one, high availability cannot be enabled.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _too_short(view))


def _too_short(view: PoolView) -> Iterator[Problem]:
    chosen = configured(view)
    if chosen and chosen[1] < LEAST_TIMEOUT:
        again = xe("pool-ha-enable", heartbeat_sr_uuids="…")
        yield Problem(
            view.pool,
            chosen[0],
            message=f"the time-out of high availability of {view.name} is {counted(chosen[1], 'second')},"
            f" and has to be at least {LEAST_TIMEOUT}",
            remedy=f"enable it with a longer one: {again[:-1]} ha-config:timeout=60`",
        )


@rule("HA020", Severity.WARNING, since="0.1")
def promise_not_kept(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The toolstack itself says that fewer failures can be survived than it was asked for.

    It looks at this again and again. As long as it finds no plan for the configured failures, some protected VM may
    stay down after one of them, and operations that would make it worse are no longer kept back.
    """
    for view in inventory.pools:
        yield from if_enabled(view, _not_kept(view))


def _not_kept(view: PoolView) -> Iterator[Problem]:
    ha = view.pool.ha
    if ha is None:
        return
    wanted, planned = ha.failures_to_tolerate, ha.plan_exists_for
    hosts = len(view.hosts.records)
    remedy = "free memory, add a host, protect fewer VMs, or tolerate fewer failures: " + xe(
        "pool-param-set", uuid=uuid_of("pool", view.pool), ha_host_failures_to_tolerate=str(planned or 0)
    )
    if wanted is not None and planned is not None and planned < wanted:
        yield Problem(
            ha,
            "plan_exists_for",
            message=f"{view.name} is to survive {counted(wanted, 'failure')}, and the toolstack has a plan for"
            f" {planned or 'none'}",
            remedy=remedy,
        )
    elif ha.overcommitted:
        yield Problem(
            ha,
            "overcommitted",
            message=f"the toolstack says that {view.name} promises more restarts than it can keep",
            remedy=remedy,
        )
    if view.pool.hosts is not None and planned is not None and planned > hosts:
        yield Problem(
            ha,
            "plan_exists_for",
            message=f"{view.name} has a plan for {counted(planned, 'failure')}, but {counted(hosts, 'host')}",
            remedy=f"let the toolstack plan anew: {_AGAIN}",
        )


@rule("HA021", Severity.ERROR, since="0.1", api_error="HA_POOL_IS_ENABLED_BUT_HOST_IS_DISABLED")
def host_not_armed(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """High availability is on, but a host does not take part in it.

    The host uses no heartbeat disk, or another one than the pool. When its toolstack starts the next time, a member
    falls into emergency mode and is lost to the pool. A coordinator turns high availability off for all, unasked.
    """
    for view in inventory.pools:
        yield from if_enabled(view, _not_armed(view))


def _not_armed(view: PoolView) -> Iterator[Problem]:
    names = (view.pool.ha.statefiles if view.pool.ha else None) or ()
    wanted = {id(disk) for name in names if (disk := view.disks.find(name))}
    for host in hosts_by_name(view):
        if host.ha_statefiles is None:
            continue
        own = [disk for name in host.ha_statefiles if (disk := view.disks.find(name))]
        if not host.ha_statefiles or (own and wanted and not any(id(disk) in wanted for disk in own)):
            state = "another heartbeat disk than the pool" if host.ha_statefiles else "no heartbeat disk"
            yield Problem(
                host,
                "ha_statefiles",
                message=f"high availability is on in {view.name}, but {host.name} uses {state}",
                remedy=f"before the toolstack of {host.name} is restarted, {_AGAIN}",
                related=(view.pool,),
            )


@rule("HA022", Severity.ERROR, since="0.1", api_error="HA_LOST_STATEFILE")
def heartbeat_disk_missing(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """High availability is on, but its heartbeat disk is missing.

    No disk is named, the disk is not on its storage any more, or it is a disk for something else. Hosts that cannot
    write there live only as long as all of them hear each other: one more failure, and all restart themselves.
    """
    for view in inventory.pools:
        yield from if_enabled(view, _disk_missing(view))


def _disk_missing(view: PoolView) -> Iterator[Problem]:
    ha = view.pool.ha
    if ha and ha.statefiles == () and ha.heartbeat is None:
        yield Problem(
            ha,
            "statefiles",
            message=f"high availability is on in {view.name}, and it has no heartbeat disk",
            remedy=_AGAIN,
        )
    for disk in statefiles(view):
        wrong = disk.type is not None and disk.type != STATEFILE
        if disk.missing or wrong:
            state = "is no longer on its storage" if disk.missing else f"is a disk for something else ({disk.type})"
            yield Problem(
                disk,
                "missing" if disk.missing else "type",
                message=f"{disk.name}, the heartbeat disk of {view.name}, {state}",
                remedy=_AGAIN,
                related=(view.pool,),
            )


@rule("HA023", Severity.WARNING, since="0.1")
def metadata_disk_missing(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """High availability is on, but its repository has no disk for the pool's database.

    The log there tells a new coordinator what the last one did. Without it the pool goes on with a copy of the
    database that may be minutes old, and does not know of VMs that were made or started since.
    """
    for view in inventory.pools:
        for place in chosen_in(view):
            if place.subject is view.pool:
                yield from _no_metadata(view, place.repository)


def _no_metadata(view: PoolView, repository: Repository) -> Iterator[Problem | Unknown]:
    found = disks_on(view, repository)
    if isinstance(found, Lacking):
        yield Unknown(found.record, found.field)
    elif not any(disk.type in METADATA for disk in found):
        untold = [disk for disk in found if disk.type is None]
        yield from (Unknown(disk, "type") for disk in untold)
        if not untold:
            yield Problem(
                repository,
                "",
                message=f"{repository.name} holds the heartbeat of {view.name}, but no log of its database",
                remedy=_AGAIN,
                related=(view.pool,),
            )


@rule("HA024", Severity.NOTE, since="0.1")
def no_failure_tolerated(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """VMs are protected by high availability, but no failure of a host is tolerated.

    No memory is kept free for the VMs of a host that fails. They are restarted if there happens to be room.
    """
    for view in inventory.pools:
        yield from if_enabled(view, _none_tolerated(view))


def _none_tolerated(view: PoolView) -> Iterator[Problem]:
    ha = view.pool.ha
    if ha and ha.failures_to_tolerate == 0 and len(view.hosts.records) > 1:
        number = sum(protected(view, vm) for vm in view.vms.records)
        if number:
            command = xe("pool-param-set", uuid=uuid_of("pool", view.pool), ha_host_failures_to_tolerate="1")
            yield Problem(
                ha,
                "failures_to_tolerate",
                message=f"{view.name} protects {counted(number, 'VM')}, but keeps no room for the failure of a host",
                remedy=f"tolerate one failure: {command}",
            )
