"""A pool, a host that is to join it, and all that can be wrong with either, to be mixed at will."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from planner.model.inventory import Inventory
from planner.model.pool import Pool

Document = dict[str, Any]
Spoil = Callable[[Document, Document], None]
"""Makes something wrong with the pool, or with the host that is to join it."""

RELEASES: dict[str, Document] = {
    "6.2.0": {"product_brand": "XenServer", "platform_version": "1.8.0", "build_number": "70446c"},
    "7.0.0": {"product_brand": "XenServer", "platform_version": "2.1.0", "build_number": "125380c"},
    "7.2.0": {"product_brand": "XenServer", "platform_version": "2.3.0", "git_id": "a"},
    "7.6.0": {"product_brand": "XCP-ng", "platform_version": "2.7.1", "git_id": "a"},
    "8.3.0": {"product_brand": "XCP-ng", "platform_version": "3.4.0", "git_id": "a", "xapi": "26.1"},
}
FEATURES = "0098e3bd-bfebfbff-00000001-28100800"


def _software(release: str) -> Document:
    common = {"product_version": release, "network_backend": "openvswitch", "linux_pack": False, "db_schema": "5.700"}
    return {**common, **RELEASES[release]}


def _host(name: str, number: int, release: str) -> Document:
    nics = [
        {
            "device": f"eth{position}",
            "network": f"net{position}",
            "uuid": f"{name}-eth{position}",
            "mac": f"52:54:00:00:{number:02x}:{position:02x}",
            "mtu": 1500,
            "management": position == 0,
            "attached": True,
            "carrier": True,
            "managed": True,
            "mode": "static" if position == 0 else "none",
        }
        for position in range(3)
    ]
    nics[0] |= {"address": f"10.0.0.{number}/24", "gateway": "10.0.0.1", "primary_address_type": "IPv4"}
    return {
        "name": name,
        "uuid": f"{name}-uuid",
        "hostname": name,
        "address": f"10.0.0.{number}",
        "enabled": True,
        "live": True,
        "hvm": True,
        "memory": 64 * 2**30,
        "memory_overhead": 2**30,
        "control_domain": {"memory": 2**31, "operations": []},
        "cpu": {
            "vendor": "GenuineIntel",
            "maskable": "full",
            **dict.fromkeys(("features", "physical_features", "features_hvm", "features_pv"), FEATURES),
            "features_hvm_host": FEATURES,
            "features_pv_host": FEATURES,
        },
        "software": _software(release),
        "api_version": "2.5",
        "updates": [],
        "updates_requiring_reboot": [],
        "pending_guidances": [],
        "licence": {"edition": "free", "restrictions": {"restrict_pooling": "false", "restrict_pool_size": "false"}},
        "clock_offset": 0,
        "external_auth": {"type": ""},
        "operations": [],
        "iscsi_iqn": f"iqn.2020-01.example:{name}",
        "multipathing": False,
        "interfaces": nics,
    }


def _pool(name: str, hosts: list[Document]) -> Document:
    nothing = (
        "operations",
        "disks",
        "vms",
        "templates",
        "snapshots",
        "groups",
        "appliances",
        "updates",
        "certificates",
    )
    return {
        "name": name,
        "uuid": f"{name}-pool",
        "coordinator": hosts[0]["name"],
        "hosts": hosts,
        "networks": [
            {"name": f"net{position}", "bridge": f"xenbr{position}", "mtu": 1500, "purpose": []}
            for position in range(3)
        ],
        "repositories": [],
        "drivers": [{"type": "nfs", "features": {"VDI_CREATE": 1}}],
        "ha": {"enabled": False},
        "tls_verification": False,
        "sdn_controllers": [],
        "vswitch_controller": "",
        **{field: [] for field in nothing},
    }


def documents(release: str, members: int = 2) -> tuple[Document, Document]:
    """Pool `lab`, and host `new`, a pool of its own; nothing stands in the way."""
    hosts = [_host(f"old{number}", 10 + number, release) for number in range(members)]
    lab = _pool("lab", hosts)
    for position, host in enumerate(hosts):
        host["interfaces"][2] |= {"mode": "static", "address": f"172.16.0.{10 + position}/24"}
    lab["repositories"] = [
        {
            "name": "disks",
            "uuid": "disks-sr",
            "type": "nfs",
            "shared": True,
            "size": 2**40,
            "used": 0,
            "device_config": {"server": "172.16.0.100", "serverpath": "/disks"},
            "connections": [{"host": host["name"], "attached": True} for host in hosts],
        }
    ]
    lab["default_repository"] = "disks"
    single = _pool("single", [_host("new", 50, release)])
    single["repositories"] = [
        {"name": "Local storage", "type": "ext", "shared": False, "connections": [{"host": "new", "attached": True}]}
    ]
    return lab, single


def _vm(document: Document, **fields: Any) -> None:
    number = len(document["vms"])
    name = f"{document['name']}-vm{number}"
    memory = {"static_min": 2**29, "dynamic_min": 2**29, "dynamic_max": 2**29, "static_max": 2**29}
    common = {"operations": [], "domain_type": "hvm", "memory": memory, "vcpus": 1, "drives": [], "nics": []}
    document["vms"].append({"name": name, "uuid": f"{name}-uuid", **common, **fields})


def runs(_lab: Document, single: Document) -> None:
    _vm(single, power_state="running", runs_on="new")


def is_suspended(_lab: Document, single: Document) -> None:
    _vm(single, power_state="suspended")


def has_operation(_lab: Document, single: Document) -> None:
    _vm(single, power_state="halted", operations=["clone"])


def host_operation(_lab: Document, single: Document) -> None:
    single["hosts"][0]["operations"] = ["provision"]


def pool_is_updated(lab: Document, _single: Document) -> None:
    lab["operations"] = ["apply_updates"]


def guidance(lab: Document, single: Document) -> None:
    lab["hosts"][0]["pending_guidances"] = ["reboot_host"]
    single["hosts"][0]["pending_guidances"] = ["restart_toolstack"]
    _vm(lab, power_state="running", runs_on="old0")


def shares(_lab: Document, single: Document) -> None:
    connections = [{"host": "new", "uuid": "pbd", "attached": True}]
    single["repositories"].append({"name": "own", "type": "nfs", "shared": True, "connections": connections})
    single["disks"].append({"name": "d", "repository": "own", "size": 1})
    _vm(single, power_state="halted", drives=[{"device": "xvda", "disk": "d"}])
    single["default_repository"] = "own"


def ha_on_joiner(_lab: Document, single: Document) -> None:
    single["ha"] = {"enabled": True}


def ha_on_pool(lab: Document, _single: Document) -> None:
    lab["ha"] = {"enabled": True, "heartbeat": "disks", "failures_to_tolerate": 1}


def is_member_elsewhere(_lab: Document, single: Document) -> None:
    release = single["hosts"][0]["software"]["product_version"]
    single["hosts"].append(_host("third", 60, release))


def is_coordinated(lab: Document, single: Document) -> None:
    is_member_elsewhere(lab, single)
    single["coordinator"] = "third"


def bonded(_lab: Document, single: Document) -> None:
    nics = single["hosts"][0]["interfaces"]
    bond = {**nics[0], "device": "bond0", "uuid": "bond0", "network": "bonded", "mac": "52:54:00:00:00:99"}
    bond["bond"] = {"members": ["eth0", "eth1"], "uuid": "b", "primary": "eth0", "mode": "active-backup"}
    nics[0] = {
        key: value for key, value in nics[0].items() if key not in ("address", "gateway", "primary_address_type")
    }
    nics[0] |= {"mode": "none", "management": False}
    single["networks"].append({"name": "bonded", "bridge": "xapi1", "mtu": 1500, "purpose": []})
    nics.append(bond)


def tagged(_lab: Document, single: Document) -> None:
    vlan = {"device": "eth1", "uuid": "vlan", "network": "tagged", "vlan": {"tag": 20, "on": "eth1", "uuid": "v"}}
    single["networks"].append({"name": "tagged", "bridge": "xapi2", "mtu": 1500, "purpose": []})
    single["hosts"][0]["interfaces"].append({**vlan, "management": False, "mode": "none", "attached": False})


def tunnels(_lab: Document, single: Document) -> None:
    single["networks"].append({"name": "tunnel", "bridge": "xapi3", "mtu": 1500, "purpose": []})
    tunnel = {"device": "tunnel0", "uuid": "t", "network": "tunnel", "tunnel": {"on": "eth1", "uuid": "t1"}}
    single["hosts"][0]["interfaces"].append({**tunnel, "management": False, "mode": "none", "attached": False})


def virtual_functions(_lab: Document, single: Document) -> None:
    single["networks"].append({"name": "sriov", "bridge": "xapi4", "mtu": 1500, "purpose": []})
    sriov = {"device": "eth2", "uuid": "s", "network": "sriov", "sriov": {"on": "eth2", "uuid": "s1"}}
    single["hosts"][0]["interfaces"].append({**sriov, "management": False, "mode": "none", "attached": False})


def unmanaged(_lab: Document, single: Document) -> None:
    single["hosts"][0]["interfaces"][0] |= {"management": False}


def managed_over_vlan(_lab: Document, single: Document) -> None:
    nics = single["hosts"][0]["interfaces"]
    single["networks"].append({"name": "mgmt", "bridge": "xapi5", "mtu": 1500, "purpose": []})
    vlan = {**nics[0], "uuid": "mvlan", "network": "mgmt", "vlan": {"tag": 30, "on": "eth0", "uuid": "mv"}}
    nics[0] = {
        key: value for key, value in nics[0].items() if key not in ("address", "gateway", "primary_address_type")
    }
    nics[0] |= {"mode": "none", "management": False}
    nics.append(vlan)


def pool_managed_over_vlan(lab: Document, _single: Document) -> None:
    lab["networks"].append({"name": "mgmt", "bridge": "xapi5", "mtu": 1500, "purpose": []})
    for host in lab["hosts"]:
        nics = host["interfaces"]
        vlan = {**nics[0], "uuid": f"{host['name']}-m", "network": "mgmt", "vlan": {"tag": 30, "on": "eth0"}}
        nics[0] = {key: value for key, value in nics[0].items() if key not in ("address", "gateway")}
        nics[0] |= {"mode": "none", "management": False, "primary_address_type": "IPv4"}
        nics.append(vlan)


def over_ipv6(_lab: Document, single: Document) -> None:
    single["hosts"][0]["interfaces"][0]["primary_address_type"] = "IPv6"


def same_address(_lab: Document, single: Document) -> None:
    single["hosts"][0]["address"] = "10.0.0.10"
    single["hosts"][0]["interfaces"][0]["address"] = "10.0.0.10/24"


def same_initiator(lab: Document, single: Document) -> None:
    lab["repositories"][0] |= {
        "type": "lvmoiscsi",
        "device_config": {"target": "172.16.0.100", "targetIQN": "iqn.2026-01.com.example:san", "SCSIid": "36"},
    }
    single["hosts"][0]["iscsi_iqn"] = lab["hosts"][0]["iscsi_iqn"]


def older_release(_lab: Document, single: Document) -> None:
    single["hosts"][0]["software"]["platform_version"] = "1.6.10"


def newer_release(_lab: Document, single: Document) -> None:
    single["hosts"][0]["software"] |= {"platform_version": "9.0.0"}


def other_product(_lab: Document, single: Document) -> None:
    single["hosts"][0]["software"] |= {"product_brand": "Other"}


def lacks_update(lab: Document, _single: Document) -> None:
    lab["updates"] = [{"name": "U1", "uuid": "u1", "enforce_homogeneity": True}]
    for host in lab["hosts"]:
        host["updates"] = ["u1"]


def has_update(_lab: Document, single: Document) -> None:
    single["updates"] = [{"name": "U2", "uuid": "u2", "enforce_homogeneity": True}]
    single["hosts"][0]["updates"] = ["u2"]


def has_unknown_update(_lab: Document, single: Document) -> None:
    single["untold"] = "updates"
    single["hosts"][0]["updates"] = ["00000000-0000-0000-0000-00000000000a"]


def older_build(_lab: Document, single: Document) -> None:
    software = single["hosts"][0]["software"]
    software |= {"git_id": "b", "db_schema": "5.600"}
    software |= {"xapi": "25.1"} if "xapi" in software else {}
    software |= {"build_number": "100a"} if "build_number" in software else {}
    single["hosts"][0]["api_version"] = "2.4"


def newer_build(_lab: Document, single: Document) -> None:
    single["hosts"][0]["api_version"] = "2.9"
    single["hosts"][0]["software"] |= {"db_schema": "5.900"}


def linux_pack(lab: Document, _single: Document) -> None:
    for host in lab["hosts"]:
        host["software"]["linux_pack"] = True


def other_backend(_lab: Document, single: Document) -> None:
    single["hosts"][0]["software"]["network_backend"] = "bridge"


def own_controllers(_lab: Document, single: Document) -> None:
    single["vswitch_controller"] = "10.0.0.9"
    single["sdn_controllers"] = [{"uuid": "c", "protocol": "ssl", "address": "10.0.0.9", "port": 1}]


def other_directory(lab: Document, _single: Document) -> None:
    for host in lab["hosts"]:
        host["external_auth"] = {"type": "AD", "service_name": "example.org"}


def other_purpose(lab: Document, single: Document) -> None:
    lab["networks"][1]["purpose"] = ["nbd"]
    single["networks"][1]["purpose"] = ["insecure_nbd"]


def verifies(lab: Document, _single: Document) -> None:
    lab["tls_verification"] = True


def is_verifying(_lab: Document, single: Document) -> None:
    single["tls_verification"] = True


def certificates_conflict(lab: Document, single: Document) -> None:
    for document, letter in ((lab, "a"), (single, "b")):
        document["certificates"] = [
            {"name": "ca", "type": "ca", "uuid": f"{letter}1", "fingerprint_sha256": letter, "purpose": []},
            {"name": "", "type": "ca", "uuid": f"{letter}2", "fingerprint_sha256": "x", "purpose": ["p", letter]},
        ]


def lacks_driver(lab: Document, _single: Document) -> None:
    lab["drivers"].append({"type": "zfs", "features": {"VDI_CREATE": 1}})


def other_edition(lab: Document, _single: Document) -> None:
    for host in lab["hosts"]:
        host["licence"]["edition"] = "premium"


def no_pooling(_lab: Document, single: Document) -> None:
    single["hosts"][0]["licence"]["restrictions"]["restrict_pooling"] = "true"


def too_large(lab: Document, _single: Document) -> None:
    release = lab["hosts"][0]["software"]["product_version"]
    for number in range(2):
        lab["hosts"].append(_host(f"more{number}", 30 + number, release))
        lab["repositories"][0]["connections"].append({"host": f"more{number}", "attached": True})
    for host in lab["hosts"]:
        host["licence"]["restrictions"]["restrict_pool_size"] = "true"


def clustered(_lab: Document, single: Document) -> None:
    single["cluster"] = {"uuid": "c", "members": [{"host": "new", "enabled": True, "interface": "eth0"}]}


def pool_clustered(lab: Document, _single: Document) -> None:
    members = [{"host": host["name"], "enabled": True, "interface": "eth2"} for host in lab["hosts"]]
    lab["cluster"] = {"uuid": "c", "pool_auto_join": True, "members": members}


def other_vendor(_lab: Document, single: Document) -> None:
    single["hosts"][0]["cpu"]["vendor"] = "AuthenticAMD"


def other_features(_lab: Document, single: Document) -> None:
    fields = ("features", "physical_features", "features_hvm", "features_pv")
    single["hosts"][0]["cpu"] |= dict.fromkeys(fields, "0098e3fd-bfebfbff-00000001-28100800")


def cannot_be_masked(lab: Document, single: Document) -> None:
    other_features(lab, single)
    single["hosts"][0]["cpu"]["maskable"] = "no"


def masks_forbidden(lab: Document, single: Document) -> None:
    other_features(lab, single)
    single["hosts"][0]["licence"]["restrictions"]["restrict_cpu_masking"] = "true"


def clock(_lab: Document, single: Document) -> None:
    single["hosts"][0]["clock_offset"] = 500.0


def no_coordinator(lab: Document, _single: Document) -> None:
    lab["coordinator"] = "gone"


def no_guests_told(_lab: Document, single: Document) -> None:
    single["untold"] = "vms"


MENDABLE: tuple[Spoil, ...] = (
    *(runs, is_suspended, has_operation, host_operation, pool_is_updated, guidance, shares, ha_on_joiner, ha_on_pool),
    *(is_member_elsewhere, is_coordinated, bonded, tagged, tunnels, virtual_functions, unmanaged, managed_over_vlan),
    *(pool_managed_over_vlan, over_ipv6, same_address, same_initiator, lacks_update, has_update, older_build),
    *(linux_pack, other_backend, own_controllers, other_directory, other_purpose, verifies, is_verifying),
    *(certificates_conflict, lacks_driver, other_edition, clustered, pool_clustered, other_features, clock),
)
HOPELESS: tuple[Spoil, ...] = (
    *(
        newer_release,
        other_product,
        newer_build,
        no_pooling,
        too_large,
        other_vendor,
        cannot_be_masked,
        masks_forbidden,
    ),
    *(has_unknown_update, no_coordinator, no_guests_told, older_release),
)


def spoilt(release: str, spoils: Iterable[Spoil], *, force: bool = False) -> tuple[Document, Document]:
    """The two pools, spoilt, with the wish."""
    lab, single = documents(release)
    for spoil in spoils:
        spoil(lab, single)
    lab["joins"] = [{"host": "new", "force": force}]
    single.pop(single.pop("untold", ""), None)
    return lab, single


def inventory(release: str, *spoils: Spoil, force: bool = False) -> Inventory:
    """The inventory of the two pools, spoilt."""
    return Inventory([Pool.model_validate(each) for each in spoilt(release, spoils, force=force)])


def forgotten(document: Any, random: Random, share: float) -> Any:
    """A document of which some is not told."""
    if isinstance(document, dict):
        return {
            key: forgotten(value, random, share)
            for key, value in document.items()
            if key in NEEDED or random.random() >= share
        }
    return [forgotten(each, random, share) for each in document] if isinstance(document, list) else document


NEEDED = frozenset({"name", "device", "host", "type", "tag", "joins", "hosts", "static_max"})
"""What no record can do without, and what there would be nothing to plan without."""
