from typing import Any

import pytest

from planner.facts.upgrades import hosts_of_other_release, to_be_done, upgrading
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.pool import Pool


def view(*versions: str | None, **fields: Any) -> PoolView:
    hosts = [
        {"name": name} | ({"software": {"product_version": version}} if version else {})
        for name, version in zip("abc", versions, strict=False)
    ]
    return PoolView(Pool.model_validate({"name": "lab", "coordinator": "a", "hosts": hosts} | fields))


@pytest.mark.parametrize(
    ("versions", "flag", "found"),
    [
        (["8.2.1", "8.3.0"], False, True),
        (["8.3.0", "8.3.0"], True, True),
        (["8.3.0", "8.3.0"], None, False),
        (["8.3.0", None], None, None),
        (["8.3.0", None], False, False),
        (["8.3.0", None, "8.2.1"], None, True),
        ([], None, None),
    ],
)
def test_different_releases_are_an_upgrade(
    versions: list[str | None],
    flag: bool | None,  # noqa: FBT001 - a value of a field
    *,
    found: bool | None,
) -> None:
    assert upgrading(view(*versions, rolling_upgrade=flag)) is found


def test_the_hosts_that_differ_come_by_name() -> None:
    held = view("8.3.0", "8.2.1", "8.2.1")
    assert [host.name for host in hosts_of_other_release(held) or ()] == ["b", "c"]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, None),
        ({"pending_guidances": ()}, ()),
        ({"pending_guidances": ("b", "a", "b")}, ("a", "b")),
        ({"updates_requiring_reboot": ("u",)}, ("reboot_host",)),
        ({"updates_requiring_reboot": ()}, None),
        ({"pending_guidances": ("reboot_host",), "updates_requiring_reboot": ("u",)}, ("reboot_host",)),
    ],
)
def test_what_is_to_be_done_is_told_once(fields: dict[str, Any], found: tuple[str, ...] | None) -> None:
    assert to_be_done(Host(name="a", **fields)) == found
