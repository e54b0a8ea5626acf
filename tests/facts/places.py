"""A pool of two hosts and one guest that can run on both, to be spoilt by tests."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from planner.facts.obstacles import Answer
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.pool import Pool

MIB = 2**20
HOST: dict[str, Any] = {
    "name": "a",
    "enabled": True,
    "live": True,
    "hvm": True,
    "iommu": True,
    "memory": 16384 * MIB,
    "memory_overhead": 512 * MIB,
    "control_domain": {"memory": 2048 * MIB, "vcpus": 4},
    "cpu": {"count": 8, "vendor": "GenuineIntel", "features": "f-f-f-f", "features_hvm": "f-f", "features_pv": "f-f"},
    "hardware_platform_versions": [0, 1, 2],
    "interfaces": [{"device": "eth0", "network": "net"}],
    "gpus": [],
    "usb_devices": [],
    "operations": [],
}
GUEST: dict[str, Any] = {
    "name": "web",
    "power_state": "halted",
    "memory": 1024 * MIB,
    "vcpus": 2,
    "domain_type": "hvm",
    "hardware_platform_version": 0,
    "platform": {},
    "drives": [{"device": "xvda", "disk": "root"}],
    "nics": [{"device": "0", "network": "net"}],
    "vgpus": [],
    "usb_groups": [],
    "pci_devices": [],
    "operations": [],
    "tools": {"installed": True},
}
RUNNING: dict[str, Any] = {"power_state": "running", "runs_on": "a"}
BOTH = [{"host": "a", "attached": True}, {"host": "b", "attached": True}]
SHARED: dict[str, Any] = {"name": "nfs", "type": "nfs", "shared": True, "connections": BOTH}
SOFTWARE = {"product_version": "8.3.0", "platform_version": "3.4.0", "xapi": "24.19"}


def lab(
    guest: dict[str, Any] | None = None, host: dict[str, Any] | None = None, *others: dict[str, Any], **fields: Any
) -> PoolView:
    """The pool, with changes to the guest, to host b, and to the pool itself, and more guests."""
    whole: dict[str, Any] = {
        "name": "lab",
        "software": SOFTWARE,
        "coordinator": "a",
        "hosts": [HOST, HOST | {"name": "b"} | (host or {})],
        "networks": [{"name": "net"}, {"name": "private"}],
        "repositories": [SHARED],
        "disks": [{"name": "root", "repository": "nfs"}],
        "vms": [GUEST | (guest or {}), *(GUEST | other for other in others)],
        "ha": {"enabled": False},
    }
    return PoolView(Pool.model_validate(deepcopy(whole | fields)))


def parts(view: PoolView) -> tuple[VM, Host]:
    """The guest, and host b."""
    host = view.hosts.find("b")
    assert host
    return view.vms.records[0], host


def told(answer: Answer) -> list[str]:
    """The kinds of all obstacles, and all that is lacking."""
    return [
        *(each.kind.name for each in answer.obstacles),
        *(f"{each.record.label}: {each.field}" for each in answer.lacking),
    ]
