"""Who lives through a failure: what the heartbeat's own rules say, worked out by hand."""

from typing import Any

import pytest

from planner.facts.fencing import Failure, Fate, Fencing, Why, fencing, without_fencing
from planner.model.inventory import Inventory, PoolView
from planner.model.pool import Pool

NFS = {
    "name": "nfs",
    "type": "nfs",
    "shared": True,
    "device_config": {"server": "10.9.0.1", "serverpath": "/x"},
}


def host(name: str, uuid: str | None, *, storage: str = "storage", **fields: Any) -> dict[str, Any]:
    number = ord(name[0])
    return {
        "name": name,
        **({"uuid": uuid} if uuid else {}),
        "live": True,
        "interfaces": [
            {
                "device": "eth0",
                "network": "management",
                "management": True,
                "attached": True,
                "carrier": True,
                "mode": "static",
                "address": f"10.0.0.{number}/24",
            },
            {
                "device": "eth1",
                "network": storage,
                "management": False,
                "attached": True,
                "carrier": True,
                "mode": "static",
                "address": f"10.9.0.{number}/24",
            },
        ],
        **fields,
    }


def pool(*hosts: dict[str, Any], **fields: Any) -> Inventory:
    names = [each["name"] for each in hosts]
    document = {
        "name": "pool",
        "coordinator": names[0],
        "hosts": list(hosts),
        "networks": [{"name": "management"}, {"name": "storage"}, {"name": "guests"}],
        "repositories": [
            NFS | {"connections": [{"host": name, "attached": True} for name in names]},
            {"name": "other", "shared": True, "connections": []},
        ],
        "ha": {"enabled": True, "heartbeat": "nfs"},
        **fields,
    }
    return Inventory([Pool.model_validate(document)])


def struck(inventory: Inventory, hosts: str = "", repository: str = "", network: str = "", on: str = "") -> Fencing:
    (view,) = inventory.pools
    return fencing(inventory, view, failing(view, hosts, repository, network, on))


def failing(view: PoolView, hosts: str, repository: str, network: str, on: str = "") -> Failure:
    return Failure(
        tuple(found for name in hosts if (found := view.hosts.find(name))),
        tuple(found for found in (view.repositories.find(repository or None),) if found),
        tuple(found for found in (view.networks.find(network or None),) if found),
        tuple(found for name in on if (found := view.hosts.find(name))),
    )


def fates(found: Fencing) -> dict[str, tuple[Fate, Why]]:
    return {each.host.name: (each.fate, each.why) for each in found.hosts}


THREE = (host("a", "3"), host("b", "1"), host("c", "2"))


def test_those_that_are_left_live_however_few_they_are() -> None:
    assert fates(struck(pool(*THREE), "ab")) == {
        "a": (Fate.FAILED, Why.POWER),
        "b": (Fate.FAILED, Why.POWER),
        "c": (Fate.LIVES, Why.SEEN),
    }


def test_a_network_without_heartbeat_and_disk_harms_nobody() -> None:
    assert set(fates(struck(pool(*THREE), network="guests")).values()) == {(Fate.LIVES, Why.SEEN)}


@pytest.mark.parametrize("hosts", [THREE, THREE[::-1]])
def test_of_hosts_that_hear_nobody_the_lowest_uuid_lives(hosts: tuple[dict[str, Any], ...]) -> None:
    found = fates(struck(pool(*hosts), network="management"))
    assert found["b"] == (Fate.LIVES, Why.LOWEST_UUID)
    assert {found["a"], found["c"]} == {(Fate.FENCED, Why.HIGHER_UUID)}


def test_the_uuid_that_decides_is_asked_for() -> None:
    found = struck(pool(host("a", "1"), host("b", None)), network="management")
    assert set(fates(found).values()) == {(Fate.UNKNOWN, Why.NOT_TOLD)}
    assert [(lack.record.label, lack.field) for lack in found.lacking] == [("b", "uuid")]


