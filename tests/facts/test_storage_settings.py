from typing import Any

import pytest

from planner.facts.bond_modes import accepted, most_members
from planner.facts.mtu import reported_mtu, wanted_mtu
from planner.facts.servers import at_address, other_addresses, server_addresses, server_of
from planner.facts.storage_settings import (
    alike,
    initiator,
    missing_settings,
    multipathing,
    needs_initiator,
    what_is_stored_where,
)
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.model.network import Interface, Network
from planner.model.pool import Pool
from planner.model.site import Site
from planner.model.storage import Repository


def repository(kind: str | None, **fields: Any) -> Repository:
    return Repository.model_validate({"name": "r", "type": kind, **fields})


ISCSI = {"target": "t", "targetIQN": "*", "SCSIid": "1"}


@pytest.mark.parametrize(
    ("kind", "given", "missing"),
    [
        ("nfs", {}, ("server", "serverpath")),
        ("nfs", {"server": "s", "serverpath": "/"}, ()),
        ("nfs", {"server": "s", "serverpath": ""}, ("serverpath",)),
        ("lvmoiscsi", ISCSI, ()),
        ("lvhdoiscsi", {"target": "t"}, ("targetIQN", "SCSIid")),
        ("lvmohba", {"device": "/dev/x"}, ()),
        ("lvmohba", {}, ("SCSIid",)),
        ("lvmofcoe", {"device": "/dev/x"}, ("SCSIid",)),
        ("gfs2", {}, ("provider",)),
        ("gfs2", {"provider": "iscsi", "target": "t", "targetIQN": "q", "ScsiId": "1"}, ()),
        ("gfs2", {"provider": "hba"}, ("SCSIid",)),
        ("lvhd", {}, ("device",)),
        ("iso", {}, ("location",)),
        ("cephfs", {"server": "m"}, ("serverpath",)),
        ("moosefs", {}, ("masterhost",)),
        ("linstor", {}, ("group-name",)),
        ("new", {}, ()),
        (None, {}, ()),
    ],
)
def test_what_a_driver_needs(kind: str | None, given: dict[str, str], missing: tuple[str, ...]) -> None:
    assert missing_settings(repository(kind), given) == missing


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("nfs", {"serverpath": "/x/"}, {"serverpath": "/x"}, True),
        ("nfs", {"serverpath": "/x"}, {"serverpath": "/X"}, False),
        ("nfs", {"serverpath": "/"}, {"serverpath": "/x"}, False),
        ("smb", {"server": r"\\nas\Disks"}, {"server": "//10.0.0.1/disks/"}, True),
        ("smb", {"server": "//nas/a"}, {"server": "//nas/b"}, False),
        ("iso", {"location": "nas:/iso"}, {"location": "10.0.0.1:/iso/"}, True),
        ("iso", {"location": "nas:/iso"}, {"location": "nas:/other"}, False),
        ("iso", {"location": "/a", "legacy_mode": "true"}, {"location": "/b", "legacy_mode": "true"}, True),
        ("lvmoiscsi", {"SCSIid": "36AB"}, {"SCSIid": "36ab"}, True),
        ("gfs2", {"SCSIid": "1"}, {"ScsiId": "2"}, False),
        ("lvmohba", {}, {"SCSIid": "1"}, False),
        ("lvm", {"device": "a"}, {"device": "b"}, True),
    ],
)
def test_which_settings_tell_storage_apart(
    kind: str, one: dict[str, str], other: dict[str, str], *, same: bool
) -> None:
    found = [what_is_stored_where(repository(kind), each) for each in (one, other)]
    assert (found[0] == found[1]) is same


def test_hosts_with_the_same_settings_need_no_comparison() -> None:
    def of(*configs: dict[str, str] | None) -> bool:
        return alike(repository("nfs", connections=[{"host": "a", "device_config": each} for each in configs]))

    assert [of(), of(None, {}), of({"a": "b"}, {"a": "b"}), of({"a": "b"}, None)] == [True, True, True, False]


