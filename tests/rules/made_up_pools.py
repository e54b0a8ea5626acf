"""Pools of which much is missing, wrong or repeated, made up by chance: the same seed gives the same pools."""

from collections.abc import Callable
from random import Random
from typing import Any

from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.site import Site
from planner.units import MIB

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - what databases write for none
SIZES = (0, 1, MIB, 300 * MIB, 4096 * MIB, 2**63 - 1)
NUMBERS = (-(2**63), -1, 0, 1, 2, 2**63 - 1)
NAMES = ("a", "b", "c")
LUN = {"target": "10.0.0.7", "targetIQN": "iqn.t", "SCSIid": "1"}
SERVERS = [
    {"server": server, "serverpath": path, "location": f"{server}:{path}"}
    for server in ("10.0.0.7", "10.0.1.7", "10.0.9.9", "nas")
    for path in ("/x", "/y")
]

Maker = Callable[["Chance"], Any]


class Chance:
    """Makes up values. Names are repeated, and refer to nothing now and then, unless they are to be distinct."""

    def __init__(self, seed: int, *, distinct: bool = False) -> None:
        self.random = Random(seed)  # noqa: S311 - made-up data are no secret
        self.distinct = distinct
        self.number = 0

    def one(self, *values: Any) -> Any:
        return self.random.choice(values)

    def flag(self) -> bool:
        return self.random.random() < 0.5

    def often(self) -> bool:
        return self.random.random() < 0.85

    def reference(self) -> str:
        return self.random.choice((*NAMES, *NAMES, "gone"))

    def size(self) -> int:
        return self.random.choice(SIZES)

    def some(self, **fields: Any) -> dict[str, Any]:
        """Most of these fields."""
        return {key: value for key, value in fields.items() if self.random.random() < 0.85}

    def few(self, key: str, make: Maker) -> list[dict[str, Any]]:
        """Up to three records, each with its name and mostly with a UUID."""
        names = self.random.sample(NAMES, 3) if self.distinct else [self.one(*NAMES) for _ in NAMES]
        return [{key: name} | self.some(uuid=self.uuid()) | make(self) for name in names[: self.random.randint(0, 3)]]

    def uuid(self) -> str:
        self.number += 1
        return f"u-{self.number if self.distinct else self.random.randint(1, 9)}"

    def references(self) -> list[str]:
        return [self.reference() for _ in range(self.random.randint(0, 2))]


def _software(chance: Chance) -> dict[str, Any]:
    versions = ("6.2.0", "8.3.0", "5.6.100", "?", "26.3", "23.20")
    brand = chance.one("XCP-ng", "XCP-ng", "XenServer")
    found = {key: chance.one(*versions) for key in ("product_version", "platform_version", "xapi")}
    return chance.some(product_brand=brand, network_backend=chance.one("bridge", "openvswitch"), **found)


def _interface(chance: Chance) -> dict[str, Any]:
    kinds = {
        "bond": chance.some(
            members=chance.random.sample(NAMES, 2) if chance.flag() else chance.references(),
            mode=chance.one("lacp", "active-backup"),
            primary=chance.reference(),
            links_up=chance.one(0, 1, 2),
            properties={chance.one("lacp-time", "x"): "fast"},
        ),
        "vlan": {"tag": chance.one(0, 20, 20), "on": chance.reference()},
        "tunnel": {"on": chance.reference()},
        "sriov": chance.some(on=chance.reference(), requires_reboot=chance.flag(), idle_functions=chance.one(0, 1, 8)),
    }
    kind = chance.one("card", "card", "card", "vlan", *kinds)
    return chance.some(
        network=chance.reference(),
        mac=chance.one("52:54:00:00:00:0a", "52:54:00:00:00:0A", "52:54:00:00:00:0b"),
        management=chance.flag(),
        mode=chance.one("none", "none", "dhcp", "static"),
        address=chance.one("10.0.0.1/24", "10.0.0.1", "10.0.0.2/0", NO_ADDRESS, "10.0.1.1/32"),
        gateway=chance.one("10.0.0.1", "10.0.9.1", NO_ADDRESS),
        default_route=chance.flag(),
        attached=chance.often(),
        managed=chance.often(),
        disallow_unplug=chance.flag(),
        carrier=chance.flag(),
        mtu=chance.one(-1, 1500, 9000),
        mtu_override=chance.one(1500, 9000),
        ipv6_mode=chance.one("none", "autoconf"),
        primary_address_type=chance.one("IPv4", "IPv6"),
        properties={"gro": chance.one("on", "off")},
        **({kind: kinds[kind]} if kind in kinds else {}),
    )


