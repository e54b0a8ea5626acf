"""On which hosts a protected guest could be restarted, whatever room they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.facts.guest_settings import settings
from planner.facts.lacking import Lacking, each_once
from planner.facts.obstacles import Answer, Cause, Kind, Obstacle, answer
from planner.facts.placement import Placement
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView

_Needs = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Reachable:
    """The hosts on which a guest could be started, by identity."""

    surely: frozenset[int]
    lacking: tuple[Lacking, ...] = ()
    """What is unknown of the others."""


class RestartHosts:
    """Where guests of a pool could be restarted. Guests with the same needs are looked at once."""

    def __init__(self, view: PoolView, hosts: Iterable[Host]) -> None:
        self._view = view
        self._hosts = tuple(hosts)
        self._placement = Placement(view)
        self._known: dict[_Needs, Reachable] = {}

    def of(self, vm: VM) -> Reachable:
        """The hosts on which a guest could be started anew, less those that lack what it needs."""
        needs = self._needs(vm)
        if needs not in self._known:
            self._known[needs] = self._reachable(vm)
        return self._known[needs]

    def why_not(self, vm: VM, host: Host) -> Answer:
        """All that keeps a guest from being started on a host, its memory apart."""
        lasting = self._placement.storage.causes(vm, host)
        return answer((*settings(vm), *lasting, *self._placement.there(vm, host), *_passed_through(vm, host)))

    def _reachable(self, vm: VM) -> Reachable:
        answers = [(host, self.why_not(vm, host)) for host in self._hosts]
        return Reachable(
            frozenset(id(host) for host, each in answers if each.can),
            each_once(lack for _, each in answers for lack in each.lacking),
        )

    def _needs(self, vm: VM) -> _Needs:
        """What of a guest decides where it can be started; a guest of which something is unclear is like no other."""
        repositories = [self._view.disk_and_repository(drive)[1] for drive in vm.drives or () if not drive.empty]
        networks = [self._view.networks.find(nic.network) for nic in vm.nics or ()]
        unclear = vm.drives is None or vm.nics is None or None in repositories or None in networks
        bound = vm.driver_domain or vm.vgpus or vm.pci_devices or any(nic.reserved_function for nic in vm.nics or ())
        if unclear or bound:
            return (id(vm),)
        return (
            frozenset(map(id, repositories)),
            frozenset(map(id, networks)),
            vm.vgpus is None,
            vm.usb_groups,
            vm.pci_devices is None,
            vm.domain_type,
            vm.vcpus,
            vm.hardware_platform_version,
            (vm.platform or {}).get("vcpu-unrestricted"),
            tuple(each.kind for each in settings(vm)),
        )


def _passed_through(vm: VM, host: Host) -> Iterator[Cause]:
    """A device that a guest holds is on the host that runs it; another host may have one at the same place.

    The toolstack's own test of agility does not look at it.
    """
    if not vm.pci_devices or vm.runs_on in (host.name, host.uuid):
        return
    if host.pci_devices is None:
        yield Lacking(host, "pci_devices")
    elif missing := tuple(sorted(set(vm.pci_devices) - set(host.pci_devices))):
        yield Obstacle(Kind.PCI_ATTACHED, (vm, host), details=missing)
    else:
        yield Lacking(vm, "pci_devices")
