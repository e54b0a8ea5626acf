"""What must hold of a host before it may join a pool."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.versions import rolling, same_version, since
from planner.model.guest import VM
from planner.model.host import Host, Software
from planner.model.inventory import Joining, PoolView
from planner.model.network import Interface
from planner.model.storage import Repository

HOSTS_WITHOUT_LICENCE = 3
"""The largest pool whose size the licence does not have to allow."""


def management_interfaces(host: Host) -> tuple[Interface, ...]:
    """The interfaces of a host that carry its management traffic: one, unless something is wrong."""
    return tuple(interface for interface in host.interfaces or () if interface.management)


def manages(host: Host, interface: Interface) -> bool | None:
    """Whether an interface of a host carries its management traffic; where it does not say so, only one can."""
    if interface.management is None:
        return False if management_interfaces(host) else None
    return interface.management


def runs(vm: VM) -> bool | None:
    """Whether a VM is running; None where nothing says so."""
    if vm.power_state is not None:
        return vm.power_state == "running"
    return None if vm.runs_on is None else True


def counts_at_join(vm: VM, software: Software | None) -> bool | None:
    """Whether a running VM stands in the way: a control domain did not, up to 7.0."""
    return since(software, (7, 1)) if vm.driver_domain else True


def feature_off(view: PoolView, restriction: str) -> bool | None:
    """Whether the licence switches a feature off for a pool; None where that is not told.

    A pool may do what all its hosts may. A restriction that is missing where others are told counts as in force.
    """
    if view.pool.restrictions is not None:
        return view.pool.restrictions.get(restriction) != "false"
    told = [host.licence.restrictions if host.licence else None for host in view.hosts.records]
    off = {None if each is None else each.get(restriction) != "false" for each in told}
    return True if True in off else None if None in off or not off else False


def restricted(view: PoolView, restriction: str) -> bool:
    """Whether a licence is known to switch a feature off; older releases do not tell all restrictions."""
    told = [view.pool.restrictions, *(host.licence.restrictions for host in view.hosts.records if host.licence)]
    return any(each is not None and each.get(restriction) == "true" for each in told)


def is_shared_storage(repository: Repository) -> bool | None:
    """Whether a repository is one that a joining host must not have; None where the inventory does not say."""
    if not repository.shared or repository.tools:
        return None if repository.shared is None and not repository.tools else False
    return None if repository.tools is None and repository.type == "iso" else True


@dataclass(frozen=True, slots=True)
class Compatibility:
    """Fields of the software that must be equal in any case: those that differ, and those that are not told."""

    different: tuple[str, ...]
    unknown: tuple[str, ...]


def compatibility(one: Software, other: Software) -> Compatibility:
    """Whether two hosts run the same product in the same version."""
    brand = "product_brand"
    if one.product_brand is None and other.product_brand is None and one.platform_name and other.platform_name:
        brand = "platform_name"
    version = "platform_version"
    if None in (one.platform_version, other.platform_version) and (
        one.product_version and other.product_version and not same_version(one.product_version, other.product_version)
    ):
        version = "product_version"
    pairs = {field: (getattr(one, field), getattr(other, field)) for field in (brand, version)}
    return Compatibility(
        tuple(field for field, (mine, theirs) in pairs.items() if None not in (mine, theirs) and mine != theirs),
        tuple(field for field, pair in pairs.items() if None in pair),
    )


def compatible(one: Software, other: Software) -> bool:
    """Whether nothing tells the products or versions of two hosts apart."""
    return not compatibility(one, other).different


def same_product(joining: Joining, coordinator: Host) -> bool:
    """Whether nothing tells the products or versions of a joining host and of the coordinator apart."""
    mine, theirs = joining.joiner.software(joining.host), joining.pool.software(coordinator)
    return mine is None or theirs is None or compatible(mine, theirs)


def compared_parts(software: Software | None) -> tuple[str, ...] | None:
    """Fields of the software that must be equal besides version and kind; None where the release is unknown."""
    line = rolling(software)
    counts_build = since(software, (7, 2)) is False
    if line is None:
        return None
    if line:
        return ("xapi", "git_id", "linux_pack")
    return ("build_number", "git_id", "linux_pack") if counts_build else ("git_id", "linux_pack")


def editions(view: PoolView) -> tuple[str, ...]:
    """The licence editions of a pool's hosts, as far as they are known."""
    known = {host.licence.edition for host in view.hosts.records if host.licence and host.licence.edition}
    return tuple(sorted(known))


def clock_difference(one: Host, other: Host) -> float | None:
    """Seconds between the clocks of two hosts."""
    if one.clock_offset is None or other.clock_offset is None:
        return None
    return abs(one.clock_offset - other.clock_offset)
