"""Whether a guest could run on every host of its pool, and all that hinders it.

The toolstack looks at every host that is enabled, and stops at the first hindrance; this tells all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from planner.facts.high_availability import pool_software
from planner.facts.interfaces import carriers, interfaces_by_network, of_unknown_network
from planner.facts.lacking import Lacking, each_once
from planner.facts.storage import Attachment, Link, hosts_by_name, links
from planner.facts.versions import Version, since
from planner.model.guest import VM, Drive, Nic
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.network import Interface, Network
from planner.model.storage import Disk, Repository

USB_PASSED_THROUGH: Version = (7, 3)
"""The release that first lets guests use USB devices of their host."""


class Kind(Enum):
    """What can bind a guest to some hosts; in the order in which the toolstack looks."""

    GRAPHICS = "graphics"
    USB = "usb"
    LOCAL_REPOSITORY = "local repository"
    REPOSITORY_NOT_ATTACHED = "repository not attached"
    NETWORK_NOT_ON_HOST = "network not on host"
    VIRTUAL_FUNCTION = "virtual function"


API_ERRORS = {
    Kind.GRAPHICS: "VM_HAS_VGPU",
    Kind.USB: "VM_HAS_VUSBS",
    Kind.LOCAL_REPOSITORY: "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED",
    Kind.REPOSITORY_NOT_ATTACHED: "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED",
    Kind.NETWORK_NOT_ON_HOST: "HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED",
    Kind.VIRTUAL_FUNCTION: "VM_HAS_SRIOV_VIF",
}
"""What the toolstack answers to each."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing that binds a guest to some hosts."""

    kind: Kind
    drive: Drive | None = None
    disk: Disk | None = None
    repository: Repository | None = None
    nic: Nic | None = None
    network: Network | None = None
    having: tuple[Host, ...] = ()
    """The hosts that have the repository attached, or an interface on the network."""
    without: tuple[Host, ...] = ()
    """The enabled hosts that have not."""


@dataclass(frozen=True, slots=True)
class Agility:
    """All that binds a guest to some hosts, and what would have to be known to say more."""

    hindrances: tuple[Hindrance, ...]
    lacking: tuple[Lacking, ...]

    @property
    def agile(self) -> bool | None:
        """Whether it can run on every host; None while that is unknown."""
        return False if self.hindrances else None if self.lacking else True

    @property
    def first(self) -> Hindrance:
        """The hindrance that the toolstack meets first; there has to be one."""
        return min(self.hindrances, key=lambda each: _ORDER.index(each.kind))


_ORDER = tuple(Kind)
Cause = Hindrance | Lacking


@dataclass(frozen=True, slots=True)
class _Spread:
    """Which enabled hosts lack something, and what is unknown about it."""

    having: tuple[Host, ...]
    without: tuple[Host, ...]
    lacking: tuple[Lacking, ...]
    virtual: bool = False


