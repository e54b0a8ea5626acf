"""Make up a healthy pool: for trying things, for tests, and for measuring."""

from __future__ import annotations

from random import Random

from planner.model.guest import VM, CpuFlags, Drive, Memory, Nic, Tools, Vcpus
from planner.model.host import ControlDomain, Cpu, Host, Licence, Software
from planner.model.network import Bond, Interface, Network, Vlan
from planner.model.pool import CpuLevel, HighAvailability, Pool
from planner.model.storage import Connection, Disk, Driver, Repository
from planner.units import BYTES, MIB

_GIB = BYTES["GiB"]
_VENDOR = "GenuineIntel"
_FEATURES = "1fcbfbff-f7fa3223-2d93fbff-00000123-00000001-000007ab-00000000-00000000-00001000-9c000400"
_MOST_FEATURES = "1fcbfbff-f7fa3223-2d93fbff-00000123-00000001-00000fbb-00000000-00000000-00001000-9c000400"
_VM_SIZES = (1, 2, 2, 4, 4, 4, 8, 16)
_TAGS = (10, 20, 30)
_SHARED = 4
_MOST_MEMBERS_WITHOUT_HA = 2


def healthy_pool(hosts: int, vms: int, seed: int) -> Pool:
    """A pool of so many hosts and VMs in which nothing is wrong; the same seed gives the same pool."""
    random = Random(seed)  # noqa: S311 - a made-up pool is no secret
    names = [f"xcp-{number:02}" for number in range(1, hosts + 1)]
    guests = [_vm(number, names[number % hosts], random) for number in range(vms)]
    needed = [sum(_needed(vm) for vm in guests if vm.runs_on == name) for name in names]
    memory = _room_for(max(needed, default=0))
    return Pool(
        name="sample",
        uuid=_uuid(random),
        coordinator=names[0],
        hosts=tuple(_host(number, name, memory, random) for number, name in enumerate(names, start=1)),
        networks=_networks(),
        repositories=_repositories(names, vms, random),
        disks=(*(_disk(vm, number, random) for number, vm in enumerate(guests)), *_heartbeat_disks(random)),
        vms=tuple(guests),
        templates=(),
        snapshots=(),
        groups=(),
        appliances=(),
        updates=(),
        drivers=tuple(_driver(kind) for kind in ("nfs", "ext", "iso")),
        default_repository="shared-1",
        suspend_repository="shared-1",
        ha=_high_availability(hosts),
        cpu=CpuLevel(vendor=_VENDOR, features_hvm=_FEATURES, features_pv=_FEATURES),
        restrictions={"enable_xha": "true", "restrict_pool_size": "false", "restrict_pooling": "false"},
        operations=(),
        rolling_upgrade=False,
        tls_verification=True,
        certificates=(),
        sdn_controllers=(),
        vswitch_controller="",
    )