def _usual(chance: Chance) -> list[dict[str, Any]]:
    """What hosts mostly have: a card for management, and perhaps one for storage."""
    up = {"attached": True, "managed": True, "carrier": True, "mode": "static"}
    gateway = {"address": "10.0.0.1/24", "gateway": "10.0.0.254"}
    first = {"device": "a", "network": "a", "management": True, **gateway, **up}
    second = {"device": "b", "network": "b", "management": False, "address": "10.0.1.1/24", **up}
    return [first, second][: chance.one(1, 2)]


def _network(chance: Chance) -> dict[str, Any]:
    return chance.some(
        host_internal_management=chance.random.random() < 0.2,
        bridge=chance.one("xenbr0", "xenbr1"),
        mtu=chance.one(1500, 9000),
        purpose=[chance.one("nbd", "insecure_nbd")],
        managed=chance.random.random() < 0.9,
        assumed_shared=chance.random.random() < 0.1,
        static_routes=[chance.one("x", "10.0.9.0/24/10.0.9.1", "10.0.9.0/24/10.0.0.1")],
    )


def _host(chance: Chance) -> dict[str, Any]:
    domain = {"memory": chance.size(), "memory_overhead": chance.size(), "vcpus": chance.one(0, 1, 2**63 - 1)}
    return chance.some(
        enabled=chance.random.random() < 0.8,
        live=chance.random.random() < 0.8,
        address=chance.one("10.0.0.1", "host.example"),
        iscsi_iqn=chance.one("iqn.x", "iqn.y"),
        multipathing=chance.flag(),
        suspend_repository=chance.reference(),
        local_cache_repository=chance.reference(),
        memory=chance.size(),
        memory_overhead=chance.size(),
        control_domain=chance.some(**domain),
        software=_software(chance),
        updates=chance.references(),
        update_hash=chance.one("x", "y"),
        updates_requiring_reboot=chance.references(),
        pending_guidances=chance.one([], ["reboot_host"], ["restart_toolstack"]),
        latest_updates_applied=chance.one("yes", "no", "unknown"),
        clock_offset=chance.one(0, 0, 1e6),
        licence={"restrictions": chance.some(enable_xha=chance.one("true", "false"))},
        ha_statefiles=chance.references(),
        hvm=chance.flag(),
        iommu=chance.flag(),
        cpu=chance.some(
            count=chance.one(0, 1, 4, 8),
            vendor=chance.one("GenuineIntel", "AuthenticAMD"),
            features=chance.one("1-1-1-1", "3-1-1-1", ""),
            features_hvm=chance.one("1-1", "3-1", ""),
        ),
        hardware_platform_versions=chance.one([], [0], [0, 1, 2]),
        operations=chance.one([], ["evacuate"]),
        gpus=[chance.some(group=chance.reference(), supported_types=["t"], enabled_types=["t"])],
        usb_devices=[chance.some(group="g")],
        interfaces=chance.one(_usual(chance), chance.few("device", _interface), chance.few("device", _interface)),
    )


def _repository(chance: Chance) -> dict[str, Any]:
    hosts = chance.random.sample(NAMES, 3) if chance.distinct else [chance.reference() for _ in NAMES]
    connections = [
        {"host": host}
        | chance.some(
            attached=chance.random.random() < 0.7,
            uuid=chance.uuid(),
            device_config=chance.one({}, {"password": "y"}, LUN, LUN | {"chapuser": "x", "SCSIid": "2"}, *SERVERS),
            paths=[{"scsi_id": "1", "current": chance.one(0, 1, 2), "maximum": chance.one(1, 2)}],
        )
        for host in hosts[: chance.random.randint(0, 3)]
    ]
    return chance.some(
        type=chance.one("nfs", "nfs", "lvm", "iso", "smb", "cifs", "ext", "new", "lvmoiscsi", "gfs2"),
        shared=chance.flag(),
        tools=chance.random.random() < 0.1,
        size=chance.size(),
        used=chance.size(),
        allocated=chance.size(),
        device_config=chance.one(*SERVERS),
        connections=connections,
        content_type=chance.one("", "iso"),
    )


