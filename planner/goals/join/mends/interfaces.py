"""How the interfaces of a joining host become such that it can join."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.addresses import address
from planner.facts.interfaces import carriers
from planner.facts.management import UNTAGGED, management_interface, management_tag
from planner.findings import Problem
from planner.goals.join.case import Case, before, interface_name, mends, refused
from planner.goals.join.mends.addresses import management_address, way
from planner.goals.naming import name_of, sets, shell, way_to_host
from planner.model.network import Interface, Vlan
from planner.plans import Cause, Phase, Step
from planner.plans.applying import reference
from planner.plans.changes import InterfaceRemoved
from planner.rules.wording import UNTOLD, listed

_COMMANDS = {
    "tunnel": "tunnel-destroy",
    "vlan": "vlan-destroy",
    "sriov": "network-sriov-destroy",
    "bond": "bond-destroy",
}
"""What removes each kind of interface; those that ride on others come first."""


def _kind(interface: Interface) -> str:
    return next(kind for kind in _COMMANDS if getattr(interface, kind) is not None)


@mends("JN018", "JN019", "JN020", "JN021", "JN060", "JN061")
def remove(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """Bonds, VLANs, tunnels and SR-IOV of the joining host are removed; the management goes to a NIC first."""
    interfaces = {id(each.subject): each.subject for each in found if isinstance(each.subject, Interface)}
    inner = sorted(interfaces.values(), key=lambda each: (list(_COMMANDS).index(_kind(each)), each.label))
    moved = [each for each in inner if each.management and not each.bond]
    if moved:
        yield _moved_to_nic(case, moved[0])
        return
    took = [each.label for each in inner if each.bond and each.management]
    yield Step(
        Phase.BEFORE,
        f"remove {listed(each.label for each in inner)} of {case.host.name}",
        "a joining host may not have such interfaces; after the join the toolstack makes those of the pool on it"
        + (f"; the first NIC of {listed(took)} takes over its address and the management" if took else ""),
        case.host.name,
        tuple(_destroy(each) for each in inner),
        changes=tuple(_removed(case, each) for each in inner),
    )


def _destroy(interface: Interface) -> str:
    kind = _kind(interface)
    return shell(_COMMANDS[kind], uuid=getattr(interface, kind).uuid or UNTOLD)


def _removed(case: Case, interface: Interface) -> InterfaceRemoved:
    return InterfaceRemoved(reference(case.joiner), name_of(case.host), interface_name(interface))


def _nic_for_management(case: Case, interface: Interface | None) -> Interface | None:
    """The NIC that is to carry the management: that below an interface, else one of the coordinator's position."""
    below = carriers(case.host, interface) if interface and interface.vlan else ()
    if len(below) == 1 and below[0].physical:
        return below[0]
    theirs = management_interface(case.coordinator)
    nics = sorted((each for each in case.host.interfaces or () if each.physical), key=lambda each: each.label)
    same = [each for each in nics if theirs and each.device == theirs.device]
    addressed = [each for each in nics if address(each)]
    return next(iter((*same, *addressed, *nics)), None)


def _moved_to_nic(case: Case, interface: Interface) -> Step | Cause:
    nic = _nic_for_management(case, interface)
    if nic is None:
        return Cause("", f"{case.host.name} has no NIC that could carry the management instead of {interface.label}")
    return _manage(case, nic, interface)


def _manage(case: Case, nic: Interface, instead_of: Interface | None = None) -> Step:
    """The management goes to a NIC, with an address of the pool's management network where it has none.

    What carried it before is removed.
    """
    commands: list[str] = []
    fields: dict[str, object] = {"management": True}
    uuid = nic.uuid or UNTOLD
    if address(nic) is None:
        given, mask, bare = management_address(case)
        commands.append(shell("pif-reconfigure-ip", uuid=uuid, mode="static", IP=bare, netmask=mask))
        fields |= {"mode": "static", "address": given}
    if nic.primary_address_type is None:
        fields |= {"primary_address_type": "IPv4"}
    commands.append(shell("host-management-reconfigure", pif_uuid=uuid))
    if instead_of:
        commands.append(_destroy(instead_of))
    return before(
        f"let {nic.label} carry the management of {case.host.name}",
        "the management traffic of a joining host has to run over a NIC that the pool can talk to",
        case.host,
        tuple(commands),
        (
            *((_removed(case, instead_of),) if instead_of else ()),
            *sets(case.joiner, way(case, nic), **fields),
            *sets(case.joiner, way_to_host(case.host), **_host(fields)),
        ),
    )


