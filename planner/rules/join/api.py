"""What two toolstacks have to agree on before the host of one may join the pool of the other."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.join import same_product
from planner.facts.join_gates import from_release, from_rolling
from planner.facts.join_settings import nbd_purposes, purposes_untold
from planner.facts.joining_together import Together
from planner.facts.versions import Version, since
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining, PoolView
from planner.model.network import Network
from planner.rules import rule
from planner.rules.join.gates import checked
from planner.rules.join.software import sides, unsaid
from planner.rules.wording import listed, uuid_of, xe

COMPARED: Version = (7, 1)


@rule("JN026", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION")
def api_version_differs(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host speaks another version of the API than the pool's coordinator.

    Since 7.2, and since later updates of 7.1, the toolstack compares the versions of the API. They differ where an
    update brought a new one, though both hosts say that they are of one release.
    """
    for joining, coordinator in _both(inventory):
        yield from checked(joining, from_release(joining, COMPARED), _api(joining, coordinator))


@rule("JN027", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_MUST_HAVE_SAME_DB_SCHEMA")
def database_schema_differs(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The database of a joining host has another schema than that of the pool.

    Since 7.2, and since later updates of 7.1, the toolstack compares the two. On the rolling line ordinary updates
    bring new schemas, so two hosts of one release that were not updated together fail here.
    """
    for joining, coordinator in _both(inventory):
        yield from checked(joining, from_release(joining, COMPARED), _schema(joining, coordinator))


def _both(inventory: Inventory) -> Iterator[tuple[Joining, Host]]:
    """The joins whose coordinator is known; of all others JN015 says that it lacks."""
    for joining in inventory.joins:
        if coordinator := joining.pool.coordinator:
            yield joining, coordinator


def _early(joining: Joining) -> str:
    old = since(joining.joiner.software(joining.host), (7, 2)) is False
    return "; early builds of 7.1 do not compare this" if old else ""


def _same_level(joining: Joining, coordinator: Host) -> str:
    level = "updates" if same_product(joining, coordinator) else "version and updates"
    return f"bring {joining.host.name} and {coordinator.name} to the same {level} before the join"


def _api(joining: Joining, coordinator: Host) -> Iterator[Problem | Unknown]:
    host = joining.host
    if host.api_version is None or coordinator.api_version is None:
        sides_unsaid = (Unknown(side, "api_version") for side in (host, coordinator) if side.api_version is None)
        yield from sides_unsaid if same_product(joining, coordinator) else ()
    elif host.api_version != coordinator.api_version:
        yield Problem(
            host,
            "api_version",
            f"{host.name} has API version {host.api_version}, {coordinator.name} in {joining.pool.name} has"
            f" {coordinator.api_version}{_early(joining)}",
            _same_level(joining, coordinator),
            (joining.join, coordinator),
        )


def _schema(joining: Joining, coordinator: Host) -> Iterator[Problem | Unknown]:
    (record, mine), (other, theirs) = sides(joining, coordinator)
    if mine.db_schema is None or theirs.db_schema is None:
        yield from unsaid("db_schema", (record, mine), (other, theirs)) if same_product(joining, coordinator) else ()
    elif mine.db_schema != theirs.db_schema:
        yield Problem(
            record,
            "software.db_schema",
            f"{joining.host.name} has database schema {mine.db_schema}, {coordinator.name} in {joining.pool.name} has"
            f" {theirs.db_schema}{_early(joining)}",
            _same_level(joining, coordinator),
            (joining.join, coordinator),
        )


@rule("JN030", Severity.ERROR, since="0.1", api_error="OPERATION_NOT_ALLOWED")
def nbd_purposes_differ(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """Of a joining host and its pool one serves disks over NBD encrypted, the other plainly.

    A pool has networks for the one or for the other, never for both. Since 7.3 the toolstack refuses a host whose
    networks are for what those of the pool are not. Of hosts that join one pool the first brings its networks, so the
    second is refused if its own are for something else.
    """
    together = Together(inventory)
    for joining in inventory.joins:
        yield from checked(joining, from_release(joining, (7, 3)), _purposes(joining, together))


def _purposes(joining: Joining, together: Together) -> Iterator[Problem | Unknown]:
    mine, theirs = nbd_purposes(joining.joiner), nbd_purposes(joining.pool)
    if mine and theirs and mine != theirs:
        yield from _other_purposes(joining, f"networks of {joining.pool.name}, which it is to join, have", theirs)
        return
    yield from _purposes_unsaid(joining.joiner, joining.pool)
    for other in () if theirs else together.others(joining):
        of_other = nbd_purposes(other.joiner)
        if mine and of_other and mine != of_other:
            yield from _other_purposes(
                joining, f"{other.host.name}, which is to join {joining.pool.name} too, has", of_other
            )
        else:
            yield from _purposes_unsaid(joining.joiner, other.joiner)


def _purposes_unsaid(*views: PoolView) -> Iterator[Unknown]:
    """What is not told of two sides, unless one of them is known to have no purpose."""
    if not any(nbd_purposes(view) == frozenset() for view in views):
        for view in views:
            yield from (Unknown(each.record, each.field) for each in purposes_untold(view))


def _other_purposes(joining: Joining, who: str, theirs: frozenset[str]) -> Iterator[Problem]:
    for network in joining.joiner.networks.records:
        if network.purpose:
            yield _other_purpose(joining, network, f"{who} {listed(sorted(theirs))}")


def _other_purpose(joining: Joining, network: Network, what: str) -> Problem:
    remove = (
        xe("network-param-remove", uuid=uuid_of("network", network), param_name="purpose", param_key=purpose)
        for purpose in sorted(set(network.purpose or ()))
    )
    return Problem(
        network,
        "purpose",
        f"network {network.name} of {joining.host.name} has the purpose {listed(sorted(set(network.purpose or ())))},"
        f" {what}",
        f"on {joining.host.name} run {', then '.join(remove)} before the join",
        (joining.join, joining.host),
    )


@rule("JN031", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH")
def tls_verification_differs(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host verifies certificates and the pool does not, or the other way round.

    Hosts that verify each other's certificates cannot talk with others that do not take part. The toolstack compares
    it since the rolling line, that is, 8.3.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_rolling(joining), _verification(joining))


def _verification(joining: Joining) -> Iterator[Problem | Unknown]:
    joiner, pool = joining.joiner.pool, joining.pool.pool
    if joiner.tls_verification is None or pool.tls_verification is None:
        yield from (Unknown(side, "tls_verification") for side in (joiner, pool) if side.tls_verification is None)
    elif joiner.tls_verification != pool.tls_verification:
        on, off = (joining.host.name, pool.name) if joiner.tls_verification else (pool.name, joining.host.name)
        yield Problem(
            joiner,
            "tls_verification",
            f"{on} verifies certificates, {off} does not; {joining.host.name} is to join {pool.name}",
            f"on {off} run {xe('pool-enable-tls-verification')} before the join",
            (joining.join, joining.host, pool),
        )
