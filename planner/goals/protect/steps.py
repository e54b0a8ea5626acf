"""The steps from the promises of today to others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.facts.high_availability import BEST_EFFORT, RESTART, digits_allowed, pool_software, to_be_restarted
from planner.goals.naming import name_of, sets, shell
from planner.goals.protect.goal import Stand
from planner.model.guest import VM
from planner.plans import Phase, Step
from planner.rules.wording import uuid_of

_FIRST_DIGIT = "1"


def promises(stand: Stand, chosen: Iterable[str], why: str) -> tuple[Step, ...]:
    """The steps: first the promises that are taken back, so that there is room for those that are made."""
    wanted = set(chosen)
    because = {each.vm: each.why for each in stand.left_out}
    lost = sorted(stand.today.keys() - wanted, key=lambda key: (stand.vms[key].name, key))
    made = sorted(wanted - stand.today.keys(), key=lambda key: (stand.vms[key].name, key))
    taken = (_taken_back(stand, stand.vms[key], because.get(key, why)) for key in lost)
    return (*taken, *(_made(stand, stand.vms[key]) for key in made))


def _taken_back(stand: Stand, vm: VM, why: str) -> Step:
    return Step(
        Phase.CHANGE,
        f"promise {vm.name} no restart, only try",
        why,
        _where(stand),
        (_set(vm, BEST_EFFORT),),
        changes=sets(stand.view, (("vms", name_of(vm)),), ha_restart_priority=BEST_EFFORT, ha_always_run=False),
    )


def _made(stand: Stand, vm: VM) -> Step:
    priority = _FIRST_DIGIT if digits_allowed(pool_software(stand.view)) else RESTART
    return Step(
        Phase.CHANGE,
        f"promise {vm.name} a restart",
        "there is room for it whichever hosts fail",
        _where(stand),
        tuple(_commands(vm, priority)),
        changes=sets(stand.view, (("vms", name_of(vm)),), ha_restart_priority=priority, ha_always_run=True),
    )


def _commands(vm: VM, priority: str) -> Iterator[str]:
    """A promise takes force when the priority changes; one that is there already is taken away first."""
    if to_be_restarted(vm):
        yield _set(vm, "")
    yield _set(vm, priority)


def _set(vm: VM, priority: str) -> str:
    return shell("vm-param-set", uuid=uuid_of("vm", vm), ha_restart_priority=priority)


def _where(stand: Stand) -> str:
    return stand.view.coordinator.name if stand.view.coordinator else stand.view.name
