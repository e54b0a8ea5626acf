from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems

ON: dict[str, Any] = {"ha": {"enabled": True}}
WHOLE = {"enabled": True, "joined": True}


def pool(hosts: int, **fields: Any) -> Pool:
    return Pool.model_validate({"name": "lab", "hosts": [{"name": name} for name in "abcd"[:hosts]]} | ON | fields)


def cluster(*members: dict[str, Any], **fields: Any) -> dict[str, Any]:
    named = [{"host": name} | WHOLE | member for name, member in zip("abcd", members, strict=False)]
    return {"cluster": {"stack": "corosync", "members": named} | fields}


@pytest.mark.parametrize(
    ("fields", "answers"),
    [
        (cluster({}, {}), []),
        (cluster({}, {"enabled": False}), ["CLUSTERING_DISABLED"]),
        (cluster({}, {"joined": False}), ["CLUSTER_HOST_NOT_JOINED"]),
        (cluster({}), ["NO_COMPATIBLE_CLUSTER_HOST"]),
        (cluster({"enabled": False}), ["CLUSTERING_DISABLED", "NO_COMPATIBLE_CLUSTER_HOST"]),
        (cluster({}, {}, quorate=False), [""]),
        (cluster({}, stack="xhad"), []),
        ({}, []),
    ],
)
def test_every_host_takes_part_in_the_cluster(fields: dict[str, Any], answers: list[str]) -> None:
    assert [each.api_error for each in problems("HA015", pool(2, **fields))] == answers
    assert faults("HA015", pool(2, **fields, ha={"enabled": False})) == []


GFS2 = {"repositories": [{"name": "gfs", "type": "gfs2"}]}


@pytest.mark.parametrize(
    ("fields", "unknown"),
    [(GFS2, [("lab", "cluster")]), ({"cluster": {"stack": "corosync"}}, [("cluster", "members")])],
)
def test_a_cluster_that_nobody_describes_is_unknown(fields: dict[str, Any], unknown: list[tuple[str, str]]) -> None:
    assert lacks("HA015", pool(2, **fields)) == unknown


def driver(kind: str, *stacks: str) -> dict[str, Any]:
    return {"type": kind, "required_cluster_stack": list(stacks)}


@pytest.mark.parametrize(
    ("drivers", "found"),
    [
        ([driver("gfs2", "corosync"), driver("other", "xhad")], ["INCOMPATIBLE_CLUSTER_STACK_ACTIVE"]),
        ([driver("gfs2", "corosync"), driver("other", "xhad", "corosync")], []),
        ([driver("gfs2"), driver("other", "xhad")], []),
    ],
)
def test_repositories_agree_on_a_stack(drivers: list[dict[str, Any]], found: list[str]) -> None:
    both = {"repositories": [{"name": "g", "type": "gfs2"}, {"name": "o", "type": "other"}]}
    assert [each.api_error for each in problems("HA015", pool(0, drivers=drivers, **both))] == found


@pytest.mark.parametrize(
    ("connections", "found"), [([], False), ([{"host": "a", "attached": True}], True), (None, True)]
)
def test_only_what_the_coordinator_has_demands_a_stack(
    connections: list[dict[str, Any]] | None, *, found: bool
) -> None:
    gfs2 = {"name": "gfs", "type": "gfs2", "connections": connections}
    assert bool(faults("HA018", pool(2, coordinator="a", repositories=[gfs2]))) is found


@pytest.mark.parametrize(("kind", "found"), [("nfs", True), ("gfs2", False), (None, False)])
def test_in_a_cluster_the_heartbeat_is_on_gfs2(kind: str | None, *, found: bool) -> None:
    place = {"ha_plan": {"heartbeat": "r"}, "repositories": [{"name": "r", "type": kind}], "ha": {"enabled": False}}
    assert bool(faults("HA016", pool(2, **place, **cluster({}, {})))) is found
    assert faults("HA016", pool(2, **place)) == []


def failures(number: int) -> dict[str, Any]:
    return {"ha_plan": {"failures_to_tolerate": number}}


@pytest.mark.parametrize(
    ("hosts", "fields", "found"),
    [
        (3, failures(2) | cluster({}, {}, {}), True),
        (3, failures(1) | cluster({}, {}, {}), False),
        (2, failures(1) | cluster({}, {}), True),
        (2, failures(1) | cluster({}), False),
        (2, failures(2), False),
        (2, failures(3), True),
        (2, failures(2) | {"vms": [{"name": "x", "ha_restart_priority": "restart"}]}, True),
        (2, {"ha": {"enabled": True, "failures_to_tolerate": 3}}, True),
        (2, {"ha": {"enabled": False, "failures_to_tolerate": 3}}, False),
        (2, {"ha": {"enabled": True, "failures_to_tolerate": 2, "fault_tolerance_limit": 1}}, True),
    ],
)
def test_no_more_failures_are_wished_than_can_be_survived(hosts: int, fields: dict[str, Any], *, found: bool) -> None:
    assert bool(faults("HA017", pool(hosts, **fields))) is found


def test_the_reason_and_the_way_out_are_told() -> None:
    (problem,) = problems("HA017", pool(2, **failures(1), **cluster({}, {}), uuid="u"))
    assert problem.message == (
        "lab is to survive the failure of 1 host, and can survive none at most:"
        " the hosts that are left have to be a majority of its cluster"
    )
    assert "`xe pool-param-set uuid=u ha-host-failures-to-tolerate=0`" in problem.remedy


def test_a_limit_that_is_not_known_is_told() -> None:
    assert lacks("HA017", pool(2, **failures(1), cluster={})) == [("cluster", "members")]
    assert lacks("HA017", pool(2, **failures(0), cluster={})) == []


@pytest.mark.parametrize(("hosts", "found"), [(2, True), (3, False), (4, True), (0, False)])
def test_clusters_of_even_size_are_told(hosts: int, *, found: bool) -> None:
    assert bool(faults("HA018", pool(hosts, **GFS2))) is found
    assert faults("HA018", pool(hosts)) == []
