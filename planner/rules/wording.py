"""Parts of sentences and of commands that rules share."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sized

from planner.facts.cpu import cpu_vendor, pool_cpu_vendor
from planner.findings import Unknown
from planner.model.host import Host
from planner.model.inventory import Joining, Named, PoolView

MOST_NAMES = 30
UNTOLD = "…"
"""Stands in a command for what nobody said."""

_WORD = r"""(?:[\w@%+=:,./-]+|'[^']*'(?:"'"'[^']*')*)"""
_LOOKED_UP = re.compile(rf"\$\(xe [a-z-]+-list(?: [a-z-]+={_WORD})+ --minimal\)", re.ASCII)
"""What `uuid_of` writes, and nothing else: a name from the data must never become a command."""


def listed(names: Iterable[str], most: int = MOST_NAMES) -> str:
    """Names as a sentence has them: `a, b and c`; of very many only the first ones and how many more."""
    each = list(names)
    if len(each) > most:
        each[most:] = [f"{len(each) - most} more"]
    return " and ".join(filter(None, (", ".join(each[:-1]), *each[-1:])))


def counted(number: int, noun: str) -> str:
    """A number and its noun: `1 VM`, `3 VMs`, `2 repositories`."""
    several = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else several}"


def plural(items: Sized, one: str, several: str) -> str:
    """The word that fits one item, or that which fits several."""
    return one if len(items) == 1 else several


def xe(command: str, **arguments: str) -> str:
    """A command line of the toolstack; names that need quotes get them. A key inside a map stays as it is written."""
    values = (f"{_argument(key)}={quoted(value)}" for key, value in arguments.items())
    return f"`{' '.join(('xe', command, *values))}`"


def _argument(key: str) -> str:
    name, colon, inside = key.partition(":")
    return f"{name.replace('_', '-')}{colon}{inside}"


def quoted(value: str) -> str:
    """A value for a command, in quotes unless it needs none or is a look-up that the program wrote itself."""
    return value if value == UNTOLD or _LOOKED_UP.fullmatch(value) else shlex.quote(value)


def uuid_of(kind: str, record: Named) -> str:
    """A record's UUID for a command; where it is not known, the command that tells it."""
    return record.uuid or f"$(xe {kind}-list name-label={shlex.quote(record.name)} --minimal)"


def unknown_coordinator(view: PoolView) -> Unknown:
    """What has to be said before a pool's coordinator is known."""
    return Unknown(view.pool, "hosts" if view.pool.hosts is None else "coordinator")


def vendors_unsaid(joining: Joining, coordinator: Host) -> Iterator[Unknown]:
    """The hosts of a join that do not tell who made their CPUs."""
    if cpu_vendor(joining.host) is None:
        yield Unknown(joining.host, "cpu.vendor")
    if pool_cpu_vendor(joining.pool, coordinator) is None:
        yield Unknown(coordinator, "cpu.vendor")


def joining_to(joining: Joining) -> str:
    """A host and the pool it is to join, for a message."""
    return f"{joining.host.name}, which is to join {joining.pool.name}"
