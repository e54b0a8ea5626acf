import time
from typing import Any

import pytest

from planner.generator import healthy_pool
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.wishes import Wishes
from tests.rules.join.joins import Fields, lacking, problems, seen

LISTS: Fields = {
    "hosts": [{"name": "h", "uuid": "11111111"}],
    "networks": [{"name": "net"}],
    "repositories": [{"name": "nas"}],
    "disks": [{"name": "disk"}],
    "vms": [],
    "templates": [],
    "groups": [{"name": "group"}],
    "appliances": [{"name": "shop"}],
    "updates": [{"name": "SP1"}],
}


def lab(**more: Any) -> Inventory:
    return Inventory([Pool.model_validate({"name": "lab", **LISTS, **more})])


def vm(**fields: Any) -> Inventory:
    return lab(vms=[{"name": "x", **fields}])


@pytest.mark.parametrize(
    ("code", "inventory", "subject", "field"),
    [
        ("RF001", vm(home="H"), "x", "home"),
        ("RF001", lab(placement=[{"name": "r", "vms": [], "hosts": ["h", "H"]}]), "r", "hosts"),
        ("RF002", vm(nics=[{"device": "0", "network": "N"}]), "0", "network"),
        ("RF003", lab(default_repository="R"), "lab", "default_repository"),
        ("RF003", lab(ha_plan={"heartbeat": "R"}), "haplan", "heartbeat"),
        ("RF004", vm(drives=[{"device": "0", "disk": "D"}]), "0", "disk"),
        ("RF005", lab(placement=[{"name": "r", "vms": ["V"]}]), "r", "vms"),
        ("RF005", lab(snapshots=[{"name": "s", "snapshot_of": "V"}]), "s", "snapshot_of"),
        ("RF006", vm(groups=["group", "G"]), "x", "groups"),
        ("RF007", vm(appliance="A"), "x", "appliance"),
        ("RF008", lab(hosts=[{"name": "h", "updates": ["SP1", "SP2"]}]), "h", "updates"),
    ],
)
def test_a_name_that_nothing_bears_is_told(code: str, inventory: Inventory, subject: str, field: str) -> None:
    assert problems(code, inventory) == [(subject, field)]


@pytest.mark.parametrize(
    ("code", "missing", "fields"),
    [
        ("RF001", "hosts", {"home": "H"}),
        ("RF002", "networks", {"nics": [{"device": "0", "network": "N"}]}),
        ("RF003", "repositories", {"suspend_repository": "R"}),
        ("RF004", "disks", {"suspend_disk": "D"}),
        ("RF005", "templates", {"snapshot_of": "V"}),
        ("RF006", "groups", {"groups": ["G"]}),
        ("RF007", "appliances", {"appliance": "A"}),
    ],
)
def test_into_a_list_that_is_not_given_nobody_knows(code: str, missing: str, fields: Fields) -> None:
    inventory = lab(**{"vms": [{"name": "x", **fields}, {"name": "y", **fields}], missing: None})

    assert lacking(code, inventory) == [("lab", missing)]


def test_updates_need_not_be_listed() -> None:
    assert problems("RF008", lab(hosts=[{"name": "h", "updates": ["SP2"]}], updates=None)) == []


def test_names_and_uuids_lead_where_they_should() -> None:
    for reference in ("h", "11111111"):
        assert problems("RF001", vm(home=reference)) == []


def test_a_close_name_is_suggested() -> None:
    (near,), _ = seen("RF002", lab(networks=[{"name": "Storage"}], vms=[nic("storage")]))
    (far,), _ = seen("RF002", lab(networks=[{"name": "Storage"}], vms=[nic("eth0")]))
    (none,), _ = seen("RF002", lab(networks=[], vms=[nic("eth0")]))

    assert near.remedy == 'did you mean "Storage"? Else describe the network "storage"'
    assert far.remedy == 'correct the name: one of Storage, or describe the network "eth0"'
    assert none.remedy == 'correct the name, or describe the network "eth0"'


def nic(network: str) -> Fields:
    return {"name": "x", "nics": [{"device": "0", "network": network}]}


BONDED: Fields = {"device": "bond0", "bond": {"members": ["eth0", "eth1"], "primary": "eth1"}}


def test_interfaces_are_looked_for_on_their_host() -> None:
    def host(*interfaces: Fields) -> Inventory:
        return lab(hosts=[{"name": "h", "interfaces": interfaces}, {"name": "i", "interfaces": [{"device": "eth1"}]}])

    assert problems("RF009", host({"device": "eth0"}, {"device": "eth1"}, BONDED)) == []
    assert problems("RF009", host({"device": "eth0"}, BONDED)) == [("bond", "members"), ("bond", "primary")]
    cluster = {"members": [{"host": "h", "interface": "eth0"}]}
    assert problems("RF009", lab(cluster=cluster, hosts=[{"name": "h", "interfaces": []}])) == [("h", "interface")]
    assert lacking("RF009", lab(cluster=cluster)) == [("h", "interfaces")]


