from typing import Any

import pytest

from planner.facts.agility import API_ERRORS, Kind, hindrances
from planner.model.inventory import PoolView
from planner.model.pool import Pool

ATTACHED = [{"host": "a", "attached": True}, {"host": "b", "attached": True}]
VM: dict[str, Any] = {"name": "web", "drives": [], "nics": [], "vgpus": [], "usb_groups": []}
BASE: dict[str, Any] = {
    "name": "lab",
    "hosts": [
        {"name": "a", "enabled": True, "interfaces": [{"device": "eth0", "network": "n"}]},
        {"name": "b", "enabled": True, "interfaces": [{"device": "eth0", "network": "n"}]},
    ],
    "networks": [{"name": "n"}, {"name": "private"}],
    "repositories": [
        {"name": "nfs", "shared": True, "connections": ATTACHED},
        {"name": "local", "shared": False, "connections": ATTACHED[:1]},
    ],
    "disks": [{"name": "root", "repository": "nfs"}],
    "vms": [VM],
}


def hosts(*second: dict[str, Any], **of_second: Any) -> list[dict[str, Any]]:
    """The first host as it is, and the second changed."""
    interfaces = {"interfaces": list(second)} if second else {}
    return [BASE["hosts"][0], BASE["hosts"][1] | interfaces | of_second]


def repository(*connections: dict[str, Any], **fields: Any) -> list[dict[str, Any]]:
    return [{"name": "nfs", "shared": True, "connections": list(connections)} | fields]


def told(pool: dict[str, Any], vm: dict[str, Any]) -> tuple[list[Kind], list[str]]:
    view = PoolView(Pool.model_validate({**BASE, **pool, "vms": [{**VM, **vm}]}))
    answer = hindrances(view, view.vms.records[0])
    assert answer.agile is (False if answer.hindrances else None if answer.lacking else True)
    return [each.kind for each in answer.hindrances], [f"{each.record.label}.{each.field}" for each in answer.lacking]


