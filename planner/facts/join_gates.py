"""From which release on the toolstack makes a check at a join. The release of the joining host counts."""

from __future__ import annotations

from planner.facts.versions import Version, rolling, rolling_since, since
from planner.model.host import Software
from planner.model.inventory import Joining


def _software(joining: Joining) -> Software | None:
    return joining.joiner.software(joining.host)


def from_release(joining: Joining, first: Version) -> bool | None:
    """Whether a check is made that a release brought; None where the release is unknown."""
    found = since(_software(joining), first)
    return True if found is None and rolling(_software(joining)) else found


def from_rolling(joining: Joining, first: Version = ()) -> bool | None:
    """Whether a check is made that the rolling line brought, or an update of it: that of this toolstack."""
    return rolling_since(_software(joining), first) if first else rolling(_software(joining))


def field_of_release(joining: Joining) -> str:
    """The field that would tell which checks are made."""
    return "software.xapi" if rolling(_software(joining)) else "software.product_version"
