import pytest

from tests.rules.join.joins import Fields, joined, lacking, problems, seen

POOLING: Fields = {"restrictions": {"restrict_pooling": "true"}}
NETWORKS: Fields = {"networks": [{"name": "n1", "bridge": "xenbr1"}, {"name": "n2", "bridge": "xenbr2"}]}
CLUSTER: Fields = {"cluster": {"pool_auto_join": True, "members": [{"host": "old", "interface": "eth1"}]}, **NETWORKS}
NIC: Fields = {"device": "eth1", "network": "n1", "management": False}
RECENT: Fields = {"software": {"product_version": "8.4.0", "xapi": "25.18"}}


def test_pooling_has_to_be_allowed_on_the_joining_host_since_7_0() -> None:
    assert problems("JN002", joined(joiner=POOLING, version="7.0.0")) == [("single", "restrictions")]
    assert problems("JN002", joined(joiner={"restrictions": {}}, version="8.3.0")) == [("single", "restrictions")]
    assert problems("JN002", joined(joiner=POOLING, version="6.5.0")) == []
    assert problems("JN002", joined(pool=POOLING, joiner={"restrictions": {"restrict_pooling": "false"}})) == []
    assert problems("JN002", joined(joiner=POOLING, version="7.0.0", force=True)) != []


def test_pooling_is_unknown_without_restrictions_and_without_release() -> None:
    assert lacking("JN002", joined(version="7.0.0")) == [("single", "restrictions")]
    assert lacking("JN002", joined(joiner=POOLING)) == [("new", "software.product_version")]


def member(**fields: object) -> Fields:
    return {"cluster": {"uuid": "c-1", "members": [{"host": "new", **fields}]}}


def test_a_joining_host_may_not_be_in_a_cluster_since_7_6() -> None:
    (found,), _ = seen("JN007", joined(joiner=member(enabled=True), version="7.6.0"))

    assert "`xe cluster-pool-destroy cluster-uuid=c-1`" in found.remedy
    assert problems("JN007", joined(joiner=member(enabled=True), version="7.5.0")) == []
    assert problems("JN007", joined(joiner=member(enabled=False), version="7.6.0")) == []
    assert problems("JN007", joined(version="7.6.0")) == []


def test_whether_clustering_is_on_may_be_unknown() -> None:
    clustered: Fields = {"repositories": [{"name": "r", "type": "gfs2"}]}

    assert lacking("JN007", joined(joiner=member(), version="7.6.0")) == [("new", "enabled")]
    assert lacking("JN007", joined(joiner={"cluster": {}}, version="7.6.0")) == [("cluster", "members")]
    assert lacking("JN007", joined(joiner=clustered, version="7.6.0")) == [("single", "cluster")]
    assert lacking("JN007", joined(joiner=member(enabled=True))) == [("new", "software.product_version")]


def on_cluster_network(*interfaces: Fields, old: Fields | None = None, pool: Fields | None = None) -> list[str]:
    member = {"interfaces": [old or {**NIC, "mode": "static", "address": "10.0.0.1/24"}]}
    inventory = joined({"interfaces": list(interfaces), **RECENT}, member, pool=pool or CLUSTER, joiner=NETWORKS)
    found, unknown = seen("JN008", inventory)
    assert unknown == []
    return [each.message for each in found]


def test_the_cluster_network_takes_exactly_one_address() -> None:
    static = {**NIC, "mode": "static", "address": "10.0.0.9/24"}
    elsewhere = {**static, "network": "n2"}

    assert on_cluster_network(static) == on_cluster_network(static, elsewhere) == []
    assert "has no address on xenbr1" in on_cluster_network({**NIC, "mode": "none"}, elsewhere)[0]
    assert "has addresses on eth1 and eth7" in on_cluster_network(static, {**static, "device": "eth7"})[0]


def test_a_cluster_that_takes_nobody_in_asks_for_no_address() -> None:
    nobody = {**CLUSTER, "cluster": {**CLUSTER["cluster"], "pool_auto_join": False}}

    assert on_cluster_network(pool=nobody) == on_cluster_network(pool=NETWORKS) == []


def test_the_nics_below_a_bond_count() -> None:
    bond = {"device": "bond0", "network": "n9", "bond": {"members": ["eth1", "eth2"]}}
    slaves: list[Fields] = [NIC, {**NIC, "device": "eth2", "network": "n2"}]
    new = {"interfaces": [{**NIC, "network": "n2", "mode": "static", "address": "10.0.0.9/24"}], **RECENT}
    cluster = {**CLUSTER, "cluster": {"pool_auto_join": True, "members": [{"host": "old", "interface": "bond0"}]}}

    assert problems("JN008", joined(new, {"interfaces": [bond, *slaves]}, pool=cluster, joiner=NETWORKS)) == []


def test_a_cluster_on_a_vlan_is_refused_unless_it_is_for_management() -> None:
    vlan = {**NIC, "vlan": {"tag": 9, "on": "eth1"}, "uuid": "v"}
    static = {**NIC, "mode": "static", "address": "10.0.0.9/24"}
    cluster = {**CLUSTER, "cluster": {"pool_auto_join": True, "members": [{"host": "old", "interface": "v"}]}}

    assert "a VLAN without management traffic" in on_cluster_network(static, old=vlan, pool=cluster)[0]
    assert on_cluster_network(static, old={**vlan, "management": True}, pool=cluster) == []


@pytest.mark.parametrize(
    ("software", "expected"),
    [
        ({"product_version": "8.2.1"}, []),
        ({"product_version": "8.4.0", "xapi": "25.17"}, []),
        ({"product_version": "8.4.0"}, [("new", "software.xapi")]),
        ({}, [("new", "software.product_version")]),
        ({"product_version": "8.4.0", "xapi": "25.18"}, [("new", "interfaces")]),
    ],
)
def test_addresses_on_the_cluster_network_are_counted_since_25_18(
    software: Fields, expected: list[tuple[str, str]]
) -> None:
    old = {"interfaces": [NIC]}

    assert lacking("JN008", joined({"software": software}, old, pool=CLUSTER)) == expected


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        ({"members": [{"host": "old"}]}, ("cluster", "pool_auto_join")),
        ({"pool_auto_join": True}, ("cluster", "members")),
        ({"pool_auto_join": True, "members": [{"host": "old"}]}, ("old", "interface")),
        ({"pool_auto_join": True, "members": [{"host": "old", "interface": "eth1"}]}, ("eth1", "network")),
    ],
)
def test_the_cluster_network_may_be_unknown(cluster: Fields, expected: tuple[str, str]) -> None:
    inventory = joined(RECENT, {"interfaces": [NIC]}, pool={"cluster": cluster})

    assert lacking("JN008", inventory) == [expected]


@pytest.mark.parametrize(
    ("interface", "expected"),
    [
        ({**NIC, "network": None, "mode": "static", "address": "10.0.0.9/24"}, ("eth1", "network")),
        ({**NIC, "mode": "dhcp"}, ("eth1", "address")),
        (NIC, ("eth1", "mode")),
    ],
)
def test_the_address_of_the_joining_host_may_be_unknown(interface: Fields, expected: tuple[str, str]) -> None:
    inventory = joined({"interfaces": [interface], **RECENT}, {"interfaces": [NIC]}, pool=CLUSTER, joiner=NETWORKS)

    assert lacking("JN008", inventory) == [expected]
