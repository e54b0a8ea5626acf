"""The wish to empty hosts, and which hosts it means."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from planner.errors import GoalError
from planner.goals.moves.conditions import Conditions
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.rules.wording import listed


@dataclass(frozen=True, slots=True, init=False)
class Evacuate:
    """Empty hosts of one pool, by name or UUID, and leave the others loaded as little and as evenly as can be."""

    hosts: tuple[str, ...]
    permanent: bool
    """They never return: there is no way back, and no VM keeps one of them as its home."""
    keep_failures: int | None
    """So many hosts must be able to fail in the end, with every protected VM restarted."""
    always: bool
    """And at every moment until then."""
    limit_moves: int | None
    """Move no more VMs than that."""
    seconds: float | None
    """The solver stops after so long with what it has; None: after the usual work, the same on every machine."""
    move_disks: bool
    """Local disks are first moved to repositories that other hosts have too."""

    def __init__(  # noqa: PLR0913 - each is an option of its own
        self,
        *hosts: str,
        permanent: bool = False,
        keep_failures: int | None = None,
        always: bool = False,
        limit_moves: int | None = None,
        seconds: float | None = None,
        move_disks: bool = False,
    ) -> None:
        values = (hosts, permanent, keep_failures, always, limit_moves, seconds, move_disks)
        for name, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, name, value)

    @property
    def conditions(self) -> Conditions:
        """What is asked beside the empty hosts."""
        return Conditions(self.keep_failures, self.always, self.limit_moves, self.seconds)


def meant(goal: Evacuate, inventory: Inventory) -> tuple[PoolView, tuple[Host, ...]]:
    """The pool and the hosts that a wish means. Raises GoalError where it names what is not there, or is not clear."""
    if not goal.hosts:
        raise GoalError("no host is named; name one or several of a pool")
    pools: list[PoolView] = []
    found: list[Host] = []
    for name in dict.fromkeys(goal.hosts):
        view, host = _host(name, inventory)
        if all(host is not each for each in found):
            pools.append(view)
            found.append(host)
    if any(view is not pools[0] for view in pools):
        raise GoalError(f"{listed(goal.hosts)} are not of one pool; empty the hosts of one pool at a time")
    return pools[0], tuple(sorted(found, key=lambda host: (host.name, host.uuid or "")))


def _host(name: str, inventory: Inventory) -> tuple[PoolView, Host]:
    bearers = [
        (view, host) for view in inventory.pools for host in view.hosts.records if name in (host.name, host.uuid)
    ]
    if not bearers:
        names = sorted({host.name for view in inventory.pools for host in view.hosts.records})
        close = get_close_matches(name, names, n=1)
        hint = f"; did you mean {close[0]}?" if close else f"; there are {listed(names, 10)}" if names else ""
        raise GoalError(f"no host is called {name}{hint}")
    if len(bearers) > 1:
        raise GoalError(f"several hosts are called {name}; give the UUID of one")
    return bearers[0]
