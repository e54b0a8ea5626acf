"""Which host has, or will have, which repository: as a table, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from planner.facts.reachability import Reach, State
from planner.model.site import Site
from planner.overviews.storage import StorageCell, StorageOverview, StorageRow
from planner.reports.storage_matrix import matrix
from planner.reports.words import visible
from planner.rules.reaching import address_to_give, why_not
from planner.rules.wording import counted

_MOST_NAMED = 4
_SIGNS = {State.WILL_FAIL: "!", State.UNKNOWN: "?"}


def storage_table(overviews: Iterable[StorageOverview]) -> str:
    """For each pool its repositories; for each repository the hosts by what is to be expected of them, and why."""
    return "\n".join("".join(_pool(overview)) for overview in overviews) or "no repository is described\n"


def _pool(overview: StorageOverview) -> Iterator[str]:
    size = f"{counted(len(overview.rows), 'repository')}, {counted(len(overview.hosts), 'host')}"
    yield f"{visible(overview.pool)}: {size}\n"
    if len(overview.hosts) > 1:
        yield from matrix(overview)
    for row in overview.rows:
        kind = row.repository.type or "type not known"
        shared = {True: "shared", False: "local", None: "sharing not known"}[row.repository.shared]
        used = f"; {counted(len(row.vms), 'VM')} on it: {_named(row.vms)}" if row.vms else ""
        yield f"\n  {visible(row.repository.name)} ({visible(kind)}, {shared}){used}\n"
        yield from _states(row)


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(_shortened([visible(each) for each in names]))


def _states(row: StorageRow) -> Iterator[str]:
    """The hosts of each state on one line; a line of its own for each that fails or is not known."""
    order = list(State)
    for state, group in groupby(sorted(row.cells, key=lambda cell: order.index(cell.reach.state)), _state):
        cells = list(group)
        if state in _SIGNS:
            yield from (line for cell in cells for line in _exception(row, cell))
        elif state is State.NOT_CONNECTED and len(cells) > _MOST_NAMED:
            yield f"      {state.value}: {counted(len(cells), 'host')}\n"
        else:
            yield from (f"      {state.value}: {', '.join(names)}{over}\n" for over, names in _by_way(cells).items())


def _state(cell: StorageCell) -> State:
    return cell.reach.state


def _name(cell: StorageCell) -> str:
    note = " (after its join)" if cell.joining else " (off now)" if cell.off else ""
    return f"{visible(cell.host)}{note}"


def _by_way(cells: list[StorageCell]) -> dict[str, list[str]]:
    """The names of hosts by the way they take."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        found.setdefault(_over(cell.reach), []).append(_name(cell))
    return {over: _shortened(names) for over, names in found.items()}


def _shortened(names: list[str]) -> list[str]:
    return names if len(names) <= _MOST_NAMED + 1 else [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED} more"]


def _over(reach: Reach) -> str:
    """`, 172.16.0.100:2049 over eth2 (Storage)`; nothing where no server is needed or no way is known."""
    if reach.way is None or reach.endpoint is None:
        return ""
    network = f" ({visible(reach.way.interface.network)})" if reach.way.interface.network else ""
    gateway = f" by its gateway {reach.way.gateway}" if reach.way.gateway else ""
    return f", {reach.endpoint} over {visible(reach.way.interface.label)}{network}{gateway}"


def _exception(row: StorageRow, cell: StorageCell) -> Iterator[str]:
    reach = cell.reach
    yield f"    {_SIGNS[reach.state]} {reach.state.value}: {_name(cell)}: {visible(_why(reach, cell))}\n"
    if reach.state is State.WILL_FAIL or reach.elsewhere:
        yield f"      remedy: {visible(address_to_give(reach, row.repository, cell.access))}\n"


def _why(reach: Reach, cell: StorageCell) -> str:
    if reach.state is State.WILL_FAIL or reach.elsewhere:
        return why_not(reach, cell.access)
    if reach.endpoint and any(isinstance(each.record, Site) for each in reach.lacking):
        return f"{reach.endpoint.server} is a name: give its address in `addresses` of the site"
    lacking = ", ".join(f"{each.field} of {each.record.label}" for each in reach.lacking)
    return f"{lacking} is not known" if lacking else f"addresses do not decide it: {reach.demand.medium.value} storage"


def storage_json(overviews: Iterable[StorageOverview]) -> str:
    """The same for programs."""
    pools = [
        {"name": overview.pool, "repositories": [_row_json(row) for row in overview.rows]} for overview in overviews
    ]
    return json.dumps({"version": 1, "kind": "storage", "pools": pools}, ensure_ascii=False, indent=2) + "\n"


def _row_json(row: StorageRow) -> dict[str, object]:
    repository = row.repository
    cells = [_cell_json(row, cell) for cell in row.cells]
    return {
        "name": repository.name,
        "type": repository.type,
        "shared": repository.shared,
        "hosts": cells,
        "vms": list(row.vms),
    }


def _cell_json(row: StorageRow, cell: StorageCell) -> dict[str, object]:
    reach = cell.reach
    fails = reach.state is State.WILL_FAIL or reach.elsewhere is not None
    return {
        "host": cell.host,
        "joining": cell.joining,
        "off": cell.off,
        "state": reach.state.value,
        "endpoint": str(reach.endpoint) if reach.endpoint else None,
        "route": reach.way.kind.value if reach.way else None,
        "interface": reach.way.interface.label if reach.way else None,
        "network": reach.way.interface.network if reach.way else None,
        "gateway": reach.way.gateway if reach.way else None,
        "why": why_not(reach, cell.access) if fails else None,
        "remedy": address_to_give(reach, row.repository, cell.access) if fails else None,
        "lacking": [f"{each.record.label}: {each.field}" for each in reach.lacking],
    }
