"""Ways to servers, what a join changes about them, and what would open one."""

from typing import Any

import pytest

from planner.facts.access import Accesses
from planner.facts.inheritance import inherited
from planner.facts.prospects import after_join
from planner.facts.reachability import Reach, State, reaches
from planner.facts.routes import Kind, Ways, ways
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.site import Site

UP = {"attached": True, "carrier": True}
SERVER = "172.16.0.100"


def nic(device: str, address: str | None = None, **more: Any) -> dict[str, Any]:
    mode = "none" if address is None else "static"
    return {"device": device, "mode": mode, "address": address, "network": device, **UP, **more}


def lab(*interfaces: dict[str, Any], **pool: Any) -> Inventory:
    hosts = [{"name": "a", "interfaces": list(interfaces)}]
    networks = [{"name": name, "bridge": name} for name in ("eth0", "eth1", "bond0", "vlan")]
    return Inventory([Pool.model_validate({"name": "lab", "hosts": hosts, "networks": networks, **pool})])


def way(*interfaces: dict[str, Any], **pool: Any) -> Ways:
    (view,) = lab(*interfaces, **pool).pools
    return ways(view, view.hosts.records[0], SERVER)


@pytest.mark.parametrize(
    ("interfaces", "kind", "device"),
    [
        ([nic("eth0", "10.0.0.1/24"), nic("eth1", "172.16.0.1/24")], Kind.DIRECT, "eth1"),
        ([nic("eth0", "172.16.0.1/16"), nic("eth1", "172.16.0.2/24")], Kind.DIRECT, "eth1"),
        ([nic("eth0", "10.0.0.1/24", gateway="10.0.0.254", management=True)], Kind.DEFAULT, "eth0"),
        ([nic("eth0", "172.16.0.1/24", attached=False), nic("eth1", "172.16.0.2/24")], Kind.DIRECT, "eth1"),
        (
            [
                nic("eth0", bond=None),
                {**nic("bond0", "172.16.0.1/24"), "bond": {"members": ["eth0"], "links_up": 1}, "carrier": None},
            ],
            Kind.DIRECT,
            "bond0",
        ),
        (
            [
                nic("eth0"),
                {**nic("eth0", "172.16.0.1/24", network="vlan", carrier=None), "vlan": {"tag": 5, "on": "eth0"}},
            ],
            Kind.DIRECT,
            "eth0.5",
        ),
    ],
)
def test_the_nearest_way_that_is_up_counts(interfaces: list[dict[str, Any]], kind: Kind, device: str) -> None:
    found = way(*interfaces).way
    assert found
    assert (found.kind, found.interface.label) == (kind, device)


@pytest.mark.parametrize(
    ("interfaces", "down"),
    [
        ([nic("eth0", "10.0.0.1/24")], []),
        ([nic("eth0", "172.16.0.1/24", carrier=False)], ["eth0"]),
        ([nic("eth0", "172.16.0.1/24", attached=False)], ["eth0"]),
        ([{**nic("bond0", "172.16.0.1/24"), "bond": {"members": [], "links_up": 0}}], ["bond0"]),
        ([nic("eth0", "10.0.0.1/24", gateway="10.0.0.254", management=True, carrier=False)], []),
        ([nic("eth0", "10.0.0.1/24", management=True), nic("eth1", "10.1.0.1/24", gateway="10.1.0.254")], []),
    ],
)
def test_there_may_be_no_way(interfaces: list[dict[str, Any]], down: list[str]) -> None:
    found = way(*interfaces)
    assert (found.way, [each.label for each in found.down], found.lacking) == (None, down, ())


@pytest.mark.parametrize(
    ("interfaces", "field"),
    [
        ([nic("eth0", "172.16.0.1/24", attached=None)], "attached"),
        ([nic("eth0", "172.16.0.1/24", carrier=None)], "carrier"),
        ([nic("eth0", "172.16.0.1")], "address"),
        ([{"device": "eth0", **UP}], "mode"),
        ([nic("eth0", "10.0.0.1/24"), {"device": "eth1", "mode": "dhcp", **UP}], "address"),
    ],
)
def test_what_is_lacking_is_said(interfaces: list[dict[str, Any]], field: str) -> None:
    found = way(*interfaces)
    assert found.way is None
    assert [each.field for each in found.lacking] == [field]


