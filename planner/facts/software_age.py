"""Whether the software of one host is older than that of another, as it is compared before a guest is moved."""

from __future__ import annotations

import re

from planner.facts.high_availability import pool_software
from planner.facts.lacking import Lacking
from planner.facts.versions import Version, rolling_since
from planner.model.host import Host, Software
from planner.model.inventory import PoolView

MORE_COMPARED: Version = (25, 31)
"""The toolstack that first compares itself and the hypervisor too, and not only the platform."""

_NUMBER = re.compile(r"[0-9]{1,9}")
_MISSING = "0.0.0"


def _numbers(text: str | None) -> Version:
    """The whole numbers of a version, of which one that is the beginning of another is the lower."""
    parts = ".".join((text or _MISSING).split("-")[:2]).split(".")
    return tuple(int(part) for part in parts if _NUMBER.fullmatch(part))


def not_older(view: PoolView, source: Host, target: Host) -> bool | Lacking:
    """Whether a guest may go from one host to another by the versions of what they run."""
    mine, theirs = view.software(source), view.software(target)
    if mine is theirs or mine == theirs:
        return True
    for host, software in ((source, mine), (target, theirs)):
        if software is None or software.platform_version is None:
            return Lacking(host, "software.platform_version" if software else "software")
    all_compared = rolling_since(pool_software(view), MORE_COMPARED)
    if _lower(theirs, mine, "platform_version"):
        return False
    if all_compared is False:
        return True
    if not any(_lower(theirs, mine, field) for field in ("xapi_build", "xen")):
        return True
    return False if all_compared else Lacking(view.coordinator or view.pool, "software")


def _lower(one: Software | None, other: Software | None, field: str) -> bool:
    return _numbers(getattr(one, field, None)) < _numbers(getattr(other, field, None))


def newest(view: PoolView) -> frozenset[int]:
    """The identities of the hosts that run the newest software of their pool."""
    versions = {id(host): _pair(view.software(host)) for host in view.hosts.records}
    highest = max(versions.values(), default=((), ()))
    return frozenset(key for key, version in versions.items() if version == highest)


def _pair(software: Software | None) -> tuple[Version, Version]:
    return (_numbers(software.platform_version if software else None), _numbers(software.xapi if software else None))
