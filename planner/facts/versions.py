"""Which release of the toolstack a host runs: rules changed from release to release."""

from __future__ import annotations

import re
from functools import lru_cache

from planner.model.host import Software

Version = tuple[int, ...]

ROLLING: Version = (8, 3)
"""From here on, updates bring new rules without a new release."""
ROLLING_TOOLSTACK: Version = (22,)
"""Toolstacks of the rolling line are numbered by the year."""

_VERSION = re.compile(r"\s*v?([0-9]{1,9}(?:\.[0-9]{1,9})*)")


@lru_cache(maxsize=4096)
def parse_version(text: str | None) -> Version | None:
    """The numbers that a text begins with: (6, 2, 0) for `6.2.0`; None where it begins with none."""
    found = _VERSION.match(text) if text else None
    return tuple(int(part) for part in found[1].split(".")) if found else None


def release(software: Software | None) -> Version | None:
    """The release of the product: (6, 2, 0) for `6.2.0`."""
    return parse_version(software.product_version) if software else None


def toolstack(software: Software | None) -> Version | None:
    """The version of the toolstack itself: (24, 19) on the rolling line."""
    return parse_version(software.xapi) or parse_version(software.xapi_build) if software else None


def since(software: Software | None, first: Version) -> bool | None:
    """Whether the release is this one or a later one; None where it is unknown."""
    found = release(software)
    return None if found is None else found >= first


def rolling(software: Software | None) -> bool | None:
    """Whether it is of the line that changes its rules by updates: 8.3, XenServer 8 and later."""
    version = toolstack(software)
    if version is not None and version >= ROLLING_TOOLSTACK:
        return True
    return since(software, ROLLING)


def rolling_since(software: Software | None, first: Version) -> bool | None:
    """Whether a rule that an update of the rolling line brought is in force: `first` is the toolstack's version."""
    line = rolling(software)
    if not line:
        return line
    version = toolstack(software)
    return None if version is None else version >= first


def legacy(software: Software | None) -> bool | None:
    """Whether it is 6.5 or earlier: CPUs are masked by hand, and updates are patches."""
    modern = since(software, (7, 0))
    return None if modern is None else not modern


def same_version(one: str, other: str) -> bool:
    """Whether two texts name one version: `6.2` is `6.2.0`."""
    mine, theirs = parse_version(one), parse_version(other)
    if mine is None or theirs is None:
        return one == other
    length = max(len(mine), len(theirs))
    return mine + (0,) * (length - len(mine)) == theirs + (0,) * (length - len(theirs))
