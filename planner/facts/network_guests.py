"""Which networks the guests of a host use."""

from __future__ import annotations

from collections import defaultdict

from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


def guests_by_network(view: PoolView, host: Host) -> dict[int, list[VM]]:
    """The VMs that a host runs, by the identity of each network to which they are plugged."""
    found: defaultdict[int, list[VM]] = defaultdict(list)
    for vm in sorted(view.vms_on(host), key=lambda vm: (vm.name, vm.uuid or "")):
        plugged = (view.networks.find(nic.network) for nic in vm.nics or () if nic.attached is not False)
        for key in {id(network) for network in plugged if network}:
            found[key].append(vm)
    return dict(found)


def networks_of_guests(view: PoolView) -> frozenset[int]:
    """The identities of the networks that any VM of a pool is on, running or not."""
    found = (view.networks.find(nic.network) for vm in view.vms.records for nic in vm.nics or ())
    return frozenset(id(network) for network in found if network)