def test_the_own_name_of_a_connection_counts_before_that_of_the_host() -> None:
    host = Host(name="a", iscsi_iqn="iqn.host", multipathing=True)
    assert [initiator(host, each) for each in ({}, {"localIQN": "iqn.own"})] == ["iqn.host", "iqn.own"]
    assert [multipathing(host, each) for each in ({}, {"multipathing": "false"})] == [True, False]
    assert multipathing(Host(name="b"), {}) is None
    kinds = [("lvmoiscsi", {}), ("gfs2", {"provider": "iscsi"}), ("gfs2", {"provider": "hba"}), ("nfs", {})]
    assert [needs_initiator(repository(kind), given) for kind, given in kinds] == [True, True, False, False]


SITE = Site.model_validate({"addresses": {"filer": "10.0.0.7"}, "servers": {"nas": ["10.0.0.7", "172.16.0.7"]}})


@pytest.mark.parametrize(
    ("server", "name", "others"),
    [
        ("10.0.0.7", "nas", ("172.16.0.7",)),
        ("filer", "nas", ("172.16.0.7",)),
        ("nas", "nas", ()),
        ("10.0.0.8", "10.0.0.8", ()),
        ("Other", "other", ()),
    ],
)
def test_a_server_may_have_several_addresses(server: str, name: str, others: tuple[str, ...]) -> None:
    assert (server_of(SITE, server), other_addresses(SITE, server)) == (name, others)


def test_the_addresses_of_all_servers_are_known() -> None:
    nfs = {"name": "r", "type": "nfs", "device_config": {"server": "filer"}}
    own = {"host": "a", "device_config": {"server": "10.0.0.9"}}
    ceph = {"name": "c", "type": "cephfs", "device_config": {"server": "10.0.0.3"}}
    pool = Pool.model_validate({"name": "lab", "repositories": [nfs | {"connections": [own]}, ceph]})
    inventory = Inventory([pool], site=SITE)
    assert server_addresses(inventory, inventory.pools[0]) == dict.fromkeys(("10.0.0.7", "172.16.0.7", "10.0.0.9"), "r")


@pytest.mark.parametrize(
    ("mode", "key", "value", "taken"),
    [
        ("lacp", "lacp-time", "fast", True),
        ("lacp", "lacp-time", "faster", False),
        ("lacp", "lacp-aggregation-key", "12", True),
        ("lacp", "lacp-aggregation-key", "x", False),
        ("lacp", "other", "x", False),
        ("active-backup", "lacp-time", "fast", False),
    ],
)
def test_settings_are_for_one_mode(mode: str, key: str, value: str, *, taken: bool) -> None:
    assert (accepted(mode, key, value) == "") is taken


def test_the_bridge_takes_fewer_cards() -> None:
    assert [most_members("active-backup", each) for each in ("bridge", "openvswitch")] == [2, 4]
    assert most_members("balance-slb", "bridge") == 4


def test_the_own_frame_size_counts_before_that_of_the_network() -> None:
    network = Network(name="n", mtu=9000)
    assert [wanted_mtu(network, Interface(device="a", mtu_override=each)) for each in (None, 1500)] == [9000, 1500]
    assert wanted_mtu(None, Interface(device="a")) is None
    states = [(True, 1500), (True, -1), (False, 1500), (None, 1500), (True, None)]
    found = [reported_mtu(Interface(device="a", attached=attached, mtu=mtu)) for attached, mtu in states]
    assert found == [1500, None, None, None, None]


@pytest.mark.parametrize(
    ("given", "server", "changed"),
    [
        (
            {"server": "10.0.0.1", "serverpath": "/10.0.0.1"},
            "10.0.0.1",
            {"server": "9.9.9.9", "serverpath": "/10.0.0.1"},
        ),
        ({"target": "10.0.0.10,10.0.0.1"}, "10.0.0.1", {"target": "10.0.0.10,9.9.9.9"}),
        ({"location": "nas:/nas/iso"}, "nas", {"location": "9.9.9.9:/nas/iso"}),
        ({"server": "//NAS/nas"}, "nas", {"server": "//9.9.9.9/nas"}),
        ({"server": "nas-2"}, "nas", {"server": "nas-2"}),
    ],
)
def test_only_the_server_gets_another_address(given: dict[str, str], server: str, changed: dict[str, str]) -> None:
    assert at_address(given, server, "9.9.9.9") == changed
