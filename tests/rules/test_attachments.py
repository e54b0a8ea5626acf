"""Why repositories are not attached, told with the evidence."""

from typing import Any

import pytest

from planner.model.guest import VM
from planner.model.pool import Pool
from planner.model.site import Site
from tests.rules.asking import faults, lacks, problems

UP = {"attached": True, "carrier": True, "mode": "static"}
MANAGEMENT = {"device": "eth0", "network": "management", "management": True, "gateway": "10.0.0.254", **UP}
STORAGE = {"device": "eth2", "network": "storage", "management": False, **UP}
A, B, B_OFF = {"host": "a", "attached": True}, {"host": "b", "attached": True}, {"host": "b", "attached": False}
BARE = {"address": None, "mode": "none"}


def lab(second: dict[str, Any] | None, *connections: dict[str, Any], **repository: Any) -> Pool:
    """Two hosts; the first reaches the server over the storage network, the second has this interface there."""
    first = [MANAGEMENT | {"address": "10.0.0.1/24"}, STORAGE | {"address": "172.16.0.1/24"}]
    other = [MANAGEMENT | {"address": "10.0.0.2/24"}, *([STORAGE | second] if second is not None else [])]
    config = {"server": "172.16.0.100", "serverpath": "/disks"}
    nfs = {"name": "disks", "uuid": "u", "type": "nfs", "shared": True, "device_config": config}
    return Pool.model_validate(
        {
            "name": "lab",
            "networks": [{"name": name} for name in ("management", "storage", "other")],
            "hosts": [{"name": "a", "interfaces": first}, {"name": "b", "interfaces": other}],
            "repositories": [nfs | {"connections": list(connections)} | repository],
            "vms": [{"name": "x", "drives": [{"device": "xvda", "repository": "disks"}]}],
        }
    )


HERE = "172.16.0.100:2049"
FAR = f": {HERE} is on no network of b"
GATEWAY = ", and nothing says that its gateway 10.0.0.254 leads there"
MODEL = "; a reaches it over storage"
DOWN = f": eth2 of b leads to {HERE}, but "
ELSEWHERE = f": {HERE} is in the subnet of eth2 of b, but that is on other, and other hosts reach it over storage"


@pytest.mark.parametrize(
    ("second", "why", "remedy"),
    [
        (
            BARE,
            f"{FAR}{GATEWAY}{MODEL}, on which eth2 of b has no address",
            "give b the address 172.16.0.2 on storage (free in this inventory; see that nothing else has it)",
        ),
        (
            {"address": "172.16.9.1/24"},
            f"{FAR}{GATEWAY}{MODEL}, on which eth2 of b has 172.16.9.1/24",
            "give b the address 172.16.0.2 on storage",
        ),
        (
            None,
            f"{FAR}{GATEWAY}{MODEL}, on which b has no interface",
            "give b an interface on storage, then give b the address 172.16.0.2 on storage",
        ),
        (
            {"address": "172.16.0.9/24", "carrier": False},
            f"{DOWN}has no link{GATEWAY}{MODEL}",
            "see cable, card and switch port of eth2 of b",
        ),
        (
            {"address": "172.16.0.9/24", "attached": False, "uuid": "p"},
            f"{DOWN}is not attached{GATEWAY}{MODEL}",
            "bring eth2 of b up: `xe pif-plug uuid=p`",
        ),
        (
            {"address": "172.16.0.9/24", "network": "other"},
            ELSEWHERE,
            "see whether other and storage are one network; if not, move the address of eth2 of b to its interface",
        ),
        ({"address": "172.16.0.9/24"}, "", "see that b reaches the storage, then attach it: `xe pbd-plug uuid=…`"),
    ],
)
def test_the_reason_is_told_with_what_mends_it(second: dict[str, Any] | None, why: str, remedy: str) -> None:
    (problem,) = problems("ST001", lab(second, A, B_OFF))
    assert problem.message == f"disks is shared, but not attached on b{why}; 1 VM has something on it: x"
    assert problem.remedy.startswith(remedy)


def test_a_host_without_connection_is_told_to_get_a_way_first() -> None:
    (problem,) = problems("ST001", lab(BARE, A))
    assert problem.message.startswith("disks is shared, but b has no connection to it: 172.16.0.100:2049 is on no")
    assert "; before that give b the address 172.16.0.2 on storage" in problem.remedy


def test_a_vm_depends_on_each_of_its_repositories() -> None:
    drives = [{"device": "xvda", "repository": "gone"}, {"device": "xvdb", "repository": "disks"}]
    one = lab(BARE, A, B_OFF).model_copy(update={"vms": (VM.model_validate({"name": "y", "drives": drives}),)})
    assert problems("ST001", one)[0].message.endswith("; 1 VM has something on it: y")


