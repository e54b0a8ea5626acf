from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems

A, B = {"host": "a", "attached": True}, {"host": "b", "attached": True}
B_OFF = {"host": "b", "attached": False}


def pool(*repositories: dict[str, Any], **fields: Any) -> Pool:
    named = [{"name": "nfs"} | repository for repository in repositories]
    return Pool.model_validate({"name": "lab", "hosts": [{"name": "a"}, {"name": "b"}], "repositories": named} | fields)


def shared(*connections: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"shared": True, "connections": list(connections), **fields}


@pytest.mark.parametrize(
    ("repository", "found", "unknown"),
    [
        (shared(A, B), [], []),
        (shared(A, B_OFF), [("b", "attached")], []),
        (shared(A), [("nfs", "connections")], []),
        (shared(), [("nfs", "connections"), ("nfs", "connections")], []),
        (shared(A, B, B_OFF), [], []),
        (shared(A, shared=False), [], []),
        (shared(A, tools=True), [], []),
        (shared(A, shared=None), [], [("nfs", "shared")]),
        (shared(A, B, shared=None), [], []),
        (shared(A, {"host": "b"}), [], [("b", "attached")]),
        ({"shared": True}, [], [("nfs", "connections")]),
    ],
)
def test_a_shared_repository_is_attached_everywhere(
    repository: dict[str, Any], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    assert (faults("ST001", pool(repository)), lacks("ST001", pool(repository))) == (found, unknown)


def test_the_vms_that_depend_on_it_are_named() -> None:
    vms = [
        {"name": "x", "drives": [{"device": "a", "repository": "nfs"}, {"device": "b", "disk": "d"}]},
        {"name": "y", "drives": [{"device": "a", "disk": "d"}]},
        {"name": "z", "drives": [{"device": "a"}]},
        {"name": "w"},
    ]
    lab = pool(shared(A), vms=vms, disks=[{"name": "d", "repository": "nfs"}])
    assert (
        problems("ST001", lab)[0].message
        == "nfs is shared, but b has no connection to it; 2 VMs have something on it: x and y"
    )


def test_the_remedy_has_the_settings_of_the_other_hosts_but_no_secret() -> None:
    config = {"server": "//nas/vm images", "username": "lab", "password": "hidden", "cifspassword_secret": "hidden"}
    (problem,) = problems("ST001", pool(shared(A | {"device_config": config})))
    assert "device-config:server='//nas/vm images'" in problem.remedy
    assert "device-config:username=lab" in problem.remedy
    assert "hidden" not in problem.remedy
    (problem,) = problems("ST001", pool(shared(A, device_config={"server": "nas"})))
    assert "device-config:server=nas`" in problem.remedy
    (problem,) = problems("ST001", pool(shared(device_config={"server": "nas"}), hosts=[{"name": "a"}]))
    assert "device-config:server=nas`" in problem.remedy


@pytest.mark.parametrize(
    ("connections", "found"),
    [([A, B], []), ([A, B, B_OFF], [("b", "host")]), ([A, A, A], [("a", "host")] * 2), ([], [])],
)
def test_a_host_is_connected_once(connections: list[dict[str, Any]], found: list[tuple[str, str]]) -> None:
    assert faults("ST002", pool(shared(*connections))) == found


def test_the_attached_connection_is_the_one_to_keep() -> None:
    (problem,) = problems("ST002", pool(shared(B_OFF | {"uuid": "u-1"}, B | {"uuid": "u-2"})))
    assert "xe pbd-destroy uuid=u-1" in problem.remedy


@pytest.mark.parametrize(
    ("repository", "found", "unknown"),
    [
        (shared(A, B_OFF, shared=False), [("nfs", "shared")], []),
        (shared(A, shared=False), [], []),
        (shared(A, A, shared=False), [], []),
        (shared(A, B), [], []),
        (shared(A, B, shared=False, tools=True), [], []),
        (shared(A, B, shared=None), [], [("nfs", "shared")]),
    ],
)
def test_an_unshared_repository_is_on_one_host(
    repository: dict[str, Any], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    assert (faults("ST003", pool(repository)), lacks("ST003", pool(repository))) == (found, unknown)


@pytest.mark.parametrize(("kind", "share"), [("nfs", True), ("ext", False)])
def test_only_what_is_made_for_several_hosts_is_to_be_shared(kind: str, *, share: bool) -> None:
    (problem,) = problems("ST003", pool(shared(A, B, shared=False, type=kind)))
    assert ("shared=true" in problem.remedy) is share


@pytest.mark.parametrize(
    ("is_shared", "hosts", "found", "unknown"),
    [
        (False, "ab", [("lab", "default_repository")], []),
        (True, "ab", [], []),
        (False, "a", [], []),
        (None, "ab", [], [("nfs", "shared")]),
    ],
)
def test_the_default_repository_is_shared(
    *, is_shared: bool | None, hosts: str, found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    named = [{"name": name} for name in hosts]
    lab = pool(shared(shared=is_shared), hosts=named, default_repository="nfs")
    assert (faults("ST004", lab), lacks("ST004", lab)) == (found, unknown)


@pytest.mark.parametrize(
    "unfit",
    [{"type": "iso"}, {"type": "udev"}, {"type": "nfs", "content_type": "iso"}, {"type": "x", "tools": True}],
)
def test_what_holds_no_disks_is_no_default_repository(unfit: dict[str, Any]) -> None:
    library = {"name": "images", "shared": True} | unfit
    lab = pool(shared(shared=False), library, default_repository="nfs")
    assert problems("ST004", lab)[0].remedy.startswith("add a repository")
    lab = pool(shared(shared=False), library, {"name": "nas", "shared": True}, default_repository="nfs")
    assert problems("ST004", lab)[0].remedy.startswith("make nas the default repository")


def test_a_default_repository_that_is_not_described_is_no_fault_here() -> None:
    assert faults("ST004", pool(default_repository="gone")) == []


@pytest.mark.parametrize(
    ("size", "used", "found"), [(10, 10, False), (10, 11, True), (0, 11, False), (None, 11, False), (10, None, False)]
)
def test_no_more_is_taken_than_there_is(size: int | None, used: int | None, *, found: bool) -> None:
    assert bool(faults("ST005", pool({"size": size, "used": used}))) is found


@pytest.mark.parametrize(
    ("repository", "found"),
    [
        ({"type": "ext", "shared": True}, True),
        ({"type": "lvhd", "shared": True}, True),
        ({"type": "ext", "shared": False}, False),
        ({"type": "nfs", "shared": True}, False),
        ({"type": "udev", "shared": True, "tools": True}, False),
        ({"shared": True}, False),
    ],
)
def test_a_driver_for_one_host_is_not_shared(repository: dict[str, Any], *, found: bool) -> None:
    assert bool(faults("ST006", pool(repository))) is found
