"""What keeps the toolstack from enabling high availability, besides the heartbeat repository."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.ha_gates import licensed, may_be_unplugged, to_be_enabled, unplugged_though_required
from planner.facts.storage import hosts_by_name
from planner.facts.upgrades import hosts_of_other_release, upgrading
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.ha_wanted import if_wanted, where_said
from planner.rules.wording import listed, pif_of, plural, uuid_of, xe


@rule("HA009", Severity.ERROR, since="0.1")
def ha_during_upgrade(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """High availability is on, or wished, in a pool that is being upgraded host by host.

    Hosts restart for an upgrade, and would count as failed. The toolstack enables high availability only when all
    hosts run the same release, and expects that it is disabled before the first of them is upgraded.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _during_upgrade(view))


def _during_upgrade(view: PoolView) -> Iterator[Problem | Unknown]:
    asked = upgrading(view)
    if asked is None and view.ha_plans:
        yield Unknown(view.pool, "rolling_upgrade")
    if not asked:
        return
    other = hosts_of_other_release(view) or ()
    why = f": {listed(host.name for host in other)} {plural(other, 'runs', 'run')} another release" if other else ""
    subject, field = where_said(view)
    on = subject is view.pool
    yield Problem(
        subject,
        field,
        message=f"{view.name} is {'' if on else 'to be '}highly available in the middle of a rolling upgrade{why}",
        remedy=f"disable it until the upgrade is over: {xe('pool-ha-disable')}"
        if on
        else "finish the upgrade of all hosts, then enable high availability",
        related=(other if on else (view.pool, *other)),
        api_error="" if on else "NOT_SUPPORTED_DURING_UPGRADE",
    )


@rule("HA010", Severity.ERROR, since="0.1", api_error="LICENCE_RESTRICTION")
def ha_not_licensed(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """High availability is wished, but the licence of a host does not allow it.

    The toolstack refuses to enable it. One host without the feature is enough.
    """
    for view in inventory.pools:
        if not to_be_enabled(view):
            continue
        allowed = licensed(view)
        if allowed is None and view.pool.restrictions is not None:
            yield Unknown(view.pool, "restrictions")
        elif allowed is False:
            yield _not_licensed(view)


def _not_licensed(view: PoolView) -> Problem:
    hosts = [host for host in hosts_by_name(view) if _forbidden(host)]
    whose = f"the licence of {listed(host.name for host in hosts)}" if hosts else f"the licence of {view.name}"
    subject, field = where_said(view)
    return Problem(
        subject,
        field,
        message=f"{view.name} is to be highly available, and {whose} does not allow it",
        remedy="apply an edition with high availability to every host with `xe host-apply-edition`",
        related=(view.pool, *hosts),
    )


def _forbidden(host: Host) -> bool:
    told = host.licence.restrictions if host.licence else None
    return bool(told) and (told or {}).get("enable_xha") == "false"


@rule("HA011", Severity.ERROR, since="0.1", api_error="REQUIRED_PIF_IS_UNPLUGGED")
def required_interface_unplugged(inventory: Inventory) -> Iterator[Problem]:
    """High availability is wished, but an interface that has to stay up is not attached.

    An interface that must not be unplugged is there for the heartbeat or for storage. The toolstack does not
    enable high availability while one of them is down.
    """
    for view in inventory.pools:
        for host in hosts_by_name(view) if to_be_enabled(view) else ():
            for interface in unplugged_though_required(host):
                yield Problem(
                    interface,
                    "attached",
                    message=f"{interface.label} of {host.name} has to stay up, but is not attached, and {view.name}"
                    " is to be highly available",
                    remedy=f"attach it: {xe('pif-plug', uuid=pif_of(host, interface))}",
                    related=(host,),
                )


@rule("HA012", Severity.NOTE, since="0.1")
def addressed_interface_may_be_unplugged(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """With high availability, an interface has an address but is not kept from being unplugged.

    If it leads to the heartbeat repository and somebody unplugs it, the host loses the heartbeat and restarts
    itself. The toolstack enables high availability all the same, and raises the alert `IP_CONFIGURED_PIF_CAN_UNPLUG`.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _may_be_unplugged(view))


def _may_be_unplugged(view: PoolView) -> Iterator[Problem]:
    for host in hosts_by_name(view):
        for interface in may_be_unplugged(host):
            yield Problem(
                interface,
                "disallow_unplug",
                message=f"{interface.label} of {host.name} has an address, and nothing keeps it from being unplugged",
                remedy=f"if storage or the heartbeat goes over it, keep it up: "
                f"{xe('pif-param-set', uuid=pif_of(host, interface), disallow_unplug='true')}",
                related=(host,),
            )


@rule("HA013", Severity.ERROR, since="0.1", api_error="HOST_OFFLINE")
def host_offline_at_enabling(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """High availability is wished, but a host of the pool is down.

    All hosts have to begin to watch each other at the same time, disabled ones too. The toolstack refuses to enable
    high availability as long as it does not hear from one of them.
    """
    for view in inventory.pools:
        for host in hosts_by_name(view) if to_be_enabled(view) else ():
            if host.live is None:
                yield Unknown(host, "live")
            elif not host.live:
                yield Problem(
                    host,
                    "live",
                    message=f"{host.name} is down, and {view.name} is to be highly available",
                    remedy=f"start {host.name} first, or remove it from {view.name} for good: "
                    f"{xe('host-forget', uuid=uuid_of('host', host))}",
                    related=view.ha_plans,
                )


@rule("HA014", Severity.WARNING, since="0.1", api_error="HOST_NOT_LIVE")
def dead_host_enabled(inventory: Inventory) -> Iterator[Problem]:
    """A host is down, but still counts as one that may start VMs.

    The toolstack expects every VM to be able to run on it: VMs count as bound to the other hosts where it lacks
    something, and no other host can be evacuated. That lasts until it is back, or is declared dead.
    """
    for view in inventory.pools:
        if len(view.hosts.records) <= 1:
            continue
        for host in hosts_by_name(view):
            if host.live is False and host.enabled:
                uuid = uuid_of("host", host)
                yield Problem(
                    host,
                    "enabled",
                    message=f"{host.name} is down but still enabled, so no other host of {view.name} can be evacuated",
                    remedy=f"start {host.name}; if it is surely off, declare it dead: "
                    f"{xe('host-declare-dead', uuid=uuid)}",
                )
