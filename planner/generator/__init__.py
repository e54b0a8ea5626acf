"""Make up a healthy pool: for trying things, for tests, and for measuring."""

from __future__ import annotations

from random import Random

from planner.generator.common import FEATURES, GIB, TAGS, VENDOR, uuid
from planner.generator.guests import made_up_disk, made_up_vm
from planner.generator.hosts import made_up_host
from planner.generator.storage import heartbeat_disks, made_up_driver, made_up_repositories
from planner.model.guest import VM
from planner.model.network import Network
from planner.model.pool import CpuLevel, HighAvailability, Pool

_MOST_MEMBERS_WITHOUT_HA = 2


def healthy_pool(hosts: int, vms: int, seed: int) -> Pool:
    """A pool of so many hosts and VMs in which nothing is wrong; the same seed gives the same pool."""
    random = Random(seed)  # noqa: S311 - a made-up pool is no secret
    names = [f"xcp-{number:02}" for number in range(1, hosts + 1)]
    guests = [made_up_vm(number, names[number % hosts], random) for number in range(vms)]
    needed = [sum(_needed(vm) for vm in guests if vm.runs_on == name) for name in names]
    memory = _room_for(max(needed, default=0))
    return Pool(
        name="sample",
        uuid=uuid(random),
        coordinator=names[0],
        hosts=tuple(made_up_host(number, name, memory, random) for number, name in enumerate(names, start=1)),
        networks=_networks(),
        repositories=made_up_repositories(names, vms, random),
        disks=(*(made_up_disk(vm, number, random) for number, vm in enumerate(guests)), *heartbeat_disks(random)),
        vms=tuple(guests),
        templates=(),
        snapshots=(),
        groups=(),
        appliances=(),
        updates=(),
        drivers=tuple(made_up_driver(kind) for kind in ("nfs", "ext", "iso")),
        default_repository="shared-1",
        suspend_repository="shared-1",
        ha=_high_availability(hosts),
        cpu=CpuLevel(vendor=VENDOR, features_hvm=FEATURES, features_pv=FEATURES),
        restrictions={"enable_xha": "true", "restrict_pool_size": "false", "restrict_pooling": "false"},
        operations=(),
        rolling_upgrade=False,
        tls_verification=True,
        certificates=(),
        sdn_controllers=(),
        vswitch_controller="",
    )


def _needed(vm: VM) -> int:
    return (vm.memory.static_max or 0) + (vm.memory.overhead or 0) if vm.memory else 0


def _room_for(needed: int) -> int:
    """Memory of each host: twice what its guests take, so that a failed host's VMs find room too."""
    gib = 64
    while gib * GIB < 2 * needed + 16 * GIB:
        gib *= 2
    return gib * GIB


def _high_availability(hosts: int) -> HighAvailability:
    enabled = hosts > _MOST_MEMBERS_WITHOUT_HA
    return HighAvailability(
        enabled=enabled,
        timeout=60,
        statefiles=("heartbeat-state",) if enabled else (),
        failures_to_tolerate=1 if enabled else 0,
        plan_exists_for=1 if enabled else 0,
        allow_overcommit=False,
        overcommitted=False,
        cluster_stack="xhad",
    )


def _networks() -> tuple[Network, ...]:
    named = [("management", "xapi0"), ("storage", "xapi1")]
    named += [(f"vlan-{tag}", f"xapi{tag}") for tag in TAGS]
    named += [(f"nic-{number}", f"xenbr{number}") for number in range(4)]
    return tuple(Network(name=name, bridge=bridge, mtu=1500, managed=True, purpose=()) for name, bridge in named)
