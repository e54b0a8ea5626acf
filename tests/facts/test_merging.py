"""What the database of a pool is once a host has joined it, and what is left where something has gone."""

from __future__ import annotations

from typing import Any

from planner.facts.leaving import alone, without_host, without_repositories
from planner.facts.merging import merged, network_matches
from planner.facts.references import Target
from planner.facts.rewriting import rewritten
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.rules.errors import errors
from tests.goals import made_up_joins as made


def after(lab: dict[str, Any], single: dict[str, Any]) -> Pool:
    inventory = Inventory([Pool.model_validate(each) for each in (lab, single)])
    (joining,) = inventory.joins
    return merged(inventory, joining)


def joined(*spoils: made.Spoil, release: str = "7.6.0") -> Pool:
    return after(*made.spoilt(release, spoils))


def test_a_joined_host_brings_its_local_storage_and_gets_connections() -> None:
    pool = joined()
    assert [host.name for host in pool.hosts or ()] == ["old0", "old1", "new"]
    connected = {each.name: [one.host for one in each.connections or ()] for each in pool.repositories or ()}
    assert connected == {"disks": ["old0", "old1", "new-uuid"], "Local storage": ["new"]}
    (mine,) = [one for one in (pool.repositories or ())[0].connections or () if one.host == "new-uuid"]
    assert mine.attached is False, "it has no address on the storage network"


def test_networks_are_matched_by_bridge_whatever_they_are_called() -> None:
    lab, single = made.spoilt("7.6.0", [])
    for network, name in zip(single["networks"], ("x", "y", "z"), strict=True):
        network["name"] = name
    for nic in single["hosts"][0]["interfaces"]:
        nic["network"] = {"net0": "x", "net1": "y", "net2": "z"}[nic["network"]]
    pool = after(lab, single)
    assert [each.network for each in (pool.hosts or ())[-1].interfaces or ()] == ["net0", "net1", "net2"]
    assert len(pool.networks or ()) == 3


def test_a_nic_that_the_pool_has_no_bridge_for_brings_its_network() -> None:
    lab, single = made.spoilt("7.6.0", [])
    single["networks"].append({"name": "fourth", "bridge": "xenbr3", "mtu": 1500})
    nic = {"device": "eth3", "network": "fourth", "mode": "none", "management": False}
    single["hosts"][0]["interfaces"].append(nic)
    inventory = Inventory([Pool.model_validate(each) for each in (lab, single)])
    (joining,) = inventory.joins
    assert next((each.own.name, each.theirs is None) for each in network_matches(joining)) == ("fourth", True)
    pool = merged(inventory, joining)
    assert [each.name for each in pool.networks or ()][-1] == "fourth"
    assert (pool.hosts or ())[-1].interfaces[-1].network == "fourth"  # type: ignore[index]


def test_names_that_both_have_stay_apart() -> None:
    lab, single = made.spoilt("7.6.0", [])
    local = {"name": "Local storage", "type": "ext", "shared": False, "connections": [{"host": "old0"}]}
    lab["repositories"].append(local)
    lab["disks"].append({"name": "d", "repository": "Local storage"})
    single["disks"].append({"name": "d", "repository": "Local storage"})
    for document in (lab, single):
        made.runs(lab, document)
        document["vms"][0] |= {"name": "vm", "power_state": "halted", "drives": [{"device": "xvda", "disk": "d"}]}
        document["vms"][0].pop("runs_on")
    pool = after(lab, single)
    assert [each.name for each in pool.vms or ()] == ["vm", "vm (new)"]
    assert [(each.name, each.repository) for each in pool.disks or ()] == [
        ("d", "Local storage"),
        ("d (new)", "Local storage (new)"),
    ]
    assert [drive.disk for vm in pool.vms or () for drive in vm.drives or ()] == ["d", "d (new)"]
    assert not [code for code, *_ in errors(Inventory([pool])) if code.startswith("RF")]


def test_groups_and_appliances_do_not_come_along() -> None:
    lab, single = made.spoilt("7.6.0", [made.is_suspended])
    single |= {"groups": [{"name": "g"}], "appliances": [{"name": "a"}]}
    single["vms"][0] |= {"groups": ["g"], "appliance": "a"}
    pool = after(lab, single)
    assert pool.groups == pool.appliances == ()
    assert (pool.vms or ())[0].groups == ()
    assert (pool.vms or ())[0].appliance is None


def test_the_pool_gives_what_all_hosts_have() -> None:
    lab, single = made.spoilt("7.6.0", [])
    lab["cpu"] = {"vendor": "GenuineIntel", "features_hvm": "f", "features_pv": "f"}
    single["hosts"][0]["cpu"] |= {"features_hvm_host": "3", "features_pv_host": "5"}
    pool = after(lab, single)
    assert pool.cpu
    assert [str(each).split("-")[0] for each in (pool.cpu.features_hvm, pool.cpu.features_pv)] == [
        "00000003",
        "00000005",
    ]


def test_a_forgotten_repository_takes_its_disks_and_drives_with_it() -> None:
    _, single = made.spoilt("7.6.0", [made.shares])
    pool = Pool.model_validate(single)
    left = without_repositories(pool, tuple(each for each in pool.repositories or () if each.shared))
    assert [each.name for each in left.repositories or ()] == ["Local storage"]
    assert left.disks == ()
    assert (left.vms or ())[0].drives == ()
    assert left.default_repository is None


def test_an_ejected_host_is_as_after_its_installation() -> None:
    _, single = made.spoilt("6.2.0", [made.is_coordinated, made.bonded, made.tagged, made.shares])
    single["hosts"][0]["interfaces"][2] |= {"mode": "static", "address": "172.16.0.50/24"}
    view = Inventory([Pool.model_validate(single)]).pools[0]
    host = view.hosts.records[0]
    pool = alone(view, host, "new")
    (fresh,) = pool.hosts or ()
    assert [(each.label, each.address) for each in fresh.interfaces or ()] == [
        ("eth0", "10.0.0.50/24"),
        ("eth1", None),
        ("eth2", None),
    ]
    assert pool.vms == pool.repositories == ()
    assert pool.tls_verification is None
    left = without_host(view, host)
    assert [each.name for each in left.hosts or ()] == ["third"]
    assert left.repositories == ()
    assert not [code for code, *_ in errors(Inventory([left])) if code.startswith("RF")]


def test_a_record_without_such_references_stays_what_it_is() -> None:
    pool = Pool.model_validate(made.documents("7.6.0")[0])
    assert rewritten(pool, {Target.HOST: {"nobody": None}}) is pool
    renamed = rewritten(pool, {Target.HOST: {"old0": "first"}})
    assert renamed.coordinator == "first"
    assert (renamed.repositories or ())[0].connections[0].host == "first"  # type: ignore[index]
