"""Hosts and repositories at one glance: a sign for each pair."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from planner.facts.reachability import State
from planner.overviews.storage import StorageOverview, StorageRow
from planner.reports.words import visible

SIGNS = {
    State.ATTACHED: "A",
    State.WOULD_ATTACH: "w",
    State.WILL_FAIL: "!",
    State.NOT_CONNECTED: ".",
    State.UNKNOWN: "?",
}
_WIDTH = 100
_GROUP = 10


def matrix(overview: StorageOverview) -> Iterator[str]:
    """A line for each repository and a column for each host, whose numbers stand above and are told below."""
    count = len(overview.hosts)
    legend = "  ".join(f"{sign} {state.value}" for state, sign in SIGNS.items())
    yield f"\n  {legend}\n\n"
    yield from (f"    {_grouped(line)}\n" for line in _numbers(count))
    yield from (f"    {_grouped(_signs(row))}  {visible(row.repository.name)}\n" for row in overview.rows)
    hosts = ", ".join(f"{number} {visible(host)}" for number, host in enumerate(overview.hosts, start=1))
    yield "".join(f"\n    {line}" for line in wrap(hosts, _WIDTH, break_long_words=False, break_on_hyphens=False))
    yield "\n"


def _signs(row: StorageRow) -> str:
    return "".join(SIGNS[cell.reach.state] for cell in row.cells)


def _numbers(count: int) -> Iterator[str]:
    """The numbers of the columns, each from top to bottom."""
    width = len(str(count))
    yield from ("".join(str(number).rjust(width)[place] for number in range(1, count + 1)) for place in range(width))


def _grouped(signs: str) -> str:
    """With a space after every tenth sign."""
    return " ".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))