def test_an_address_of_a_server_is_never_proposed() -> None:
    site = Site.model_validate({"servers": {"nas": ["172.16.0.100", "172.16.0.2"]}})
    (problem,) = problems("ST001", lab(BARE, A, B_OFF), site=site)
    assert problem.remedy.startswith("give b the address 172.16.0.3 on storage")


def hosts(**second: Any) -> dict[str, Any]:
    return {"name": "lab", "hosts": [{"name": "a"}, {"name": "b", **second}]}


@pytest.mark.parametrize(
    ("live", "connection", "broken", "off"),
    [
        (False, B_OFF, [], [("b", "attached")]),
        (True, B_OFF, [("b", "attached")], []),
        (None, B_OFF, [("b", "attached")], []),
        (False, B, [], []),
        (False, None, [("r", "connections")], []),
    ],
)
def test_a_host_that_is_off_does_not_make_a_repository_broken(
    live: bool | None,  # noqa: FBT001 - a table
    connection: dict[str, Any] | None,
    broken: list[tuple[str, str]],
    off: list[tuple[str, str]],
) -> None:
    repository = {"name": "r", "shared": True, "connections": [A, *([connection] if connection else [])]}
    one = Pool.model_validate(hosts(live=live) | {"repositories": [repository]})
    assert (faults("ST001", one), faults("ST018", one)) == (broken, off)


@pytest.mark.parametrize(
    ("repository", "live", "found"),
    [
        ({"shared": False, "connections": [B_OFF]}, True, [("b", "attached")]),
        ({"shared": False, "connections": [B_OFF]}, False, []),
        ({"shared": False, "connections": [B]}, True, []),
        ({"shared": False, "connections": [{"host": "b"}]}, True, []),
        ({"shared": False, "connections": [A, B_OFF]}, True, []),
        ({"shared": True, "connections": [B_OFF]}, True, []),
        ({"shared": False, "tools": True, "connections": [B_OFF]}, True, []),
    ],
)
def test_a_local_repository_is_attached_where_it_is(
    repository: dict[str, Any], *, live: bool, found: list[tuple[str, str]]
) -> None:
    one = Pool.model_validate(hosts(live=live) | {"repositories": [{"name": "r", **repository}]})
    assert faults("ST019", one) == found


def test_storage_by_a_gateway_is_told_where_others_are_direct() -> None:
    (problem,) = problems("ST021", lab(BARE, A, B))
    told = "b reaches disks (172.16.0.100:2049) by its default gateway 10.0.0.254, a directly over storage"
    assert problem.message == told
    assert faults("ST021", lab(BARE, A, B_OFF)) == []
    assert faults("ST021", lab({"address": "172.16.0.2/24"}, A, B)) == []
    far = {"device_config": {"server": "192.168.0.1", "serverpath": "/"}}
    assert faults("ST021", lab(BARE, A, B, **far)) == []


BOTH = {"type": "lvmoiscsi", "device_config": {"target": "10.0.0.100,172.16.0.100", "targetIQN": "*", "SCSIid": "1"}}
NEAR = {"device_config": {"server": "10.0.0.100", "serverpath": "/disks"}}


@pytest.mark.parametrize(
    ("servers", "repository", "hosts_told"),
    [
        ({"nas": ["10.0.0.100", "172.16.0.100"]}, NEAR, "a and b"),
        ({"nas": ["10.0.0.100", "172.16.0.100"]}, {}, None),
        ({"nas": ["10.0.0.100", "192.168.0.1"]}, NEAR, None),
        ({"nas": ["172.16.0.100"]}, NEAR, None),
        ({"nas": ["10.0.0.100", "10.0.0.101"]}, NEAR, None),
        ({"nas": ["10.0.0.100", "172.16.0.100"]}, BOTH, None),
        (None, NEAR, None),
    ],
)
def test_storage_goes_over_its_own_network(
    servers: dict[str, list[str]] | None, repository: dict[str, Any], hosts_told: str | None
) -> None:
    site = Site.model_validate({"servers": servers})
    found = problems("ST023", lab({"address": "172.16.0.2/24"}, A, B, **repository), site=site)
    message = (
        f"disks is reached at 10.0.0.100:2049 over the management network of {hosts_told}, "
        "though its server has the address 172.16.0.100 on a network of its own"
    )
    assert [each.message for each in found] == ([message] if hosts_told else [])


