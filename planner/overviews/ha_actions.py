"""What a person may mean to do to a highly available pool, as it is written and as it is meant."""

from __future__ import annotations

from dataclasses import dataclass

from planner.errors import GoalError
from planner.facts.high_availability import BEST_EFFORT, RESTART
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.units import parse_size

FORMS = (
    "disable=HOST",
    "start=VM[@HOST]",
    "migrate=VM@HOST",
    "memory=VM:SIZE",
    "protect=VM[:restart|best-effort|none]",
    "tolerate=FAILURES",
)
"""How actions are written."""
PRIORITIES = {RESTART: RESTART, BEST_EFFORT: BEST_EFFORT, "none": ""}
"""The restart priorities by what a person calls them."""
_MOST_FAILURES = 2**31


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that is to be done to a pool."""

    text: str
    """As it was written."""
    kind: str
    """`disable`, `start`, `migrate`, `memory`, `protect` or `tolerate`."""
    view: PoolView
    vm: VM | None = None
    host: Host | None = None
    """The host to disable, or on which the VM is to be; None where the toolstack chooses one."""
    size: int | None = None
    """Bytes."""
    priority: str | None = None
    failures: int | None = None


def action(inventory: Inventory, text: str) -> Action:
    """What a text means in these pools. Raises `planner.errors.GoalError` when it means nothing, or several things."""
    kind, equals, rest = text.partition("=")
    if not equals or not rest or kind not in _READ:
        raise GoalError(f"{text}: expected is one of {', '.join(FORMS)}")
    return _READ[kind](inventory, text, rest)


def _disable(inventory: Inventory, text: str, name: str) -> Action:
    found = [(view, host) for view in inventory.pools for host in view.hosts.bearers(name)]
    if len(found) != 1:
        raise GoalError(f"{text}: {name} is {'no host' if not found else 'more than one host'} of these pools")
    ((view, host),) = found
    return Action(text, "disable", view, host=host)


def _start(inventory: Inventory, text: str, rest: str) -> Action:
    name, _, target = rest.rpartition("@")
    if _vms(inventory, rest) or not name:
        view, vm = _vm(inventory, text, rest)
        return Action(text, "start", view, vm=vm)
    return _on_host(inventory, text, "start", name, target)


def _migrate(inventory: Inventory, text: str, rest: str) -> Action:
    name, at, target = rest.rpartition("@")
    if not at or not name:
        raise GoalError(f"{text}: expected is migrate=VM@HOST")
    found = _on_host(inventory, text, "migrate", name, target)
    if found.vm and found.host and found.host is found.view.hosts.find(found.vm.runs_on):
        raise GoalError(f"{text}: {found.vm.name} runs on {found.host.name} already")
    return found


def _on_host(inventory: Inventory, text: str, kind: str, name: str, target: str) -> Action:
    view, vm = _vm(inventory, text, name)
    host = view.hosts.find(target)
    if host is None:
        raise GoalError(f"{text}: {target} is no host of {view.name}, or several bear that name; give its UUID")
    return Action(text, kind, view, vm=vm, host=host)


def _memory(inventory: Inventory, text: str, rest: str) -> Action:
    name, colon, size = rest.rpartition(":")
    if not colon or not name:
        raise GoalError(f"{text}: expected is memory=VM:SIZE, such as memory=web:8GiB")
    view, vm = _vm(inventory, text, name)
    try:
        return Action(
            text, "memory", view, vm=vm, size=int(size) if size.isascii() and size.isdigit() else parse_size(size)
        )
    except ValueError as error:
        raise GoalError(f"{text}: {error}") from None


def _protect(inventory: Inventory, text: str, rest: str) -> Action:
    name, _, priority = rest.rpartition(":")
    if _vms(inventory, rest) or not name:
        name, priority = rest, RESTART
    if priority not in PRIORITIES:
        raise GoalError(f"{text}: {priority} is no priority; expected is one of {', '.join(PRIORITIES)}")
    view, vm = _vm(inventory, text, name)
    return Action(text, "protect", view, vm=vm, priority=PRIORITIES[priority])


def _tolerate(inventory: Inventory, text: str, rest: str) -> Action:
    if not (rest.isascii() and rest.isdigit()) or int(rest[:20]) >= _MOST_FAILURES:
        raise GoalError(f"{text}: expected is a number of failures, zero or more")
    if len(inventory.pools) != 1:
        raise GoalError(f"{text}: give the files of just one pool; there are {len(inventory.pools)}")
    return Action(text, "tolerate", inventory.pools[0], failures=int(rest))


def _vms(inventory: Inventory, name: str) -> list[tuple[PoolView, VM]]:
    return [(view, vm) for view in inventory.pools for vm in view.vms.bearers(name)]


def _vm(inventory: Inventory, text: str, name: str) -> tuple[PoolView, VM]:
    found = _vms(inventory, name)
    if not found:
        raise GoalError(f"{text}: {name} is no VM of these pools")
    if len(found) > 1:
        raise GoalError(f"{text}: {name} is more than one VM; give its UUID")
    return found[0]


_READ = {
    "disable": _disable,
    "start": _start,
    "migrate": _migrate,
    "memory": _memory,
    "protect": _protect,
    "tolerate": _tolerate,
}
