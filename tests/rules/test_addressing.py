from typing import Any

import pytest

from planner.model.pool import Pool
from planner.model.site import Site
from tests.rules.asking import faults, problems
from tests.rules.hosts import bond, nic, pool, vlan

FIRST_OF_ALL = {"management": True, "address": "10.0.0.1/16", "gateway": "10.0.0.254"}
FIRST = nic(**FIRST_OF_ALL)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"address": "10.0.5.1/24"}, True),
        ({"address": "10.0.0.2/16"}, True),
        ({"address": "10.1.0.1/24"}, False),
        ({"address": "10.0.5.1"}, False),
        ({"address": "10.0.5.1/24", "mode": "none"}, False),
        ({}, False),
    ],
)
def test_subnets_of_a_host_are_apart(other: dict[str, Any], *, found: bool) -> None:
    told = problems("NW020", pool([FIRST, nic("eth1", **other)], [FIRST]))
    assert bool(told) is found
    assert all(each.message.endswith("overlaps with 10.0.0.0/16 of eth0, which is for management") for each in told)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"address": "172.16.0.1/24", "gateway": "172.16.0.254"}, [("eth1", "gateway")]),
        ({"address": "172.16.0.1/24", "gateway": "172.16.0.254", "default_route": True}, [("eth0", "gateway")]),
        ({"gateway": "172.16.0.254"}, []),
        ({"address": "172.16.0.1/24", "gateway": "0.0.0.0"}, []),  # noqa: S104 - what databases write for none
    ],
)
def test_one_gateway_counts(other: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert faults("NW021", pool([FIRST, nic("eth1", **other)])) == found


def test_the_management_interface_is_the_one_that_stays() -> None:
    (problem,) = problems("NW020", pool([nic("eth0", address="10.0.5.1/24"), nic("eth1", **FIRST_OF_ALL)]))
    assert problem.subject.label == "eth0"


def test_each_interface_is_told_once() -> None:
    cards = [nic(f"eth{number}", address=f"10.0.{number}.1/{prefix}") for number, prefix in ((1, 24), (2, 24), (3, 16))]
    cards += [
        nic("eth4", address="10.0.2.9/28"),
        nic("eth5", address="10.1.0.1/24"),
        nic("eth6", address="10.1.0.2/24"),
    ]
    told = {each.subject.label: each.related[0].label for each in problems("NW020", pool(cards))}
    assert told == {"eth1": "eth3", "eth2": "eth3", "eth4": "eth3", "eth6": "eth5"}


def test_where_any_gateway_may_count_none_is_without_effect() -> None:
    both = {"gateway": "10.0.0.254"}
    assert faults("NW021", pool([nic(address="10.0.0.1/24", **both), nic("eth1", address="10.1.0.1/24", **both)])) == []


def test_one_interface_is_the_default_route() -> None:
    chosen = {"default_route": True}
    assert faults("NW022", pool([nic("eth0", **chosen), nic("eth1", **chosen)])) == [("eth1", "default_route")]
    assert faults("NW022", pool([nic("eth0", **chosen)], [nic("eth0", **chosen)])) == []
    members = [nic("eth0", **chosen), nic("eth1"), bond("eth0", "eth1", **chosen)]
    assert faults("NW022", pool(members)) == []


NFS = {"name": "disks", "type": "nfs", "device_config": {"server": "172.16.0.7", "serverpath": "/x"}}


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("172.16.0.7/24", "the storage server of disks"),
        ("10.9.0.7/24", "the storage server of disks"),
        ("10.0.0.254/16", "the gateway of eth0 of a"),
        ("172.16.0.8/24", None),
        (None, None),
    ],
)
def test_addresses_of_servers_and_gateways_are_taken(address: str | None, whose: str | None) -> None:
    site = Site.model_validate({"servers": {"nas": ["172.16.0.7", "10.9.0.7"]}})
    lab = pool([FIRST, nic("eth1", address=address)], repositories=[NFS])
    found = problems("NW023", lab, site=site)
    assert [each.message.partition("which is that of ")[2] for each in found] == ([whose] if whose else [])


