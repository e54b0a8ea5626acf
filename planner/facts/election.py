"""Which host manages a pool after a failure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.facts.lacking import Lacking
from planner.model.host import Host
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class Election:
    """Who managed a pool, and who does so after a failure."""

    before: Host | None
    changed: bool | None
    """None where nobody tells who managed it."""
    candidates: tuple[Host, ...]
    """Who may be elected, the one that wins a tie first where UUIDs tell; only the coordinator where it lives on.

    The first to whom all others agree wins. That is a matter of moments: neither room nor load counts.
    """
    lacking: tuple[Lacking, ...] = ()

    @property
    def after(self) -> Host | None:
        """Who surely manages it afterwards; None where that is chance, or not known, or nobody is left."""
        return self.candidates[0] if len(self.candidates) == 1 else None


def election(view: PoolView, living: Iterable[Host]) -> Election:
    """Who manages a pool of which these hosts live on."""
    left = tuple(living)
    before = view.coordinator
    if before is not None and any(host is before for host in left):
        return Election(before, changed=False, candidates=(before,))
    ordered = tuple(sorted(left, key=lambda host: (host.uuid or "", host.name)))
    unsaid = tuple(Lacking(host, "uuid") for host in ordered if host.uuid is None) if len(left) > 1 else ()
    if before is None:
        unsaid = (Lacking(view.pool, "coordinator"), *unsaid)
    return Election(before, None if before is None else True, ordered, unsaid)
