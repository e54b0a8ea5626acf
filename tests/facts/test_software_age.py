from typing import Any

import pytest

from planner.facts.lacking import Lacking
from planner.facts.software_age import newest, not_older
from planner.model.inventory import PoolView
from planner.model.pool import Pool

RECENT = {"product_version": "8.3.0", "xapi": "25.31"}


def compared(source: dict[str, Any], target: dict[str, Any], software: dict[str, Any] | None = None) -> bool | str:
    hosts = [{"name": "a", "software": source}, {"name": "b", "software": target}, {"name": "c", "software": software}]
    view = PoolView(Pool.model_validate({"name": "lab", "coordinator": "c", "hosts": hosts}))
    one, other, _ = view.hosts.records
    found = not_older(view, one, other)
    return f"{found.record.label}: {found.field}" if isinstance(found, Lacking) else found


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("3.2.1", "3.2.1", True),
        ("3.2.1", "3.4.0", True),
        ("3.4.0", "3.2.1", False),
        ("3.2", "3.2.0", True),
        ("3.2.0", "3.2", False),
        ("3.10.0", "3.9.0", False),
        ("3.2.1-5-x", "3.2.1-4", False),
        ("3.2.x", "3.2", True),
    ],
)
def test_a_guest_goes_to_newer_software_only(source: str, target: str, *, expected: bool) -> None:
    versions = {"platform_version": source}, {"platform_version": target}
    assert compared(*versions, RECENT) is expected


SAME = {"platform_version": "3.4.0"}


@pytest.mark.parametrize(
    ("software", "expected"),
    [
        (RECENT, False),
        ({"product_version": "8.3.0", "xapi": "25.30"}, True),
        ({"product_version": "8.2.1"}, True),
        ({"product_version": "8.3.0"}, "c: software"),
    ],
)
def test_toolstack_and_hypervisor_are_compared_since_a_release(
    software: dict[str, Any],
    expected: bool | str,  # noqa: FBT001 - a case
) -> None:
    for field in ("xen", "xapi_build"):
        assert compared(SAME | {field: "4.17.5-3"}, SAME | {field: "4.17.4"}, software) == expected
        assert compared(SAME | {field: "4.17.4"}, SAME | {field: "4.17.5-3"}, software) is True


def test_what_is_not_known_is_named() -> None:
    assert compared({}, SAME, RECENT) == "a: software.platform_version"
    assert compared(SAME, {"xen": "4"}, RECENT) == "b: software.platform_version"


def test_the_newest_hosts_are_told_by_platform_and_toolstack() -> None:
    versions = [("3.4.0", "26.1"), ("3.4.0", "26.2"), ("3.2.1", "27.0"), ("3.4.0", "26.2")]
    hosts = [
        {"name": str(number), "software": {"platform_version": platform, "xapi": xapi}}
        for number, (platform, xapi) in enumerate(versions)
    ]
    view = PoolView(Pool.model_validate({"name": "lab", "hosts": hosts}))
    assert [host.name for host in view.hosts.records if id(host) in newest(view)] == ["1", "3"]