class Sharing:
    """Which repositories and networks the enabled hosts of a pool have. Each is looked at once, when first needed."""

    def __init__(self, view: PoolView) -> None:
        self._view = view
        self._usb = since(pool_software(view), USB_PASSED_THROUGH)
        self._hosts = [host for host in hosts_by_name(view) if host.enabled is not False]
        self._repositories: dict[int, _Spread] = {}
        self._networks: dict[int, _Spread] = {}
        self._interfaces = {id(host): interfaces_by_network(view, host) for host in self._hosts}

    def agility(self, vm: VM) -> Agility:
        """All that binds a guest to some hosts of its pool."""
        causes = (*self._pool(), *self._devices(vm), *self._drives(vm), *self._nics(vm))
        return Agility(
            tuple(cause for cause in causes if isinstance(cause, Hindrance)),
            tuple(cause for cause in causes if isinstance(cause, Lacking)),
        )

    def _pool(self) -> Iterator[Cause]:
        if self._view.pool.hosts is None:
            yield Lacking(self._view.pool, "hosts")

    def _devices(self, vm: VM) -> Iterator[Cause]:
        if vm.vgpus is None:
            yield Lacking(vm, "vgpus")
        elif vm.vgpus:
            yield Hindrance(Kind.GRAPHICS)
        if vm.usb_groups:
            yield Hindrance(Kind.USB)
        elif vm.usb_groups is None and self._usb is not False:
            yield Lacking(vm, "usb_groups")

    def _drives(self, vm: VM) -> Iterator[Cause]:
        if vm.drives is None:
            yield Lacking(vm, "drives")
        for drive in vm.drives or ():
            if drive.disk is not None or drive.repository is not None:
                yield from self._inserted(drive)
            elif not drive.empty:
                yield Lacking(drive, "disk")

    def _inserted(self, drive: Drive) -> Iterator[Cause]:
        disk, repository = self._view.disk_and_repository(drive)
        if repository is None:
            yield Lacking(disk, "repository") if disk else Lacking(drive, "disk" if drive.disk else "repository")
            return
        spread = self._repositories.get(id(repository))
        if spread is None:
            spread = self._repositories[id(repository)] = self._repository_spread(repository)
        if repository.shared is False:
            yield Hindrance(
                Kind.LOCAL_REPOSITORY, drive, disk, repository, having=spread.having, without=spread.without
            )
            return
        if repository.shared is None and not repository.tools:
            yield Lacking(repository, "shared")
        if spread.without:
            yield Hindrance(
                Kind.REPOSITORY_NOT_ATTACHED, drive, disk, repository, having=spread.having, without=spread.without
            )
        yield from spread.lacking

    def _repository_spread(self, repository: Repository) -> _Spread:
        having: list[Host] = []
        without: list[Host] = []
        lacking: list[Lacking] = []
        for link in links(self._view, repository):
            if link.attachment is Attachment.ATTACHED:
                having.append(link.host)
            elif link.host.enabled is False:
                continue
            elif link.attachment is Attachment.UNKNOWN:
                lacking.extend(_unsaid(repository, link))
            elif link.host.enabled is None:
                lacking.append(Lacking(link.host, "enabled"))
            else:
                without.append(link.host)
        return _Spread(tuple(having), tuple(without), each_once(lacking))

    def _nics(self, vm: VM) -> Iterator[Cause]:
        if vm.nics is None:
            yield Lacking(vm, "nics")
        for nic in vm.nics or ():
            network = self._view.networks.find(nic.network)
            if network is None:
                yield Lacking(nic, "network")
                continue
            spread = self._networks.get(id(network))
            if spread is None:
                spread = self._networks[id(network)] = self._network_spread(network)
            if spread.without:
                yield _off_network(nic, network, spread)
            if spread.virtual:
                yield Hindrance(Kind.VIRTUAL_FUNCTION, nic=nic, network=network)
            yield from spread.lacking

    def _network_spread(self, network: Network) -> _Spread:
        having: list[Host] = []
        without: list[Host] = []
        lacking: list[Lacking] = []
        virtual = False
        for host in self._hosts:
            interfaces = self._interfaces[id(host)].get(id(network), [])
            states = [_readiness(host, interface) for interface in interfaces]
            virtual = virtual or any(state.virtual for state in states)
            unsaid = [*self._unsaid_interfaces(host), *(state.lacking for state in states if state.lacking)]
            if any(state.ready for state in states):
                having.append(host)
            elif unsaid or host.enabled is None:
                lacking.extend(unsaid or [Lacking(host, "enabled")])
            else:
                without.append(host)
        return _Spread(tuple(having), tuple(without), each_once(lacking), virtual)

    def _unsaid_interfaces(self, host: Host) -> Iterator[Lacking]:
        if host.interfaces is None:
            yield Lacking(host, "interfaces")
        for interface in of_unknown_network(self._view, host):
            yield Lacking(interface, "network")


def hindrances(view: PoolView, vm: VM) -> Agility:
    """All that binds a guest to some hosts of its pool. For many guests, ask one Sharing."""
    return Sharing(view).agility(vm)


def _unsaid(repository: Repository, link: Link) -> Iterator[Lacking]:
    """What would tell whether a host has a repository attached."""
    if repository.connections is None:
        yield Lacking(repository, "connections")
    for connection in link.connections:
        if connection.attached is None:
            yield Lacking(connection, "attached")


@dataclass(frozen=True, slots=True)
class _Readiness:
    """Whether an interface comes up without a reboot, and whether it rides on virtual functions."""

    ready: bool
    virtual: bool
    lacking: Lacking | None = None


def _readiness(host: Host, interface: Interface) -> _Readiness:
    below = carriers(host, interface)
    functions = [each for each in below if each.sriov]
    if not functions:
        return _Readiness(ready=True, virtual=False)
    if len(functions) < len(below):
        return _Readiness(ready=False, virtual=False, lacking=Lacking(interface, "vlan.on"))
    restarts = [each.sriov.requires_reboot for each in functions if each.sriov]
    unsaid = Lacking(functions[0], "sriov.requires_reboot") if None in restarts else None
    return _Readiness(ready=set(restarts) == {False}, virtual=True, lacking=unsaid)


def _off_network(nic: Nic, network: Network, spread: _Spread) -> Hindrance:
    return Hindrance(Kind.NETWORK_NOT_ON_HOST, nic=nic, network=network, having=spread.having, without=spread.without)
