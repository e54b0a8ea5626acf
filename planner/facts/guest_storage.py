"""Whether a host has what is in the drives of a guest."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.lacking import Lacking
from planner.facts.obstacles import Cause, Kind, Obstacle
from planner.facts.storage import Attachment, Link, links
from planner.model.fields import Record
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.storage import Repository


class StorageOnHosts:
    """Which host has which repository attached. Each repository is looked at once, when first needed."""

    def __init__(self, view: PoolView) -> None:
        self._view = view
        self._links: dict[int, dict[int, Link]] = {}
        self._having: dict[int, frozenset[int]] = {}

    def causes(self, vm: VM, host: Host) -> Iterator[Cause]:
        """What a guest has in its drives, or was suspended to, that a host has not."""
        if vm.drives is None:
            yield Lacking(vm, "drives")
        for drive in vm.drives or ():
            if drive.disk is None and drive.repository is None:
                if not drive.empty:
                    yield Lacking(drive, "disk")
                continue
            disk, repository = self._view.disk_and_repository(drive)
            if repository is None:
                yield Lacking(disk, "repository") if disk else Lacking(drive, "disk" if drive.disk else "repository")
            else:
                yield from self._on(repository, host, (drive, *([disk] if disk else []), repository))
        yield from self._suspended(vm, host)

    def has(self, repository: Repository, host: Host) -> Attachment:
        """How a host has a repository."""
        return self._link(repository, host).attachment

    def reaching(self, vm: VM) -> frozenset[int] | None:
        """The identities of the hosts that no drive of a guest is known to rule out; None where none is looked at."""
        allowed: frozenset[int] | None = None
        for drive in vm.drives or ():
            _, repository = self._view.disk_and_repository(drive)
            if repository is not None:
                having = self._not_ruled_out(repository)
                allowed = having if allowed is None or allowed is having else allowed & having
        return allowed

    def _not_ruled_out(self, repository: Repository) -> frozenset[int]:
        key = id(repository)
        if key not in self._having:
            self._having[key] = frozenset(at for at, link in self._of(repository).items() if not _ruled_out(link))
        return self._having[key]

    def _suspended(self, vm: VM, host: Host) -> Iterator[Cause]:
        if vm.power_state != "suspended" or vm.suspend_disk is None:
            return
        disk = self._view.disks.find(vm.suspend_disk)
        repository = self._view.repositories.find(disk.repository) if disk else None
        if disk is None or repository is None:
            yield Lacking(disk, "repository") if disk else Lacking(vm, "suspend_disk")
        else:
            yield from self._on(repository, host, (disk, repository))

    def _on(self, repository: Repository, host: Host, evidence: tuple[Record, ...]) -> Iterator[Cause]:
        link = self._link(repository, host)
        if _ruled_out(link):
            yield Obstacle(Kind.REPOSITORY_NOT_ATTACHED, (*evidence, *link.connections))
        elif link.attachment is Attachment.UNKNOWN:
            if repository.connections is None:
                yield Lacking(repository, "connections")
            yield from (Lacking(each, "attached") for each in link.connections if each.attached is None)

    def _link(self, repository: Repository, host: Host) -> Link:
        return self._of(repository)[id(host)]

    def _of(self, repository: Repository) -> dict[int, Link]:
        key = id(repository)
        if key not in self._links:
            self._links[key] = {id(link.host): link for link in links(self._view, repository)}
        return self._links[key]


def _ruled_out(link: Link) -> bool:
    return link.attachment in (Attachment.DETACHED, Attachment.MISSING)
