from typing import Any

import pytest

from planner.units import MIB
from tests.facts.places import HOST, SHARED, lab
from tests.rules.asking import faults, lacks, problems

NOWHERE: dict[str, Any] = {"repositories": [SHARED | {"connections": []}]}


@pytest.mark.parametrize(
    ("guest", "pool", "found", "unknown"),
    [
        ({}, {}, [], []),
        ({}, NOWHERE, [("web", "")], []),
        (
            {"power_state": "suspended", "last_boot_cpu": {"vendor": "AuthenticAMD", "features": "1"}},
            {},
            [("web", "")],
            [],
        ),
        ({"power_state": "suspended"}, {}, [], []),
        ({"power_state": "running", "runs_on": "a"}, NOWHERE, [], []),
        ({"power_state": None}, NOWHERE, [], []),
        ({"memory": 16384 * MIB}, {}, [("web", "")], []),
        ({"vcpus": 0, "actions_after_crash": "rename_restart"}, {}, [], []),
        ({"vgpus": None}, {}, [], [("web", "vgpus")]),
        ({"vgpus": None}, NOWHERE, [("web", "")], []),
        ({}, {"hosts": []}, [], []),
        ({}, {"hosts": [HOST | {"enabled": False}]}, [], []),
    ],
)
def test_some_host_can_run_a_vm(
    guest: dict[str, Any], pool: dict[str, Any], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    view = lab(guest, **pool)
    assert (faults("VM009", view.pool), lacks("VM009", view.pool)) == (found, unknown)


def test_a_vm_of_another_cpu_can_be_resumed_nowhere() -> None:
    guest = {"power_state": "suspended", "last_boot_cpu": {"vendor": "AuthenticAMD", "features": "1"}}
    host = {"cpu": HOST["cpu"] | {"features_hvm": "7-7"}}
    (problem,) = problems("VM009", lab(guest, host).pool)
    assert problem.message == (
        "no host of lab could run web: its CPU is of another vendor than the one that the VM has seen"
    )


def test_each_reason_is_told_once_with_the_number_of_its_hosts() -> None:
    view = lab(None, {"hvm": False}, repositories=[SHARED | {"connections": [{"host": "b", "attached": True}]}])
    (problem,) = problems("VM009", view.pool)
    assert problem.message == (
        "no host of lab could run web: it needs hardware virtualisation, which the host does not have or has "
        "switched off (1 host); its disk root is on nfs, which is not attached there (1 host)"
    )


def sized(*counts: int | None, vcpus: Any = 4, version: str | None = "8.2.1", **vm: Any) -> Any:
    hosts = [HOST | {"name": f"h{number}", "cpu": {"count": count}} for number, count in enumerate(counts)]
    return lab({"vcpus": vcpus} | vm, hosts=hosts, software={"product_version": version}).pool


@pytest.mark.parametrize(
    ("pool", "found", "unknown"),
    [
        (sized(8, 4), [], []),
        (sized(8, 2), [("web", "vcpus.max")], []),
        (sized(2, 2), [("web", "vcpus.max")], []),
        (sized(8, 2, version="7.5"), [], []),
        (sized(8, 2, version=None), [], [("h0", "software.product_version"), ("h1", "software.product_version")]),
        (sized(8, None), [], [("h1", "cpu.count")]),
        (sized(2, None), [("web", "vcpus.max")], [("h1", "cpu.count")]),
        (sized(8, vcpus=None), [], [("web", "vcpus.max")]),
        (sized(8, 2, platform={"vcpu-unrestricted": "true"}), [], []),
    ],
)
def test_virtual_cpus_fit_on_every_host(
    pool: Any, found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    assert (faults("VM010", pool), lacks("VM010", pool)) == (found, unknown)


def test_the_hosts_that_are_too_small_are_named() -> None:
    (problem,) = problems("VM010", sized(3, 8, 2))
    assert problem.message == "web has 4 virtual CPUs, more than h0 and h2 have physical ones"
    assert "VCPUs-at-startup=2 VCPUs-max=2" in problem.remedy
