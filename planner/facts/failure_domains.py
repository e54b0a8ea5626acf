"""Which hosts fail as one, such as those of a rack, by the tags that hosts have."""

from __future__ import annotations

from planner.model.host import Host


def domain_of(host: Host, prefix: str) -> str | None:
    """The tag `PREFIX:…` or `PREFIX=…` of a host, the first by name; None where it stands alone."""
    found = sorted(tag for tag in host.tags or () if tag.startswith((f"{prefix}:", f"{prefix}=")))
    return found[0] if found else None