def _uuid(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _mac(random: Random) -> str:
    return ":".join(["02", *(f"{random.getrandbits(8):02x}" for _ in range(5))])


def _needed(vm: VM) -> int:
    return (vm.memory.static_max or 0) + (vm.memory.overhead or 0) if vm.memory else 0


def _room_for(needed: int) -> int:
    """Memory of each host: twice what its guests take, so that a failed host's VMs find room too."""
    gib = 64
    while gib * _GIB < 2 * needed + 16 * _GIB:
        gib *= 2
    return gib * _GIB


def _vm(number: int, host: str, random: Random) -> VM:
    size, cpus = random.choice(_VM_SIZES), random.choice((1, 2, 4))
    running = random.random() < 0.9  # noqa: PLR2004 - nine VMs of ten run
    return VM(
        name=f"vm-{number + 1:05}",
        uuid=_uuid(random),
        power_state="running" if running else "halted",
        runs_on=host if running else None,
        memory=Memory(
            static_min=size * _GIB // 2,
            dynamic_min=size * _GIB,
            dynamic_max=size * _GIB,
            static_max=size * _GIB,
            overhead=_overhead(size, cpus),
        ),
        vcpus=Vcpus(max=cpus, at_startup=cpus),
        domain_type="hvm",
        shadow_multiplier=1.0,
        hardware_platform_version=0,
        platform={},
        last_boot_cpu=CpuFlags(vendor=_VENDOR, features=_FEATURES) if running else CpuFlags(),
        ha_restart_priority="restart" if number % 4 == 0 else "",
        ha_always_run=running and number % 4 == 0,
        order=number % 3,
        start_delay=0,
        shutdown_delay=0,
        drives=(
            Drive(
                device="xvda",
                uuid=_uuid(random),
                disk=_disk_name(number),
                type="disk",
                mode="rw",
                bootable=True,
                attached=running,
                empty=False,
            ),
            Drive(
                device="xvdd", uuid=_uuid(random), type="cd", mode="ro", bootable=False, attached=running, empty=True
            ),
        ),
        nics=(
            Nic(device="0", network=f"vlan-{_TAGS[number % len(_TAGS)]}", mac=_mac(random), mtu=1500, attached=running),
        ),
        pci_devices=(),
        vgpus=(),
        usb_groups=(),
        vtpms=0,
        groups=(),
        tools=Tools(installed=True, version="8.2", up_to_date=True),
        operations=(),
    )


def _overhead(gib: int, cpus: int) -> int:
    """What the toolstack stores for an HVM guest: two MiB, and the shadow memory."""
    return (2 + -(-(256 * cpus + 2 * gib * 1024) // 256)) * MIB


def _disk_name(number: int) -> str:
    return f"vm-{number + 1:05}-root"


def _disk(vm: VM, number: int, random: Random) -> Disk:
    return Disk(
        name=f"{vm.name}-root",
        uuid=_uuid(random),
        repository=f"shared-{number % _SHARED + 1}",
        size=20 * _GIB,
        used=random.randint(2, 20) * _GIB,
        type="user",
        sharable=False,
        read_only=False,
        managed=True,
        missing=False,
        on_boot="persist",
        snapshot=False,
    )


def _heartbeat_disks(random: Random) -> tuple[Disk, ...]:
    return (
        Disk(name="heartbeat-state", uuid=_uuid(random), repository="heartbeat", size=4 * MIB, type="ha_statefile"),
        Disk(name="heartbeat-log", uuid=_uuid(random), repository="heartbeat", size=256 * MIB, type="redo_log"),
    )


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


def _driver(kind: str) -> Driver:
    features = {"SR_PROBE": 1, "VDI_ATTACH": 1} | ({} if kind == "iso" else {"VDI_GENERATE_CONFIG": 1})
    return Driver(type=kind, features=features, required_cluster_stack=())


def _networks() -> tuple[Network, ...]:
    named = [("management", "xapi0"), ("storage", "xapi1")]
    named += [(f"vlan-{tag}", f"xapi{tag}") for tag in _TAGS]
    named += [(f"nic-{number}", f"xenbr{number}") for number in range(4)]
    return tuple(Network(name=name, bridge=bridge, mtu=1500, managed=True, purpose=()) for name, bridge in named)


def _repositories(hosts: list[str], vms: int, random: Random) -> tuple[Repository, ...]:
    shared = [f"shared-{number}" for number in range(1, _SHARED + 1)]
    size = (vms + 100) * 20 * _GIB
    return (
        *(_nfs(name, size, size // 2, hosts, random) for name in shared),
        _nfs("heartbeat", 16 * _GIB, 4 * _GIB, hosts, random),
        *(_local(host, random) for host in hosts),
    )


def _nfs(name: str, size: int, used: int, hosts: list[str], random: Random) -> Repository:
    return Repository(
        name=name,
        uuid=_uuid(random),
        type="nfs",
        content_type="user",
        shared=True,
        size=size,
        used=used,
        device_config={"server": "172.16.0.2", "serverpath": f"/export/{name}"},
        tools=False,
        clustered=False,
        connections=tuple(Connection(host=host, uuid=_uuid(random), attached=True) for host in hosts),
    )


def _local(host: str, random: Random) -> Repository:
    return Repository(
        name=f"local-{host}",
        uuid=_uuid(random),
        type="ext",
        content_type="user",
        shared=False,
        size=900 * _GIB,
        used=10 * _GIB,
        device_config={"device": "/dev/sda3"},
        tools=False,
        clustered=False,
        connections=(Connection(host=host, uuid=_uuid(random), attached=True),),
    )


def _host(number: int, name: str, memory: int, random: Random) -> Host:
    return Host(
        name=name,
        uuid=_uuid(random),
        hostname=name,
        address=f"10.0.0.{number}",
        enabled=True,
        live=True,
        memory=memory,
        memory_overhead=2 * _GIB,
        control_domain=ControlDomain(memory=8 * _GIB, memory_overhead=81 * MIB, vcpus=16, operations=()),
        cpu=Cpu(
            vendor=_VENDOR,
            model_name="Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz",
            sockets=2,
            count=64,
            threads_per_core=2,
            nodes=2,
            features_hvm=_MOST_FEATURES,
            features_pv=_MOST_FEATURES,
            features_hvm_host=_FEATURES,
            features_pv_host=_FEATURES,
        ),
        hvm=True,
        iommu=True,
        software=Software(
            product_brand="XCP-ng",
            product_version="8.2.1",
            platform_name="XCP",
            platform_version="3.2.1",
            build_number="release/yangtze/master/58",
            git_id="0",
            xapi="1.20",
            xen="4.13.5",
            linux="4.19.0+1",
            network_backend="openvswitch",
            db_schema="5.602",
            linux_pack=False,
            packs={},
        ),
        api_version="2.16",
        updates=(),
        updates_requiring_reboot=(),
        pending_guidances=(),
        licence=Licence(edition="xcp-ng", restrictions={"enable_xha": "true", "restrict_pooling": "false"}),
        clock_offset=0.0,
        external_auth=None,
        interfaces=_interfaces(number, random),
        iscsi_iqn=f"iqn.2026-01.com.example:{name}",
        multipathing=False,
        hardware_platform_versions=(0, 1, 2),
        operations=(),
        tls_verification=True,
        gpus=(),
        usb_devices=(),
        pci_devices=(),
    )


def _interfaces(number: int, random: Random) -> tuple[Interface, ...]:
    nics = [_mac(random) for _ in range(4)]
    management, storage = nics[0], nics[2]
    return (
        *(
            Interface(
                device=f"eth{nic}",
                network=f"nic-{nic}",
                mac=mac,
                mtu=1500,
                management=False,
                attached=False,
                managed=True,
                mode="none",
                carrier=True,
                speed=10_000,
                duplex=True,
                primary_address_type="IPv4",
            )
            for nic, mac in enumerate(nics)
        ),
        _bond("bond0", "management", ("eth0", "eth1"), management, f"10.0.0.{number}/16", manages=True),
        _bond("bond1", "storage", ("eth2", "eth3"), storage, f"172.16.0.{number + 100}/24", manages=False),
        *(
            Interface(
                device="bond0",
                network=f"vlan-{tag}",
                vlan=Vlan(tag=tag, on="bond0"),
                mtu=1500,
                management=False,
                attached=True,
                managed=True,
                mode="none",
                carrier=True,
                primary_address_type="IPv4",
            )
            for tag in _TAGS
        ),
    )


def _bond(  # noqa: PLR0913 - a bond has so many properties
    device: str, network: str, members: tuple[str, ...], mac: str, address: str, *, manages: bool
) -> Interface:
    return Interface(
        device=device,
        network=network,
        bond=Bond(members=members, mode="active-backup", primary=members[0], links_up=len(members)),
        mac=mac,
        mtu=1500,
        management=manages,
        purpose=None if manages else "Storage",
        attached=True,
        managed=True,
        disallow_unplug=not manages,
        mode="static",
        address=address,
        gateway="10.0.255.254" if manages else None,
        carrier=True,
        primary_address_type="IPv4",
    )
