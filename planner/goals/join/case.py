"""A join as it stands at one point of planning, and the table of what mends each violation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.findings import Problem
from planner.goals.naming import shell
from planner.model.fields import Record
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining, PoolView
from planner.plans import Cause, Phase, Step
from planner.plans.changes import Change
from planner.rules.wording import uuid_of


@dataclass(frozen=True, slots=True)
class Case:
    """The join that is asked for, with both sides found."""

    inventory: Inventory
    joining: Joining
    coordinator: Host
    """Of the pool to be joined."""

    @property
    def host(self) -> Host:
        """The host that is to join."""
        return self.joining.host

    @property
    def pool(self) -> PoolView:
        """The pool that it is to join."""
        return self.joining.pool

    @property
    def joiner(self) -> PoolView:
        """The pool that the host is in today."""
        return self.joining.joiner


Mend = Callable[[Case, tuple[Problem, ...]], Iterator[Step | Cause]]
"""From what one rule sees: the steps that mend it, or why nothing does."""

MENDS: dict[str, Mend] = {}
"""By the code of the rule."""


def mends(*codes: str) -> Callable[[Mend], Mend]:
    """Enter what mends the findings of rules; the function itself stays a plain one."""

    def enter(mend: Mend) -> Mend:
        for code in codes:
            if code in MENDS:
                raise ValueError(f"{code} is mended twice")
            MENDS[code] = mend
        return mend

    return enter


def before(  # noqa: PLR0913 - the parts of a step, by name
    what: str,
    why: str,
    host: Host,
    commands: tuple[str, ...] = (),
    changes: tuple[Change, ...] = (),
    *,
    by_hand: tuple[str, ...] = (),
) -> Step:
    """A step before the join."""
    return Step(Phase.BEFORE, what, why, host.name, commands, by_hand, changes)


def refused(code: str, found: tuple[Problem, ...]) -> Iterator[Cause]:
    """That nothing mends these, and what the rule says of a way out."""
    for problem in found:
        yield Cause(code, f"{problem.message}; {problem.remedy}")


def interface_name(interface: Record) -> str:
    """By what a change names an interface among those of its host."""
    return getattr(interface, "uuid", None) or interface.label


def restart(host: Host) -> tuple[str, ...]:
    """The commands that restart a host on which nothing runs any more."""
    uuid = uuid_of("host", host)
    return (shell("host-disable", uuid=uuid), shell("host-reboot", uuid=uuid))


def restart_in_use(view: PoolView, host: Host) -> tuple[str, ...]:
    """The commands that restart a host of a pool, and start again what ran on it."""
    vms = sorted(view.vms_on(host), key=lambda vm: (vm.name, vm.uuid or ""))
    running = [uuid_of("vm", vm) for vm in vms if vm.power_state in ("running", "paused", None)]
    return (
        *(shell("vm-shutdown", uuid=uuid) for uuid in running),
        *restart(host),
        *(shell("vm-start", uuid=uuid) for uuid in running),
    )
