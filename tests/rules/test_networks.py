from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems


def pool(*hosts: list[dict[str, Any]] | None, name: str = "lab", **fields: Any) -> Pool:
    """A pool whose hosts have these interfaces; the hosts are called after the pool."""
    named = [{"name": f"{name}-{number}", "interfaces": interfaces} for number, interfaces in enumerate(hosts, start=1)]
    return Pool.model_validate({"name": name, "hosts": named, **fields})


def nic(device: str = "eth0", **fields: Any) -> dict[str, Any]:
    return {"device": device, **fields}


ONE: dict[str, Any]
SAME: dict[str, Any]
OTHER: dict[str, Any]
ONE, SAME, OTHER = ({"address": text} for text in ("10.0.0.1/24", "10.0.0.1/16", "10.0.0.2/24"))


def test_the_prefix_does_not_make_an_address_another() -> None:
    lab = pool([nic(**ONE)], [nic(**SAME)], [nic(**OTHER)])
    (problem,) = problems("NW001", lab)
    assert "eth0 of lab-2 has the address 10.0.0.1, which eth0 of lab-1 has too" in problem.message
    assert problem.remedy.startswith("give eth0 of lab-2 an address of 10.0.0.0/16")


def test_pools_that_nothing_joins_may_use_the_same_addresses() -> None:
    one, other = (pool([nic(mac="52:54:00:00:00:01", **ONE)], name=name) for name in ("here", "there"))
    assert faults("NW001", one, other) == faults("NW002", one, other) == []


def test_a_joining_host_is_compared_with_the_pool_and_is_to_blame() -> None:
    lab, joiner = pool([nic(**ONE)], name="lab", joins=[{"host": "alone-1"}]), pool([nic(**ONE)], name="alone")
    for pools in ((lab, joiner), (joiner, lab)):
        (problem,) = problems("NW001", *pools)
        assert problem.message.startswith("eth0 of alone-1")


def test_hosts_that_will_be_in_one_pool_by_several_joins_are_compared() -> None:
    first = pool([nic(**ONE)], name="first", joins=[{"host": "second-1"}])
    second = pool([nic(**OTHER)], name="second", joins=[{"host": "third-1"}])
    third = pool([nic(**ONE)], name="third")
    for pools in ((first, second, third), (third, second, first)):
        assert len(faults("NW001", *pools)) == 1


def test_two_interfaces_of_one_host_may_not_share_an_address() -> None:
    assert faults("NW001", pool([nic("eth0", **ONE), nic("eth1", **ONE)])) == [("eth1", "address")]


def test_each_further_bearer_of_an_address_is_told() -> None:
    assert len(faults("NW001", pool([nic(**ONE)], [nic(**ONE)], [nic(**ONE)]))) == 2


@pytest.mark.parametrize(
    "interfaces",
    [
        ([nic(uuid="u", **ONE)], [nic(uuid="u", **ONE)]),
        ([nic(**ONE)], [nic(mode="none", **ONE)]),
        ([nic(address="0.0.0.0/0")], [nic(address="0.0.0.0/0")]),
        ([nic()], [nic()], None),
    ],
)
def test_what_is_no_second_address_is_not_told(interfaces: tuple[list[dict[str, Any]], ...]) -> None:
    assert faults("NW001", pool(*interfaces)) == []


def test_a_host_that_two_files_describe_is_one_host() -> None:
    host = {"name": "a", "uuid": "u", "interfaces": [nic(mac="52:54:00:00:00:01", **ONE)]}
    pools = [Pool.model_validate({"name": name, "hosts": [host]}) for name in ("before", "after")]
    assert faults("NW001", *pools) == faults("NW002", *pools) == []


def test_a_static_address_that_nobody_gave_is_unknown() -> None:
    assert lacks("NW001", pool([nic(mode="static"), nic("eth1", mode="dhcp")])) == [("eth0", "address")]


MAC, SAME_MAC, OTHER_MAC = ({"mac": f"52:54:00:00:00:0{end}"} for end in ("a", "A", "b"))