def test_hosts_that_hear_each_other_elsewhere_are_most() -> None:
    cluster = {"members": [{"host": name, "interface": "eth1", "enabled": True} for name in ("a", "b")]}
    ha = {"enabled": True, "heartbeat": "nfs", "cluster_stack": "xhad"}
    found = fates(struck(pool(*THREE, cluster=cluster, ha=ha), network="management"))
    assert found == {
        "a": (Fate.LIVES, Why.MOST),
        "b": (Fate.LIVES, Why.MOST),
        "c": (Fate.FENCED, Why.FEWER),
    }


def test_all_live_when_all_lose_the_disk_and_nothing_else_fails() -> None:
    found = struck(pool(*THREE), repository="nfs")
    assert set(fates(found).values()) == {(Fate.LIVES, Why.ALL_LOST_DISK)}
    assert found.disk_lost


def test_one_further_failure_without_the_disk_fences_all() -> None:
    found = fates(struck(pool(*THREE), "a", repository="nfs"))
    assert found["b"] == found["c"] == (Fate.FENCED, Why.LOST_DISK)


def test_another_repository_is_no_matter() -> None:
    found = struck(pool(*THREE), repository="other")
    assert set(fates(found).values()) == {(Fate.LIVES, Why.SEEN)}
    assert not found.disk_lost


def test_the_disk_is_lost_with_the_network_that_leads_to_it() -> None:
    found = struck(pool(*THREE), network="storage")
    assert set(fates(found).values()) == {(Fate.LIVES, Why.ALL_LOST_DISK)}
    one = struck(pool(THREE[0], THREE[1], host("c", "2", storage="management")), network="storage")
    assert fates(one) == {
        "a": (Fate.FENCED, Why.LOST_DISK),
        "b": (Fate.FENCED, Why.LOST_DISK),
        "c": (Fate.LIVES, Why.SEEN),
    }


def test_block_storage_does_not_go_over_a_network() -> None:
    repository = {"name": "nfs", "type": "lvmohba", "shared": True, "connections": []}
    found = fates(struck(pool(*THREE, repositories=[repository]), network="storage"))
    assert set(found.values()) == {(Fate.LIVES, Why.SEEN)}


def test_an_unknown_heartbeat_is_asked_for_when_storage_fails() -> None:
    found = struck(pool(*THREE, ha={"enabled": True}), repository="other")
    assert [lack.field for lack in found.lacking] == ["ha.heartbeat"]
    assert set(fates(found).values()) == {(Fate.UNKNOWN, Why.NOT_TOLD)}


@pytest.mark.parametrize(
    ("number", "failed", "lives"),
    [(3, "a", True), (3, "ab", False), (4, "ab", True), (4, "abc", False), (5, "ab", True), (5, "abc", False)],
)
def test_a_cluster_needs_its_quorum(number: int, failed: str, lives: bool) -> None:  # noqa: FBT001 - expected
    hosts = [host(name, name) for name in "abcde"[:number]]
    found = struck(pool(*hosts, ha={"enabled": True, "heartbeat": "nfs", "cluster_stack": "corosync"}), failed)
    assert bool(found.of(Fate.LIVES)) is lives
    assert {each.why for each in found.hosts if each.fate is Fate.FENCED} == (set() if lives else {Why.NO_QUORUM})


def test_two_halves_of_a_cluster_are_not_decided() -> None:
    hosts = (host("a", "1"), host("b", "2"))
    found = struck(
        pool(*hosts, ha={"enabled": True, "heartbeat": "nfs", "cluster_stack": "corosync"}), network="management"
    )
    assert set(fates(found).values()) == {(Fate.UNKNOWN, Why.UNDECIDED)}


def test_a_host_that_was_down_is_not_counted() -> None:
    hosts = (host("a", "1", live=False), host("b", "2"), host("c", "3"))
    found = fates(struck(pool(*hosts), repository="nfs"))
    assert found["a"] == (Fate.DOWN, Why.DOWN)
    assert found["b"] == found["c"] == (Fate.LIVES, Why.ALL_LOST_DISK)


def test_nothing_fences_without_high_availability() -> None:
    (view,) = pool(*THREE).pools
    found = fates(without_fencing(view, failing(view, "a", "nfs", "management")))
    assert found["a"] == (Fate.FAILED, Why.POWER)
    assert found["b"] == found["c"] == (Fate.LIVES, Why.NOT_WATCHED)


