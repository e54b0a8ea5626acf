from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems

GIB = 2**30


def pool(version: str | None, **vm: Any) -> Pool:
    software = {"product_version": version}
    return Pool.model_validate({"name": "lab", "software": software, "vms": [{"name": "x"} | vm]})


@pytest.mark.parametrize(
    ("version", "vm", "field"),
    [
        ("6.2.0", {"vcpus": 16}, None),
        ("6.2.0", {"vcpus": 17}, "vcpus.max"),
        ("6.0.2", {"vcpus": 17}, None),
        ("7.0", {"vcpus": 32}, None),
        ("8.2.1", {"vcpus": 33}, "vcpus.max"),
        ("8.3.0", {"vcpus": 64}, None),
        ("8.4.0", {"vcpus": 65}, "vcpus.max"),
        ("6.2.0", {"memory": 128 * GIB}, None),
        ("6.2.0", {"memory": 129 * GIB}, "memory.static_max"),
        ("8.2.1", {"memory": 1536 * GIB}, None),
        ("8.2.1", {"memory": 1537 * GIB}, "memory.static_max"),
        ("8.2.1", {"usb_groups": ["g"] * 7}, "usb_groups"),
        ("8.2.1", {"vgpus": [{}] * 9}, "vgpus"),
        ("6.2.0", {"nics": [{"device": str(number)} for number in range(8)]}, "nics"),
        ("6.2.0", {"drives": [{"device": str(number)} for number in range(17)]}, "drives"),
        ("6.2.0", {}, None),
    ],
)
def test_a_guest_is_no_larger_than_supported(version: str, vm: dict[str, Any], field: str | None) -> None:
    assert faults("VM014", pool(version, **vm)) == ([("x", field)] if field else [])


def test_all_that_is_too_much_is_told_in_its_own_unit() -> None:
    told = [each.message for each in problems("VM014", pool("6.2.0", vcpus=20, memory=256 * GIB))]
    assert told == [
        "x has 20 virtual CPUs, and 16 virtual CPUs are supported at most",
        "x has 256 GiB of memory, and 128 GiB of memory are supported at most",
    ]


def test_an_unknown_release_leaves_it_open() -> None:
    assert lacks("VM014", pool(None, vcpus=99)) == [("lab", "software")]
