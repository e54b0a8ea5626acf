"""What must hold of a host and of a pool before the host may join it.

Guests are in `join_guests`, software and licences in `join_software`, interfaces in `join_network`.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.join import (
    HOSTS_WITHOUT_LICENCE,
    clock_difference,
    feature_off,
    is_shared_storage,
)
from planner.facts.pool_size import size_after_joins
from planner.facts.versions import since
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining, PoolView
from planner.model.storage import Repository
from planner.model.wishes import Join
from planner.rules import rule
from planner.rules.wording import joining_to, listed, plural, unknown_coordinator, uuid_of, xe


@rule("JN004", Severity.ERROR, since="0.1", api_error="LICENCE_RESTRICTION")
def pool_size_limit(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A pool would have more hosts than its licence allows.

    Since 7.3 a pool of more than three hosts needs a licence that does not restrict its size,
    on the side of the pool and on the side of the host that joins. The toolstack refuses the join.
    """
    for joining in inventory.joins:
        if since(joining.joiner.software(joining.host), (7, 3)) is False:
            continue
        size = size_after_joins(inventory, joining.pool)
        if size is None:
            yield Unknown(joining.pool.pool, "hosts")
        elif size > HOSTS_WITHOUT_LICENCE:
            yield from _size_restricted(joining, size)


def _size_restricted(joining: Joining, size: int) -> Iterator[Problem | Unknown]:
    off = [(view, feature_off(view, "restrict_pool_size")) for view in (joining.joiner, joining.pool)]
    restricted = sorted(view.name for view, is_off in off if is_off)
    if restricted and since(joining.joiner.software(joining.host), (7, 3)) is None:
        yield Unknown(joining.host, "software.product_version")
    elif restricted:
        yield Problem(
            joining.join,
            "host",
            f"{joining.pool.name} would have {size} hosts, and without a licence for large pools it may have"
            f" {HOSTS_WITHOUT_LICENCE}: {listed(restricted)} {plural(restricted, 'has', 'have')} none",
            "apply an edition that lifts the limit with `xe host-apply-edition`, or join another pool",
            (joining.host,),
        )
    else:
        yield from (Unknown(view.pool, "restrictions") for view, is_off in off if is_off is None)


@rule("JN006", Severity.ERROR, since="0.1", api_error="HA_IS_ENABLED")
def ha_enabled_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has high availability enabled.

    The toolstack refuses the join as long as the host's own pool guards its VMs.
    """
    for joining in inventory.joins:
        yield from _ha_enabled(joining.joiner, joining_to(joining), "on it, then join", (joining.join,))


@rule("JN009", Severity.ERROR, since="0.1", api_error="HA_IS_ENABLED")
def ha_enabled_on_pool(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A pool that a host is to join has high availability enabled.

    The members of such a pool watch each other, and the toolstack lets none in or out
    until high availability is disabled. It can be enabled again after the join.
    """
    for view in inventory.pools:
        joinings = [joining for joining in inventory.joins if joining.pool is view]
        if joinings:
            joins = tuple(joining.join for joining in joinings)
            hosts = listed(sorted({joining.host.name for joining in joinings}))
            after = f"on {view.name}, join, then run `xe pool-ha-enable` again"
            yield from _ha_enabled(
                view, f"{view.name}, which {hosts} {plural(joins, 'is', 'are')} to join", after, joins
            )


def _ha_enabled(view: PoolView, who: str, after: str, joins: tuple[Join, ...]) -> Iterator[Problem | Unknown]:
    match view.pool.ha.enabled if view.pool.ha else None:
        case None:
            yield Unknown(view.pool, "ha.enabled")
        case True:
            yield Problem(
                view.pool,
                "ha.enabled",
                f"high availability is enabled on {who}",
                f"run {xe('pool-ha-disable')} {after}",
                joins,
            )


