"""What must hold of the interfaces of a host before it may join a pool."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.facts.interfaces import carriers
from planner.facts.join import management_interfaces, manages
from planner.facts.join_gates import from_release
from planner.facts.versions import Version, legacy, since
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining
from planner.model.network import Interface
from planner.rules import rule
from planner.rules.wording import joining_to, xe

BONDS_REFUSED: Version = (7, 3)
SRIOV_REFUSED: Version = (7, 5)


@rule("JN005", Severity.ERROR, since="0.1", api_error="HOST_STILL_BOOTING")
def joining_host_without_management_interface(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has no management interface.

    Coordinator and member talk over their management interfaces. The toolstack takes a host
    without one for a host that has not finished its first boot.
    """
    for joining in inventory.joins:
        host = joining.host
        if host.interfaces is None:
            yield Unknown(host, "interfaces")
        elif not management_interfaces(host):
            unsaid = [interface for interface in host.interfaces if interface.management is None]
            yield from (Unknown(interface, "management") for interface in unsaid)
            if not unsaid:
                yield Problem(
                    host,
                    "interfaces",
                    f"no interface carries the management traffic of {joining_to(joining)}",
                    f"choose one on {host.name} with `xe host-management-reconfigure pif-uuid=…`:"
                    f" {_candidates(joining)}",
                    (joining.join,),
                )


def _candidates(joining: Joining) -> str:
    physical = sorted(
        f"{interface.label} ({interface.uuid})" if interface.uuid else interface.label
        for interface in joining.host.interfaces or ()
        if interface.physical
    )
    return ", ".join(physical) or "plug in a NIC first"


@rule("JN018", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_HAS_BONDS")
def bonds_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has bonded interfaces.

    Since 7.3 the toolstack refuses any bond at a join. Afterwards it bonds the NICs of the new
    member itself, in the way that those of the coordinator are bonded.
    """
    yield from _refused(
        inventory,
        "bond",
        lambda _host, interface: interface.bond is not None,
        lambda joining: since(joining.joiner.software(joining.host), BONDS_REFUSED),
    )


@rule("JN019", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_HAS_TUNNELS")
def tunnels_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has tunnels.

    Since 7.3 the toolstack refuses any tunnel at a join. Afterwards the new member gets those of the coordinator,
    each over the interface on the same network.
    """
    yield from _refused(
        inventory,
        "tunnel",
        lambda _host, interface: interface.tunnel is not None,
        lambda joining: from_release(joining, BONDS_REFUSED),
    )


@rule("JN020", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_HAS_NETWORK_SRIOVS")
def sriov_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool offers virtual functions of a NIC as a network.

    Since 7.5 the toolstack refuses SR-IOV networks at a join. Afterwards they are enabled on the new member where
    its NICs are of the same model as those of the coordinator.
    """
    yield from _refused(
        inventory,
        "sriov",
        lambda _host, interface: interface.sriov is not None,
        lambda joining: from_release(joining, SRIOV_REFUSED),
    )


@rule("JN021", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC")
def management_interface_not_physical(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The management interface of a host that is to join a pool is not a NIC.

    Up to 6.5 the management traffic of a joining host has to run over a NIC itself, not over a bond
    or a VLAN: the toolstack refuses the join. A bond can be made after it, for the whole pool.
    """
    yield from _refused(
        inventory,
        "management",
        lambda host, interface: not interface.physical and manages(host, interface),
        lambda joining: legacy(joining.joiner.software(joining.host)),
    )


@rule("JN060", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_MUST_ONLY_HAVE_PHYSICAL_PIFS")
def interface_of_joining_host_not_physical(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has a bond, a VLAN, a tunnel or SR-IOV.

    From 7.0 to 7.2 the toolstack refuses a joining host that has any interface besides its NICs.
    After the join they are made anew, as the pool has them.
    """
    yield from _refused(inventory, "", lambda _host, interface: not interface.physical, _only_nics)


def _only_nics(joining: Joining) -> bool | None:
    software = joining.joiner.software(joining.host)
    later = since(software, BONDS_REFUSED)
    return None if later is None else since(software, (7, 0)) is True and not later


@rule("JN061", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_HAS_NON_MANAGEMENT_VLANS")
def vlans_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has a VLAN that is not its management interface.

    Since 7.3 only the management interface of a joining host may be a VLAN. The pool's other VLANs
    are made on the new member after the join.
    """
    yield from _refused(
        inventory,
        "vlan",
        lambda host, interface: interface.vlan is not None and _negated(manages(host, interface)),
        lambda joining: since(joining.joiner.software(joining.host), BONDS_REFUSED),
    )


def _negated(answer: bool | None) -> bool | None:  # noqa: FBT001 - an answer, not a switch
    return None if answer is None else not answer


def _refused(
    inventory: Inventory,
    field: str,
    is_refused: Callable[[Host, Interface], bool | None],
    in_force: Callable[[Joining], bool | None],
) -> Iterator[Problem | Unknown]:
    """Every interface of a joining host that its release refuses."""
    for joining in inventory.joins:
        force = in_force(joining)
        if force is False:
            continue
        if joining.host.interfaces is None:
            yield Unknown(joining.host, "interfaces")
        answers = [(each, is_refused(joining.host, each)) for each in joining.host.interfaces or ()]
        if force is None and any(refused is not False for _, refused in answers):
            yield Unknown(joining.host, "software.product_version")
            continue
        for interface, refused in answers:
            if refused is None:
                yield Unknown(interface, "management")
            elif refused:
                yield Problem(
                    interface,
                    field or _kind_field(interface),
                    _refusal(interface, joining),
                    _undo(interface, joining),
                    (joining.join, joining.host),
                )


def _refusal(interface: Interface, joining: Joining) -> str:
    if not interface.management:
        return f"{interface.label} is {_kind(interface)} of {joining_to(joining)}"
    host = joining.host.name
    return (
        f"{interface.label}, the management interface of {host}, is {_kind(interface)};"
        f" {host} is to join {joining.pool.name}"
    )


_KINDS = {"bond": "a bond", "vlan": "a VLAN", "tunnel": "a tunnel", "sriov": "an SR-IOV interface"}


def _kind_field(interface: Interface) -> str:
    return next(field for field in _KINDS if getattr(interface, field) is not None)


def _kind(interface: Interface) -> str:
    return _KINDS[_kind_field(interface)]


_COMMANDS = {
    "bond": "bond-destroy",
    "vlan": "vlan-destroy",
    "tunnel": "tunnel-destroy",
    "sriov": "network-sriov-destroy",
}


def _undo(interface: Interface, joining: Joining) -> str:
    kind = _kind_field(interface)
    part = interface.bond or interface.vlan or interface.tunnel or interface.sriov
    remove = f"remove {interface.label} before the join with {xe(_COMMANDS[kind], uuid=(part and part.uuid) or '…')}"
    if not interface.management:
        return remove
    if interface.bond:
        return f"{remove}; its first NIC takes over the management of {joining.host.name}"
    below = carriers(joining.host, interface) if interface.vlan else ()
    nic = below[0] if len(below) == 1 and below[0].physical else None
    command = xe("host-management-reconfigure", pif_uuid=(nic and nic.uuid) or "…")
    which = nic.label if nic else "a NIC"
    return f"give {which} of {joining.host.name} an address, move the management there with {command}, then {remove}"
