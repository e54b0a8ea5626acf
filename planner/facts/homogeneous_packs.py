"""Supplemental packs that ask to be on every host of a pool, or on none."""

from __future__ import annotations

from planner.model.host import Software


def homogeneous_packs(software: Software | None) -> frozenset[str] | None:
    """The packs of a host whose description ends so; None where it does not tell its packs."""
    if software is None or software.packs is None:
        return None
    return frozenset(name for name, told in software.packs.items() if told.rstrip().endswith("homogeneous"))
