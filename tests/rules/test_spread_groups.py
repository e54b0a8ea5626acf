from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, problems


def pool(*vms: dict[str, Any], hosts: str = "ab", placement: str = "anti_affinity", **fields: Any) -> Pool:
    named = [{"name": name, "groups": ["g"]} | vm for name, vm in zip("xyz", vms, strict=False)]
    whole = {"hosts": [{"name": name} for name in hosts], "groups": [{"name": "g", "placement": placement}]}
    return Pool.model_validate({"name": "lab", "vms": named} | whole | fields)


def on(host: str) -> dict[str, Any]:
    return {"power_state": "running", "runs_on": host}


@pytest.mark.parametrize(("hosts", "found"), [("ab", True), ("abc", False), ("", False)])
def test_a_group_has_no_more_members_than_hosts(hosts: str, *, found: bool) -> None:
    assert faults("HA036", pool({}, {}, {}, hosts=hosts)) == ([("g", "")] if found else [])
    assert faults("HA036", pool({}, {}, {}, hosts=hosts, placement="normal")) == []


@pytest.mark.parametrize(
    ("vms", "found"),
    [
        ([on("a"), on("a")], True),
        ([on("a"), on("b")], False),
        ([on("a"), on("a"), on("b")], False),
        ([on("a")], False),
        ([on("a"), on("a") | {"power_state": "paused"}], False),
        ([on("a"), on("a") | {"groups": []}], False),
        ([on("a"), on("a") | {"groups": ["gone"]}], False),
    ],
)
def test_a_group_is_spread(vms: list[dict[str, Any]], *, found: bool) -> None:
    assert faults("HA037", pool(*vms)) == ([("g", "")] if found else [])
    assert faults("HA037", pool(*vms, hosts="a")) == []


def test_the_vm_to_move_is_named() -> None:
    (problem,) = problems("HA037", pool(on("a") | {"uuid": "u1"}, on("a") | {"uuid": "u2"}))
    assert "`xe vm-migrate uuid=u2 host=… live=true`" in problem.remedy
