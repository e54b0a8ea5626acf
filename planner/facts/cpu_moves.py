"""On which hosts a guest can go on by what it has seen of a CPU: at a live migration, or when it is resumed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from planner.facts.cpu import compared_mask, legacy_features, masked, missing_features, telling
from planner.facts.cpu_level import Scope, by_masks, names
from planner.facts.feature_sets import Words, difference, parse_features
from planner.facts.guest_devices import NEEDS_VIRTUALISATION
from planner.facts.join import runs
from planner.model.guest import VM, CpuFlags
from planner.model.host import Host
from planner.model.inventory import PoolView


class Fit(Enum):
    """Whether a guest can go on with the CPUs of a host."""

    FITS = "fits"
    LACKS = "lacks features"
    OTHER_VENDOR = "other vendor"
    NO_VIRTUALISATION = "no hardware virtualisation"
    UNKNOWN = "unknown"


_ONLY_COPIES = ("copies of common features in the third word",)
"""They have no names, and yet a host that lacks them is refused."""

REFUSED = (Fit.LACKS, Fit.OTHER_VENDOR, Fit.NO_VIRTUALISATION)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the CPUs of a host fit a guest, and if not, why."""

    fit: Fit
    missing: tuple[str, ...] = ()
    """Features that the guest has seen and the host lacks."""
    of_guest: tuple[str, ...] = ()
    """Fields of the guest that would have to be known."""
    of_host: tuple[str, ...] = ()
    """Fields of the host that would have to be known."""


@dataclass(frozen=True, slots=True)
class Guests:
    """Guests of a pool that have seen the same CPU, and so have the same answer for each host."""

    domain_type: str | None
    flags: CpuFlags | None
    suspended: bool
    vms: tuple[VM, ...]


_Seen = tuple[str | None, str | None, str | None, bool, bool]


def guests(view: PoolView) -> tuple[Guests, ...]:
    """Those guests of a pool that run, are paused or suspended, by what they have seen."""
    found: defaultdict[_Seen, list[VM]] = defaultdict(list)
    for vm in view.vms.records:
        suspended = vm.power_state == "suspended"
        if (suspended or vm.power_state == "paused" or runs(vm)) and not vm.driver_domain:
            flags = vm.last_boot_cpu
            seen = (flags.vendor, flags.features) if flags else (None, None)
            found[(vm.domain_type, *seen, flags is None, suspended)].append(vm)
    return tuple(
        Guests(kind, vms[0].last_boot_cpu, suspended, tuple(vms)) for (kind, *_, suspended), vms in found.items()
    )


def own_features(vm: VM) -> str | None:
    """The features that are written down for a guest, which since 7.0 it is given at each start."""
    return (vm.platform or {}).get("featureset")


def with_own_features(view: PoolView) -> dict[tuple[str, str | None], list[VM]]:
    """Those guests of a pool that will be given features that are written down, by these and their type.

    A guest that runs with just these already is left out: what it has seen tells where it can go.
    """
    found: defaultdict[tuple[str, str | None], list[VM]] = defaultdict(list)
    for vm in view.vms.records:
        own, seen = own_features(vm), vm.last_boot_cpu.features if vm.last_boot_cpu else None
        if own is not None and not (seen == own and vm.power_state != "halted"):
            found[own, vm.domain_type].append(vm)
    return found


def verdicts(view: PoolView, group: Guests, hosts: Iterable[Host]) -> list[tuple[Host, Verdict]]:
    """Whether such guests can go on with the CPUs of each host. Hosts with equal CPUs are looked at once."""
    masks = by_masks(view)
    known: dict[tuple[object, ...], Verdict] = {}
    told = []
    for host in hosts:
        key = _alike(host)
        if key not in known:
            known[key] = _verdict(view, masks, group, host)
        told.append((host, known[key]))
    return told


def _alike(host: Host) -> tuple[object, ...]:
    cpu = host.cpu
    return (host.hvm, *((cpu.vendor, cpu.features, cpu.features_hvm, cpu.features_pv) if cpu else ()))


def same_for_guests(view: PoolView) -> bool:
    """Whether all hosts of a pool are known to have the same CPUs, so that what a guest has seen matters nothing."""
    masks, keys = by_masks(view), {_alike(host) for host in view.hosts.records}
    if masks is None or len(keys) > 1 or view.pool.hosts is None:
        return False
    needed = ("vendor", "features") if masks else ("vendor", "features_hvm", "features_pv")
    return all(host.cpu and None not in (getattr(host.cpu, each) for each in needed) for host in view.hosts.records)


def _verdict(view: PoolView, masks: bool | None, group: Guests, host: Host) -> Verdict:  # noqa: FBT001 - an answer
    kinds = [group.domain_type] if group.domain_type else ["hvm", "pv"]
    found = {_of_kind(view, masks, kind, group.flags, host) for kind in kinds}
    if len(found) == 1:
        return found.pop()
    unsaid = {field for each in found for field in each.of_host}
    return Verdict(Fit.UNKNOWN, of_guest=("domain_type",), of_host=tuple(sorted(unsaid)))


def _of_kind(
    view: PoolView,
    masks: bool | None,  # noqa: FBT001 - an answer
    kind: str,
    flags: CpuFlags | None,
    host: Host,
) -> Verdict:
    theirs = host.cpu.vendor if host.cpu else None
    if kind in NEEDS_VIRTUALISATION and host.hvm is False:
        return Verdict(Fit.NO_VIRTUALISATION)
    if flags and flags.vendor and theirs and flags.vendor != theirs:
        return Verdict(Fit.OTHER_VENDOR)
    of_guest, of_host = [] if flags else ["last_boot_cpu"], []
    scope: Scope = "all" if masks else "hvm" if kind in NEEDS_VIRTUALISATION else "pv"
    seen, offered = parse_features(flags.features) if flags else None, _accepted(scope, host)
    if flags:
        of_guest += [f"last_boot_cpu.{each}" for each in ("vendor", "features") if getattr(flags, each) is None]
    if theirs is None:
        of_host.append("cpu.vendor")
    if masks is None:
        of_host.append("software.product_version")
    elif not offered:
        of_host.append("cpu.features" if masks else f"cpu.features_{scope}")
    elif seen is not None and any(missing := _missing(view, scope, seen, offered)):
        return Verdict(Fit.LACKS, names(scope, missing) or _ONLY_COPIES)
    return Verdict(Fit.UNKNOWN if of_guest or of_host else Fit.FITS, (), tuple(of_guest), tuple(of_host))


def _accepted(scope: Scope, host: Host) -> Words | None:
    """All that a host can offer a guest that comes to it, more than it gives to one that is started anew.

    A set without any word tells nothing: the toolstack may let every guest pass it, and the guest fails.
    """
    if host.cpu is None:
        return None
    if scope == "all":
        return legacy_features(host.cpu)
    return parse_features(host.cpu.features_hvm if scope == "hvm" else host.cpu.features_pv)


def _missing(view: PoolView, scope: Scope, seen: Words, offered: Words) -> Words:
    if scope != "all":
        return telling(missing_features(seen, offered))
    mask = compared_mask(view.pool)
    return difference(masked(seen, mask), masked(offered, mask))
