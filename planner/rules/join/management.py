"""In what the management interface of a joining host has to be like that of the coordinator."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.facts.interfaces import carriers
from planner.facts.join_gates import from_release
from planner.facts.management import UNTAGGED, management_interface, management_tag, management_untold
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining
from planner.model.network import Interface
from planner.rules import rule
from planner.rules.join.gates import checked
from planner.rules.wording import UNTOLD, unknown_coordinator, xe

Compare = Callable[[Joining, Interface, Host, Interface], Iterator[Problem | Unknown]]


@rule("JN022", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_MANAGEMENT_VLAN_DOES_NOT_MATCH")
def management_vlan_differs(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host is managed over another VLAN than the pool's coordinator.

    Since 7.3 the management interface may be a VLAN, but then on all hosts of a pool, and with one tag. The toolstack
    refuses the join where one of the two is tagged and the other is not, or has another tag, forced or not. A VLAN
    with the tag 0 counts as tagged, though its frames are not.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_release(joining, (7, 3)), _compared(joining, _tags))


@rule("JN029", Severity.ERROR, since="0.1", api_error="OPERATION_NOT_ALLOWED")
def primary_address_type_differs(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host is managed over IPv6 and the pool over IPv4, or the other way round.

    Hosts of a pool talk to each other over one kind of address. Since 6.1 the toolstack refuses the join of a host
    whose primary address is of the other kind.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_release(joining, (6, 1)), _compared(joining, _address_types))


def _compared(joining: Joining, compare: Compare) -> Iterator[Problem | Unknown]:
    """What differs between the two management interfaces, if both are known."""
    coordinator = joining.pool.coordinator
    if coordinator is None:
        yield unknown_coordinator(joining.pool)
        return
    mine, theirs = management_interface(joining.host), management_interface(coordinator)
    for host in (joining.host, coordinator):
        yield from (Unknown(each.record, each.field) for each in management_untold(host))
    if mine and theirs:
        yield from compare(joining, mine, coordinator, theirs)


def _tags(joining: Joining, mine: Interface, coordinator: Host, theirs: Interface) -> Iterator[Problem | Unknown]:
    if management_tag(mine) != management_tag(theirs):
        yield Problem(
            mine,
            "vlan" if mine.vlan else "",
            f"the management traffic of {joining.host.name} is {_tagged(mine)},"
            f" that of {coordinator.name} in {joining.pool.name} is {_tagged(theirs)}",
            _retag(joining.host, mine, management_tag(theirs)),
            (joining.join, joining.host, theirs),
        )


def _tagged(interface: Interface) -> str:
    return f"tagged with VLAN {interface.vlan.tag}" if interface.vlan else "untagged"


def _retag(host: Host, interface: Interface, tag: int) -> str:
    below = carriers(host, interface)
    nic = below[0].uuid if len(below) == 1 and below[0].uuid else UNTOLD
    remove = xe("vlan-destroy", uuid=(interface.vlan and interface.vlan.uuid) or UNTOLD)
    then = f", then remove {interface.label} with {remove}" if interface.vlan else ""
    if tag == UNTAGGED:
        move = xe("host-management-reconfigure", pif_uuid=nic)
        return f"give the NIC below {interface.label} an address, move the management there with {move}{then}"
    create = xe("vlan-create", pif_uuid=nic, vlan=str(tag), network_uuid=UNTOLD)
    move = xe("host-management-reconfigure", pif_uuid=UNTOLD)
    return f"on {host.name} run {create}, give the new VLAN an address, move the management there with {move}{then}"


def _address_types(
    joining: Joining, mine: Interface, coordinator: Host, theirs: Interface
) -> Iterator[Problem | Unknown]:
    here, there = mine.primary_address_type, theirs.primary_address_type
    yield from (Unknown(each, "primary_address_type") for each in (mine, theirs) if each.primary_address_type is None)
    if here and there and here != there:
        give = f"{xe('pif-set-primary-address-type', uuid=mine.uuid or UNTOLD)[:-1]} primary_address_type={there}`"
        yield Problem(
            mine,
            "primary_address_type",
            f"the primary address of {joining.host.name} is of type {here},"
            f" that of {coordinator.name} in {joining.pool.name} of type {there}",
            f"give {mine.label} of {joining.host.name} an {there} address and run {give}",
            (joining.join, joining.host, theirs),
        )
