"""What a host has to reach before it can attach a repository."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from planner.facts.storage import driver, made_for_one_host, settings
from planner.model.storage import Connection, Repository

NFS, SMB, ISCSI, CEPH, GLUSTER, MOOSE = 2049, 445, 3260, 6789, 24007, 9421
"""The ports at which servers listen unless settings say otherwise."""


class Medium(Enum):
    """Over what a host gets at a repository."""

    NETWORK = "network"
    LOCAL = "local"
    """A device or a folder of the host itself."""
    BLOCK = "block"
    """A disk that an adapter shows the host: Fibre Channel, SAS, hardware iSCSI."""
    HOSTS = "hosts"
    """The pool's own hosts are the storage."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Endpoint:
    """A server, by address or name, and the port at which it listens."""

    server: str
    port: int

    def __str__(self) -> str:
        """As people write it."""
        return f"[{self.server}]:{self.port}" if ":" in self.server else f"{self.server}:{self.port}"


@dataclass(frozen=True, slots=True)
class Demand:
    """What has to be reached: one of the endpoints is enough to attach, all of them are needed for all paths."""

    medium: Medium
    endpoints: tuple[Endpoint, ...] = ()
    lacking: str = ""
    """The setting that would have to be known."""


def demand(repository: Repository, connection: Connection | None = None) -> Demand:
    """What a host has to reach for a repository, by the settings of a connection or those that all share."""
    given = settings(repository, connection) if connection else repository.device_config or {}
    kind = driver(repository)
    if repository.tools or made_for_one_host(repository) or kind in _LOCAL:
        return Demand(Medium.LOCAL)
    if kind in _BLOCK or (kind == "gfs2" and given.get("provider", "iscsi") != "iscsi"):
        return Demand(Medium.BLOCK)
    if kind == "linstor":
        return Demand(Medium.HOSTS)
    if kind == "iso" and given.get("legacy_mode") == "true":
        return Demand(Medium.LOCAL)
    reader = _READERS.get(kind or "")
    if reader is None:
        return Demand(Medium.UNKNOWN, lacking="type")
    setting, read = reader
    found = tuple(sorted(set(read(given)))) if given.get(setting) else ()
    return Demand(Medium.NETWORK, found, "" if found else f"device_config.{setting}")


_LOCAL = frozenset({"tmpfs", "shm", "dummy", "btrfs"})
_BLOCK = frozenset({"lvmohba", "lvmofcoe", "hba"})
Settings = Mapping[str, str]


def _port(settings: Settings, key: str, default: int) -> int:
    text = settings.get(key, "")
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) else default


def _bare(server: str) -> str:
    return server.strip().removeprefix("[").removesuffix("]")


def _share(location: str, port: int) -> list[Endpoint]:
    r"""The server of `//server/share` or `\\server\share`."""
    server = re.split(r"[/\\]", location.lstrip("/\\"), maxsplit=1)[0]
    return [Endpoint(_bare(server), port)] if server else []


def _nfs(settings: Settings) -> list[Endpoint]:
    return [Endpoint(_bare(settings["server"]), NFS)]


def _smb(settings: Settings) -> list[Endpoint]:
    return _share(settings["server"], SMB)


def _iso(settings: Settings) -> list[Endpoint]:
    location = settings["location"]
    kind = settings.get("type", "nfs_iso" if ":/" in location else "cifs")
    if kind == "cifs":
        return _share(location, SMB)
    server, colon, _ = location.partition(":/")
    return [Endpoint(_bare(server), NFS)] if colon and server else []


def _iscsi(settings: Settings) -> list[Endpoint]:
    port = _port(settings, "port", ISCSI)
    portals = [Endpoint(_bare(each), port) for each in settings["target"].split(",") if each.strip()]
    homes = (each.rpartition(":") for each in settings.get("multihomelist", "").split(","))
    portals += [found for server, _, own in homes if (found := _portal(server, own))]
    sessions = ((*each.split(","), "") for each in settings.get("multiSession", "").split("|"))
    return portals + [found for server, own, *_ in sessions if (found := _portal(server, own))]


def _portal(server: str, port: str) -> Endpoint | None:
    """What the driver itself wrote down; None where that is no server and port."""
    found = re.fullmatch(r"\s*([0-9]{1,5})\s*", port, re.ASCII)
    return Endpoint(_bare(server), int(found[1])) if found and server.strip() else None


def _ceph(settings: Settings) -> list[Endpoint]:
    port = _port(settings, "serverport", CEPH)
    return [Endpoint(_bare(each), port) for each in settings["server"].split(",") if each.strip()]


def _gluster(settings: Settings) -> list[Endpoint]:
    first = settings["server"].partition(":/")[0]
    backups = settings.get("backupservers", "").split(":")
    return [Endpoint(_bare(each), GLUSTER) for each in (first, *backups) if each.strip()]


def _moose(settings: Settings) -> list[Endpoint]:
    return [Endpoint(_bare(settings["masterhost"]), _port(settings, "masterport", MOOSE))]


_READERS: dict[str, tuple[str, Callable[[Settings], list[Endpoint]]]] = {
    "nfs": ("server", _nfs),
    "smb": ("server", _smb),
    "cifs": ("location", _iso),
    "iso": ("location", _iso),
    "lvmoiscsi": ("target", _iscsi),
    "iscsi": ("target", _iscsi),
    "gfs2": ("target", _iscsi),
    "cephfs": ("server", _ceph),
    "glusterfs": ("server", _gluster),
    "moosefs": ("masterhost", _moose),
}
"""By driver: the setting that names the server, and how the endpoints are read from all settings."""
