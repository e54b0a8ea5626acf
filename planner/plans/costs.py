"""What plans keep small: what each cost is called, and how much of it is told."""

from __future__ import annotations

from planner.units import percent, show_size, show_thousandths

BREACHES = "breaches of wishes"
HIGHEST, UNEVEN = "highest load", "unevenness"
BYTES = "bytes moved"
VMS_MOVED, MOVES = "VMs moved", "moves"
PROMISES = "promises taken back"
OTHER_BYTES, OTHERS_MOVED = "bytes of other VMs moved", "other VMs moved"
TOGETHER, UNEVEN_TOGETHER = (f"{what} of memory plus that of virtual CPUs" for what in (HIGHEST, UNEVEN))
MEMORY_ALONE, UNEVEN_MEMORY = (f"{what} of memory" for what in (HIGHEST, UNEVEN))


def worth_told(name: str, value: int) -> str:
    """So much of a cost as a person reads it: bytes as a size, loads in percent, sums of loads as a number."""
    if name in (BYTES, OTHER_BYTES):
        return show_size(value)
    if name in (TOGETHER, UNEVEN_TOGETHER):
        return show_thousandths(value)
    return percent(value) if name in (HIGHEST, UNEVEN, MEMORY_ALONE, UNEVEN_MEMORY) else str(value)
