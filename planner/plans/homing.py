"""How things are once VMs have other home servers than today."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Home:
    """The home server of a VM today and then, by name; None for the pool as a whole."""

    vm: str
    reference: str
    """The VM's UUID, or its name where it has none."""
    before: str | None
    after: str | None
    why: str
    at_start: str
    """Where the toolstack would start it then, if it had to today."""


@dataclass(frozen=True, slots=True)
class HomeLoad:
    """How much of a host its own VMs take at their static maximum, in thousandths; None where that is not known."""

    host: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class HomesOutcome:
    """The home servers of a pool's VMs."""

    pool: str
    pool_reference: str
    """The pool's UUID, or its name where it has none."""
    homes: tuple[Home, ...]
    """By name of the VM; those that are told to stay as they are among them."""
    templates: tuple[str, ...]
    """The templates that lose their home server, by name."""
    loads: tuple[HomeLoad, ...]
    today: tuple[tuple[str, str, str], ...]
    """Of each VM or template that changes: its kind, its UUID, and the UUID of its home server today, or nothing."""
    lacking: tuple[str, ...]
    """The VMs for which no home was chosen, and what would have to be said."""
    notes: tuple[str, ...]
    keep_failures: int | None = None
    """So many hosts are to be able to fail in the end."""
    always: bool = False
    """And at every moment until then."""