def _disk(chance: Chance) -> dict[str, Any]:
    kind = chance.one("user", "ha_statefile", "redo_log")
    copied = {
        "missing": chance.flag(),
        "on_boot": chance.one("persist", "reset"),
        "caching": chance.flag(),
        "changed_block_tracking": chance.flag(),
    }
    return chance.some(repository=chance.reference(), size=chance.size(), type=kind, **copied)


def _drive(chance: Chance) -> dict[str, Any]:
    content = {"disk": chance.reference(), "repository": chance.reference(), "empty": chance.flag()}
    return chance.some(type=chance.one("disk", "cd"), **content)


def _nic(chance: Chance) -> dict[str, Any]:
    return chance.some(
        network=chance.reference(), attached=chance.flag(), mac=chance.one("52:54:00:00:00:0a", "52:54:00:00:00:0A")
    )


def _vm(chance: Chance) -> dict[str, Any]:
    limits = ("static_min", "dynamic_min", "dynamic_max", "static_max", "overhead")
    return chance.some(
        power_state=chance.one("halted", "running", "paused", "suspended"),
        runs_on=chance.reference(),
        scheduled_on=chance.reference(),
        home=chance.reference(),
        memory=chance.some(**{limit: chance.size() for limit in limits}),
        vcpus=chance.some(max=chance.one(*NUMBERS), at_startup=chance.one(*NUMBERS)),
        domain_type=chance.one("hvm", "pv", "pv_in_pvh", "pvh"),
        shadow_multiplier=chance.one(0, 0.5, 1, 1e308),
        ha_restart_priority=chance.one("restart", "restart", "best-effort", "", "1", "Restart"),
        ha_always_run=chance.flag(),
        order=chance.one(*NUMBERS),
        start_delay=chance.one(*NUMBERS),
        drives=chance.few("device", _drive),
        nics=chance.few("device", _nic),
        vgpus=[_vgpu(chance)] * chance.one(0, 0, 0, 1),
        usb_groups=["g"] * chance.one(0, 0, 0, 1),
        **_settings(chance),
    )


def _vgpu(chance: Chance) -> dict[str, Any]:
    implementation = chance.one("passthrough", "nvidia", "nvidia_sriov")
    return chance.some(group=chance.reference(), type=chance.one("t", "other"), implementation=implementation)


def _settings(chance: Chance) -> dict[str, Any]:
    """What else of a guest decides where it can be."""
    platform = {
        "cores-per-socket": chance.one("1", "2", "0", "x", "9" * 5000),
        "nomigrate": chance.one("true", "false"),
        "vcpu-unrestricted": chance.one("true", "false"),
        "device-model": chance.one("qemu-trad", "qemu-upstream-uefi", "qemu-upstream-compat"),
    }
    return {
        "platform": chance.some(**platform),
        "firmware": chance.one("bios", "uefi"),
        "vtpms": chance.one(0, 1),
        "nested_virtualisation": chance.random.random() < 0.2,
        "actions_after_crash": chance.one("restart", "rename_restart", "coredump_and_destroy"),
        "hardware_platform_version": chance.one(0, 0, 1, 2, 3),
        "last_boot_cpu": chance.some(
            vendor=chance.one("GenuineIntel", "AuthenticAMD"), features=chance.one("3", "1-1")
        ),
        "groups": chance.references(),
        "operations": chance.one([], [], ["snapshot"]),
        "blocked_operations": chance.one([], [], ["pool_migrate"]),
        "pci_devices": chance.one([], [], ["0000:3b:00.0"]),
        "driver_domain": chance.random.random() < 0.1,
        "suspend_disk": chance.reference(),
        "tools": chance.some(installed=chance.flag(), features=chance.one([], ["feature-suspend"])),
    }


