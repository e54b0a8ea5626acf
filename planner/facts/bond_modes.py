"""What the toolstack and the network backends take of bonds."""

from __future__ import annotations

import re

from planner.facts.limits import limits

_LACP = "lacp"
_VALUES = {
    "hashing_algorithm": "src_mac|tcpudp_ports",
    "lacp-time": "slow|fast",
    "lacp-aggregation-key": "-?[0-9]+",
    "lacp-fallback-ab": "true|false",
}
"""By setting: the values that a bond of mode `lacp` takes."""


def accepted(mode: str, key: str, value: str) -> str:
    """What a bond takes in place of a setting; empty where the setting is taken."""
    if mode != _LACP:
        return f"{mode} takes no settings"
    if key not in _VALUES:
        return f"{mode} takes {', '.join(sorted(_VALUES))}"
    if re.fullmatch(_VALUES[key], value):
        return ""
    return f"{key} is a whole number" if "[" in _VALUES[key] else f"{key} is {_VALUES[key].replace('|', ' or ')}"


def needs_open_vswitch(mode: str | None) -> bool:
    """Whether a mode is supported on Open vSwitch only."""
    return mode == _LACP


def most_members(mode: str | None, backend: str | None) -> int:
    """How many members a bond is supported with."""
    found = limits()["bonds"]
    bridged = (mode, backend) == ("active-backup", "bridge")
    return int(found["most_members_active_backup_on_bridge" if bridged else "most_members"])