@rule("JN011", Severity.ERROR, since="0.1", api_error="JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS")
def joining_host_in_another_pool(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool is a member of a pool already.

    A host belongs to one pool. Only a host that is alone, as after its installation, can join;
    one that left another pool has lost what was on its local storage. Nor can a host join two pools, or one while
    another host is to join its own.
    """
    for view in inventory.pools:
        for join in view.joins:
            if (member := view.hosts.find(join.host)) and not inventory.pools_describing(join, view):
                yield Problem(
                    join,
                    "host",
                    f"{member.name} is a member of {view.name} already",
                    f"remove the wish that {member.name} join {view.name}",
                    (member,),
                    "OPERATION_NOT_ALLOWED" if member is view.coordinator else "",
                )
    for joining in inventory.joins:
        yield from _other_membership(joining)
        yield from _other_wish(inventory, joining)
        yield from _joined_itself(inventory, joining)


def _other_membership(joining: Joining) -> Iterator[Problem | Unknown]:
    host, joiner, pool = joining.host, joining.joiner, joining.pool
    namesake = pool.hosts.find(host.name)
    if namesake and None in (host.uuid, namesake.uuid):
        yield Unknown(host if host.uuid is None else namesake, "uuid")
    if host.uuid and (member := pool.hosts.find(host.uuid)):
        message = f"{host.name} is a member of {pool.name} already: both sides describe it by one UUID"
        remedy = f"remove the wish that {host.name} join {pool.name}, and what describes it outside that pool"
        api_error = "OPERATION_NOT_ALLOWED" if member is pool.coordinator else ""
        yield Problem(joining.join, "host", message, remedy, (member, host), api_error)
    others = tuple(other for other in joiner.hosts.records if other is not host)
    if others:
        yield Problem(
            joining.join,
            "host",
            f"{host.name} is a member of {joiner.name}, with {listed(sorted(other.name for other in others))}",
            _way_out(joining, others),
            (host, *others),
        )


def _other_wish(inventory: Inventory, joining: Joining) -> Iterator[Problem]:
    host, pool = joining.host, joining.pool
    others = [other for other in inventory.joins if other.host is host and other.pool is not pool]
    if others:
        names = listed(sorted({other.pool.name for other in others}))
        yield Problem(
            joining.join,
            "host",
            f"{host.name} is to join {pool.name}, and {names} too",
            f"decide which pool {host.name} is to join, and remove the other {plural(others, 'wish', 'wishes')}",
            tuple(other.join for other in others),
        )


def _joined_itself(inventory: Inventory, joining: Joining) -> Iterator[Problem]:
    """Who is to join the pool of a host that is to leave it: that pool is gone by then, or the host is not alone."""
    host, pool, own = joining.host, joining.pool, joining.joiner
    others = [other for other in inventory.joins if other.pool is own]
    if others and len(own.hosts.records) == 1:
        names = listed(sorted({other.host.name for other in others}))
        follow = "" if any(other.joiner is pool for other in others) else f"let {names} join {pool.name} too, or "
        yield Problem(
            joining.join,
            "host",
            f"{host.name} is to join {pool.name}, and {names} {plural(others, 'is', 'are')} to join {own.name}, of"
            f" which {host.name} is the only host",
            f"{follow}remove one of the two wishes",
            (host, *(other.join for other in others)),
        )


def _way_out(joining: Joining, others: tuple[Host, ...]) -> str:
    host, joiner = joining.host, joining.joiner
    eject = xe("pool-eject", host_uuid=uuid_of("host", host))
    warning = f"which wipes the local storage of {host.name}"
    if joiner.coordinator is not host:
        return f"copy away what is to be kept, then run {eject} in {joiner.name}, {warning}"
    new = min(others, key=lambda other: (other.name, other.uuid or ""))
    hand_over = xe("pool-designate-new-master", host_uuid=uuid_of("host", new))
    return f"make another host the coordinator of {joiner.name} with {hand_over}, then run {eject}, {warning}"


@rule("JN017", Severity.ERROR, since="0.1", api_error="JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS")
def shared_storage_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool uses shared storage of its own.

    Two pools must never write to one repository, so the toolstack refuses the join, be the repository
    attached or not, and be it only a library of images. Local storage does no harm.
    """
    for joining in inventory.joins:
        pool = joining.joiner.pool
        if pool.repositories is None:
            yield Unknown(pool, "repositories")
        for repository in pool.repositories or ():
            match is_shared_storage(repository):
                case None:
                    yield Unknown(repository, "shared" if repository.shared is None else "tools")
                case True:
                    yield Problem(
                        repository,
                        "shared",
                        f"{repository.name} is shared storage of {joining_to(joining)}",
                        _let_go(repository),
                        (joining.join, joining.host),
                    )


def _let_go(repository: Repository) -> str:
    unplug = [
        xe("pbd-unplug", uuid=connection.uuid)
        for connection in repository.connections or ()
        if connection.uuid and connection.attached is not False
    ]
    forget = xe("sr-forget", uuid=uuid_of("sr", repository))
    first = listed(unplug) or "unplug it with `xe pbd-unplug`"
    return f"detach it and forget it: {first}, then {forget}; add it after the join if the pool lacks it"


@rule("JN048", Severity.WARNING, since="0.1")
def clocks_apart(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The clocks of a pool and of a host that is to join it are not in step.

    The toolstack does not check this at a join. Later it raises an alert, certificates may count as not
    yet valid, and logs of the two hosts cannot be compared. Both should follow the same time servers.
    """
    for joining in inventory.joins:
        host, coordinator = joining.host, joining.pool.coordinator
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        apart = clock_difference(host, coordinator)
        if apart is None:
            yield from (Unknown(side, "clock_offset") for side in (host, coordinator) if side.clock_offset is None)
        elif apart >= min(inventory.site.clock_skew_notice, inventory.site.clock_skew_limit):
            limit = inventory.site.clock_skew_limit
            verdict = (
                f"enough for an alert, which is raised from {limit:.10g} s on"
                if apart >= limit
                else "less than raises an alert, but not in step"
            )
            yield Problem(
                host,
                "clock_offset",
                f"the clocks of {host.name} and {coordinator.name} in {joining.pool.name} are {apart:.10g} s apart,"
                f" {verdict}; the toolstack does not check this at a join",
                f"let both hosts follow the time servers of {coordinator.name}, and wait until they agree",
                (joining.join, coordinator),
            )
