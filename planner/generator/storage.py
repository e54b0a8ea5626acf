"""Made-up storage."""

from __future__ import annotations

from random import Random

from planner.generator.common import GIB, SHARED_REPOSITORIES, uuid
from planner.model.storage import Connection, Disk, Driver, Repository
from planner.units import MIB


def made_up_repositories(hosts: list[str], vms: int, random: Random) -> tuple[Repository, ...]:
    """Some that all hosts share, one of them for heartbeats alone, and a local one for each host."""
    shared = [f"shared-{number}" for number in range(1, SHARED_REPOSITORIES + 1)]
    size = (vms + 100) * 20 * GIB
    return (
        *(_nfs(name, size, size // 2, hosts, random) for name in shared),
        _nfs("heartbeat", 16 * GIB, 4 * GIB, hosts, random),
        *(_local(host, random) for host in hosts),
    )


def _nfs(name: str, size: int, used: int, hosts: list[str], random: Random) -> Repository:
    return Repository(
        name=name,
        uuid=uuid(random),
        type="nfs",
        content_type="user",
        shared=True,
        size=size,
        used=used,
        device_config={"server": "172.16.0.2", "serverpath": f"/export/{name}"},
        tools=False,
        clustered=False,
        connections=tuple(Connection(host=host, uuid=uuid(random), attached=True) for host in hosts),
    )


def _local(host: str, random: Random) -> Repository:
    return Repository(
        name=f"local-{host}",
        uuid=uuid(random),
        type="ext",
        content_type="user",
        shared=False,
        size=900 * GIB,
        used=10 * GIB,
        device_config={"device": "/dev/sda3"},
        tools=False,
        clustered=False,
        connections=(Connection(host=host, uuid=uuid(random), attached=True),),
    )


def heartbeat_disks(random: Random) -> tuple[Disk, ...]:
    """The two disks of high availability."""
    return (
        Disk(name="heartbeat-state", uuid=uuid(random), repository="heartbeat", size=4 * MIB, type="ha_statefile"),
        Disk(name="heartbeat-log", uuid=uuid(random), repository="heartbeat", size=256 * MIB, type="redo_log"),
    )


def made_up_driver(kind: str) -> Driver:
    """A driver for that type of repository."""
    features = {"SR_PROBE": 1, "VDI_ATTACH": 1} | ({} if kind == "iso" else {"VDI_GENERATE_CONFIG": 1})
    return Driver(type=kind, features=features, required_cluster_stack=())
