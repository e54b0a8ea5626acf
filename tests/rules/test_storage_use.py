from typing import Any

import pytest

from planner.model.pool import Pool
from planner.model.site import Site
from tests.rules.asking import faults, lacks, problems

A, B = {"host": "a", "attached": True}, {"host": "b", "attached": True}


def lab(*repositories: dict[str, Any], **fields: Any) -> Pool:
    named = [{"name": name} | each for name, each in zip("rst", repositories, strict=False)]
    return Pool.model_validate({"name": "lab", "hosts": [{"name": "a"}, {"name": "b"}], "repositories": named} | fields)


@pytest.mark.parametrize(
    ("repository", "why"),
    [
        ({"type": "nfs", "connections": [A]}, None),
        ({"type": "iso"}, "is made for ISO images or removable media"),
        ({"type": "nfs", "content_type": "iso"}, "is made for ISO images or removable media"),
        ({"type": "udev"}, "is made for ISO images or removable media"),
        ({"type": "nfs", "connections": []}, "is attached on no host"),
        ({"type": "nfs", "connections": [A | {"attached": False}]}, "is attached on no host"),
        ({"type": "nfs", "connections": [{"host": "a"}]}, None),
        ({"type": "nfs"}, None),
    ],
)
def test_the_default_repository_takes_disks(repository: dict[str, Any], why: str | None) -> None:
    found = problems("ST013", lab(repository, {"shared": True, "type": "nfs"}, default_repository="r"))
    assert [each.message for each in found] == ([f"r, the default repository of lab, {why}"] if why else [])
    assert all("such as s" in each.remedy for each in found)
    assert faults("ST013", lab(repository)) == []


@pytest.mark.parametrize(
    ("pool_wide", "own", "found", "unknown"),
    [
        ("r", None, [], [("b", "suspend_repository")]),
        ("r", "r", [("b", "suspend_repository")], []),
        ("r", "s", [], []),
        (None, "r", [("b", "suspend_repository")], []),
        (None, None, [], []),
        ("s", None, [], []),
        ("t", None, [], []),
    ],
)
def test_every_host_can_suspend(
    pool_wide: str | None, own: str | None, found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    hosts = [{"name": "a"}, {"name": "b", "suspend_repository": own}]
    both = {"connections": [A, B | {"attached": False}]}
    one = lab({"connections": [A]}, both, {}, hosts=hosts, suspend_repository=pool_wide)
    assert (faults("ST014", one), lacks("ST014", one)) == (found, unknown)


CD = {"device": "xvdd", "type": "cd", "empty": False, "repository": "r"}


@pytest.mark.parametrize(
    ("vm", "repository", "found"),
    [
        ({"drives": [CD]}, {"shared": False}, [("xvdd", "repository")]),
        ({"drives": [CD]}, {"type": "udev"}, [("xvdd", "repository")]),
        ({"drives": [CD | {"disk": "iso"}]}, {"shared": False}, [("xvdd", "disk")]),
        ({"drives": [CD | {"empty": True}]}, {"shared": False}, []),
        ({"drives": [CD | {"type": "disk"}]}, {"shared": False}, []),
        ({"drives": [CD]}, {"shared": True}, []),
        ({"drives": [CD]}, {"shared": False, "tools": True}, []),
        ({"drives": [CD], "power_state": "halted"}, {"shared": False}, []),
    ],
)
def test_a_cd_of_one_host_binds_what_runs(
    vm: dict[str, Any], repository: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    vms = [{"name": "x", "power_state": "running"} | vm]
    disks = [{"name": "iso", "repository": "r"}]
    assert faults("ST015", lab(repository, vms=vms, disks=disks)) == found
    assert faults("ST015", lab(repository, vms=vms, disks=disks, hosts=[{"name": "a"}])) == []


@pytest.mark.parametrize(
    ("used", "percent", "found"),
    [(89, 90, False), (90, 90, True), (100, 90, True), (101, 90, False), (50, 50, True), (99, 100, False)],
)
def test_the_site_says_what_is_nearly_full(used: int, percent: int, *, found: bool) -> None:
    one = lab({"type": "nfs", "size": 100, "used": used})
    assert bool(faults("ST016", one, site=Site(repository_full_percent=percent))) is found
    for kind in ("iso", "udev"):
        assert faults("ST016", lab({"type": kind, "size": 100, "used": used})) == []


def test_what_has_to_be_freed_is_told() -> None:
    one = lab({"type": "nfs", "size": 100 * 2**30, "used": 95 * 2**30})
    (problem,) = problems("ST016", one)
    assert problem.message == "r is full to 95 %: 5 GiB of 100 GiB left"
    assert problem.remedy.startswith("free 5 GiB on it")


@pytest.mark.parametrize(("promised", "percent", "found"), [(200, 200, False), (201, 200, True), (101, 100, True)])
def test_the_site_says_how_much_may_be_promised(promised: int, percent: int, *, found: bool) -> None:
    one = lab({"type": "nfs", "size": 100, "allocated": promised})
    assert bool(faults("ST017", one, site=Site(promised_percent=percent))) is found


@pytest.mark.parametrize(
    ("repository", "found"),
    [
        ({"shared": False, "connections": []}, True),
        ({"shared": False, "connections": [A]}, False),
        ({"shared": False}, False),
        ({"shared": True, "connections": []}, False),
        ({"shared": False, "tools": True, "connections": []}, False),
    ],
)
def test_every_repository_is_for_somebody(repository: dict[str, Any], *, found: bool) -> None:
    assert bool(faults("ST026", lab(repository))) is found


@pytest.mark.parametrize(
    ("repository", "why"),
    [
        ({"shared": False, "connections": [A]}, None),
        ({"shared": True, "connections": [A]}, "is shared"),
        ({"shared": False, "connections": [B]}, "has connections of b"),
        ({"shared": False, "connections": [A, B]}, "has connections of a and b"),
        ({"shared": False, "connections": []}, "has connections of no host"),
        ({"shared": False}, None),
    ],
)
def test_a_cache_is_for_one_host(repository: dict[str, Any], why: str | None) -> None:
    hosts = [{"name": "a", "local_cache_repository": "r"}, {"name": "b"}]
    found = [each.message for each in problems("ST027", lab(repository, hosts=hosts))]
    assert found == ([f"a caches disks in r, which {why}"] if why else [])
