from typing import Any

import pytest

from planner.model.pool import Pool
from planner.model.site import Site
from tests.rules.asking import faults, lacks, problems

NFS = {"server": "nas", "serverpath": "/x"}
LUN = {"target": "172.16.0.7", "targetIQN": "iqn.t", "SCSIid": "1"}


def lab(kind: str, first: dict[str, str] | None, second: dict[str, str] | None, **repository: Any) -> Pool:
    """Two hosts with a connection each, with these settings."""
    connections = [
        {"host": "b", "attached": True, "device_config": second},
        {"host": "a", "attached": True, "device_config": first},
    ]
    return Pool.model_validate(
        {
            "name": "lab",
            "coordinator": "a",
            "hosts": [{"name": "b", "iscsi_iqn": "iqn.b"}, {"name": "a", "iscsi_iqn": "iqn.a"}],
            "repositories": [{"name": "r", "type": kind, "shared": True, "connections": connections, **repository}],
        }
    )


@pytest.mark.parametrize(
    ("second", "repository", "found", "unknown"),
    [
        (NFS, {}, [], []),
        ({"server": "nas"}, {}, [("b", "device_config")], []),
        (None, {}, [], [("r", "device_config")]),
        (None, {"device_config": NFS}, [], []),
        (None, {"device_config": {"server": "nas"}}, [("b", "device_config")], []),
        ({"server": "nas"}, {"tools": True}, [], []),
        ({"server": "nas"}, {"type": None}, [], []),
        (None, {"type": None}, [], []),
    ],
)
def test_settings_are_whole(
    second: dict[str, str] | None,
    repository: dict[str, Any],
    found: list[tuple[str, str]],
    unknown: list[tuple[str, str]],
) -> None:
    one = lab("nfs", NFS, second, **repository)
    assert (faults("ST007", one), lacks("ST007", one)) == (found, unknown)


def test_all_that_is_missing_is_named() -> None:
    (problem,) = problems("ST007", lab("lvmoiscsi", LUN, {"target": "172.16.0.7"}))
    assert problem.message == "the connection of b to r (lvmoiscsi) lacks targetIQN and SCSIid"


@pytest.mark.parametrize(
    ("kind", "second", "where", "who"),
    [
        ("nfs", NFS, [], []),
        ("nfs", NFS | {"serverpath": "/y"}, [("b", "device_config")], []),
        ("nfs", NFS | {"server": "172.16.0.7"}, [], []),
        ("nfs", NFS | {"server": "10.0.0.7"}, [], []),
        ("nfs", NFS | {"server": "10.0.0.8"}, [], [("b", "device_config")]),
        ("lvmoiscsi", LUN | {"SCSIid": "2"}, [("b", "device_config")], []),
        ("lvmoiscsi", LUN | {"target": "172.16.0.7,172.16.1.7"}, [], []),
        ("lvmoiscsi", LUN | {"target": "172.16.1.7"}, [], [("b", "device_config")]),
        ("lvm", {"device": "/dev/y"}, [], []),
    ],
)
def test_all_hosts_take_the_same_storage(
    kind: str, second: dict[str, str], where: list[tuple[str, str]], who: list[tuple[str, str]]
) -> None:
    site = Site.model_validate({"servers": {"nas": ["10.0.0.7", "172.16.0.7"]}})
    first = {"nfs": NFS, "lvmoiscsi": LUN, "lvm": {"device": "/dev/x"}}[kind]
    one = lab(kind, first, second)
    assert (faults("ST008", one, site=site), faults("ST009", one, site=site)) == (where, who)
    local = lab(kind, first, second, shared=False)
    assert faults("ST008", local) == faults("ST009", local) == []


def test_the_attached_connection_is_the_one_to_follow_then_that_of_the_coordinator() -> None:
    other = NFS | {"serverpath": "/y"}
    both = [{"host": "a", "attached": False, "device_config": other}, {"host": "b", "attached": True}]
    for coordinator in "ab":
        one = lab("nfs", NFS, NFS, device_config=NFS, connections=both).model_copy(update={"coordinator": coordinator})
        assert faults("ST008", one) == [("a", "device_config")]
        same = lab("nfs", NFS, other).model_copy(update={"coordinator": coordinator})
        assert faults("ST008", same) == [("b" if coordinator == "a" else "a", "device_config")]


def test_the_values_that_differ_are_told_as_they_are() -> None:
    (problem,) = problems("ST008", lab("nfs", NFS, NFS | {"serverpath": "/Y/"}))
    assert problem.message == "r is serverpath /Y/ on b, but serverpath /x on a"


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ({}, {}, []),
        ({"chapuser": "x"}, {"chapuser": "x"}, []),
        ({"chapuser": "x"}, {}, [("b", "device_config")]),
        ({}, {"chapuser": "x"}, [("b", "device_config")]),
        ({"chapuser": "x"}, {"chapuser": "y"}, [("b", "device_config")]),
    ],
)
def test_all_hosts_log_in_alike(first: dict[str, str], second: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert faults("ST012", lab("lvmoiscsi", LUN | first, LUN | second)) == found
    assert faults("ST012", lab("nfs", NFS | first, NFS | second)) == []


@pytest.mark.parametrize(
    ("kind", "second", "found"),
    [
        ("lvmoiscsi", LUN, []),
        ("lvmoiscsi", LUN | {"localIQN": "iqn.a"}, [("b", "iscsi_iqn")]),
        ("nfs", NFS | {"localIQN": "iqn.a"}, []),
    ],
)
def test_a_copied_name_of_a_connection_is_found(
    kind: str, second: dict[str, str], found: list[tuple[str, str]]
) -> None:
    assert faults("ST010", lab(kind, LUN if kind == "lvmoiscsi" else NFS, second)) == found


def test_hosts_have_names_of_their_own() -> None:
    hosts = [{"name": name, "iscsi_iqn": "iqn.x"} for name in "cab"] + [{"name": "d"}, {"name": "e"}]
    one = Pool.model_validate({"name": "lab", "hosts": hosts})
    assert faults("ST010", one) == [("b", "iscsi_iqn"), ("c", "iscsi_iqn")]


@pytest.mark.parametrize(
    ("version", "field"),
    [
        ("6.2.0", " other-config:iscsi_iqn=…"),
        ("7.2.0", " iscsi_iqn=…"),
        ("8.2.1", " iscsi_iqn=…"),
        (None, " iscsi_iqn=…"),
    ],
)
def test_old_releases_name_initiators_in_another_place(version: str | None, field: str) -> None:
    hosts = [{"name": name, "iscsi_iqn": "iqn.x"} for name in "ab"]
    software = {"product_version": version}
    (problem,) = problems("ST010", Pool.model_validate({"name": "lab", "hosts": hosts, "software": software}))
    assert field in problem.remedy