@pytest.mark.parametrize("medium", [{"repository": "nfs"}, {"network": "storage"}])
def test_a_host_that_alone_loses_the_disk_fences_itself(medium: dict[str, str]) -> None:  # H-10, H-12
    """The others see the disk and each other; that it hears all of them does not save it."""
    found = struck(pool(*THREE), on="b", **medium)
    assert fates(found) == {
        "a": (Fate.LIVES, Why.SEEN),
        "b": (Fate.FENCED, Why.LOST_DISK),
        "c": (Fate.LIVES, Why.SEEN),
    }
    assert not found.disk_lost


def test_all_but_one_that_lose_the_disk_fence_themselves() -> None:  # H-10: not all have lost it
    found = fates(struck(pool(*THREE), repository="nfs", on="ac"))
    assert found == {
        "a": (Fate.FENCED, Why.LOST_DISK),
        "b": (Fate.LIVES, Why.SEEN),
        "c": (Fate.FENCED, Why.LOST_DISK),
    }


def test_on_all_hosts_is_the_same_as_nowhere_in_particular() -> None:
    for medium in ({"repository": "nfs"}, {"network": "management"}, {"network": "storage"}):
        assert fates(struck(pool(*THREE), on="abc", **medium)) == fates(struck(pool(*THREE), **medium))


def test_a_host_that_hears_nobody_is_fewer_than_the_others() -> None:  # H-10
    """It has the lowest UUID, which counts only among as many."""
    assert fates(struck(pool(*THREE), network="management", on="b")) == {
        "a": (Fate.LIVES, Why.MOST),
        "b": (Fate.FENCED, Why.FEWER),
        "c": (Fate.LIVES, Why.MOST),
    }


@pytest.mark.parametrize("cut", ["a", "b"])
def test_of_two_hosts_the_lower_uuid_lives_whosever_cable_it_is(cut: str) -> None:  # H-11
    found = fates(struck(pool(host("a", "2"), host("b", "1")), network="management", on=cut))
    assert found == {"a": (Fate.FENCED, Why.HIGHER_UUID), "b": (Fate.LIVES, Why.LOWEST_UUID)}


def test_two_hosts_that_lose_a_network_do_not_hear_each_other() -> None:
    """Each is alone then, and so is the third: the lowest UUID of the three lives."""
    found = fates(struck(pool(*THREE), network="management", on="ac"))
    assert found["b"] == (Fate.LIVES, Why.LOWEST_UUID)
    assert {found["a"], found["c"]} == {(Fate.FENCED, Why.HIGHER_UUID)}


def test_a_host_cut_off_from_a_cluster_has_no_quorum() -> None:  # H-14
    ha = {"enabled": True, "heartbeat": "nfs", "cluster_stack": "corosync"}
    found = fates(struck(pool(*THREE, ha=ha), network="management", on="b"))
    assert found["b"] == (Fate.FENCED, Why.NO_QUORUM)
    assert found["a"] == found["c"] == (Fate.LIVES, Why.MOST)


def test_where_the_disk_is_not_told_it_may_be_what_a_host_has_lost() -> None:
    found = struck(pool(*THREE, ha={"enabled": True}), repository="other", on="b")
    assert {each.fate for each in found.hosts} == {Fate.UNKNOWN}
    assert [(lack.record.label, lack.field) for lack in found.lacking] == [("pool", "ha.heartbeat")]


@pytest.mark.parametrize("uuids", [("1", "2"), ("2", "1"), (None, None)])
def test_who_neither_hears_nor_sees_is_as_good_as_without_power(uuids: tuple[str | None, str | None]) -> None:
    """One network for the heartbeat and the disk: b cannot tell whether a has lost it or its power, and lives on."""
    hosts = [host(name, uuid, storage="management") for name, uuid in zip("ab", uuids, strict=True)]
    found = struck(pool(*hosts), network="management", on="a")
    assert fates(found) == {"a": (Fate.FENCED, Why.LOST_DISK), "b": (Fate.LIVES, Why.SEEN)}
    assert found.lacking == ()