ON_NFS = {"drives": [{"device": "xvda", "disk": "root"}]}
ON_LOCAL = {"drives": [{"device": "xvda", "repository": "local"}]}
ON_N = {"nics": [{"device": "0", "network": "n"}]}
SRIOV = {"device": "eth0", "network": "n", "sriov": {"on": "eth0", "requires_reboot": False}}
CARD, VLAN = {"device": "eth0", "network": "m"}, {"device": "eth0", "network": "n", "vlan": {"tag": 2, "on": "eth0"}}
BONDED = ({"device": "eth0", "network": "n"}, {"device": "bond0", "network": "m", "bond": {"members": ["eth0"]}})

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[Kind], list[str]]] = {
    "nothing binds it": ({}, ON_NFS | ON_N, [], []),
    "a graphics processor": ({}, {"vgpus": [{}]}, [Kind.GRAPHICS], []),
    "a USB device": ({}, {"usb_groups": ["stick"]}, [Kind.USB], []),
    "a local disk": ({}, ON_LOCAL, [Kind.LOCAL_REPOSITORY], []),
    "a CD on a local repository": (
        {}, {"drives": [{"device": "xvdd", "type": "cd", "repository": "local"}]}, [Kind.LOCAL_REPOSITORY], [],
    ),
    "an empty drive": ({}, {"drives": [{"device": "xvdd", "type": "cd", "empty": True}]}, [], []),
    "not attached on a host": (
        {"repositories": repository(ATTACHED[0], {"host": "b", "attached": False})},
        ON_NFS, [Kind.REPOSITORY_NOT_ATTACHED], [],
    ),
    "not connected on a host": ({"repositories": repository(ATTACHED[0])}, ON_NFS, [Kind.REPOSITORY_NOT_ATTACHED], []),
    "not attached on a disabled host": (
        {"repositories": repository(ATTACHED[0]), "hosts": hosts(enabled=False)}, ON_NFS, [], [],
    ),
    "not attached on a dead host that is enabled": (
        {"repositories": repository(ATTACHED[0]), "hosts": hosts(live=False)},
        ON_NFS, [Kind.REPOSITORY_NOT_ATTACHED], [],
    ),
    "a network without interfaces": (
        {}, {"nics": [{"device": "0", "network": "private"}]}, [Kind.NETWORK_NOT_ON_HOST], [],
    ),
    "a network that a host lacks": (
        {"hosts": hosts({"device": "eth0", "network": "private"})}, ON_N, [Kind.NETWORK_NOT_ON_HOST], [],
    ),
    "a network that a disabled host lacks": (
        {"hosts": hosts({"device": "eth0", "network": "private"}, enabled=False)}, ON_N, [], [],
    ),
    "a network by a member of a bond": (
        {"hosts": hosts(*BONDED), "networks": [{"name": "n"}, {"name": "m"}]}, ON_N, [Kind.NETWORK_NOT_ON_HOST], [],
    ),
    "an interface that is not attached": (
        {"hosts": hosts({"device": "eth0", "network": "n", "attached": False})}, ON_N, [], [],
    ),
    "virtual functions": ({"hosts": hosts(SRIOV)}, ON_N, [Kind.VIRTUAL_FUNCTION], []),
    "virtual functions of the first host only": (
        {"hosts": [BASE["hosts"][0] | {"interfaces": [SRIOV]}, BASE["hosts"][1]]}, ON_N, [Kind.VIRTUAL_FUNCTION], [],
    ),
    "virtual functions after a reboot": (
        {"hosts": hosts(SRIOV | {"sriov": {"on": "eth0", "requires_reboot": True}})},
        ON_N, [Kind.NETWORK_NOT_ON_HOST, Kind.VIRTUAL_FUNCTION], [],
    ),
    "virtual functions, perhaps after a reboot": (
        {"hosts": hosts(SRIOV | {"sriov": {"on": "eth0"}})},
        ON_N, [Kind.VIRTUAL_FUNCTION], ["eth0.sriov.requires_reboot"],
    ),
    "a VLAN on a card": ({"hosts": hosts(CARD, VLAN), "networks": [{"name": "n"}, {"name": "m"}]}, ON_N, [], []),
    "a VLAN on virtual functions": (
        {"hosts": hosts(SRIOV | {"network": "m"}, VLAN), "networks": [{"name": "n"}, {"name": "m"}]},
        ON_N, [Kind.VIRTUAL_FUNCTION], [],
    ),
    "a VLAN on one or the other": (
        {"hosts": hosts(CARD, SRIOV | {"network": "m"}, VLAN), "networks": [{"name": "n"}, {"name": "m"}]},
        ON_N, [], ["eth0.2.vlan.on"],
    ),
    "everything at once": (
        {}, ON_LOCAL | {"vgpus": [{}], "usb_groups": ["s"], "nics": [{"device": "0", "network": "private"}]},
        [Kind.GRAPHICS, Kind.USB, Kind.LOCAL_REPOSITORY, Kind.NETWORK_NOT_ON_HOST], [],
    ),
    "the repository of the tools": (
        {"repositories": [{"name": "nfs", "tools": True}]}, ON_NFS, [], [],
    ),
    "nothing is said of the guest": (
        {}, {"drives": None, "nics": None, "vgpus": None, "usb_groups": None},
        [], ["web.vgpus", "web.usb_groups", "web.drives", "web.nics"],
    ),
    "nothing is said of USB devices, which came later": (
        {"software": {"product_version": "7.2.0"}}, {"usb_groups": None}, [], [],
    ),
    "nothing is said of USB devices": (
        {"software": {"product_version": "7.3.0"}}, {"usb_groups": None}, [], ["web.usb_groups"],
    ),
    "nobody says whether it is shared": (
        {"repositories": repository(*ATTACHED, shared=None)}, ON_NFS, [], ["nfs.shared"],
    ),
    "nobody says who is connected": ({"repositories": repository(connections=None)}, ON_NFS, [], ["nfs.connections"]),
    "nobody says whether it is attached": (
        {"repositories": repository(ATTACHED[0], {"host": "b"})}, ON_NFS, [], ["b.attached"],
    ),
    "nobody says whether the other host counts": (
        {"repositories": repository(ATTACHED[0]), "hosts": hosts(enabled=None)}, ON_NFS, [], ["b.enabled"],
    ),
    "nobody says whether the host without the network counts": (
        {"hosts": hosts({"device": "eth0", "network": "private"}, enabled=None)}, ON_N, [], ["b.enabled"],
    ),
    "nobody says what interfaces a host has": ({"hosts": hosts(interfaces=None)}, ON_N, [], ["b.interfaces"]),
    "nobody says what an interface is on": ({"hosts": hosts({"device": "eth0"})}, ON_N, [], ["eth0.network"]),
    "nobody says what is in the drive": ({}, {"drives": [{"device": "xvdd"}]}, [], ["xvdd.disk"]),
    "a disk of which nobody says where it is": ({"disks": [{"name": "root"}]}, ON_NFS, [], ["root.repository"]),
    "a disk that is not described": ({"disks": []}, ON_NFS, [], ["xvda.disk"]),
    "a repository that is not described": ({"repositories": []}, ON_LOCAL, [], ["xvda.repository"]),
    "a network that is not described": ({"networks": []}, ON_N, [], ["0.network"]),
    "no hosts are described": ({"hosts": None}, {}, [], ["lab.hosts"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_all_that_binds_a_guest_is_found(name: str) -> None:
    pool, vm, kinds, lacking = CASES[name]
    assert told(pool, vm) == (kinds, lacking)


def test_a_hindrance_says_what_and_where() -> None:
    view = PoolView(Pool.model_validate({**BASE, "vms": [{**VM, **ON_LOCAL, **ON_N}]}))
    (hindrance,) = hindrances(view, view.vms.records[0]).hindrances
    assert hindrance.repository is view.repositories.find("local")
    assert [host.name for host in hindrance.having] == ["a"]
    assert [host.name for host in hindrance.without] == ["b"]


def test_the_first_hindrance_is_the_one_that_the_toolstack_names() -> None:
    pool = {**BASE, "vms": [{**VM, **ON_LOCAL, "nics": [{"device": "0", "network": "private"}], "usb_groups": ["s"]}]}
    view = PoolView(Pool.model_validate(pool))
    assert API_ERRORS[hindrances(view, view.vms.records[0]).first.kind] == "VM_HAS_VUSBS"
