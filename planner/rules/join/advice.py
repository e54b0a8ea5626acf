"""What the documentation asks of a joining host, and the toolstack does not check."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.homogeneous_packs import homogeneous_packs
from planner.facts.management import management_interface, management_untold
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, Joining
from planner.rules import rule
from planner.rules.join.software import sides
from planner.rules.wording import UNTOLD, joining_to, listed, unknown_coordinator, xe


@rule("JN047", Severity.WARNING, since="0.1")
def management_address_by_dhcp(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The management address of a joining host comes from a DHCP server.

    Members and coordinator know each other by address. When it changes, they lose each other. The documentation asks
    for a static address; the toolstack does not check this at a join.
    """
    for joining in inventory.joins:
        yield from (Unknown(each.record, each.field) for each in management_untold(joining.host))
        interface = management_interface(joining.host)
        if interface and interface.mode is None:
            yield Unknown(interface, "mode")
        elif interface and interface.mode == "dhcp":
            give = xe("pif-reconfigure-ip", uuid=interface.uuid or UNTOLD, mode="static", IP=UNTOLD, netmask=UNTOLD)
            yield Problem(
                interface,
                "mode",
                f"{interface.label}, the management interface of {joining_to(joining)}, gets its address by DHCP;"
                " the toolstack does not check this at a join",
                f"give it a static address before the join with {give}",
                (joining.join, joining.host),
            )


@rule("JN051", Severity.WARNING, since="0.1")
def joining_host_without_virtualisation(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host has no hardware virtualisation, and there are VMs that need it.

    None of them can ever run on that host. Often the processor could do it, and the firmware has it switched off. The
    toolstack does not check this at a join.
    """
    for joining in inventory.joins:
        if joining.host.hvm is False:
            yield from _needing_hvm(joining)


def _needing_hvm(joining: Joining) -> Iterator[Problem | Unknown]:
    vms = [vm for view in (joining.pool, joining.joiner) for vm in view.vms.records if not vm.driver_domain]
    needing = [vm for vm in vms if vm.domain_type in ("hvm", "pv_in_pvh", "pvh")]
    if needing:
        yield Problem(
            joining.host,
            "hvm",
            f"{joining_to(joining)}, has no hardware virtualisation, which"
            f" {listed(sorted({vm.name for vm in needing}), 5)} cannot do without; the toolstack does not check this at"
            " a join",
            f"switch virtualisation on in the firmware of {joining.host.name}",
            (joining.join,),
        )
        return
    yield from (Unknown(view.pool, "vms") for view in (joining.pool, joining.joiner) if view.pool.vms is None)
    yield from (Unknown(vm, "domain_type") for vm in vms if vm.domain_type in (None, "unspecified"))


@rule("JN054", Severity.WARNING, since="0.1")
def homogeneous_packs_differ(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host and the pool differ in packs that ask to be on every host.

    Such a pack brings what guests rely on wherever they run. The toolstack does not check this at a join, but clients
    with windows warn of it.
    """
    for joining in inventory.joins:
        coordinator = joining.pool.coordinator
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        (record, mine), (other, theirs) = sides(joining, coordinator)
        here, there = homogeneous_packs(mine), homogeneous_packs(theirs)
        if here is None or there is None:
            if here or there:
                yield Unknown(record if here is None else other, "software.packs")
        elif here != there:
            told = "; ".join(
                f"{name} lacks {listed(sorted(packs))}"
                for name, packs in ((joining.host.name, there - here), (coordinator.name, here - there))
                if packs
            )
            yield Problem(
                record,
                "software.packs",
                f"of the packs that ask to be on every host, {told}; {joining.host.name} is to join"
                f" {joining.pool.name}, and the toolstack does not check this",
                f"install the same packs on {joining.host.name} and {coordinator.name}",
                (joining.join, coordinator),
            )