@pytest.mark.parametrize(("carrier", "reached"), [(True, True), (False, False), (None, None)])
def test_a_vlan_has_the_link_of_what_carries_it(carrier: bool | None, reached: bool | None) -> None:  # noqa: FBT001 - a table
    vlan = {**nic("eth0", "172.16.0.1/24", network="vlan", carrier=None), "vlan": {"tag": 5, "on": "eth0"}}
    found = way(nic("eth0", carrier=carrier), vlan)
    assert (found.way is not None, bool(found.lacking)) == (reached is True, reached is None)


def test_a_static_route_leads_on_before_the_default_gateway() -> None:
    networks = [{"name": "eth0", "static_routes": ["172.16.0.0/16/10.0.0.7", "nonsense"]}]
    found = way(nic("eth0", "10.0.0.1/24", gateway="10.0.0.254", management=True), networks=networks).way
    assert found
    assert (found.kind, found.gateway) == (Kind.STATIC, "10.0.0.7")


def nfs(**more: Any) -> dict[str, Any]:
    return {"name": "r", "type": "nfs", "shared": True, "device_config": {"server": SERVER}, "connections": [], **more}


def states(inventory: Inventory) -> list[tuple[str, State]]:
    (view,) = inventory.pools
    found = reaches(inventory, view, view.repositories.records[0])
    return [(each.link.host.name, each.state) for each in found]


def test_what_is_attached_is_reachable_whatever_the_addresses_say() -> None:
    pool = lab(nic("eth0", "10.0.0.1/24"), repositories=[nfs(connections=[{"host": "a", "attached": True}])])
    assert states(pool) == [("a", State.ATTACHED)]


@pytest.mark.parametrize(
    ("address", "state"),
    [("172.16.0.1/24", State.WOULD_ATTACH), ("10.0.0.1/24", State.WILL_FAIL), ("172.16.0.1", State.UNKNOWN)],
)
def test_what_is_not_attached_follows_from_the_addresses(address: str, state: State) -> None:
    pool = lab(nic("eth0", address), repositories=[nfs(connections=[{"host": "a", "attached": False}])])
    assert states(pool) == [("a", state)]


def test_a_gateway_is_doubted_only_when_a_host_that_is_attached_needs_none() -> None:
    hosts = [
        {"name": "a", "interfaces": [nic("eth0", "172.16.0.1/24")]},
        {"name": "b", "interfaces": [nic("eth0", "10.0.0.1/24", gateway="10.0.0.254", management=True)]},
    ]
    for attached, expected in ((True, State.WILL_FAIL), (False, State.WOULD_ATTACH)):
        repository = nfs(connections=[{"host": "a", "attached": attached}])
        pool = {"name": "lab", "hosts": hosts, "networks": [{"name": "eth0"}], "repositories": [repository]}
        assert states(Inventory([Pool.model_validate(pool)]))[1] == ("b", expected)


def test_one_of_several_portals_is_enough() -> None:
    portals = nfs(type="lvmoiscsi", device_config={"target": f"192.0.2.1,{SERVER}"})
    assert states(lab(nic("eth0", "172.16.0.1/24"), repositories=[portals])) == [("a", State.WOULD_ATTACH)]


def test_a_server_by_name_needs_the_site_to_know_its_address() -> None:
    pool = lab(nic("eth0", "172.16.0.1/24"), repositories=[nfs(device_config={"server": "nas"})])
    assert states(pool) == [("a", State.UNKNOWN)]
    known = Inventory([view.pool for view in pool.pools], site=Site(addresses={"nas": SERVER}))
    assert states(known) == [("a", State.WOULD_ATTACH)]


@pytest.mark.parametrize(
    ("repository", "state"),
    [
        ({"type": "ext", "shared": False}, State.NOT_CONNECTED),
        ({"type": "lvmohba", "shared": True}, State.UNKNOWN),
        ({"type": "brand-new", "shared": True}, State.UNKNOWN),
        ({"type": "nfs", "shared": True, "device_config": {}}, State.UNKNOWN),
    ],
)
def test_other_media_are_not_guessed_at(repository: dict[str, Any], state: State) -> None:
    assert states(lab(nic("eth0", "172.16.0.1/24"), repositories=[nfs(**repository)])) == [("a", state)]


