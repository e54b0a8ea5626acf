"""What a plan that evens out loads says of each move, and when to stop."""

from __future__ import annotations

from collections.abc import Callable

from planner.facts.evenness import Peaks
from planner.plans.balancing import Balancing, VcpuLoad
from planner.plans.costs import BREACHES
from planner.plans.moving import MovesOutcome
from planner.rules.wording import counted
from planner.units import percent, show_thousandths

_RULE = (
    "further moves are worth it where as many of them as there are hosts would lower the highest load, or the"
    " unevenness, by 0.050: 5 % of memory, or one virtual CPU for 20 physical ones"
)
Section = tuple[str, list[str]]


def balance_sections(outcome: MovesOutcome, balancing: Balancing) -> list[Section]:
    """What is highest before and after, what each move gains, and when to stop."""
    return [
        ("over the hosts", highest_told(balancing)),
        ("what it comes to after each move", list(_gains(balancing))),
        ("when to stop", [stop_told(outcome, balancing)]),
        ("virtual CPUs of the hosts, for each physical one", [vcpus_told(each) for each in balancing.vcpus]),
    ]


def highest_told(each: Balancing) -> list[str]:
    """The extremes before and after all moves."""
    last = each.gains[-1].peaks if each.gains else each.before
    lines = [_both("highest memory", percent(each.before.memory), percent(last.memory))]
    lines.append(_both("lowest memory", percent(each.before.memory_lowest), percent(last.memory_lowest)))
    if each.before.vcpus is not None:
        busy = [show_thousandths(peaks.vcpus or 0) for peaks in (each.before, last)]
        idle = [show_thousandths(peaks.vcpus_lowest or 0) for peaks in (each.before, last)]
        lines += [_both("highest virtual CPUs for each physical one", *busy), _both("lowest virtual CPUs", *idle)]
    return lines


def _both(what: str, before: str, after: str) -> str:
    return f"{what}: {before} before, {after} after"


def _gains(each: Balancing) -> list[str]:
    lines, before = [], each.before
    for number, gain in enumerate(each.gains, start=1):
        lines.append(f"{number}. {gain.vm} to {gain.target}: {_change(before, gain.peaks)}")
        before = gain.peaks
    return lines


def _change(before: Peaks, after: Peaks) -> str:
    """What is highest and how uneven it is after a move, and by how much that differs from before."""
    parts = [f"memory {percent(after.memory)}{_by(after.memory - before.memory, percent)}"]
    if after.vcpus is not None and before.vcpus is not None:
        by = _by(after.vcpus - before.vcpus, show_thousandths)
        parts.append(f"virtual CPUs {show_thousandths(after.vcpus)}{by}")
    by = _by(after.unevenness - before.unevenness, show_thousandths)
    return ", ".join((*parts, f"unevenness {show_thousandths(after.unevenness)}{by}"))


def _by(change: int, told: Callable[[int], str]) -> str:
    if not change:
        return ""
    return f" ({'-' if change < 0 else '+'}{told(abs(change))})"


def stop_told(outcome: MovesOutcome, each: Balancing) -> str:
    """After which move to stop, and by which rule."""
    further = len(each.gains) - each.enough
    if not each.gains:
        costs = [cost for cost in outcome.costs if cost.name != BREACHES]
        proven = bool(costs) and all(cost.value == cost.bound for cost in costs)
        return f"at once: no move {'makes' if proven else 'was found that makes'} the loads more even"
    if not further:
        return f"after the last move: all are worth it; {_RULE}"
    now = each.gains[each.enough - 1].peaks if each.enough else each.before
    last = each.gains[-1].peaks
    when = f"after move {each.enough}" if each.enough else "at once"
    highest = f"{show_thousandths(now.highest)} to {show_thousandths(last.highest)}"
    uneven = f"{show_thousandths(now.unevenness)} to {show_thousandths(last.unevenness)}"
    rest = (
        f"{counted(further, 'further move')} would bring the highest load from {highest}, the unevenness from {uneven}"
    )
    return f"{when}: {rest}; {_RULE}"


def vcpus_told(each: VcpuLoad) -> str:
    """The virtual CPUs of a host before and after."""
    before, after = ("not known" if value is None else show_thousandths(value) for value in (each.before, each.after))
    return f"{each.host}: {before} before, {after} after"
