"""How full hosts are when every VM runs on its home server with all the memory that it may ever have."""

from __future__ import annotations

from planner.facts.loads import load
from planner.facts.memory import Policy, charged, guest_need, need_of_host
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


def room(view: PoolView, host: Host) -> int | None:
    """The bytes of a host that guests can have; None where that is not known."""
    need = need_of_host(host, [], Policy.STATIC_MAX, vcpus_charged=charged(view, host) is not False)
    return None if need.lacking or host.memory is None else max(0, host.memory - need.least)


def takes(view: PoolView, vm: VM, host: Host) -> int | None:
    """The bytes that a guest takes of a host at its static maximum; None where that is not known."""
    need = guest_need(vm, Policy.STATIC_MAX, vcpus_charged=charged(view, host) is not False)
    return None if need.lacking else need.least


def home_loads(view: PoolView) -> dict[int, int | None]:
    """By the identity of each host, the thousandths of its room that the VMs take whose home it is."""
    at_home: dict[int, list[VM]] = {id(host): [] for host in view.hosts.records}
    for vm in view.vms.records:
        host = view.hosts.find(vm.home)
        if host is not None and not vm.driver_domain:
            at_home[id(host)].append(vm)
    found: dict[int, int | None] = {}
    for host in view.hosts.records:
        free, sizes = room(view, host), [takes(view, vm, host) for vm in at_home[id(host)]]
        known = [size for size in sizes if size is not None]
        found[id(host)] = None if free is None or len(known) < len(sizes) else load(sum(known), free)
    return found
