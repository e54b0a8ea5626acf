from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks

STATE = {"name": "state", "repository": "nfs", "type": "ha_statefile"}
LOG = {"name": "log", "repository": "nfs", "type": "redo_log"}


def pool(*hosts: dict[str, Any], ha: dict[str, Any] | None = None, **fields: Any) -> Pool:
    named = [{"name": name} | host for name, host in zip("abc", hosts or ({}, {}), strict=False)]
    whole = {
        "name": "lab",
        "hosts": named,
        "ha": {"enabled": True, "statefiles": ["state"]} | (ha or {}),
        "repositories": [{"name": "nfs", "type": "nfs"}],
        "disks": [STATE, LOG],
    }
    return Pool.model_validate(whole | fields)


Faults = list[tuple[str, str]]


@pytest.mark.parametrize(
    ("ha", "fields", "found"),
    [
        ({"timeout": 9}, {}, [("lab", "ha.timeout")]),
        ({"timeout": 10}, {}, []),
        ({}, {"default_ha_timeout": 5}, [("lab", "default_ha_timeout")]),
        ({"timeout": 30}, {"default_ha_timeout": 5}, []),
        ({"timeout": 5, "enabled": False}, {}, []),
        ({"timeout": 5, "enabled": False}, {"ha_plan": {}}, [("lab", "ha.timeout")]),
        ({}, {}, []),
    ],
)
def test_a_time_out_is_ten_seconds_at_least(ha: dict[str, Any], fields: dict[str, Any], found: Faults) -> None:
    assert faults("HA019", pool(ha=ha, **fields)) == found


@pytest.mark.parametrize(
    ("ha", "found"),
    [
        ({"failures_to_tolerate": 2, "plan_exists_for": 1}, ["plan_exists_for"]),
        ({"failures_to_tolerate": 1, "plan_exists_for": 1}, []),
        ({"overcommitted": True}, ["overcommitted"]),
        ({"failures_to_tolerate": 2, "plan_exists_for": 1, "overcommitted": True}, ["plan_exists_for"]),
        ({"failures_to_tolerate": 1, "plan_exists_for": 3}, ["plan_exists_for"]),
        ({"failures_to_tolerate": 2, "plan_exists_for": 2}, []),
        ({"enabled": False, "overcommitted": True, "failures_to_tolerate": 2, "plan_exists_for": 0}, []),
    ],
)
def test_what_the_toolstack_says_of_its_plan_counts(ha: dict[str, Any], found: list[str]) -> None:
    assert [field for _, field in faults("HA020", pool(ha=ha))] == found


OTHER = {"disks": [STATE, LOG, {"name": "old", "repository": "nfs"}]}


@pytest.mark.parametrize(
    ("host", "fields", "found"),
    [
        ({"ha_statefiles": []}, {}, True),
        ({"ha_statefiles": ["state"]}, {}, False),
        ({"ha_statefiles": ["old"]}, OTHER, True),
        ({"ha_statefiles": ["old", "state"]}, OTHER, False),
        ({"ha_statefiles": ["gone"]}, {}, False),
        ({}, {}, False),
        ({"ha_statefiles": []}, {"ha": {"enabled": False}}, False),
    ],
)
def test_every_host_is_armed(host: dict[str, Any], fields: dict[str, Any], *, found: bool) -> None:
    lab = pool({"ha_statefiles": ["state"]}, host, **fields)
    assert faults("HA021", lab) == ([("b", "ha_statefiles")] if found else [])


@pytest.mark.parametrize(
    ("ha", "disk", "found"),
    [
        ({}, {}, []),
        ({"statefiles": []}, {}, [("high availability", "statefiles")]),
        ({"statefiles": [], "heartbeat": "nfs"}, {}, []),
        ({"statefiles": None}, {}, []),
        ({}, {"missing": True}, [("state", "missing")]),
        ({}, {"type": "user"}, [("state", "type")]),
        ({}, {"type": None}, []),
        ({"enabled": False}, {"missing": True}, []),
    ],
)
def test_the_heartbeat_disk_is_there(ha: dict[str, Any], disk: dict[str, Any], found: Faults) -> None:
    assert faults("HA022", pool(ha=ha, disks=[STATE | disk, LOG])) == found


@pytest.mark.parametrize(
    ("ha", "disks", "found", "unknown"),
    [
        ({}, [STATE, LOG], [], []),
        ({}, [STATE, LOG | {"type": "metadata"}], [], []),
        ({}, [STATE], [("nfs", "")], []),
        ({}, [STATE, {"name": "d", "repository": "nfs"}], [], [("d", "type")]),
        ({}, [STATE, LOG | {"repository": "gone"}], [("nfs", "")], []),
        ({"statefiles": None, "heartbeat": "nfs"}, None, [], [("lab", "disks")]),
        ({"enabled": False}, [STATE], [], []),
    ],
)
def test_the_log_of_the_database_is_beside_it(
    ha: dict[str, Any], disks: list[dict[str, Any]] | None, found: Faults, unknown: Faults
) -> None:
    lab = pool(ha=ha, disks=disks)
    assert (faults("HA023", lab), lacks("HA023", lab)) == (found, unknown)


PROTECTED = [{"name": "x", "ha_restart_priority": "restart", "ha_always_run": True}]


@pytest.mark.parametrize(
    ("failures", "vms", "found"),
    [(0, PROTECTED, True), (1, PROTECTED, False), (None, PROTECTED, False), (0, [{"name": "x"}], False)],
)
def test_protection_without_room_is_told(failures: int | None, vms: list[dict[str, Any]], *, found: bool) -> None:
    assert bool(faults("HA024", pool(ha={"failures_to_tolerate": failures}, vms=vms))) is found
    assert faults("HA024", pool({}, ha={"failures_to_tolerate": failures}, vms=vms)) == []
