"""What hosts and VMs are called where records alone would be too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from planner.model.guest import VM
from planner.model.host import Host


def keys(records: Iterable[Host | VM]) -> dict[int, str]:
    """What each record is called in a problem, by its identity: its UUID, for UUIDs decide ties, else its name.

    Records that would have one name are told apart by a number.
    """
    seen: Counter[str] = Counter()
    found = {}
    for each in sorted(records, key=lambda record: (record.uuid or record.name, record.name)):
        name = each.uuid or each.name
        seen[name] += 1
        found[id(each)] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return found