def joined(member: list[dict[str, Any]], joiner: list[dict[str, Any]]) -> tuple[Inventory, list[Reach]]:
    networks = [{"name": f"pool {name}", "bridge": f"xenbr{name[-1]}"} for name in ("eth0", "eth1")]
    networks += [{"name": "pool bond0"}, {"name": "pool vlan"}]
    own = [{**each, "network": f"pool {each['network']}"} for each in member]
    pool = {
        "name": "lab",
        "networks": networks,
        "hosts": [{"name": "a", "interfaces": own}],
        "repositories": [nfs(connections=[{"host": "a", "attached": True}])],
        "joins": [{"host": "b"}],
    }
    bridges = [{"name": name, "bridge": f"xenbr{name[-1]}"} for name in ("eth0", "eth1")]
    solo = {"name": "solo", "networks": bridges, "hosts": [{"name": "b", "interfaces": joiner}]}
    inventory = Inventory([Pool.model_validate(pool), Pool.model_validate(solo)])
    (joining,) = inventory.joins
    view, _ = after_join(joining)
    return inventory, list(reaches(inventory, view, view.repositories.records[0]))


def state_of_joiner(member: list[dict[str, Any]], joiner: list[dict[str, Any]]) -> State:
    return joined(member, joiner)[1][1].state


MEMBER = [nic("eth0", "10.0.0.1/24", management=True), nic("eth1", "172.16.0.1/24")]
GATEWAY = {"gateway": "10.0.0.254", "management": True}


@pytest.mark.parametrize(
    ("joiner", "state"),
    [
        ([nic("eth0", "10.0.0.2/24", management=True), nic("eth1", "172.16.0.2/24")], State.WOULD_ATTACH),
        ([nic("eth0", "10.0.0.2/24", management=True), nic("eth1")], State.WILL_FAIL),
        ([nic("eth0", "10.0.0.2/24", **GATEWAY), nic("eth1")], State.WILL_FAIL),
        ([nic("eth0", "10.0.0.2/24", management=True), nic("eth1", "172.16.0.2/24", carrier=False)], State.WILL_FAIL),
    ],
)
def test_a_joining_host_keeps_the_addresses_of_its_nics_and_gets_no_others(
    joiner: list[dict[str, Any]], state: State
) -> None:
    assert state_of_joiner(MEMBER, joiner) is state


def test_a_vlan_of_the_pool_comes_without_an_address() -> None:
    vlan = {**nic("eth1", "172.16.0.1/24", network="vlan"), "vlan": {"tag": 7, "on": "eth1"}}
    member = [nic("eth0", "10.0.0.1/24", management=True), nic("eth1"), vlan]
    own = {**nic("eth1", "172.16.0.2/24", network="vlan"), "vlan": {"tag": 7, "on": "eth1"}}
    joiner = [nic("eth0", "10.0.0.2/24", management=True), nic("eth1"), own]
    inventory, found = joined(member, joiner)
    assert found[1].state is State.WILL_FAIL
    made = [each for each in found[1].link.host.interfaces or () if each.vlan]
    assert [(each.label, each.network, each.address, each.attached) for each in made] == [
        ("eth1.7", "pool vlan", None, False)
    ]
    access = Accesses(inventory).missing(after_join(inventory.joins[0])[0], found[1], found)
    assert access
    assert (access.network.name, access.free) == ("pool vlan", "172.16.0.3")


def test_a_bond_of_the_pool_takes_the_address_of_the_nic_in_it() -> None:
    bond = {**nic("bond0", "172.16.0.1/24"), "bond": {"members": ["eth1"], "links_up": 1}}
    member = [nic("eth0", "10.0.0.1/24", management=True), nic("eth1"), bond]
    joiner = [nic("eth0", "10.0.0.2/24", management=True), nic("eth1", "172.16.0.2/24")]
    assert state_of_joiner(member, joiner) is State.WOULD_ATTACH


def test_a_bond_of_the_pool_takes_the_address_of_the_management_nic_first() -> None:
    bond = {**nic("bond0", "10.0.0.1/24", management=True), "bond": {"members": ["eth0", "eth1"], "links_up": 2}}
    joiner = [nic("eth0", "172.16.0.2/24"), nic("eth1", "10.0.0.2/24", management=True)]
    (_, found) = joined([nic("eth0"), nic("eth1"), bond], joiner)
    made = [each for each in found[1].link.host.interfaces or () if each.bond]
    assert [(each.device, each.address) for each in made] == [("bond0", "10.0.0.2/24")]


