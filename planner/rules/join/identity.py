"""In what a joining host has to be set up like the coordinator: its users and its network stack."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.join_gates import from_release, from_rolling
from planner.facts.join_settings import controllers, same_directory
from planner.findings import Problem, Severity, Unknown
from planner.model.host import ExternalAuth, Host
from planner.model.inventory import Inventory, Joining
from planner.rules import rule
from planner.rules.join.gates import checked
from planner.rules.join.software import sides, unsaid
from planner.rules.wording import UNTOLD, listed, unknown_coordinator, uuid_of, xe

FOLDED = (24, 33)
"""The toolstack from which on the case of a directory's name does not matter."""


@rule("JN023", Severity.ERROR, since="0.1", api_error="POOL_JOINING_EXTERNAL_AUTH_MISMATCH")
def external_authentication_differs(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host and the pool look up their users in different directories.

    All hosts of a pool let in the same users. The toolstack refuses a host that has another kind of external
    authentication, or another directory; up to 24.32 even one whose name is the same in other letters.
    """
    for joining in inventory.joins:
        host, coordinator = joining.host, joining.pool.coordinator
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        mine, theirs = host.external_auth, coordinator.external_auth
        if mine is None or theirs is None:
            yield from (Unknown(side, "external_auth") for side in (host, coordinator) if side.external_auth is None)
        elif not same_directory(mine, theirs, folded=True):
            yield _other_directory(joining, coordinator, mine, theirs)
        elif not same_directory(mine, theirs, folded=False):
            folded = from_rolling(joining, FOLDED)
            yield from checked(
                joining,
                None if folded is None else not folded,
                (_other_directory(joining, coordinator, mine, theirs),),
            )


def _directory(auth: ExternalAuth) -> str:
    return f"external authentication {auth.type} by {auth.service_name}" if auth.type else "no external authentication"


def _other_directory(joining: Joining, coordinator: Host, mine: ExternalAuth, theirs: ExternalAuth) -> Problem:
    config = {"config:user": UNTOLD, "config:pass": UNTOLD}
    leave = xe("pool-disable-external-auth")
    enter = xe("pool-enable-external-auth", auth_type=theirs.type, service_name=theirs.service_name, **config)
    steps = [step for step, wanted in ((leave, mine.type), (enter, theirs.type)) if wanted]
    return Problem(
        joining.host,
        "external_auth",
        f"{joining.host.name} has {_directory(mine)}, {coordinator.name} in {joining.pool.name} has"
        f" {_directory(theirs)}",
        f"on {joining.host.name} run {', then '.join(steps)} before the join",
        (joining.join, coordinator),
    )


@rule("JN025", Severity.ERROR, since="0.1", api_error="OPERATION_NOT_ALLOWED")
def network_stack_differs(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host has another network backend or switch controller than the pool.

    The hosts of a pool switch packets by one means, Open vSwitch or the bridge of Linux. With Open vSwitch, a joining
    host may have no controller for it other than the pool's (up to 7.1 an address, since 7.2 an SDN controller).
    """
    for joining in inventory.joins:
        coordinator = joining.pool.coordinator
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        (record, mine), (other, theirs) = sides(joining, coordinator)
        if mine.network_backend is None or theirs.network_backend is None:
            yield from unsaid("network_backend", (record, mine), (other, theirs))
        elif mine.network_backend != theirs.network_backend:
            yield Problem(
                record,
                "software.network_backend",
                f"{joining.host.name} has network backend {mine.network_backend},"
                f" {coordinator.name} in {joining.pool.name} has {theirs.network_backend}",
                f"run `xe-switch-network-backend {theirs.network_backend}` on {joining.host.name} and restart it"
                " before the join",
                (joining.join, coordinator),
            )
        elif mine.network_backend == "openvswitch":
            sdn = from_release(joining, (7, 2))
            yield from checked(joining, sdn, _sdn(joining))
            yield from checked(joining, None if sdn is None else not sdn, _vswitch(joining))


def _sdn(joining: Joining) -> Iterator[Problem | Unknown]:
    joiner, pool = joining.joiner.pool, joining.pool.pool
    if joiner.sdn_controllers is None:
        yield Unknown(joiner, "sdn_controllers")
    elif joiner.sdn_controllers and pool.sdn_controllers is None:
        yield Unknown(pool, "sdn_controllers")
    elif joiner.sdn_controllers:
        mine, theirs = controllers(joiner.sdn_controllers), controllers(pool.sdn_controllers or ())
        if pool.sdn_controllers and None in (mine, theirs):
            for each in (*joiner.sdn_controllers, *(pool.sdn_controllers or ())):
                fields = ("protocol", "address", "port")
                yield from (Unknown(each, field) for field in fields if getattr(each, field) is None)
        elif mine != theirs:
            forget = [xe("sdn-controller-forget", uuid=each.uuid or UNTOLD) for each in joiner.sdn_controllers]
            yield Problem(
                joiner,
                "sdn_controllers",
                f"{joining.host.name} has another SDN controller than {pool.name}, which it is to join",
                f"on {joining.host.name} run {listed(sorted(forget))} before the join",
                (joining.join, joining.host),
            )


def _vswitch(joining: Joining) -> Iterator[Problem | Unknown]:
    joiner, pool = joining.joiner.pool, joining.pool.pool
    if joiner.vswitch_controller is None:
        yield Unknown(joiner, "vswitch_controller")
    elif joiner.vswitch_controller and pool.vswitch_controller is None:
        yield Unknown(pool, "vswitch_controller")
    elif joiner.vswitch_controller and joiner.vswitch_controller != pool.vswitch_controller:
        forget = xe("pool-set-vswitch-controller", uuid=uuid_of("pool", joiner), address="")
        yield Problem(
            joiner,
            "vswitch_controller",
            f"the switches of {joining.host.name} are controlled from {joiner.vswitch_controller}, those of"
            f" {pool.name}, which it is to join, from {pool.vswitch_controller or 'nowhere'}",
            f"on {joining.host.name} run {forget} before the join",
            (joining.join, joining.host),
        )