@pytest.mark.parametrize(
    ("interfaces", "found"),
    [
        (([nic(**MAC)], [nic(**SAME_MAC)]), [("eth0", "mac")]),
        (([nic(**MAC)], [nic(**OTHER_MAC)]), []),
        (([nic(**MAC), nic("bond0", bond={}, **MAC)], [nic(**OTHER_MAC)]), []),
        (([nic(**MAC), nic("eth1", **MAC)],), []),
        (([nic(vlan={"tag": 1}, **MAC)], [nic(vlan={"tag": 1}, **MAC)]), []),
    ],
)
def test_cards_of_different_hosts_have_different_mac_addresses(
    interfaces: tuple[list[dict[str, Any]], ...], found: list[tuple[str, str]]
) -> None:
    assert faults("NW002", pool(*interfaces)) == found


def guests(*nics: dict[str, Any], kind: str = "vms") -> Pool:
    vms = [{"name": f"vm-{number}", "nics": [{"device": "0"} | each]} for number, each in enumerate(nics)]
    return Pool.model_validate({"name": "lab", "networks": [{"name": "n", "uuid": "u"}, {"name": "m"}], kind: vms})


N, M = {"network": "n"}, {"network": "m"}


@pytest.mark.parametrize(
    ("lab", "found"),
    [
        (guests(MAC | N, SAME_MAC | N), [("0", "mac")]),
        (guests(MAC | N, MAC | {"network": "u"}), [("0", "mac")]),
        (guests(MAC | N, MAC | M), []),
        (guests(MAC | N, OTHER_MAC | N), []),
        (guests(MAC | N, MAC | N, kind="templates"), []),
        (guests(MAC | N, MAC | N, kind="snapshots"), []),
    ],
)
def test_guests_on_one_network_have_different_mac_addresses(lab: Pool, found: list[tuple[str, str]]) -> None:
    assert faults("NW002", lab) == found


def test_the_network_matters_only_where_a_mac_address_is_there_twice() -> None:
    assert lacks("NW002", guests(MAC | N, SAME_MAC)) == [("0", "network")]
    assert lacks("NW002", guests(MAC | N, OTHER_MAC)) == []


def test_a_mac_address_that_nobody_gave_is_unknown() -> None:
    assert lacks("NW002", guests(N, MAC)) == [("0", "mac")]
    assert lacks("NW002", pool([nic(), nic("eth1", vlan={"tag": 1})])) == [("eth0", "mac")]


YES: dict[str, Any] = {"management": True}
NO: dict[str, Any] = {"management": False}


