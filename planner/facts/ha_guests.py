"""What high availability does with guests that nobody asked it for, or fails to notice about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from planner.facts.guest_devices import NEEDS_VIRTUALISATION
from planner.facts.high_availability import BEST_EFFORT, RESTART, protected, to_be_restarted
from planner.facts.storage import hosts_by_name
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


def unprotected_by_host(view: PoolView) -> dict[int, tuple[VM, ...]]:
    """The VMs that run without protection, sorted, by the identity of their host; less driver domains, which stay."""
    found: defaultdict[int, list[VM]] = defaultdict(list)
    for host in view.hosts.records:
        for vm in view.vms_on(host):
            moves = vm.power_state in (None, "running", "paused") and not vm.driver_domain
            if moves and vm.ha_restart_priority is not None and not protected(view, vm):
                found[id(host)].append(vm)
    return {key: tuple(sorted(vms, key=_by_name)) for key, vms in found.items()}


def _by_name(vm: VM) -> tuple[str, str]:
    return vm.name, vm.uuid or ""


def runs_without_protection(vm: VM) -> bool:
    """Whether a VM runs with a promise to be restarted that is not in force."""
    return vm.power_state == "running" and to_be_restarted(vm) and vm.ha_always_run is False


def switched_on_without_promise(vm: VM) -> bool:
    """Whether a VM has the old switch of protection on, but no priority by which it would be protected."""
    return vm.ha_always_run is True and vm.ha_restart_priority == ""


def will_be_started(vm: VM) -> bool:
    """Whether a VM that is shut down is started as soon as a host comes back."""
    return vm.power_state == "halted" and vm.ha_restart_priority == BEST_EFFORT


def waits_for_protection(view: PoolView, vm: VM) -> bool:
    """Whether a VM that is shut down is to be protected once it is started."""
    return vm.power_state == "halted" and vm.ha_restart_priority == RESTART and not protected(view, vm)


@dataclass(frozen=True, slots=True)
class Unnoticed:
    """Why a guest cannot be restarted on some hosts, though the toolstack takes it for one that can."""

    pci: bool
    """It has a PCI device of its host."""
    too_few_cpus: tuple[Host, ...]
    """The enabled hosts with fewer CPUs than it has virtual ones."""
    without_virtualisation: tuple[Host, ...]
    """The enabled hosts without the hardware virtualisation that it needs."""

    def __bool__(self) -> bool:
        """Whether there is any reason."""
        return self.pci or bool(self.too_few_cpus or self.without_virtualisation)


class Hosts:
    """The enabled hosts of a pool by what guests may ask of them."""

    def __init__(self, view: PoolView) -> None:
        enabled = [host for host in hosts_by_name(view) if host.enabled is not False]
        self._counted = [(host.cpu.count, host) for host in enabled if host.cpu and host.cpu.count is not None]
        self._fewest = min((count for count, _ in self._counted), default=None)
        self._plain = tuple(host for host in enabled if host.hvm is False)

    def unnoticed(self, vm: VM) -> Unnoticed:
        """Why a guest cannot be restarted on some of them."""
        needs_virtualisation = vm.domain_type in NEEDS_VIRTUALISATION
        return Unnoticed(bool(vm.pci_devices), tuple(self._small(vm)), self._plain if needs_virtualisation else ())

    def _small(self, vm: VM) -> Iterator[Host]:
        wanted = vm.vcpus.max if vm.vcpus else None
        if wanted is None or self._fewest is None or wanted <= self._fewest:
            return
        yield from (host for count, host in self._counted if count < wanted)
