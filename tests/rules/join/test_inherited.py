from typing import Any

import pytest

from planner.facts.inherited_settings import demanding_frames, passed_over
from tests.rules.join.joins import joined, lacking, problems, seen

ISCSI = {"target": "172.16.0.9", "SCSIid": "36"}


def shared(kind: str, config: dict[str, str], **fields: Any) -> dict[str, Any]:
    repository = {"name": "disks", "type": kind, "shared": True, "tools": False, "device_config": config}
    return {"coordinator": "old", "repositories": [{**repository, "connections": [{"host": "old"}], **fields}]}


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [(True, True, []), (False, False, []), (True, False, ["new"]), (False, True, ["new"])],
)
@pytest.mark.parametrize("kind", ["lvmoiscsi", "lvmohba", "lvmofcoe", "gfs2", "lvhdoiscsi"])
def test_multipathing_is_as_the_pool_has_it(kind: str, mine: bool, theirs: bool, found: list[str]) -> None:  # noqa: FBT001
    inventory = joined({"multipathing": mine}, {"multipathing": theirs}, pool=shared(kind, ISCSI))
    assert [name for name, _ in problems("JN065", inventory)] == found


def test_multipathing_matters_only_to_storage_that_uses_it() -> None:
    nfs = shared("nfs", {"server": "172.16.0.9"})
    assert problems("JN065", joined({"multipathing": True}, {"multipathing": False}, pool=nfs)) == []
    assert lacking("JN065", joined({}, {"multipathing": False}, pool=shared("lvmohba", {}))) == [
        ("new", "multipathing")
    ]


def test_a_connection_of_the_coordinator_tells_its_own_settings() -> None:
    config = {"target": "172.16.0.9", "localIQN": "iqn.2026-01.com.example:one"}
    pool = shared("lvmoiscsi", ISCSI, connections=[{"host": "old", "device_config": config}])
    (found,), _ = seen("JN067", joined(pool=pool))
    assert "iqn.2026-01.com.example:one" in found.message


def test_a_repository_that_only_members_have_is_passed_over() -> None:
    hosts = [{"name": "old"}, {"name": "older"}]
    pool = shared("nfs", {}, connections=[{"host": "older"}]) | {"hosts": hosts}
    (joining,) = joined(pool=pool).joins
    assert [each.name for each in passed_over(joining)] == ["disks"]
    assert problems("JN071", joined(pool=shared("nfs", {}, shared=False, connections=[{"host": "older"}]))) == []
    assert problems("JN071", joined(pool=shared("nfs", {}, connections=[]))) == []


@pytest.mark.parametrize(
    ("of_nic", "of_its_network", "wanted", "found"),
    [
        (1500, 1500, 9000, [("eth1", 1500, 9000)]),
        (9000, 9000, 9000, []),
        (9000, 9000, 1500, []),
        (None, 1500, 9000, [("eth1", 1500, 9000)]),
        (None, None, 9000, []),
        (1500, 1500, None, []),
    ],
)
def test_frames_of_a_nic_are_as_long_as_its_network_wants_them(
    of_nic: int | None, of_its_network: int | None, wanted: int | None, found: list[tuple[str, int, int]]
) -> None:
    host = {"interfaces": [{"device": "eth1", "network": "own", "mtu": of_nic}]}
    joiner = {"networks": [{"name": "own", "bridge": "xenbr1", "mtu": of_its_network}]}
    pool = {"networks": [{"name": "storage", "bridge": "xenbr1", "mtu": wanted}]}
    (joining,) = joined(host, pool=pool, joiner=joiner).joins
    assert [(nic.label, carried, asked) for nic, _, carried, asked in demanding_frames(joining)] == found


def test_name_servers_matter_where_a_server_is_told_by_name() -> None:
    def dns(*servers: str) -> dict[str, Any]:
        return {"interfaces": [{"device": "eth0", "dns": list(servers)}]}

    named, by_address = shared("nfs", {"server": "nas"}), shared("nfs", {"server": "172.16.0.9"})
    assert problems("JN070", joined(dns("10.0.0.1"), dns("10.0.0.2"), pool=named)) == [("new", "interfaces")]
    assert problems("JN070", joined(dns("10.0.0.1"), dns("10.0.0.1"), pool=named)) == []
    assert problems("JN070", joined(dns("10.0.0.1"), dns("10.0.0.2"), pool=by_address)) == []
    assert problems("JN070", joined({}, dns("10.0.0.2"), pool=named)) == []
