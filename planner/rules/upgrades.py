"""What is wrong in the middle of an upgrade, and what updates still demand of hosts."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.storage import hosts_by_name
from planner.facts.upgrades import (
    hosts_of_other_release,
    newer_than_coordinator,
    other_products,
    to_be_done,
    upgrading,
)
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.wishes import Change
from planner.rules import rule
from planner.rules.wording import counted, listed, plural, uuid_of, xe


@rule("UP003", Severity.WARNING, since="0.1")
def guidance_pending(inventory: Inventory) -> Iterator[Problem]:
    """An update still demands something of a host.

    Until the host, or its toolstack, is restarted it does not run what it says it has. Hosts of one pool then differ
    without showing it, and a recent toolstack does not enable such a host again once it is disabled.
    """
    for view in inventory.pools:
        for host in hosts_by_name(view):
            if tasks := to_be_done(host):
                yield Problem(
                    host,
                    "pending_guidances" if host.pending_guidances else "updates_requiring_reboot",
                    message=f"{listed(tasks)} is still to be done on {host.name}",
                    remedy=_do(host, tasks),
                    related=tuple(
                        update for name in host.updates_requiring_reboot or () if (update := view.updates.find(name))
                    ),
                )


def _do(host: Host, tasks: tuple[str, ...]) -> str:
    uuid = uuid_of("host", host)
    if set(tasks) <= {"restart_toolstack"}:
        return f"run `xe-toolstack-restart` on {host.name}"
    steps = ("host-disable", "host-evacuate", "host-reboot")
    return f"restart {host.name} without its VMs: {listed(xe(step, uuid=uuid) for step in steps)}"


@rule("UP004", Severity.WARNING, since="0.1", api_error="NOT_SUPPORTED_DURING_UPGRADE")
def rolling_upgrade_unfinished(inventory: Inventory) -> Iterator[Problem]:
    """A pool is in the middle of a rolling upgrade.

    Until it is over, VMs start only on the hosts of the newest release, and move only to hosts that are not older
    than their own. High availability cannot be enabled, hosts cannot join, and most operations on hosts and VMs
    besides starting, moving and shutting down are refused.
    """
    for view in inventory.pools:
        if view.pool.rolling_upgrade:
            yield _unfinished(view)


def _unfinished(view: PoolView) -> Problem:
    other = hosts_of_other_release(view)
    if other:
        remedy = f"bring all hosts to one release, the coordinator first: {listed(host.name for host in other)}"
        remedy += f" {plural(other, 'differs', 'differ')} from it"
    else:
        remedy = "finish the upgrade of all hosts; the coordinator ends this state when all run one release"
    return Problem(
        view.pool,
        "rolling_upgrade",
        message=f"{view.name} is in the middle of a rolling upgrade, and much is refused until it is over",
        remedy=remedy,
        related=other or (),
    )


@rule("UP005", Severity.ERROR, since="0.1", api_error="HOST_XAPI_VERSION_HIGHER_THAN_COORDINATOR")
def member_newer_than_coordinator(inventory: Inventory) -> Iterator[Problem]:
    """A member of a pool runs a newer release than the pool's coordinator.

    In a rolling upgrade the coordinator comes first. An older coordinator cannot manage a newer member: the toolstack
    of that member is refused.
    """
    for view in inventory.pools:
        coordinator = view.coordinator
        if coordinator is None:
            continue
        for host in newer_than_coordinator(view):
            yield Problem(
                host,
                "software",
                message=f"{host.name} runs a newer release than {coordinator.name}, the coordinator of {view.name}",
                remedy=f"upgrade {coordinator.name} before any other host",
                related=(coordinator,),
            )


_REFUSED: dict[str, str] = {
    "apply-updates": "updates are applied to a pool of one release only",
    "designate-coordinator": "the coordinator is to be the newest host, and to stay so until all are upgraded",
    "eject-host": "a host that leaves would be set up anew in the middle of it",
    "rotate-secret": "all hosts have to take part in it with one release",
}
"""What does not go together with a rolling upgrade."""


@rule("UP006", Severity.ERROR, since="0.1", api_error="NOT_SUPPORTED_DURING_UPGRADE")
def change_during_upgrade(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A join or another change is wished of a pool that is in the middle of a rolling upgrade.

    Until all hosts run one release, a pool takes in no host and leaves its members as they are.
    """
    for view in inventory.pools:
        joins = [joining for joining in inventory.joins if joining.pool is view] if view.joins else []
        changes = [change for change in view.changes if change.kind in _REFUSED]
        if not joins and not changes:
            continue
        asked = upgrading(view)
        if asked is None:
            yield Unknown(view.pool, "rolling_upgrade")
        elif asked:
            for joining in joins:
                yield Problem(
                    joining.join,
                    "host",
                    message=f"{joining.host.name} is to join {view.name}, which is in the middle of a rolling upgrade",
                    remedy="finish the upgrade of all hosts before the join",
                    related=(view.pool, joining.host),
                )
            yield from (_refused(view, change) for change in changes)