def test_a_name_of_several_has_to_be_replaced_by_a_uuid() -> None:
    twice = [{"name": "local", "uuid": "u2"}, {"name": "local", "uuid": "u1"}]

    (found,), _ = seen("RF010", lab(repositories=twice, default_repository="local"))

    assert found.remedy == "write the UUID of the one that is meant: u1 and u2"
    assert len(found.related) == 2
    assert problems("RF003", lab(repositories=twice, default_repository="local")) == []
    assert problems("RF010", lab(repositories=twice, default_repository="u1")) == []
    assert problems("RF010", lab(repositories=twice)) == []


def test_an_interface_that_is_there_twice_is_ambiguous() -> None:
    interfaces = [{"device": "eth0"}, {"device": "eth0"}, {"device": "eth0", "vlan": {"tag": 20, "on": "eth0"}}]
    virtual = [{"device": "eth0"}, {"device": "eth0", "sriov": {"on": "eth0"}}]

    assert problems("RF010", lab(hosts=[{"name": "h", "interfaces": interfaces}])) == [("vlan", "on")]
    assert problems("RF010", lab(hosts=[{"name": "h", "interfaces": virtual}])) == []


def test_each_of_those_with_one_identity_is_told() -> None:
    hosts = [{"name": "a", "uuid": "u"}, {"name": "b", "uuid": "u"}]

    assert problems("RF011", lab(hosts=hosts)) == [("a", "uuid"), ("b", "uuid")]
    assert problems("RF011", lab(networks=[{"name": "n"}, {"name": "n"}])) == [("n", "name"), ("n", "name")]
    assert problems("RF011", lab(networks=[{"name": "n", "uuid": "1"}, {"name": "n", "uuid": "2"}])) == []
    assert problems("RF011", lab(vms=[{"name": "v"}, {"name": "v"}])) == []


def test_a_host_described_in_two_documents_is_told() -> None:
    pools = [Pool.model_validate({"name": name, "hosts": [{"name": name, "uuid": "u"}]}) for name in "ab"]

    assert problems("RF011", Inventory(pools)) == [("a", "uuid"), ("b", "uuid")]


def test_a_wish_has_to_name_a_pool() -> None:
    pool, twin = (Pool(name="lab", uuid=uuid) for uuid in ("u1", "u2"))

    assert problems("RF012", Inventory([pool], [Wishes(pool="lab"), Wishes(pool="u1")])) == []
    assert problems("RF012", Inventory([pool], [Wishes(pool="lob")])) == [("lob", "pool")]
    assert problems("RF012", Inventory([pool, twin], [Wishes(pool="lab")])) == [("lab", "pool")]
    assert problems("RF012", Inventory([pool, twin], [Wishes(pool="u2")])) == []


def joins(join: Fields, *others: Fields) -> Inventory:
    pools = [{"name": "lab", "hosts": [{"name": "old"}], "joins": [join]}, *others]
    return Inventory([Pool.model_validate(each) for each in pools])


def test_a_join_has_to_name_one_host() -> None:
    single: Fields = {"name": "single", "hosts": [{"name": "new"}]}
    second: Fields = {"name": "second", "hosts": [{"name": "new"}]}

    assert problems("RF012", joins({"host": "new"}, single)) == []
    assert problems("RF012", joins({"host": "now"}, single)) == [("now", "host")]
    assert problems("RF012", joins({"host": "new"})) == [("new", "host")]
    assert problems("RF012", joins({"host": "new"}, single, second)) == [("new", "host")]
    assert problems("RF012", joins({"host": "new", "pool": "second"}, single, second)) == []
    assert problems("RF012", joins({"host": "new", "pool": "lub"}, single)) == [("new", "pool")]
    assert problems("RF012", joins({"host": "old"}, single)) == []
    assert lacking("RF012", joins({"host": "now"}, {"name": "single"})) == [("single", "hosts")]


def test_references_of_a_large_pool_are_followed_fast() -> None:
    inventory = Inventory([healthy_pool(64, 5000, 0)])
    codes = [f"RF{number:03}" for number in range(1, 13)]
    problems("RF001", inventory)
    start = time.process_time()

    assert [code for code in codes if problems(code, inventory)] == []
    assert time.process_time() - start < 0.5