def _pool(chance: Chance, name: str) -> dict[str, Any]:
    hosts = ("a", "b", "c") if chance.distinct else NAMES
    return {"name": name, "joins": [{"host": chance.one(*hosts)}] if chance.flag() else []} | chance.some(
        coordinator=chance.reference(),
        software=_software(chance),
        hosts=chance.few("name", _host),
        networks=chance.few("name", _network),
        repositories=chance.few("name", _repository),
        disks=chance.few("name", _disk),
        vms=chance.few("name", _vm),
        templates=chance.few("name", _vm),
        updates=chance.few("name", lambda chance: chance.some(enforce_homogeneity=chance.flag())),
        drivers=[{"type": "nfs", "features": {chance.one("", "VDI_GENERATE_CONFIG"): 1}}],
        groups=chance.few("name", lambda chance: chance.some(placement=chance.one("normal", *["anti_affinity"] * 3))),
        restrictions=chance.some(
            restrict_dmc=chance.one("true", "false"),
            restrict_pool_size=chance.one("true", "false"),
            enable_xha=chance.one("true", "false"),
        ),
        rolling_upgrade=chance.flag(),
        default_repository=chance.reference(),
        suspend_repository=chance.reference(),
        cluster=_cluster(chance),
        default_ha_timeout=chance.one(*NUMBERS),
        ha=_high_availability(chance),
        ha_plan=chance.some(heartbeat=chance.reference(), failures_to_tolerate=chance.one(0, 1, 2**63 - 1)),
        changes=[_change(chance) for _ in range(chance.one(0, 2))],
    )


def _cluster(chance: Chance) -> dict[str, Any]:
    hosts = chance.random.sample(NAMES, 3) if chance.distinct else [chance.reference() for _ in NAMES]
    members = [
        {"host": host} | chance.some(enabled=chance.flag(), joined=chance.flag(), interface=chance.reference())
        for host in hosts[: chance.random.randint(0, 3)]
    ]
    return chance.some(stack="corosync", quorate=chance.flag(), members=members)


def _high_availability(chance: Chance) -> dict[str, Any]:
    return chance.some(
        enabled=chance.flag(),
        statefiles=chance.references(),
        heartbeat=chance.reference(),
        timeout=chance.one(0, 60),
        failures_to_tolerate=chance.one(0, 1, 9),
        plan_exists_for=chance.one(0, 1, 9),
        overcommitted=chance.flag(),
        allow_overcommit=chance.flag(),
    )


def _change(chance: Chance) -> dict[str, Any]:
    kind = chance.one("reconfigure-address", "detach-repository", "eject-host", "rolling-upgrade", "make-template")
    places = {key: chance.reference() for key in ("host", "interface", "repository", "vm")}
    return {"kind": kind} | chance.some(**places)


def pools(seed: int, *, distinct: bool = False) -> list[dict[str, Any]]:
    """One or two pools, as documents have them."""
    chance = Chance(seed, distinct=distinct)
    return [_pool(chance, name) for name in NAMES[: chance.random.randint(1, 2)]]


def site(seed: int) -> dict[str, Any]:
    """What a site wants, sensible or not."""
    chance = Chance(seed)
    pattern = "".join(chance.one(*"ab(|)*+?[]{}2,.^$\\") for _ in range(chance.random.randint(0, 4)))
    kinds = ("host", "vm", "network", "repository")
    names = {kind: chance.one("a", "[ab]", "b|c", pattern) for kind in kinds}
    numbers = {"memory_ratio_percent": chance.one(0, 25, 100), "ha_hosts": chance.one(0, 3)}
    return {"names": names, "servers": {"nas": ["10.0.0.7", "10.0.1.7"]}, **numbers}


def inventory(documents: list[dict[str, Any]], seed: int = 0) -> Inventory:
    """The inventory that documents make up."""
    return Inventory([Pool.model_validate(each) for each in documents], site=Site.model_validate(site(seed)))
