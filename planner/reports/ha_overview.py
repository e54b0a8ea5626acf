"""What high availability promises, in which order it starts VMs, and what stands in its way: as a table, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from planner.overviews.ha import HaOverview, HaRow
from planner.reports.words import visible
from planner.rules.ha import causes
from planner.rules.wording import counted, listed

_MOST_NAMED = 3
_HEAD = ("VM", "priority", "order", "delay", "starts", "can run on every host")


def ha_table(overviews: Iterable[HaOverview]) -> str:
    """For each pool what is promised, its VMs in the order of their start, and what rules have against it."""
    return "\n".join("".join(_pool(overview)) for overview in overviews) or "no VM is described\n"


def _pool(overview: HaOverview) -> Iterator[str]:
    yield f"{visible(overview.pool)}: high availability is {_state(overview)}\n"
    yield f"  heartbeat repository: {visible(', '.join(overview.heartbeat)) or 'not named'}\n"
    yield f"  failures to tolerate: {_told(overview.wanted_failures)}\n"
    if overview.enabled or overview.wished:
        times = overview.timeouts
        yield f"  a host counts as failed after {times.timeout} s"
        yield f", its VMs are started {times.wait_for_fencing} s later\n"
    told = (f"{number} {priority}" for priority, number in overview.counts.items() if number or priority != "not known")
    yield f"  VMs by restart priority: {', '.join(told)}\n"
    if overview.rows:
        yield "\n"
        yield from _lines([_HEAD, *(_cells(row) for row in overview.rows)])
    if overview.obstacles:
        yield "\n  what is against it\n"
    for each in overview.obstacles:
        yield f"    {each.rule.severity.value} {each.rule.code}: {visible(each.problem.message)}\n"


def _state(overview: HaOverview) -> str:
    now = {True: "on", False: "off", None: "not known to be on"}[overview.enabled]
    return f"{now}, and wished" if overview.wished else now


def _told(number: int | None, unit: str = "") -> str:
    return "not known" if number is None else f"{number}{unit}"


def _lines(table: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD) - 1)]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield f"  {'  '.join([*cells, row[-1]]).rstrip()}\n"


def _cells(row: HaRow) -> tuple[str, ...]:
    vm = row.vm
    return (
        visible(vm.name),
        row.priority,
        _told(vm.order),
        _told(vm.start_delay, " s"),
        visible(_starts(row)),
        visible(_everywhere(row)),
    )


def _starts(row: HaRow) -> str:
    """When it is started, beside the time that starting others takes: `30 s, after urouter`."""
    if row.group is None:
        return "never" if row.priority == "none" else "not known"
    if not row.group.after:
        return "not known" if row.group.begins is None else "at once"
    begins = "not known" if row.group.begins is None else f"{row.group.begins} s"
    return f"{begins}, after {listed((vm.name for vm in row.group.after), _MOST_NAMED)}"


def _everywhere(row: HaRow) -> str:
    match row.agility.agile:
        case True:
            return "yes"
        case False:
            return f"no: {causes(row.agility)}"
        case None:
            lacking = row.agility.lacking
            more = f" and {counted(len(lacking) - 1, 'more field')}" if len(lacking) > 1 else ""
            return f"not known: {lacking[0].field} of {lacking[0].record.label}{more}"


def ha_json(overviews: Iterable[HaOverview]) -> str:
    """The same for programs."""
    pools = [_pool_json(overview) for overview in overviews]
    return json.dumps({"version": 1, "kind": "ha", "pools": pools}, ensure_ascii=False, indent=2) + "\n"


def _pool_json(overview: HaOverview) -> dict[str, object]:
    return {
        "name": overview.pool,
        "enabled": overview.enabled,
        "wished": overview.wished,
        "heartbeat": list(overview.heartbeat),
        "failures_to_tolerate": overview.wanted_failures,
        "timeout": overview.timeouts.timeout,
        "priorities": overview.counts,
        "vms": [_row_json(row) for row in overview.rows],
        "obstacles": [
            {"code": each.rule.code, "severity": each.rule.severity.value, "message": each.problem.message}
            for each in overview.obstacles
        ],
    }


def _row_json(row: HaRow) -> dict[str, object]:
    group = row.group
    return {
        "name": row.vm.name,
        "priority": row.priority,
        "protected": row.protected,
        "order": row.vm.order,
        "start_delay": row.vm.start_delay,
        "begins": group.begins if group else None,
        "after": [vm.name for vm in group.after] if group else [],
        "agile": row.agility.agile,
        "why": causes(row.agility) if row.agility.hindrances else None,
        "lacking": [f"{each.record.label}: {each.field}" for each in row.agility.lacking],
    }
