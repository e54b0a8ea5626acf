from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems


def pool(*hosts: dict[str, Any], **fields: Any) -> Pool:
    named = [{"name": name} | host for name, host in zip("abc", hosts, strict=False)]
    return Pool.model_validate({"name": "lab", "coordinator": "a", "hosts": named} | fields)


def runs(version: str, brand: str = "XCP-ng") -> dict[str, Any]:
    return {"software": {"product_version": version, "product_brand": brand}}


SP1 = {"updates": [{"name": "SP1", "uuid": "u"}]}


@pytest.mark.parametrize(
    ("host", "message", "field"),
    [
        ({"pending_guidances": ["reboot_host"]}, "reboot_host is still to be done on a", "pending_guidances"),
        ({"updates_requiring_reboot": ["SP1"]}, "reboot_host is still to be done on a", "updates_requiring_reboot"),
        (
            {"pending_guidances": ["restart_toolstack"], "updates_requiring_reboot": ["u"]},
            "reboot_host and restart_toolstack is still to be done on a",
            "pending_guidances",
        ),
    ],
)
def test_what_updates_demand_is_told(host: dict[str, Any], message: str, field: str) -> None:
    (problem,) = problems("UP003", pool(host, **SP1))
    assert (problem.message, problem.field) == (message, field)


def test_a_toolstack_is_restarted_without_moving_vms() -> None:
    (problem,) = problems("UP003", pool({"pending_guidances": ["restart_toolstack"]}))
    assert problem.remedy == "run `xe-toolstack-restart` on a"
    (problem,) = problems("UP003", pool({"pending_guidances": ["reboot_host"], "uuid": "h"}))
    assert "`xe host-disable uuid=h`, `xe host-evacuate uuid=h` and `xe host-reboot uuid=h`" in problem.remedy


@pytest.mark.parametrize("host", [{}, {"pending_guidances": [], "updates_requiring_reboot": []}])
def test_nothing_to_be_done_is_nothing_to_be_told(host: dict[str, Any]) -> None:
    assert faults("UP003", pool(host)) == []


@pytest.mark.parametrize(("flag", "found"), [(True, True), (False, False), (None, False)])
def test_an_upgrade_that_is_not_over_is_told(flag: bool | None, *, found: bool) -> None:  # noqa: FBT001 - a field's value
    assert bool(faults("UP004", pool({}, rolling_upgrade=flag))) is found


@pytest.mark.parametrize(
    ("coordinator", "member", "found"),
    [("8.2.1", "8.3.0", True), ("8.3.0", "8.2.1", False), ("8.3.0", "8.3.0", False), ("?", "8.3.0", False)],
)
def test_the_coordinator_is_the_newest(coordinator: str, member: str, *, found: bool) -> None:
    assert faults("UP005", pool(runs(coordinator), runs(member))) == ([("b", "software")] if found else [])


UPGRADING = {"rolling_upgrade": True}
JOIN: dict[str, Any] = {"joins": [{"host": "new"}]}
NEW = Pool.model_validate({"name": "new", "hosts": [{"name": "new"}]})


@pytest.mark.parametrize(
    ("hosts", "fields", "found", "unknown"),
    [
        ([{}, {}], UPGRADING | JOIN, [("new", "host")], []),
        ([runs("8.2.1"), runs("8.3.0")], JOIN, [("new", "host")], []),
        ([runs("8.3.0"), runs("8.3.0")], JOIN, [], []),
        ([{}, {}], JOIN, [], [("lab", "rolling_upgrade")]),
        ([{}], JOIN, [], []),
        ([{}], UPGRADING | {"changes": [{"kind": "eject-host", "host": "a"}]}, [("eject-host", "kind")], []),
        ([{}], UPGRADING | {"changes": [{"kind": "move-management", "host": "a"}]}, [], []),
        ([{}], UPGRADING, [], []),
    ],
)
def test_a_pool_stays_as_it_is_until_all_are_upgraded(
    hosts: list[dict[str, Any]], fields: dict[str, Any], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    lab = pool(*hosts, **fields)
    assert (faults("UP006", lab, NEW), lacks("UP006", lab, NEW)) == (found, unknown)


@pytest.mark.parametrize(
    ("other", "found"),
    [(runs("8.2.1", "XenServer"), True), (runs("8.2.1"), False), (runs("8.4.0", "XenServer"), False), ({}, False)],
)
def test_a_pool_is_of_one_product(other: dict[str, Any], *, found: bool) -> None:
    assert faults("UP007", pool(runs("8.2.1"), other)) == ([("b", "software")] if found else [])
    assert faults("UP007", pool(other, runs("8.2.1"))) == ([("b", "software")] if found else [])


def test_the_two_products_are_named() -> None:
    (problem,) = problems("UP007", pool(runs("8.2.1"), runs("8.2.1", "XenServer")))
    assert problem.message == "b runs XenServer, and a runs XCP-ng"


@pytest.mark.parametrize(("state", "found"), [("no", True), ("yes", False), ("unknown", False), (None, False)])
def test_updates_that_are_there_are_told(state: str | None, *, found: bool) -> None:
    assert bool(faults("UP008", pool({"latest_updates_applied": state}))) is found


@pytest.mark.parametrize(
    ("enabled", "vm", "found"),
    [
        (False, {"power_state": "running"}, True),
        (False, {}, True),
        (False, {"power_state": "suspended"}, False),
        (True, {"power_state": "running"}, False),
        (None, {"power_state": "running"}, False),
    ],
)
def test_a_host_in_maintenance_is_empty(enabled: bool | None, vm: dict[str, Any], *, found: bool) -> None:  # noqa: FBT001 - a field's value
    lab = pool({"enabled": enabled}, vms=[{"name": "x", "runs_on": "a"} | vm])
    assert bool(faults("UP009", lab)) is found


UPGRADE: dict[str, Any] = {"changes": [{"kind": "rolling-upgrade"}]}
CD = {"device": "xvdd", "type": "cd", "empty": False}


@pytest.mark.parametrize(
    ("drive", "vm", "found"),
    [
        (CD, {"power_state": "running"}, True),
        (CD, {"power_state": "paused"}, True),
        (CD, {"power_state": "halted"}, False),
        (CD | {"empty": True}, {"power_state": "running"}, False),
        (CD | {"type": "disk"}, {"power_state": "running"}, False),
    ],
)
def test_cds_are_out_before_an_upgrade(drive: dict[str, Any], vm: dict[str, Any], *, found: bool) -> None:
    vms = [{"name": "x", "drives": [drive]} | vm]
    assert faults("UP010", pool({}, **UPGRADE, vms=vms)) == ([("xvdd", "empty")] if found else [])
    assert faults("UP010", pool({}, vms=vms)) == []


@pytest.mark.parametrize(("balancing", "found"), [(True, True), (False, False), (None, False)])
def test_workload_balancing_is_off_before_an_upgrade(balancing: bool | None, *, found: bool) -> None:  # noqa: FBT001 - a field's value
    lab = pool({}, **UPGRADE, workload_balancing=balancing)
    assert faults("UP010", lab) == ([("lab", "workload_balancing")] if found else [])