def _refused(view: PoolView, change: Change) -> Problem:
    return Problem(
        change,
        "kind",
        message=f"{change.kind} is wished of {view.name}, which is in the middle of a rolling upgrade:"
        f" {_REFUSED[change.kind]}",
        remedy="finish the upgrade of all hosts first",
        related=(view.pool,),
    )


@rule("UP007", Severity.ERROR, since="0.1")
def member_of_another_product(inventory: Inventory) -> Iterator[Problem]:
    """A member of a pool runs another product than the coordinator, of the same release.

    That XenServer, Citrix Hypervisor and XCP-ng share much lets such a pool come up, and lets it fail later: their
    updates, licences and drivers do not fit each other.
    """
    for view in inventory.pools:
        for found in other_products(view):
            yield Problem(
                found.host,
                "software",
                message=f"{found.host.name} runs {found.product}, and {found.model.name} runs {found.expected}",
                remedy=f"take {found.host.name} out of {view.name}, or bring both to one product",
                related=(found.model,),
            )


@rule("UP008", Severity.NOTE, since="0.1")
def updates_available(inventory: Inventory) -> Iterator[Problem]:
    """A host lacks updates that its repositories have.

    The toolstack has looked and found newer updates than those of the host.
    """
    for view in inventory.pools:
        for host in hosts_by_name(view):
            if host.latest_updates_applied == "no":
                yield Problem(
                    host,
                    "latest_updates_applied",
                    message=f"{host.name} lacks updates that are available",
                    remedy="apply them to all hosts of the pool, the coordinator first",
                )


@rule("UP009", Severity.NOTE, since="0.1")
def disabled_host_with_vms(inventory: Inventory) -> Iterator[Problem]:
    """A host is disabled, but still runs VMs.

    It is in maintenance, or was to be, and is not empty: a restart would stop these VMs. Other hosts cannot move
    VMs to it, and high availability does not count on it.
    """
    for view in inventory.pools:
        for host in hosts_by_name(view):
            vms = [vm for vm in view.vms_on(host) if vm.power_state in (None, "running", "paused")]
            if host.enabled is False and vms:
                uuid = uuid_of("host", host)
                yield Problem(
                    host,
                    "enabled",
                    message=f"{host.name} is disabled, and still runs {counted(len(vms), 'VM')}",
                    remedy=f"empty it, {xe('host-evacuate', uuid=uuid)}, or enable it, {xe('host-enable', uuid=uuid)}",
                )


@rule("UP010", Severity.WARNING, since="0.1")
def upgrade_unprepared(inventory: Inventory) -> Iterator[Problem]:
    """A rolling upgrade is wished, and something in the pool will get in its way.

    A VM with a CD inserted cannot move to hosts that do not have the CD's repository, and each host is emptied in
    turn. Workload balancing moves VMs by its own mind meanwhile. Both are to be put away before the first host.
    """
    for view in inventory.pools:
        wished = [change for change in view.changes if change.kind == "rolling-upgrade"]
        if wished:
            yield from _in_the_way(view, wished[0])


def _in_the_way(view: PoolView, change: Change) -> Iterator[Problem]:
    if view.pool.workload_balancing:
        uuid = uuid_of("pool", view.pool)
        yield Problem(
            view.pool,
            "workload_balancing",
            message=f"workload balancing is on in {view.name}, which is to be upgraded host by host",
            remedy=f"switch it off until the upgrade is over: {xe('pool-param-set', uuid=uuid, wlb_enabled='false')}",
            related=(change,),
        )
    for vm in view.vms.records:
        drives = (vm.drives or ()) if vm.power_state in ("running", "paused") else ()
        for drive in (each for each in drives if each.type == "cd" and each.empty is False):
            yield Problem(
                drive,
                "empty",
                message=f"a CD is in {drive.device} of {vm.name}, and {view.name} is to be upgraded host by host",
                remedy=f"eject it: {xe('vm-cd-eject', uuid=uuid_of('vm', vm))}",
                related=(change, vm),
            )
