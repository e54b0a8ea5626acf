"""Which hosts are updated, in which order, and where guests may not go meanwhile."""

from typing import Any

import pytest

from planner.facts.rolling_update import in_order, known_updates, one_way, outdated, several_down, upgraded
from planner.model.host import Software
from planner.model.inventory import PoolView
from planner.model.pool import Pool


def view(**fields: Any) -> PoolView:
    whole = {"name": "lab", "coordinator": "c", "hosts": [{"name": name} for name in "dbca"]}
    return PoolView(Pool.model_validate(whole | fields))


def names(hosts: Any) -> list[str]:
    return [each.name for each in hosts]


def test_the_coordinator_comes_first() -> None:  # E-14
    assert names(in_order(view())) == ["c", "a", "b", "d"]


def test_an_update_is_for_all_and_an_upgrade_for_those_that_are_older() -> None:
    versions = {"a": "8.2.1", "b": "8.3.0", "c": "8.2.1", "d": "8.4.0"}
    pool = view(hosts=[{"name": name, "software": {"product_version": each}} for name, each in versions.items()])
    assert names(outdated(pool, None).hosts) == ["c", "a", "b", "d"]
    found = outdated(pool, "8.3")
    assert (names(found.hosts), names(found.done), names(found.newer)) == (["c", "a"], ["b"], ["d"])
    assert found.lacking == ()


@pytest.mark.parametrize(
    ("software", "field"),
    [(None, "software"), ({"platform_version": "3.2.0"}, "software.product_version")],
)
def test_a_host_whose_release_is_not_known_is_neither(software: dict[str, str] | None, field: str) -> None:
    found = outdated(view(coordinator="x", hosts=[{"name": "x", "software": software}]), "8.3")
    assert (found.hosts, found.done) == ((), ())
    assert [(each.record.label, each.field) for each in found.lacking] == [("x", field)]


@pytest.mark.parametrize(
    ("software", "release", "expected"),
    [
        ({"product_version": "6.2.0"}, None, False),
        ({"product_version": "8.2.1"}, None, False),
        ({"product_version": "8.3.0"}, None, True),  # M-30, G-08
        ({"product_version": "8.3.0", "xapi": "24.19"}, None, True),
        (None, None, True),
        ({"product_version": "6.2.0"}, "6.5.0", True),  # E-15
    ],
)
def test_versions_that_come_to_differ_make_moves_one_way(
    software: dict[str, str] | None, release: str | None, *, expected: bool
) -> None:
    assert one_way(view(software=software), release) is expected


@pytest.mark.parametrize(
    ("repositories", "expected"),
    [
        ([{"name": "r", "type": "gfs2", "shared": True}], False),  # E-9
        ([{"name": "r", "type": "nfs", "shared": True}], True),
        ([], True),
        (None, None),
    ],
)
def test_of_clustered_storage_one_host_may_be_down(repositories: Any, *, expected: bool | None) -> None:
    assert several_down(view(repositories=repositories)) is expected


def test_the_updates_of_a_pool_that_a_host_lacks_are_known() -> None:
    updates = [{"name": "two", "uuid": "u2"}, {"name": "one", "uuid": "u1"}]
    optional = {"name": "three", "uuid": "u3", "enforce_homogeneity": False}
    hosts = [{"name": "a", "updates": ["u1"]}, {"name": "b", "updates": []}, {"name": "c"}]
    pool = view(hosts=hosts, updates=[*updates, optional])
    assert [names(known_updates(pool, host)) for host in pool.hosts.records] == [["two"], ["one", "two"], []]


def test_an_upgraded_host_runs_what_a_host_of_that_release_runs() -> None:
    mine = Software(product_brand="XCP-ng", product_version="8.2.1", platform_version="3.2.1", network_backend="bridge")
    theirs = Software(product_brand="XCP-ng", product_version="8.3.0", platform_version="3.4.0", xapi="24.19")
    other = Software(product_brand="XenServer", product_version="8.3.0", platform_version="3.4.0", xapi="25.1")
    found = upgraded(mine, "8.3", [None, mine, other, theirs])
    assert found == theirs.model_copy(update={"network_backend": "bridge"})
    assert upgraded(mine, "8.3", [mine]) == Software(
        product_brand="XCP-ng", product_version="8.3", network_backend="bridge"
    )
