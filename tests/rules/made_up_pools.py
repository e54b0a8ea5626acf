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
    return chance.some(
        product_brand=brand, **{key: chance.one(*versions) for key in ("product_version", "platform_version", "xapi")}
    )


def _interface(chance: Chance) -> dict[str, Any]:
    kinds = {
        "bond": {"members": chance.references()},
        "vlan": {"tag": chance.one(0, 20), "on": chance.reference()},
        "sriov": chance.some(on=chance.reference(), requires_reboot=chance.flag()),
    }
    kind = chance.one("card", "card", *kinds)
    return chance.some(
        network=chance.reference(),
        mac=chance.one("52:54:00:00:00:0a", "52:54:00:00:00:0A", "52:54:00:00:00:0b"),
        management=chance.flag(),
        mode=chance.one("none", "dhcp", "static"),
        address=chance.one("10.0.0.1/24", "10.0.0.1", "10.0.0.2/0", NO_ADDRESS, "10.0.1.1/32"),
        gateway=chance.one("10.0.0.1", "10.0.9.1", NO_ADDRESS),
        default_route=chance.flag(),
        attached=chance.flag(),
        disallow_unplug=chance.flag(),
        **({kind: kinds[kind]} if kind in kinds else {}),
    )


def _host(chance: Chance) -> dict[str, Any]:
    domain = {"memory": chance.size(), "memory_overhead": chance.size(), "vcpus": chance.one(0, 1, 2**63 - 1)}
    return chance.some(
        enabled=chance.random.random() < 0.8,
        memory=chance.size(),
        memory_overhead=chance.size(),
        control_domain=chance.some(**domain),
        software=_software(chance),
        updates=chance.references(),
        update_hash=chance.one("x", "y"),
        updates_requiring_reboot=chance.references(),
        pending_guidances=chance.one([], ["reboot_host"], ["restart_toolstack"]),
        latest_updates_applied=chance.one("yes", "no", "unknown"),
        live=chance.random.random() < 0.8,
        hvm=chance.flag(),
        cpu=chance.some(count=chance.one(1, 4)),
        clock_offset=chance.one(0, 0, 1e6),
        licence={"restrictions": chance.some(enable_xha=chance.one("true", "false"))},
        multipathing=chance.flag(),
        ha_statefiles=chance.references(),
        interfaces=chance.few("device", _interface),
    )


def _repository(chance: Chance) -> dict[str, Any]:
    hosts = chance.random.sample(NAMES, 3) if chance.distinct else [chance.reference() for _ in NAMES]
    connections = [
        {"host": host}
        | chance.some(
            attached=chance.random.random() < 0.7,
            uuid=chance.uuid(),
            device_config=chance.one({}, {"chapuser": "x"}, {"password": "y"}),
        )
        for host in hosts[: chance.random.randint(0, 3)]
    ]
    return chance.some(
        type=chance.one("nfs", "lvm", "iso", "smb", "cifs", "ext", "new", "lvmoiscsi", "gfs2"),
        shared=chance.flag(),
        tools=chance.random.random() < 0.1,
        size=chance.size(),
        used=chance.size(),
        connections=connections,
        content_type=chance.one("", "iso"),
    )


def _disk(chance: Chance) -> dict[str, Any]:
    kind = chance.one("user", "ha_statefile", "redo_log")
    return chance.some(repository=chance.reference(), size=chance.size(), type=kind, missing=chance.flag())


def _drive(chance: Chance) -> dict[str, Any]:
    content = {"disk": chance.reference(), "repository": chance.reference(), "empty": chance.flag()}
    return chance.some(type=chance.one("disk", "cd"), **content)


def _nic(chance: Chance) -> dict[str, Any]:
    return chance.some(network=chance.reference(), mac=chance.one("52:54:00:00:00:0a", "52:54:00:00:00:0A"))


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
        groups=[chance.one("a", "b")],
        pci_devices=["0000:04:00.0"] * chance.one(0, 0, 1),
        drives=chance.few("device", _drive),
        nics=chance.few("device", _nic),
        vgpus=[{}] * chance.one(0, 0, 0, 1),
        usb_groups=["g"] * chance.one(0, 0, 0, 1),
    )


def _pool(chance: Chance, name: str) -> dict[str, Any]:
    hosts = ("a", "b", "c") if chance.distinct else NAMES
    return {"name": name, "joins": [{"host": chance.one(*hosts)}] if chance.flag() else []} | chance.some(
        coordinator=chance.reference(),
        software=_software(chance),
        hosts=chance.few("name", _host),
        networks=chance.few("name", lambda chance: chance.some(host_internal_management=chance.flag())),
        repositories=chance.few("name", _repository),
        disks=chance.few("name", _disk),
        vms=chance.few("name", _vm),
        templates=chance.few("name", _vm),
        updates=chance.few("name", lambda chance: chance.some(enforce_homogeneity=chance.flag())),
        drivers=[{"type": "nfs", "features": {chance.one("", "VDI_GENERATE_CONFIG"): 1}}],
        default_repository=chance.reference(),
        groups=chance.few("name", lambda chance: chance.some(placement=chance.one("normal", *["anti_affinity"] * 3))),
        restrictions=chance.some(
            restrict_pool_size=chance.one("true", "false"), enable_xha=chance.one("true", "false")
        ),
        rolling_upgrade=chance.flag(),
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
    return {"memory_ratio_percent": chance.one(0, 25, 100), "ha_hosts": chance.one(0, 3), "names": names}


def inventory(documents: list[dict[str, Any]], seed: int = 0) -> Inventory:
    """The inventory that documents make up."""
    return Inventory([Pool.model_validate(each) for each in documents], site=Site.model_validate(site(seed)))
