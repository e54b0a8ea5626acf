"""Preferences kept better in pools that are too large for all of them at once: one wish after the other.

The VMs of one wish that is not kept, or of one host that has more than it had better, are placed anew, and all others
stay. It proves nothing, and never makes anything worse.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.goals.place.asked import Asked
from planner.goals.place.narrowing import of_vms
from planner.goals.place.pot import Pot
from planner.goals.place.stages import Stages
from planner.goals.place.worth import Targets, worth

_PART = 0.02
"""What one look may take, of all that may be done."""
_ALL = 0.3
"""The same for all looks."""


def kept_better(asked: Asked, pot: Pot, start: Targets) -> Targets:
    """An assignment that keeps what has to be kept, as the start does, and breaks no more preferences."""
    now, purse = start, pot.part(_ALL)
    breaches = worth(asked, now).breaches
    for free in list(_looks(asked, now)) if breaches else ():
        if not breaches or purse.empty:
            break
        part = purse.part(_PART / _ALL)
        ours = {key: now[key] for key in sorted(free)}
        found = Stages(of_vms(asked, now, free), part, ours, names=()).run()
        purse.give_back(part)
        then = {**now, **(found.targets or {})}
        if (fewer := worth(asked, then).breaches) < breaches:
            now, breaches = then, fewer
    pot.give_back(purse)
    return now


def _looks(asked: Asked, targets: Targets) -> Iterator[frozenset[str]]:
    """The VMs that are placed anew together: those of each wish, and those on each host for which one is."""
    yield from (soft.vms for soft in asked.softs if soft.vms)
    for host in dict.fromkeys(cap.host for cap in asked.caps):
        yield frozenset(item.key for item in asked.wanted.items if targets[item.key] == host)
