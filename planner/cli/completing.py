"""What the shell offers to complete: rules, and names of the inventories on the command line."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import planner
from planner.errors import PlannerError

_ENDINGS = (".yaml", ".yml", ".json", ".xml", ".db", ".gz")
_LARGEST = 4 * 2**20
"""Bytes: nobody waits for a key that long."""


def rules(incomplete: str) -> Iterator[tuple[str, str]]:
    """The codes that begin so, with their faults; behind a comma those of the last word."""
    before, comma, word = incomplete.rpartition(",")
    for rule in planner.catalogue():
        if rule.code.startswith(word.upper()):
            yield f"{before}{comma}{rule.code}", rule.title


def hosts(incomplete: str) -> list[str]:
    """The hosts that begin so."""
    return _names("hosts", incomplete)


def vms(incomplete: str) -> list[str]:
    """The VMs that begin so."""
    return _names("vms", incomplete)


def vms_to_set(incomplete: str) -> list[str]:
    """The VMs that begin so, each before a `=`."""
    return [f"{name}=" for name in vms(incomplete)]


def _names(kind: str, incomplete: str) -> list[str]:
    try:
        loaded = planner.load(*paths) if (paths := _paths()) else None
    except (PlannerError, OSError):
        return []
    pools = [view.pool for view in loaded.inventory.pools] if loaded else []
    names = {record.name for pool in pools for record in getattr(pool, kind) or ()}
    return sorted(name for name in names if name.startswith(incomplete))


def _paths() -> list[str]:
    """The inventories among the words of the line, or else those of the folder."""
    try:
        words = shlex.split(os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS", ""))
    except ValueError:
        words = []
    named = [word for word in words[2:] if Path(word).exists()]
    here = (path for path in sorted(Path().iterdir()) if path.suffix in _ENDINGS and path.is_file())
    return named or [str(path) for path in here if path.stat().st_size <= _LARGEST]
