"""Which VMs serve storage to the pool that they are in, so that other VMs need them."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.dependents import Dependents
from planner.facts.lacking import Lacking, each_once
from planner.facts.routes import is_ipv4
from planner.facts.servers import endpoints, other_addresses, resolved
from planner.model.guest import VM
from planner.model.inventory import PoolView
from planner.model.site import Site
from planner.model.storage import Repository


class Serving:
    """Who serves which repository of a pool, and which VMs need it; all by name."""

    def __init__(self, site: Site, view: PoolView) -> None:
        self._site, self._view = site, view
        self._on_network = [
            (each, _addresses(site, each))
            for each in sorted(view.repositories.records, key=lambda each: (each.name, each.uuid or ""))
            if endpoints(each)
        ]
        self._served: dict[int, list[Repository]] = {}
        self._needs: dict[int, list[VM]] = {}
        self._look_up()

    def repositories(self, vm: VM) -> tuple[Repository, ...]:
        """The repositories that a VM serves."""
        return tuple(self._served.get(id(vm), ()))

    def needs(self, vm: VM) -> tuple[VM, ...]:
        """The VMs that serve what a VM has in its drives; itself too, where that is so."""
        return tuple(self._needs.get(id(vm), ()))

    def lacking(self, vm: VM) -> tuple[Lacking, ...]:
        """What would have to be said to know whom a VM serves, and who serves it."""
        return each_once(self._lacking(vm)) if self._on_network else ()

    def unresolved(self) -> tuple[str, ...]:
        """The servers of which only a name is known, so that no VM can be told to be one of them."""
        return tuple(
            sorted(
                {
                    end.server
                    for repository, _ in self._on_network
                    for end in endpoints(repository)
                    if is_ipv4(resolved(self._site, end.server)) is None
                }
            )
        )

    def _lacking(self, vm: VM) -> Iterator[Lacking]:
        if vm.addresses is None:
            yield Lacking(vm, "addresses")
        if vm.drives is None:
            yield Lacking(vm, "drives")

    def _look_up(self) -> None:
        dependents = Dependents(self._view)
        for vm in sorted(self._view.vms.records, key=lambda vm: (vm.name, vm.uuid or "")):
            own = set(vm.addresses or ())
            for repository, addresses in self._on_network:
                if own & addresses:
                    self._served.setdefault(id(vm), []).append(repository)
                    for each in dependents.of(repository):
                        servers = self._needs.setdefault(id(each), [])
                        if all(vm is not known for known in servers):
                            servers.append(vm)


def _addresses(site: Site, repository: Repository) -> frozenset[str]:
    """All addresses of the servers of a repository."""
    own = {resolved(site, end.server) for end in endpoints(repository)}
    return frozenset(own | {other for each in own for other in other_addresses(site, each)})
