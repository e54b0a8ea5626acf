"""What rules say where high availability is on or wished, and where nobody tells whether it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.facts.high_availability import enabled, matters
from planner.facts.lacking import Lacking
from planner.findings import Problem, Unknown
from planner.model.fields import Record
from planner.model.inventory import PoolView


def if_wanted(view: PoolView, said: Iterable[Problem | Unknown]) -> Iterator[Problem | Unknown]:
    """What a check says, if high availability is on or wished; where that is unknown but matters, that it is."""
    yield from _if(view, matters(view), said)


def if_enabled(view: PoolView, said: Iterable[Problem | Unknown]) -> Iterator[Problem | Unknown]:
    """What a check says, if high availability is on; where that is unknown but matters, that it is."""
    yield from _if(view, enabled(view), said)


def _if(
    view: PoolView,
    asked: bool | None,  # noqa: FBT001 - an answer, not a switch
    said: Iterable[Problem | Unknown],
) -> Iterator[Problem | Unknown]:
    if asked:
        yield from said
    elif asked is None and any(isinstance(each, Problem) for each in said):
        yield Unknown(view.pool, "ha.enabled" if view.pool.ha else "ha")


def where_said(view: PoolView) -> tuple[Record, str]:
    """Which record and field say that a pool is, or is to be, highly available: the present, else the wish."""
    return (view.pool, "ha.enabled") if enabled(view) or not view.ha_plans else (view.ha_plans[0], "")


def unknown(lacking: Lacking) -> Unknown:
    """What a fact lacked, as a rule says it."""
    return Unknown(lacking.record, lacking.field)
