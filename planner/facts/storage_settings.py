"""What the settings of a connection have to say, and which of them tell one storage from another."""

from __future__ import annotations

import re
from collections.abc import Mapping

from planner.facts.storage import driver
from planner.model.host import Host
from planner.model.storage import Repository

Settings = Mapping[str, str]

_LUN = ("SCSIid", "ScsiId")
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "ext": (("device",),),
    "lvm": (("device",),),
    "xfs": (("device",),),
    "largeblock": (("device",),),
    "file": (("location",),),
    "zfs": (("location",),),
    "udev": (("location",),),
    "iso": (("location",),),
    "cifs": (("location",),),
    "nfs": (("server",), ("serverpath",)),
    "smb": (("server",),),
    "cephfs": (("server",), ("serverpath",)),
    "glusterfs": (("server",),),
    "moosefs": (("masterhost",),),
    "linstor": (("group-name",),),
    "lvmohba": ((*_LUN, "device"),),
    "lvmofcoe": (_LUN,),
    "iscsi": (("target",), ("targetIQN",)),
    "lvmoiscsi": (("target",), ("targetIQN",), _LUN),
}
"""By driver: the settings without which nothing can be attached; of each group one is enough."""
_GFS2 = {"iscsi": (("target",), ("targetIQN",), _LUN), "hba": (_LUN,), "fcoe": (_LUN,)}
_PATHS = {"nfs": "serverpath", "cephfs": "serverpath", "moosefs": "rootpath", "linstor": "group-name"}
_SHARES = {"smb": "server", "cifs": "location", "iso": "location", "glusterfs": "server"}
_BLOCKS = frozenset({"lvmoiscsi", "lvmohba", "lvmofcoe", "gfs2"})
OVER_ISCSI = frozenset({"lvmoiscsi", "iscsi", "gfs2"})
"""The drivers that can log in to an iSCSI server; of them one can do without."""


def missing_settings(repository: Repository, given: Settings) -> tuple[str, ...]:
    """The settings that a driver needs and that are not given."""
    kind = driver(repository) or ""
    needed = _NEEDED.get(kind, ())
    if kind == "gfs2":
        needed = (("provider",), *_GFS2.get(given.get("provider", ""), ()))
    return tuple(keys[0] for keys in needed if not any(given.get(key) for key in keys))


def alike(repository: Repository) -> bool:
    """Whether all hosts have the same settings for a repository, so that there is nothing to compare."""
    own = [each.device_config or None for each in repository.connections or ()]
    return all(each == own[0] for each in own[1:])


def what_is_stored_where(repository: Repository, given: Settings) -> tuple[str, str] | None:
    """The setting that says which storage of a server it is, and its value; None where nothing is said."""
    kind = driver(repository) or ""
    if kind in _BLOCKS:
        return next(((key, given[key].lower()) for key in _LUN if given.get(key)), None)
    if kind in _PATHS:
        key = _PATHS[kind]
        return (key, given[key].rstrip("/") or "/") if given.get(key) else None
    if kind in _SHARES and given.get("legacy_mode") != "true":
        key = _SHARES[kind]
        return (key, _within_server(given[key])) if given.get(key) else None
    return None


def _within_server(location: str) -> str:
    """What follows the server: `/share` of `//server/share`, `/path` of `server:/path`."""
    share = re.fullmatch(r"[/\\]{2}[^/\\]*(.*)", location, re.DOTALL)
    if share:
        return share[1].replace("\\", "/").rstrip("/").lower()
    return location.partition(":/")[2].rstrip("/")


def may_need_initiator(repository: Repository) -> bool:
    """Whether a driver can log in to an iSCSI server."""
    return driver(repository) in OVER_ISCSI


def needs_initiator(repository: Repository, given: Settings) -> bool:
    """Whether a host logs in to an iSCSI server for a repository."""
    kind = driver(repository)
    return kind in OVER_ISCSI and (kind != "gfs2" or given.get("provider") == "iscsi")


def initiator(host: Host, given: Settings) -> str | None:
    """The name by which a host logs in to an iSCSI server."""
    return given.get("localIQN") or host.iscsi_iqn


def may_use_paths(repository: Repository) -> bool:
    """Whether a repository is of a kind that can be reached over several paths at once."""
    return (repository.sm_config or {}).get("multipathable") == "true" or driver(repository) in _BLOCKS


def multipathing(host: Host, given: Settings) -> bool | None:
    """Whether a host uses all paths to a repository: what the connection says, else the host."""
    own = given.get("multipathing")
    return host.multipathing if own is None else own == "true"
