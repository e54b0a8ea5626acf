"""Pools in which nothing is wrong, each with a host that may join it at once, told whole; and how to change them.

A change is a table of paths and values: `joiner.hosts.0.hostname` sets a field, `joiner.vms+` adds to a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.site import Site

Document = dict[str, Any]
Change = dict[str, Any]

FEATURES = "1fcbfbff-f7fa3223-2d93fbff-00000123-00000001-000007ab-00000000-00000000-00001000-9c000400"
MORE_FEATURES = "1fcbfbff-f7fa3223-2d93fbff-00000123-00000001-00000fbb-00000000-00000000-00001000-9c000400"
WORDS = "77dafbbf-bfebfbff-00000021-2c100800"

RELEASES: dict[str, Document] = {
    "6.2": {
        "product_brand": "XenServer",
        "product_version": "6.2.0",
        "platform_name": "XCP",
        "platform_version": "1.8.0",
        "build_number": "70446c",
        "git_id": "8bc1b6a",
        "xapi": "1.3",
        "network_backend": "openvswitch",
        "linux_pack": True,
        "packs": {},
    },
    "7.2": {
        "product_brand": "XenServer",
        "product_version": "7.2.0",
        "platform_name": "XCP",
        "platform_version": "2.3.0",
        "build_number": "release/falcon/master/8",
        "git_id": "0",
        "xapi": "1.9",
        "network_backend": "openvswitch",
        "db_schema": "5.120",
        "linux_pack": False,
        "packs": {},
    },
    "rolling": {
        "product_brand": "XenServer",
        "product_version": "8.4.0",
        "platform_name": "XCP",
        "platform_version": "3.4.0",
        "build_number": "cloud",
        "git_id": "0",
        "xapi": "26.3",
        "xapi_build": "26.3.0",
        "network_backend": "openvswitch",
        "db_schema": "5.799",
        "linux_pack": False,
        "packs": {},
    },
}
API_VERSIONS = {"6.2": "2.0", "7.2": "2.7", "rolling": "2.21"}


def host(name: str, number: int, release: str) -> Document:
    """A host with three NICs, of which one is for management and one for storage."""
    legacy = release == "6.2"
    cpu = (
        {"features": WORDS, "physical_features": WORDS, "features_after_reboot": WORDS, "maskable": "no"}
        if legacy
        else dict.fromkeys(("features_hvm", "features_pv", "features_hvm_host", "features_pv_host"), FEATURES)
    )
    return {
        "name": name,
        "uuid": f"aaaaaaaa-0000-4000-8000-{number:012}",
        "hostname": name,
        "address": f"10.0.0.{number}",
        "enabled": True,
        "live": True,
        "memory": 64 * 2**30,
        "memory_overhead": 2**30,
        "control_domain": {"memory": 4 * 2**30, "memory_overhead": 84 * 2**20, "vcpus": 16, "operations": []},
        "cpu": {"vendor": "GenuineIntel", "model_name": "Xeon", "sockets": 2, "count": 32, **cpu},
        "hvm": True,
        "iommu": True,
        "software": deepcopy(RELEASES[release]),
        "api_version": API_VERSIONS[release],
        "updates": ["base"],
        "updates_requiring_reboot": [],
        "update_hash": "0f0f",
        "latest_updates_applied": "yes",
        "pending_guidances": [],
        "licence": {"edition": "premium", "expiry": "20991231T00:00:00Z", "restrictions": {}},
        "clock_offset": 0.0,
        "external_auth": {"type": ""},
        "interfaces": interfaces(number),
        "iscsi_iqn": f"iqn.2026-01.com.example:{name}",
        "multipathing": False,
        "hardware_platform_versions": [0, 1, 2],
        "operations": [],
        "tls_verification": True,
        "gpus": [],
        "usb_devices": [],
        "pci_devices": [],
    }


def interfaces(number: int) -> list[Document]:
    """eth0 for management, eth1 for guests, eth2 for storage."""
    addresses = {0: f"10.0.0.{number}/24", 2: f"172.16.0.{number}/24"}
    return [
        {
            "device": f"eth{nic}",
            "network": f"net{nic}",
            "uuid": f"bbbbbbbb-{nic:04}-4000-8000-{number:012}",
            "mac": f"02:00:00:00:{nic:02}:{number:02}",
            "mtu": 1500,
            "management": nic == 0,
            "attached": True,
            "managed": True,
            "disallow_unplug": nic == 2,
            "mode": "static" if nic in addresses else "none",
            "carrier": True,
            "speed": 10_000,
            "primary_address_type": "IPv4",
            **({"address": addresses[nic]} if nic in addresses else {}),
            **({"gateway": "10.0.0.254"} if nic == 0 else {}),
        }
        for nic in range(3)
    ]


def pool(name: str, release: str, *hosts: Document) -> Document:
    """A pool of these hosts, with everything said."""
    return {
        "name": name,
        "uuid": f"cccccccc-0000-4000-8000-{len(name):012}",
        "coordinator": hosts[0]["name"],
        "hosts": list(hosts),
        "networks": [
            {"name": f"net{nic}", "bridge": f"xenbr{nic}", "mtu": 1500, "managed": True, "purpose": []}
            for nic in range(3)
        ],
        "repositories": [],
        "disks": [],
        "vms": [],
        "templates": [],
        "snapshots": [],
        "groups": [],
        "appliances": [],
        "updates": [{"name": "base", "uuid": "dddddddd-0000-4000-8000-000000000001", "enforce_homogeneity": True}],
        "drivers": [{"type": "nfs", "features": {"SR_PROBE": 1, "VDI_CREATE": 2}}],
        "ha": {"enabled": False},
        "restrictions": {
            "restrict_pool_size": "false",
            "restrict_pooling": "false",
            "restrict_cpu_masking": "false",
            "enable_xha": "true",
        },
        "operations": [],
        "rolling_upgrade": False,
        "tls_verification": True,
        "certificates": [],
        "sdn_controllers": [],
        "vswitch_controller": "",
        "redo_log": False,
        "workload_balancing": False,
        **(
            {}
            if release == "6.2"
            else {"cpu": {"vendor": "GenuineIntel", "features_hvm": FEATURES, "features_pv": FEATURES}}
        ),
    }


def repository(name: str, number: int, *hosts: str, **fields: Any) -> Document:
    """A shared repository over the storage network, attached on these hosts."""
    return {
        "name": name,
        "uuid": f"eeeeeeee-0000-4000-8000-{number:012}",
        "type": "nfs",
        "content_type": "user",
        "shared": True,
        "size": 2**40,
        "used": 2**30,
        "device_config": {"server": "172.16.0.250", "serverpath": f"/{name}"},
        "tools": False,
        "clustered": False,
        "connections": [{"host": each, "attached": True} for each in hosts],
        **fields,
    }


def healthy(release: str) -> dict[str, Document]:
    """The pool `lab` of two hosts, and the host `new` by itself, of one release."""
    lab = pool("lab", release, host("old", 1, release), host("older", 2, release))
    lab["repositories"] = [repository("shared", 1, "old", "older")]
    lab["joins"] = [{"host": "new"}]
    return {"pool": lab, "joiner": pool("single", release, host("new", 3, release)), "site": {}}


def changed(release: str, changes: Iterable[Change]) -> Inventory:
    """The healthy pair of a release after some changes."""
    documents = healthy(release)
    for change in changes:
        for path, value in change.items():
            _set(documents, path, value)
    pools = [Pool.model_validate(documents[side]) for side in ("pool", "joiner")]
    return Inventory(pools, site=Site.model_validate(documents["site"]))


def _set(documents: Document, path: str, value: Any) -> None:
    *way, last = path.removesuffix("+").split(".")
    here: Any = documents
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    key: Any = int(last) if isinstance(here, list) else last
    if path.endswith("+"):
        here[key] = [*here[key], *deepcopy(value)]
    else:
        here[key] = deepcopy(value)
