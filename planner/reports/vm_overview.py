"""On which hosts a VM can be started and to which it can be moved: as a table, or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from planner.facts.lacking import Lacking
from planner.facts.obstacles import Answer, Obstacle
from planner.facts.prospective_storage import Failing
from planner.model.host import Host
from planner.overviews.vm import HostCell, VmOverview
from planner.reports.words import visible
from planner.rules.placing import balloon_to, free, lower_to, needed, told
from planner.rules.reaching import address_to_give, why_not
from planner.rules.wording import counted, listed
from planner.units import format_size

_WIDTH = 118
_WORDS = {True: "yes", False: "no", None: "not known"}
_HEADINGS = ("host", "start", "memory needed", "memory free", "live migration")


def vm_table(overviews: Iterable[VmOverview]) -> str:
    """For each VM the hosts with the verdict, then all reasons of each no and what mends it."""
    vms = list(overviews)
    name = visible(vms[0].vm.name) if vms else ""
    several = f"{counted(len(vms), 'VM')} are called {name}; a UUID shows one of them alone\n\n" if len(vms) > 1 else ""
    return several + "\n".join("".join(_vm(overview)) for overview in vms)


def _vm(overview: VmOverview) -> Iterator[str]:
    vm, memory = overview.vm, overview.vm.memory
    size = format_size(memory.static_max) if memory and memory.static_max is not None else "memory not known"
    uuid = f", {vm.uuid}" if vm.uuid else ""
    state = vm.power_state or "power state not known"
    yield f"{visible(vm.name)} in {visible(overview.pool)}: {state}, {size}{visible(uuid)}\n\n"
    columns = len(_HEADINGS) - all(cell.live is None for cell in overview.cells)
    yield from _grid([row[:columns] for row in (_HEADINGS, *(_row(cell) for cell in overview.cells))])
    for cell in overview.cells:
        yield from _reasons(overview, cell)
    yield "\n"
    yield from _lines("  ", _home(overview))
    yield from _lines("  ", _order(overview))
    yield from _lines("  ", _moved(overview))
    yield from _lines("  ", _evacuated(overview))


def _row(cell: HostCell) -> tuple[str, ...]:
    start = "runs here" if cell.runs_here else _WORDS[cell.start.can]
    room = "not known" if cell.fit.free.most is None else f"{_at_most(cell)}{free(cell.fit.free.most)}"
    need = f"{'at least ' if cell.fit.needed.lacking else ''}{needed(cell.fit.needed.least)}"
    return (_name(cell), start, need, room, _live(cell))


def _at_most(cell: HostCell) -> str:
    return "at most " if cell.fit.free.lacking else ""


def _live(cell: HostCell) -> str:
    if cell.live is None:
        return "-"
    if cell.live.can is not False or cell.with_disks is None:
        return _WORDS[cell.live.can]
    return {True: "with its disks", None: "not known, with its disks", False: "no"}[cell.with_disks.can]


def _name(cell: HostCell) -> str:
    return f"{visible(cell.host)} (after its join)" if cell.joining else visible(cell.host)


def _grid(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield f"  {'  '.join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()}\n"


def _lines(indent: str, text: str) -> Iterator[str]:
    if text:
        hanging = " " * (len(indent) + (2 if indent.isspace() else 0))
        filled = textwrap.fill(
            text,
            _WIDTH,
            initial_indent=indent,
            subsequent_indent=hanging,
            break_on_hyphens=False,
            break_long_words=False,
        )
        yield f"{filled}\n"


def _reasons(overview: VmOverview, cell: HostCell) -> Iterator[str]:
    """All that keeps the VM from a host, each reason once, and what mends it."""
    answers = [cell.start] if not cell.runs_here else []
    answers += [each for each in (cell.live, cell.with_disks) if each]
    if all(each.can for each in answers):
        return
    yield f"\n  {_name(cell)}:\n"
    for text in dict.fromkeys(_why(each, cell) for answer in answers for each in answer.obstacles):
        yield from _lines("    - ", text)
    for text in dict.fromkeys(_unsaid(each) for answer in answers for each in answer.lacking):
        yield from _lines("    ? ", f"{text} is not known")
    yield from _remedies(overview, cell)


def _why(obstacle: Obstacle, cell: HostCell | None) -> str:
    error = obstacle.api_error
    reasons = [why_not(each.reach, each.access) for each in (_failing(cell, (obstacle,)) if cell else ())]
    name = visible("; ".join([told(obstacle), *reasons]))
    return f"{name} [{error}]" if error else name


def _failing(cell: HostCell, obstacles: Iterable[Obstacle]) -> list[Failing]:
    """The repositories in the way that the host will have a connection to, but no way."""
    records = [record for each in obstacles for record in each.evidence]
    return [each for each in cell.failing if any(record is each.repository for record in records)]


def _unsaid(lacking: Lacking) -> str:
    return visible(f"{lacking.field} of {lacking.record.label}")


def _remedies(overview: VmOverview, cell: HostCell) -> Iterator[str]:
    for each in _failing(cell, cell.start.obstacles):
        yield f"      remedy: {visible(address_to_give(each.reach, each.repository, each.access))}\n"
    if cell.lower:
        yield f"      remedy: {visible(_lowering(overview, cell))}\n"
    if cell.to_move:
        yield f"      remedy: {visible(f'move {listed(cell.to_move)} along with it')}\n"


def _lowering(overview: VmOverview, cell: HostCell) -> str:
    vm, lower = overview.vm, cell.lower
    if lower is None or not (lower.fixed or lower.dynamic_min):
        return "free memory on the host: what is free there is too little for the VM at any size"
    ways = []
    if lower.fixed:
        ways.append(f"lower its memory to {format_size(lower.fixed)} while it is halted, {lower_to(vm, lower.fixed)}")
    if lower.dynamic_min:
        size = format_size(lower.dynamic_min)
        ways.append(f"let its tools give back all but {size} where others need it, {balloon_to(vm, lower.dynamic_min)}")
    return ", or ".join(ways)


def _home(overview: VmOverview) -> str:
    """What the home server is, and what the toolstack does with it at the next start."""
    if overview.vm.home is None:
        return "home server: none; where it ran last does not count"
    if overview.home is None:
        return f"home server: {visible(overview.vm.home)}, which is no host of the pool"
    name = visible(overview.home.name)
    if any(cell.host == overview.home.name and cell.start.can is False for cell in overview.cells):
        return f"home server: {name}, which cannot run it now; it is started elsewhere without a word"
    groups = listed(map(visible, overview.anti_affine))
    group = f", before the group {groups} is looked at" if groups else ""
    return (
        f"home server: {name}; it is started there as long as its memory fits, if need be with all guests ballooned "
        f"down{group}. When {name} is full, disabled or down, another host is taken without a word"
    )


def _order(overview: VmOverview) -> str:
    """Which hosts a start without a named host tries first."""
    able = [cell for cell in overview.cells if cell.start.can is not False and not cell.joining]
    if not able:
        return "started without naming a host: no host can run it now"
    ranked = [
        f"{listed(visible(host.name) for host in each.hosts)} ({each.category.value})" for each in overview.ranking
    ]
    apart = [f"the hosts with the fewest members of {visible(each)}" for each in overview.anti_affine]
    unranked = len(able) - sum(len(each.hosts) for each in overview.ranking)
    unknown = [f"{counted(unranked, 'host')} whose memory is not known"] if unranked else []
    return f"started without naming a host, tries: {', then '.join([*apart, *ranked, *unknown])}"


def _moved(overview: VmOverview) -> str:
    """What a live migration has to carry."""
    match overview.stays_on_storage:
        case True:
            return "live migration: moves its memory and the state of its CPUs only; its disks are on shared storage"
        case False:
            local = visible(listed(overview.local))
            return f"live migration: moves its memory and the state of its CPUs, and {local} has to be moved too"
        case _:
            return "live migration: whether its disks are on shared storage is not known"


def _evacuated(overview: VmOverview) -> str:
    """Whether the toolstack would take it along when its host is emptied."""
    answer, host = overview.evacuation, visible(overview.vm.runs_on or "")
    if answer is None:
        return ""
    if answer.obstacles:
        return f"evacuation of {host}: it stands in the way: {'; '.join(_on_hosts(answer))}"
    if answer.lacking:
        return f"evacuation of {host}: not known: {listed(map(_unsaid, answer.lacking))} not known"
    return f"evacuation of {host}: it can go to every host that counts, as far as their memory is enough"


def _on_hosts(answer: Answer) -> list[str]:
    """Each reason once, with the hosts where it shows."""
    found: dict[str, list[str]] = {}
    for each in answer.obstacles:
        hosts = [record.name for record in each.evidence if isinstance(record, Host)]
        found.setdefault(told(each), []).extend(hosts[-1:])
    return [visible(f"{text} (at {listed(hosts, 4)})" if hosts else text) for text, hosts in found.items()]


def vm_json(overviews: Iterable[VmOverview]) -> str:
    """The same for programs."""
    vms = [_vm_json(overview) for overview in overviews]
    return json.dumps({"version": 1, "kind": "vm", "vms": vms}, ensure_ascii=False, indent=2) + "\n"


def _vm_json(overview: VmOverview) -> dict[str, object]:
    vm = overview.vm
    return {
        "name": vm.name,
        "uuid": vm.uuid,
        "pool": overview.pool,
        "power_state": vm.power_state,
        "home": vm.home,
        "tried_first": [
            {"why": each.category.value, "hosts": [host.name for host in each.hosts]} for each in overview.ranking
        ],
        "disks_on_shared_storage": overview.stays_on_storage,
        "evacuation": _answer_json(overview.evacuation, None),
        "hosts": [_cell_json(cell) for cell in overview.cells],
    }


def _cell_json(cell: HostCell) -> dict[str, object]:
    fit, lower = cell.fit, cell.lower
    return {
        "host": cell.host,
        "joining": cell.joining,
        "runs_here": cell.runs_here,
        "memory_needed": fit.needed.least,
        "memory_free": fit.free.most,
        "memory_enough": fit.enough,
        "lower_to": lower.fixed if lower else None,
        "lower_dynamic_minimum_to": lower.dynamic_min if lower else None,
        "start": _answer_json(cell.start, cell),
        "live_migration": _answer_json(cell.live, cell),
        "live_migration_with_disks": _answer_json(cell.with_disks, cell),
        "disks_to_move": list(cell.to_move),
    }


def _answer_json(answer: Answer | None, cell: HostCell | None) -> dict[str, object] | None:
    if answer is None:
        return None
    return {
        "can": answer.can,
        "obstacles": [
            {
                "kind": each.kind.value,
                "why": _why(each, cell),
                "api_error": each.api_error or None,
                "needed": each.needed,
                "available": each.available,
            }
            for each in answer.obstacles
        ],
        "lacking": [f"{each.record.label}: {each.field}" for each in answer.lacking],
    }