def paths(host: str, current: int, maximum: int) -> dict[str, Any]:
    return {"host": host, "paths": [{"scsi_id": "1", "current": current, "maximum": maximum}]}


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ((2, 2), (2, 2), []),
        ((1, 2), (2, 2), ["a has 1 path to r, of 2"]),
        ((1, 1), (2, 2), ["a has 1 path to r, of 2 that another host has"]),
        ((0, 2), (1, 2), ["a has 0 paths to r, of 2", "b has 1 path to r, of 2"]),
        ((2, 2), (1, 1), ["b has 1 path to r, of 2 that another host has"]),
    ],
)
def test_all_paths_are_there(first: tuple[int, int], second: tuple[int, int], found: list[str]) -> None:
    repository = {"name": "r", "connections": [paths("a", *first), paths("b", *second)]}
    one = Pool.model_validate(hosts() | {"repositories": [repository]})
    assert sorted(each.message for each in problems("ST024", one)) == found
    off = [{"name": name, "live": False} for name in "ab"]
    assert faults("ST024", Pool.model_validate({"name": "lab", "hosts": off, "repositories": [repository]})) == []


@pytest.mark.parametrize(
    ("first", "second", "repository", "found", "unknown"),
    [
        (True, False, {"type": "lvmohba"}, [("b", "multipathing")], []),
        (True, True, {"type": "lvmohba"}, [], []),
        (False, False, {"type": "lvmohba"}, [], []),
        (True, None, {"type": "lvmohba"}, [], [("b", "multipathing")]),
        (False, None, {"type": "lvmohba"}, [], []),
        (True, False, {"type": "nfs"}, [], []),
        (True, False, {"type": "other", "sm_config": {"multipathable": "true"}}, [("b", "multipathing")], []),
    ],
)
def test_all_hosts_use_all_paths(
    first: bool | None,  # noqa: FBT001 - a table
    second: bool | None,  # noqa: FBT001 - a table
    repository: dict[str, Any],
    found: list[tuple[str, str]],
    unknown: list[tuple[str, str]],
) -> None:
    both = [{"name": "a", "multipathing": first}, {"name": "b", "multipathing": second}]
    shared = [{"name": name, "shared": True, "connections": [A, B], **repository} for name in ("r", "s")]
    one = Pool.model_validate({"name": "lab", "hosts": both, "repositories": shared})
    assert faults("ST025", one) == found
    assert sorted(set(lacks("ST025", one))) == unknown


def test_all_repositories_of_one_path_are_told_at_once() -> None:
    both = [{"name": "a", "multipathing": True}, {"name": "b", "multipathing": False}]
    shared = [{"name": name, "shared": True, "type": "lvmohba", "connections": [A, B]} for name in ("s", "r")]
    (problem,) = problems("ST025", Pool.model_validate({"name": "lab", "hosts": both, "repositories": shared}))
    assert problem.message == "b uses one path to r and s, other hosts use several"


@pytest.mark.parametrize(
    ("second", "more", "found"),
    [
        ({"address": "172.16.1.1/24"}, {}, False),
        (None, {}, True),
        (None, {"multipathing": False}, False),
        (None, {"multipathing": None}, False),
    ],
)
def test_paths_go_over_several_cards(second: dict[str, Any] | None, more: dict[str, Any], *, found: bool) -> None:
    first = STORAGE | {"address": "172.16.0.1/16" if second is None else "172.16.0.1/24"}
    cards = [first, *([STORAGE | {"device": "eth3"} | second] if second else [])]
    config = {"target": "172.16.0.7,172.16.1.7", "targetIQN": "*", "SCSIid": "1"}
    repository = {"name": "r", "type": "lvmoiscsi", "shared": True, "device_config": config, "connections": [A]}
    hosts = [{"name": "a", "multipathing": True, "interfaces": cards} | more]
    one = Pool.model_validate({"name": "lab", "hosts": hosts, "repositories": [repository]})
    assert bool(faults("ST028", one)) is found
    far = repository | {"device_config": config | {"target": "172.16.0.7,nas"}}
    unknown = Pool.model_validate({"name": "lab", "hosts": hosts, "repositories": [far]})
    assert faults("ST028", unknown) == []


@pytest.mark.parametrize(
    ("version", "fields"),
    [("6.2.0", "other-config:multipathing=true other-config:multipathhandle=dmp`"), ("8.2.1", " multipathing=true`")],
)
def test_old_releases_use_all_paths_by_other_words(version: str, fields: str) -> None:
    both = [{"name": "a", "multipathing": True}, {"name": "b", "multipathing": False}]
    shared = [{"name": "r", "shared": True, "type": "lvmohba", "connections": [A, B]}]
    software = {"product_version": version}
    one = Pool.model_validate({"name": "lab", "hosts": both, "repositories": shared, "software": software})
    assert fields in problems("ST025", one)[0].remedy


def test_a_connection_that_is_known_is_named() -> None:
    known = B_OFF | {"uuid": "pbd-b"}
    assert problems("ST001", lab(BARE, A, known))[0].remedy.endswith("then `xe pbd-plug uuid=pbd-b`")
