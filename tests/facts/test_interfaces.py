from planner.facts.interfaces import bonded, carriers, interfaces_by_network, interfaces_named, of_unknown_network
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.network import Bond, Interface, Network, Sriov, Vlan
from planner.model.pool import Pool

CARD = Interface(device="eth0", network="n0", uuid="u0")
SECOND_CARD = Interface(device="eth1", network="n1", uuid="u1")
LONE_CARD = Interface(device="eth2")
BOND = Interface(device="bond0", network="n0", bond=Bond(members=("eth0", "u1")))
VLAN = Interface(device="eth2", network="n1", vlan=Vlan(tag=20, on="eth2"))
FUNCTIONS = Interface(device="eth2", network="n2", sriov=Sriov(on="eth2"))
HOST = Host(name="a", interfaces=(CARD, SECOND_CARD, LONE_CARD, BOND, VLAN))
VIEW = PoolView(Pool(name="lab", hosts=(HOST,), networks=(Network(name="n0"), Network(name="n1"))))


def test_members_of_a_bond_are_found_by_name_and_uuid() -> None:
    assert bonded(HOST) == {id(CARD), id(SECOND_CARD)}
    assert bonded(Host(name="a", interfaces=(CARD,))) == frozenset()
    assert bonded(Host(name="a")) == frozenset()


def test_members_of_a_bond_are_on_no_network() -> None:
    n0, n1 = VIEW.networks.records
    assert interfaces_by_network(VIEW, HOST) == {id(n0): [BOND], id(n1): [VLAN]}


def test_an_interface_without_a_network_could_be_on_any() -> None:
    assert of_unknown_network(VIEW, HOST) == (LONE_CARD,)


def test_a_vlan_is_named_with_its_tag() -> None:
    assert interfaces_named(HOST, "eth2") == (LONE_CARD,)
    assert interfaces_named(HOST, "eth2.20") == (VLAN,)
    assert interfaces_named(HOST, None) == ()


def test_a_vlan_rides_on_all_that_its_carrier_can_mean() -> None:
    host = Host(name="a", interfaces=(LONE_CARD, FUNCTIONS, VLAN))
    assert carriers(host, VLAN) == (LONE_CARD, FUNCTIONS)
    assert carriers(host, FUNCTIONS) == (FUNCTIONS,)