def test_a_bond_of_the_joining_host_has_to_go_and_leaves_its_address_to_its_nic() -> None:
    bond = {**nic("bond0", "172.16.0.2/24"), "bond": {"members": ["eth1"], "primary": "eth1", "links_up": 1}}
    joiner = [nic("eth0", "10.0.0.2/24", management=True), nic("eth1", attached=False), bond]
    assert state_of_joiner(MEMBER, joiner) is State.WOULD_ATTACH


@pytest.mark.parametrize(
    ("repository", "pool", "expected"),
    [
        ({}, {}, True),
        ({"shared": False}, {}, False),
        ({"connections": []}, {}, False),
        ({}, {"sync_connections": False}, False),
    ],
)
def test_a_new_member_gets_the_connections_of_the_coordinator(
    repository: dict[str, Any], pool: dict[str, Any], *, expected: bool
) -> None:
    shared = nfs(**{"connections": [{"host": "a", "attached": True}], **repository})
    lab_pool = {"name": "lab", "hosts": [{"name": "a"}], "repositories": [shared], "joins": [{"host": "b"}], **pool}
    pools = [Pool.model_validate(each) for each in (lab_pool, {"name": "solo", "hosts": [{"name": "b"}]})]
    (joining,) = Inventory(pools).joins
    assert inherited(joining, joining.pool.repositories.records[0]) is expected


def test_the_address_to_give_is_one_that_nothing_has() -> None:
    inventory, found = joined(MEMBER, [nic("eth0", "10.0.0.2/24", management=True), nic("eth1")])
    view, host = after_join(inventory.joins[0])
    access = Accesses(inventory).missing(view, found[1], found)
    assert access
    assert (access.model.name, access.network.name, str(access.subnet)) == ("a", "pool eth1", "172.16.0.0/24")
    assert access.free == "172.16.0.2"
    assert access.interface
    assert access.interface in (host.interfaces or ())


def test_each_connection_asks_for_its_own_server() -> None:
    hosts = [{"name": name, "interfaces": [nic("eth0", "172.16.0.1/24")]} for name in "ab"]
    own = [("a", {"server": SERVER}), ("b", {"server": "10.9.9.9"})]
    connections = [{"host": host, "attached": False, "device_config": config} for host, config in own]
    pool = Pool.model_validate({"name": "lab", "hosts": hosts, "repositories": [nfs(connections=connections)]})
    assert states(Inventory([pool])) == [("a", State.WOULD_ATTACH), ("b", State.WILL_FAIL)]


def segments(network: str, *attached: str, kind: str = "direct") -> State:
    """What is expected of a host on that network, where others are attached over these networks."""
    up = [
        {"name": f"h{number}", "interfaces": [nic("eth0", f"172.16.0.{number}/24", network=each)]}
        for number, each in enumerate(attached, start=2)
    ]
    address = "172.16.0.1/24" if kind == "direct" else "10.0.0.1/24"
    hosts = [{"name": "a", "interfaces": [nic("eth0", address, network=network)]}, *up]
    connections = [{"host": each["name"], "attached": each["name"] != "a"} for each in hosts]
    networks = [{"name": name} for name in ("eth0", "eth1", "bond0")]
    networks[0]["static_routes"] = ["172.16.0.0/24/10.0.0.7"] if kind == "static" else []
    repository = nfs(connections=connections)
    pool = Pool.model_validate({"name": "lab", "hosts": hosts, "networks": networks, "repositories": [repository]})
    return states(Inventory([pool]))[0][1]


def test_an_address_on_another_network_proves_nothing() -> None:
    assert segments("eth0", "eth0") is State.WOULD_ATTACH
    assert segments("eth0", "eth1") is State.UNKNOWN
    assert segments("eth0", "eth1", "eth0") is State.WOULD_ATTACH
    assert segments("gone", "eth1") is State.WOULD_ATTACH
    assert segments("eth0", "gone") is State.WOULD_ATTACH
    assert segments("eth0", "eth1", kind="static") is State.WOULD_ATTACH
