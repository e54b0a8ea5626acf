from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems

ON: dict[str, Any] = {"ha": {"enabled": True}}
OFF: dict[str, Any] = {"ha": {"enabled": False}}
WISHED: dict[str, Any] = OFF | {"ha_plan": {}}
RUNS: dict[str, Any] = {"power_state": "running", "runs_on": "a", "ha_restart_priority": "restart"}
GUARDED = RUNS | {"ha_always_run": True}


def pool(*vms: dict[str, Any], **fields: Any) -> Pool:
    named = [{"name": name} | vm for name, vm in zip("xyz", vms, strict=False)]
    return Pool.model_validate({"name": "lab", "hosts": [{"name": "a"}, {"name": "b"}], "vms": named} | fields)


@pytest.mark.parametrize(
    ("code", "vm", "found"),
    [
        ("HA029", RUNS | {"ha_always_run": False}, True),
        ("HA029", GUARDED, False),
        ("HA029", RUNS, False),
        ("HA029", RUNS | {"ha_always_run": False, "power_state": "halted"}, False),
        ("HA029", RUNS | {"ha_always_run": False, "ha_restart_priority": "best-effort"}, False),
        ("HA030", RUNS | {"ha_always_run": True, "ha_restart_priority": ""}, True),
        ("HA030", RUNS | {"ha_always_run": True, "ha_restart_priority": "best-effort"}, False),
        ("HA030", RUNS | {"ha_always_run": False, "ha_restart_priority": ""}, False),
        ("HA031", {"power_state": "halted", "ha_restart_priority": "best-effort"}, True),
        ("HA031", {"power_state": "halted", "ha_restart_priority": "restart"}, False),
        ("HA031", {"power_state": "running", "ha_restart_priority": "best-effort"}, False),
        ("HA032", RUNS | {"ha_restart_priority": ""}, True),
        ("HA032", RUNS | {"ha_restart_priority": "best-effort"}, True),
        ("HA032", RUNS | {"ha_always_run": False}, True),
        ("HA032", GUARDED, False),
        ("HA032", RUNS | {"ha_restart_priority": None}, False),
        ("HA032", RUNS | {"ha_restart_priority": "", "driver_domain": True}, False),
        ("HA032", RUNS | {"ha_restart_priority": "", "power_state": "halted"}, False),
        ("HA032", RUNS | {"ha_restart_priority": "", "runs_on": None}, False),
    ],
)
def test_what_is_said_of_a_guest(code: str, vm: dict[str, Any], *, found: bool) -> None:
    assert bool(faults(code, pool(vm, **ON))) is found
    assert faults(code, pool(vm, **OFF)) == []
    assert lacks(code, pool(vm)) == ([("lab", "ha")] if found else [])


def test_a_wish_protects_whoever_has_the_priority() -> None:
    assert faults("HA032", pool(RUNS | {"ha_always_run": False}, **WISHED)) == []
    assert faults("HA032", pool(RUNS | {"ha_restart_priority": ""}, **WISHED)) == [("a", "")]
    assert faults("HA029", pool(RUNS | {"ha_always_run": False}, **WISHED)) == [("x", "ha_always_run")]


def test_each_host_names_its_guests_once() -> None:
    bare = RUNS | {"ha_restart_priority": ""}
    (problem,) = problems("HA032", pool(bare, bare, GUARDED, **ON))
    assert (
        problem.message == "a cannot be evacuated while high availability is on: 2 VMs on it are not protected, x and y"
    )
    assert faults("HA032", pool(bare, **ON, hosts=[{"name": "a"}])) == []


HOSTS = [{"name": "a", "cpu": {"count": 8}, "hvm": True}, {"name": "b", "cpu": {"count": 4}, "hvm": False}]


@pytest.mark.parametrize(
    ("vm", "words"),
    [
        ({"pci_devices": ["0000:04:00.0"]}, "it has 1 PCI device of its host"),
        ({"vcpus": 6}, "has 6 virtual CPUs, more than the CPUs of b"),
        ({"vcpus": 4}, ""),
        ({"domain_type": "hvm"}, "needs hardware virtualisation, which b lacks"),
        ({"domain_type": "pv"}, ""),
        ({"pci_devices": []}, ""),
        ({}, ""),
    ],
)
def test_what_the_toolstack_overlooks_is_told(vm: dict[str, Any], words: str) -> None:
    found = problems("HA033", pool(GUARDED | vm, **ON, hosts=HOSTS))
    assert [each.message for each in found] == (
        [f"x is to be restarted on any host, but {words}; the toolstack does not notice"] if words else []
    )
    assert faults("HA033", pool(GUARDED | vm | {"ha_restart_priority": ""}, **ON, hosts=HOSTS)) == []


def test_only_hosts_that_are_too_small_are_named() -> None:
    hosts = [{"name": name, "cpu": {"count": count}} for name, count in (("a", 8), ("b", 4), ("c", 6))]
    (problem,) = problems("HA033", pool(GUARDED | {"vcpus": 6}, **ON, hosts=hosts))
    assert [host.label for host in problem.related] == ["b"]


def test_disabled_hosts_need_not_suit() -> None:
    hosts = [HOSTS[0], HOSTS[1] | {"enabled": False}]
    assert faults("HA033", pool(GUARDED | {"vcpus": 6, "domain_type": "hvm"}, **ON, hosts=hosts)) == []


LOCAL = {"drives": [{"device": "xvda", "repository": "local"}], "nics": [], "vgpus": [], "usb_groups": []}
STORAGE = {"repositories": [{"name": "local", "shared": False, "connections": [{"host": "a", "attached": True}]}]}


@pytest.mark.parametrize(
    ("vm", "ha", "found"),
    [
        ({"power_state": "halted", "ha_always_run": False}, {}, True),
        ({"power_state": "halted", "ha_always_run": False}, {"allow_overcommit": True}, False),
        ({"power_state": "halted", "ha_always_run": True}, {}, False),
        ({"power_state": "halted", "ha_always_run": False, "ha_restart_priority": ""}, {}, False),
        ({"power_state": "halted", "ha_always_run": False, "drives": []}, {}, False),
        ({"power_state": "halted", "ha_always_run": False}, {"enabled": False}, False),
    ],
)
def test_a_start_that_will_be_refused_is_told(vm: dict[str, Any], ha: dict[str, Any], *, found: bool) -> None:
    guest = LOCAL | {"ha_restart_priority": "restart"} | vm
    lab = pool(guest, **STORAGE, ha={"enabled": True} | ha)
    assert bool(faults("HA034", lab)) is found


@pytest.mark.parametrize(
    ("priority", "steps"), [("restart", ["best-effort", "restart"]), ("", ["restart"]), ("best-effort", ["restart"])]
)
def test_only_a_change_of_its_priority_protects_a_running_vm(priority: str, steps: list[str]) -> None:
    vm = RUNS | {"ha_restart_priority": priority, "ha_always_run": False, "uuid": "u"}
    (problem,) = problems("HA032", pool(vm, **ON))
    commands = ", then ".join(f"`xe vm-param-set uuid=u ha-restart-priority={step}`" for step in steps)
    assert problem.remedy.startswith(f"protect it, first {commands}, or disable high availability")
