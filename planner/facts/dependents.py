"""Which VMs depend on which repository."""

from __future__ import annotations

from collections import defaultdict

from planner.model.guest import VM
from planner.model.inventory import PoolView
from planner.model.storage import Repository


class Dependents:
    """The VMs of a pool by the repositories on which they have something. Looked up once, when first needed."""

    def __init__(self, view: PoolView) -> None:
        self._view = view
        self._found: dict[int, list[VM]] | None = None

    def of(self, repository: Repository) -> list[VM]:
        """The VMs that have a disk or a CD on a repository, by name."""
        if self._found is None:
            self._found = self._look_up()
        return self._found.get(id(repository), [])

    def _look_up(self) -> dict[int, list[VM]]:
        found: defaultdict[int, list[VM]] = defaultdict(list)
        for vm in sorted(self._view.vms.records, key=lambda vm: (vm.name, vm.uuid or "")):
            for key in {id(self._view.disk_and_repository(drive)[1]) for drive in vm.drives or ()}:
                found[key].append(vm)
        return found
