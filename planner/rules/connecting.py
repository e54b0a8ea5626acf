"""The commands that connect a host with a repository, in words that rules share."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from planner.facts.versions import Version, since
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.storage import Connection, Repository
from planner.rules.wording import UNTOLD, quoted, uuid_of, xe

_SECRET = ("pass", "secret")


_OWN_FIELDS: Version = (7, 2)
"""The release from which on a host has fields for its initiator name and for multipathing."""


def name_initiator(view: PoolView, host: Host) -> str:
    """The command that gives a host another initiator name."""
    old = since(view.software(host), _OWN_FIELDS) is False
    field = "other-config:iscsi_iqn" if old else "iscsi_iqn"
    return f"{xe('host-param-set', uuid=uuid_of('host', host))[:-1]} {field}={UNTOLD}`"


def use_all_paths(view: PoolView, host: Host) -> str:
    """The command that has a host use all paths to its repositories."""
    old = since(view.software(host), _OWN_FIELDS) is False
    fields = {"other-config:multipathing": "true", "other-config:multipathhandle": "dmp"} if old else {}
    return xe("host-param-set", uuid=uuid_of("host", host), **(fields or {"multipathing": "true"}))


def device_config(found: Mapping[str, str]) -> str:
    """Settings as the command takes them, without those that are secret."""
    shown = (
        (shlex.quote(f"device-config:{key}"), UNTOLD if any(word in key.lower() for word in _SECRET) else value)
        for key, value in found.items()
    )
    return "".join(f" {key}={value if value == UNTOLD else shlex.quote(value)}" for key, value in sorted(shown))


def connect(repository: Repository, host: Host, found: Mapping[str, str]) -> str:
    """The command that gives a host a connection with these settings."""
    create = xe("pbd-create", sr_uuid=uuid_of("sr", repository), host_uuid=uuid_of("host", host))
    return f"{create[:-1]}{device_config(found)}`"


def connection_of(repository: Repository, host: Host, connection: Connection | None) -> str:
    """The UUID of a connection; where it is not known, the command that tells it."""
    if connection and connection.uuid:
        return quoted(connection.uuid)
    sr, of_host = quoted(uuid_of("sr", repository)), quoted(uuid_of("host", host))
    return f"$(xe pbd-list sr-uuid={sr} host-uuid={of_host} --minimal)"


def connect_anew(repository: Repository, host: Host, connection: Connection | None, found: Mapping[str, str]) -> str:
    """How a host gets other settings: there is no way but to make its connection again."""
    old = connection_of(repository, host, connection)
    return (
        f"`xe pbd-unplug uuid={old}`, `xe pbd-destroy uuid={old}`, {connect(repository, host, found)}, "
        f"then plug the new one: {xe('pbd-plug', uuid=UNTOLD)}"
    )