@pytest.mark.parametrize(
    ("interfaces", "found", "unknown"),
    [
        ([nic(**YES), nic("eth1", **NO)], [], []),
        ([nic(**NO)], [("lab-1", "interfaces")], []),
        ([], [("lab-1", "interfaces")], []),
        ([nic(**YES), nic("eth1", **YES), nic("eth2")], [("eth1", "management")], []),
        ([nic(**YES), nic("eth1")], [], [("eth1", "management")]),
        ([nic(**NO), nic("eth1")], [], [("eth1", "management")]),
        (None, [], [("lab-1", "interfaces")]),
    ],
)
def test_a_host_has_one_management_interface(
    interfaces: list[dict[str, Any]] | None, found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    assert (faults("NW003", pool(interfaces)), lacks("NW003", pool(interfaces))) == (found, unknown)


def test_the_interface_with_the_hosts_address_is_the_true_one() -> None:
    interfaces = [nic("eth0", address="10.0.1.1/24", **YES), nic("eth1", address="10.0.0.1/24", **YES)]
    host = {"name": "a", "address": "10.0.0.1", "interfaces": interfaces}
    assert faults("NW003", Pool.model_validate({"name": "lab", "hosts": [host]})) == [("eth0", "management")]


OUTSIDE, INSIDE = {"gateway": "10.9.9.9"}, {"gateway": "10.0.0.254"}


@pytest.mark.parametrize(
    ("interfaces", "found", "unknown"),
    [
        ([nic(**YES, **ONE, **INSIDE)], [], []),
        ([nic(**YES, **ONE, **OUTSIDE)], [("eth0", "gateway")], []),
        ([nic(**YES, **ONE, **INSIDE), nic("eth1", **NO, **OTHER, **OUTSIDE)], [], []),
        ([nic(**YES, **ONE, **OUTSIDE), nic("eth1", default_route=True, **OTHER, **INSIDE)], [], []),
        ([nic(**YES, address="10.0.0.1", **OUTSIDE)], [], [("eth0", "address")]),
        ([nic(**YES, **ONE)], [], []),
    ],
)
def test_the_gateway_that_counts_is_in_its_subnet(
    interfaces: list[dict[str, Any]], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    assert (faults("NW004", pool(interfaces)), lacks("NW004", pool(interfaces))) == (found, unknown)


NETWORKS = [{"name": "n"}, {"name": "m"}]
BONDED = [nic(**N), nic("bond0", bond={"members": ["eth0"]}, **M)]


@pytest.mark.parametrize(
    ("hosts", "found", "unknown"),
    [
        (([nic(**N)], [nic(**N)]), [], []),
        (([nic(**N)], []), [("n", "")], []),
        (([nic(**N)],), [], []),
        (([], []), [], []),
        ((BONDED, BONDED), [], []),
        ((BONDED, [nic(**N)]), [("n", ""), ("m", "")], []),
        (([nic(**N)], None), [], [("lab-2", "interfaces")]),
        (([nic(**N)], [nic()]), [], [("eth0", "network")]),
        (([nic(**N)], [nic()], []), [("n", "")], [("eth0", "network")]),
    ],
)
def test_a_network_is_on_every_host_or_on_none(
    hosts: tuple[list[dict[str, Any]] | None, ...], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    lab = pool(*hosts, networks=NETWORKS)
    assert (faults("NW005", lab), lacks("NW005", lab)) == (found, unknown)


def test_the_network_between_a_host_and_its_guests_is_left_alone() -> None:
    lab = pool([nic(**N)], [], networks=[{"name": "n", "host_internal_management": True}])
    assert faults("NW005", lab) == []


def test_all_hosts_that_lack_a_network_are_named() -> None:
    (problem,) = problems("NW005", pool([nic(**N)], [], [], networks=NETWORKS))
    assert problem.message == "lab-2 and lab-3 have no interface on n, which lab-1 has"
    assert [host.label for host in problem.related] == ["lab-2", "lab-3"]


def vlan(tag: int) -> dict[str, Any]:
    return nic(vlan={"tag": tag}, **N)


@pytest.mark.parametrize(
    ("hosts", "tags", "mixed"),
    [
        (([vlan(20)], [vlan(20)]), [], []),
        (([vlan(20)], [vlan(21)]), [("eth0.21", "vlan.tag")], []),
        (([vlan(20)], [nic(**N)]), [], [("eth0", "vlan")]),
        (
            ([nic(**N)], [vlan(20)], [vlan(21)]),
            [("eth0.21", "vlan.tag")],
            [("eth0.20", "vlan"), ("eth0.21", "vlan")],
        ),
        (([vlan(20)],), [], []),
    ],
)
def test_a_network_has_one_tag(
    hosts: tuple[list[dict[str, Any]], ...], tags: list[tuple[str, str]], mixed: list[tuple[str, str]]
) -> None:
    lab = pool(*hosts, networks=NETWORKS, coordinator="lab-1")
    assert (faults("NW006", lab), faults("NW007", lab)) == (tags, mixed)


def test_the_coordinators_tag_is_the_right_one() -> None:
    lab = pool([vlan(20)], [vlan(21)], networks=NETWORKS, coordinator="lab-2")
    assert faults("NW006", lab) == [("eth0.20", "vlan.tag")]


def test_how_hosts_have_a_network_is_told() -> None:
    tagged = nic(network="net", vlan={"tag": 20, "on": "eth0"})
    (problem,) = problems("NW007", pool([nic(network="net")], [tagged], networks=[{"name": "net"}]))

    assert problem.message == "net is VLAN 20 on lab-2, but untagged on eth0 of lab-1"
