"""A restart plan as a table: what it says of each VM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.overviews.ha_rows import PlanRow
from planner.reports.words import visible
from planner.rules.ha import causes
from planner.rules.wording import listed

_HEAD = ("VM", "priority", "order", "delay", "agile", "why not")
_MOST_ROWS = 30
"""Of more VMs than these, those of which the same is said share a row."""
_MOST_NAMED = 4


def plan_table(rows: Iterable[PlanRow]) -> Iterator[str]:
    """Lines: one for each VM; of many, one for those of which the same is said."""
    told = [(row.vm.name, _cells(row)) for row in rows]
    if len(told) > _MOST_ROWS:
        alike: dict[tuple[str, ...], list[str]] = {}
        for name, cells in told:
            alike.setdefault(cells, []).append(name)
        told = [(listed(names, _MOST_NAMED), cells) for cells, names in alike.items()]
    table = [_HEAD, *((visible(name), *cells) for name, cells in told)]
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
    for row in table if told else ():
        yield f"    {'  '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()}\n"


def _cells(row: PlanRow) -> tuple[str, ...]:
    return (row.priority, _told(row.vm.order), _told(row.vm.start_delay, " s"), *_agile(row))


def _told(number: int | None, unit: str = "") -> str:
    return "not known" if number is None else f"{number}{unit}"


def _agile(row: PlanRow) -> tuple[str, str]:
    match row.agility.agile:
        case True:
            return "yes", ""
        case False:
            return "no", visible(causes(row.agility))
        case None:
            lack = row.agility.lacking[0]
            return "not known", visible(f"{lack.field} of {lack.record.label} is not known")