def _host(fields: dict[str, object]) -> dict[str, object]:
    given = fields.get("address")
    return {"address": str(given).partition("/")[0]} if given else {}


@mends("JN005")
def choose_management(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """A NIC of the joining host carries its management traffic."""
    nic = _nic_for_management(case, None)
    if nic is None:
        yield Cause("JN005", f"{case.host.name} has no NIC over which the pool could talk to it")
    else:
        yield _manage(case, nic)


@mends("JN022")
def retag_management(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """The management of the joining host goes to the VLAN over which the coordinator is managed, or to none."""
    mine, theirs = management_interface(case.host), management_interface(case.coordinator)
    if mine is None:
        return  # that comes first, and is mended or refused for itself
    if theirs is None:
        yield from refused("JN022", found)
        return
    tag, nic = management_tag(theirs), _nic_for_management(case, mine)
    if nic is None:
        yield Cause("JN022", f"{case.host.name} has no NIC that could carry VLAN {tag}")
    elif tag == UNTAGGED:
        yield _manage(case, nic, mine if mine.vlan else None)
    else:
        yield _tagged(case, mine, nic, tag)


def _tagged(case: Case, mine: Interface, nic: Interface, tag: int) -> Step:
    given, mask, bare = management_address(case)
    made = Interface(
        device=nic.device,
        vlan=Vlan(tag=tag, on=nic.label),
        management=True,
        mode="static",
        address=given,
        attached=True,
        carrier=nic.carrier,
        primary_address_type=mine.primary_address_type or "IPv4",
    )
    left = (
        each.model_copy(update={"management": False}) if each is mine else each
        for each in sorted(case.host.interfaces or (), key=interface_name)
        if not (each is mine and each.vlan)
    )
    remove_old = shell("vlan-destroy", uuid=mine.vlan.uuid or UNTOLD) if mine.vlan else None
    commands = (
        shell("network-create", name_label="management"),
        shell("vlan-create", pif_uuid=nic.uuid or UNTOLD, vlan=str(tag), network_uuid=UNTOLD),
        shell("pif-reconfigure-ip", uuid=UNTOLD, mode="static", IP=bare, netmask=mask),
        shell("host-management-reconfigure", pif_uuid=UNTOLD),
        *((remove_old,) if remove_old else ()),
    )
    return before(
        f"let VLAN {tag} on {nic.label} carry the management of {case.host.name}",
        f"{case.coordinator.name} is managed over VLAN {tag}, and all hosts of a pool have to be",
        case.host,
        commands,
        (
            *sets(case.joiner, way_to_host(case.host), interfaces=(*left, made)),
            *sets(case.joiner, way_to_host(case.host), **_host({"address": given})),
        ),
    )


@mends("JN029")
def set_address_type(case: Case, found: tuple[Problem, ...]) -> Iterator[Step]:
    """The primary address of the joining host is of the kind that the pool has."""
    theirs = management_interface(case.coordinator)
    for problem in found:
        mine = problem.subject
        if isinstance(mine, Interface) and theirs and theirs.primary_address_type:
            kind = theirs.primary_address_type
            yield before(
                f"make the primary address of {case.host.name} an {kind} address",
                "hosts of a pool talk to each other over one kind of address",
                case.host,
                (f"{shell('pif-set-primary-address-type', uuid=mine.uuid or UNTOLD)} primary_address_type={kind}",),
                sets(case.joiner, way(case, mine), primary_address_type=kind),
                by_hand=(f"see that {mine.label} of {case.host.name} has an {kind} address",),
            )
