"""Made-up guests and their disks."""

from __future__ import annotations

from random import Random

from planner.generator.common import FEATURES, GIB, SHARED_REPOSITORIES, TAGS, VENDOR, mac, uuid
from planner.model.guest import VM, CpuFlags, Drive, Memory, Nic, Tools, Vcpus
from planner.model.storage import Disk
from planner.units import MIB

_VM_SIZES = (1, 2, 2, 4, 4, 4, 8, 16)


def made_up_vm(number: int, host: str, random: Random) -> VM:
    """A guest; nine of ten run."""
    size, cpus = random.choice(_VM_SIZES), random.choice((1, 2, 4))
    running = random.random() < 0.9  # noqa: PLR2004 - nine VMs of ten run
    return VM(
        name=f"vm-{number + 1:05}",
        uuid=uuid(random),
        power_state="running" if running else "halted",
        runs_on=host if running else None,
        memory=Memory(
            static_min=size * GIB // 2,
            dynamic_min=size * GIB,
            dynamic_max=size * GIB,
            static_max=size * GIB,
            overhead=_overhead(size, cpus),
        ),
        vcpus=Vcpus(max=cpus, at_startup=cpus),
        domain_type="hvm",
        shadow_multiplier=1.0,
        hardware_platform_version=0,
        platform={},
        last_boot_cpu=CpuFlags(vendor=VENDOR, features=FEATURES) if running else CpuFlags(),
        ha_restart_priority="restart",
        ha_always_run=running,
        order=number % 3,
        start_delay=0,
        shutdown_delay=0,
        drives=_drives(number, random, attached=running),
        nics=(
            Nic(device="0", network=f"vlan-{TAGS[number % len(TAGS)]}", mac=mac(random), mtu=1500, attached=running),
        ),
        pci_devices=(),
        vgpus=(),
        usb_groups=(),
        vtpms=0,
        groups=(),
        tools=Tools(installed=True, version="8.2", up_to_date=True),
        operations=(),
    )


def _drives(number: int, random: Random, *, attached: bool) -> tuple[Drive, ...]:
    root = Drive(
        device="xvda",
        uuid=uuid(random),
        disk=_disk_name(number),
        type="disk",
        mode="rw",
        bootable=True,
        attached=attached,
        empty=False,
    )
    cd = Drive(device="xvdd", uuid=uuid(random), type="cd", mode="ro", bootable=False, attached=attached, empty=True)
    return root, cd


def _overhead(gib: int, cpus: int) -> int:
    """What the toolstack stores for an HVM guest: two MiB, and the shadow memory."""
    return (2 + -(-(256 * cpus + 2 * gib * 1024) // 256)) * MIB


def _disk_name(number: int) -> str:
    return f"vm-{number + 1:05}-root"


def made_up_disk(vm: VM, number: int, random: Random) -> Disk:
    """The one disk of a guest."""
    return Disk(
        name=f"{vm.name}-root",
        uuid=uuid(random),
        repository=f"shared-{number % SHARED_REPOSITORIES + 1}",
        size=20 * GIB,
        used=random.randint(2, 20) * GIB,
        type="user",
        sharable=False,
        read_only=False,
        managed=True,
        missing=False,
        on_boot="persist",
        snapshot=False,
    )
