"""On which hosts a guest could be started or resumed, and all that stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from planner.facts.cpu_moves import REFUSED, Fit, Guests, Verdict, same_for_guests, verdicts
from planner.facts.guest_devices import devices
from planner.facts.guest_networks import NetworksOnHosts
from planner.facts.guest_settings import settings, settings_at_start
from planner.facts.guest_storage import StorageOnHosts
from planner.facts.host_memory import HostMemory, MemoryFit
from planner.facts.join import restricted
from planner.facts.lacking import Lacking
from planner.facts.obstacles import Answer, Cause, Kind, Obstacle, answer
from planner.facts.software_age import newest
from planner.facts.storage import hosts_by_name
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


class Placement:
    """What the hosts of a pool have for guests; whatever several guests need is looked at once."""

    def __init__(self, view: PoolView) -> None:
        self.view = view
        self.hosts = hosts_by_name(view)
        self.memory = HostMemory(view)
        self.storage = StorageOnHosts(view)
        self.networks = NetworksOnHosts(view)
        self._cpus: dict[tuple[object, ...], Verdict] = {}

    def start(self, vm: VM, host: Host) -> Answer:
        """Whether a guest can be started on a host, or resumed there where it is suspended."""
        memory = fitting(vm, host, self.memory.fit(vm, host))
        of_host = (*self._of_host(vm, host), *self.passing(vm, host), *self._passed_over(host))
        return answer((*self._settings(vm, host), *of_host, *memory))

    def ever(self, vm: VM, host: Host) -> Answer:
        """Whether a host could run a guest if it were enabled and had no other guests; the guest's settings aside."""
        return answer((*self._of_host(vm, host), *fitting(vm, host, self.memory.fit(vm, host, empty=True))))

    def _settings(self, vm: VM, host: Host) -> Iterator[Cause]:
        """What of a guest's settings keeps it from being started, or needs a licence."""
        yield from settings(vm)
        if vm.power_state == "suspended":
            return
        yield from settings_at_start(self.view, vm)
        if self.networks.virtual(vm, host) and restricted(self.view, "restrict_network_sriov"):
            yield Obstacle(Kind.NOT_LICENSED, (vm,), details=("virtual functions of network cards",))

    def _of_host(self, vm: VM, host: Host) -> Iterator[Cause]:
        """What keeps a guest from a host until one of the two is made of something else."""
        if vm.power_state == "suspended":
            yield from self.cpu(vm, host)
        yield from self.storage.causes(vm, host)
        yield from self.there(vm, host)

    def there(self, vm: VM, host: Host) -> Iterator[Cause]:
        """What a guest needs of a host wherever its disks are: networks, devices, processors."""
        if vm.driver_domain and vm.home is not None:
            home = self.view.hosts.find(vm.home)
            if home is None:
                yield Lacking(vm, "home")
            elif home is not host:
                yield Obstacle(Kind.BOUND_TO_ANOTHER_HOST, (vm, home))
        yield from self.networks.causes(vm, host)
        yield from devices(self.view, vm, host)

    def passing(self, vm: VM, host: Host) -> Iterator[Cause]:
        """What keeps a guest from a host only while it is as it is."""
        if host.live is False:
            yield Obstacle(Kind.HOST_NOT_LIVE, (host,))
        if not vm.driver_domain and self.view.hosts.find(vm.runs_on) is not host:
            if host.enabled is None:
                yield Lacking(host, "enabled")
            elif not host.enabled:
                yield Obstacle(Kind.HOST_DISABLED, (host,))

    def _passed_over(self, host: Host) -> Iterator[Cause]:
        """What keeps a host from being chosen where none is named."""
        if "evacuate" in (host.operations or ()):
            yield Obstacle(Kind.EVACUATING, (host,))
        if self.view.pool.rolling_upgrade and id(host) not in self._newest:
            yield Obstacle(Kind.OLDER_SOFTWARE, (host,))

    def cpu(self, vm: VM, host: Host) -> Iterator[Cause]:
        """What a guest has seen of a CPU and a host cannot offer it; where all CPUs are alike, it need not be said."""
        flags = vm.last_boot_cpu
        key = (vm.domain_type, (flags.vendor, flags.features) if flags else None, id(host))
        if key not in self._cpus:
            ((_, self._cpus[key]),) = verdicts(
                self.view, Guests(vm.domain_type, flags, suspended=False, vms=(vm,)), [host]
            )
        verdict = self._cpus[key]
        if verdict.fit is Fit.NO_VIRTUALISATION:
            return
        if verdict.fit in REFUSED:
            yield Obstacle(Kind.CPU, (vm, host), details=verdict.missing)
        if not self._same_cpus:
            yield from (Lacking(vm, field) for field in verdict.of_guest)
            yield from (Lacking(host, field) for field in verdict.of_host)

    @cached_property
    def _same_cpus(self) -> bool:
        return same_for_guests(self.view)

    @cached_property
    def _newest(self) -> frozenset[int]:
        return newest(self.view)


def fitting(vm: VM, host: Host, fit: MemoryFit) -> Iterator[Cause]:
    """Whether the memory is enough, as a cause."""
    if fit.enough is False:
        yield Obstacle(Kind.MEMORY, (vm, host), needed=fit.needed.least, available=fit.free.most)
    yield from fit.lacking


def obstacles(view: PoolView, vm: VM, host: Host) -> Answer:
    """Whether a guest can be started on a host. For many guests or hosts, ask one Placement."""
    return Placement(view).start(vm, host)