def test_servers_that_run_on_hosts_are_no_strangers() -> None:
    ceph = {"name": "c", "type": "cephfs", "device_config": {"server": "10.0.0.1", "serverpath": "/"}}
    assert faults("NW023", pool([FIRST], repositories=[ceph])) == []


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"mode": "dhcp", "management": False}, True),
        ({"mode": "dhcp", "management": True}, False),
        ({"mode": "dhcp"}, False),
        ({"mode": "static", "management": False}, False),
    ],
)
def test_storage_has_fixed_addresses(fields: dict[str, Any], *, found: bool) -> None:
    assert bool(faults("NW024", pool([nic(**fields)]))) is found


def test_the_address_that_is_there_is_the_one_to_fix() -> None:
    (problem,) = problems("NW024", pool([nic(mode="dhcp", management=False, address="10.0.0.9/24")]))
    assert "mode=static IP=10.0.0.9 netmask=255.255.255.0" in problem.remedy


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"mode": "none"}, [("eth0", "mode")]),
        ({"mode": "none", "primary_address_type": "IPv6"}, []),
        ({"mode": "dhcp", "ipv6_mode": "none", "primary_address_type": "IPv6"}, [("eth0", "ipv6_mode")]),
        ({"mode": "dhcp"}, []),
        ({}, []),
    ],
)
def test_management_has_an_address(fields: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert faults("NW036", pool([nic(management=True, **fields), nic("eth1", mode="none")])) == found


@pytest.mark.parametrize(
    ("known", "interfaces", "found"),
    [
        ("10.0.0.2", [FIRST], True),
        ("10.0.0.1", [FIRST], False),
        (None, [FIRST], False),
        ("a.example", [FIRST], False),
        ("10.0.0.2", [FIRST, FIRST], False),
        ("10.0.0.2", [nic(management=True)], False),
    ],
)
def test_a_host_is_known_by_its_address(known: str | None, interfaces: list[dict[str, Any]], *, found: bool) -> None:
    hosts = [{"name": "a", "address": known, "interfaces": interfaces}]
    assert bool(faults("NW037", Pool.model_validate({"name": "lab", "hosts": hosts}))) is found


@pytest.mark.parametrize(
    ("route", "why"),
    [
        ("192.168.0.0/24/10.0.0.7", None),
        ("192.168.0.0/24/10.1.0.7", "has a gateway that is in no subnet of a there"),
        ("192.168.0.0/24", "is not SUBNET/PREFIX/GATEWAY"),
    ],
)
def test_static_routes_lead_somewhere(route: str, why: str | None) -> None:
    lab = pool([{**FIRST, "network": "n"}], [nic(network="n")], networks=[{"name": "n", "static_routes": [route]}])
    expected = [f"the static route {route} of n in lab {why}"] if why else []
    assert [each.message for each in problems("NW038", lab)] == expected


@pytest.mark.parametrize(
    ("interfaces", "error"),
    [
        ([nic(), vlan(20)], None),
        ([nic(), vlan(20), vlan(30, "eth0.20")], "PIF_IS_VLAN"),
        ([nic("t", tunnel={"on": "eth0"}), vlan(20, "t")], "IS_TUNNEL_ACCESS_PIF"),
        ([nic(), nic("eth1"), bond("eth0", "eth1"), vlan(20)], "CANNOT_ADD_VLAN_TO_BOND_SLAVE"),
        ([nic(), nic("eth1"), bond("eth0", "eth1"), vlan(20, "bond0")], None),
        ([nic("f", sriov={"on": "eth0"}), vlan(20, "f")], None),
    ],
)
def test_what_can_carry_a_vlan(interfaces: list[dict[str, Any]], error: str | None) -> None:
    assert [each.api_error for each in problems("NW029", pool(interfaces))] == ([error] if error else [])


def test_a_tag_is_there_once_on_each_carrier() -> None:
    twice = [nic(), vlan(20, network="n", uuid="1"), vlan(20, network="m", uuid="2")]
    (problem,) = problems("NW030", pool(twice))
    assert problem.message == "a has the tag of eth0.20 twice on one interface: for n and for m"
    assert faults("NW030", pool([nic(), nic("eth1"), vlan(20), vlan(20, "eth1")], [nic(), vlan(20)])) == []


@pytest.mark.parametrize(("tag", "found"), [(0, True), (1, False)])
def test_the_tag_zero_is_none(tag: int, *, found: bool) -> None:
    assert bool(faults("NW031", pool([nic(), vlan(tag)]))) is found
