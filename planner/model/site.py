"""What a site expects of its pools, and numbers that a site may choose."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.model.fields import AnyText, Count, Factor, IPv4, Record, Text


class NamePatterns(Record):
    """Regular expressions that whole names have to match."""

    host: AnyText | None = None
    vm: AnyText | None = None
    network: AnyText | None = None
    repository: AnyText | None = None


class Site(Record):
    """What a site expects of all its pools."""

    kind: Literal["Site"] = "Site"
    name: Text = "site"
    as_of: Text | None = None
    """The day for which the inventory is judged: `YYYY-MM-DD`."""
    clock_skew_limit: Factor = 300
    """Seconds between two clocks from which on the toolstack raises an alert."""
    clock_skew_notice: Factor = 1
    """Seconds between two clocks that are worth a word."""
    ha_hosts: Count = 3
    """From how many hosts on high availability is recommended."""
    memory_ratio_percent: Annotated[int, Field(strict=True, ge=0, le=100)] = 25
    """The least that the dynamic minimum should be, in percent of the static maximum."""
    names: NamePatterns | None = None
    addresses: dict[Text, IPv4] | None = None
    """Addresses of servers that inventories call by name."""
    servers: dict[Text, tuple[IPv4, ...]] | None = None
    """All the addresses of each storage server that has several, by the server's name."""
    repository_full_percent: Annotated[int, Field(strict=True, ge=1, le=100)] = 90
    """From how much of its size on a repository counts as nearly full."""
    promised_percent: Annotated[int, Field(strict=True, ge=1)] = 200
    """How much of its size thin disks may be promised on a repository before it is worth a word."""
