"""Less memory for protected VMs that are down, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

import planner
from planner.facts.survival import survival
from planner.goals.improve.shrinking import Shrinking
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan
from tests.facts.test_toolstack_evacuation import GIB, MIB, host, view, vm

KEPT = {"ha_restart_priority": "restart", "ha_always_run": True}


FREE = 10 * 1024 + 64 - 21
"""In MiB, what a host of 10 GiB has for VMs: its own domain takes 21 MiB of the 64 that it has beside."""


def takes(own: int) -> int:
    """The MiB that a VM takes: its memory, 2 MiB, and the shadow of its pages for two virtual CPUs."""
    return own + 2 + -(-(256 * 2 + 2 * own) // 256)


ENOUGH = max(own for own in range(FREE) if takes(own) + takes(6 * 1024 - 1) <= FREE)
"""In MiB, what d can have where it and x have to fit on one host."""


def sized(name: str, size: int, on: str | None, least: int | None = None, **fields: Any) -> dict[str, Any]:
    """A protected VM of so many GiB, overhead included, which may have as little as `least`."""
    memory = dict.fromkeys(("dynamic_min", "dynamic_max", "static_max"), size * GIB - MIB) | {"overhead": MIB}
    memory |= {} if least is None else {"static_min": least * GIB}
    state = {"power_state": "running", "runs_on": on} if on else {"power_state": "halted", "runs_on": None}
    return vm(name, size, memory=memory) | state | KEPT | fields


def pool(*vms: dict[str, Any], hosts: tuple[int, ...] = (10, 10)) -> Inventory:
    return Inventory([view([host(name, free) for name, free in zip("abc", hosts, strict=False)], list(vms)).pool])


def sizes(inventory: Inventory, *, for_toolstack: bool = False) -> dict[str, int]:
    """What each VM is to have so that one host may fail, in bytes."""
    (own,) = inventory.pools
    found = Shrinking(inventory, own, survival(own)[1], 1, for_toolstack=for_toolstack).sizes
    return {vm.name: size for vm, size in found}


def test_just_so_much_is_taken_as_is_needed() -> None:
    """When a fails x has to find room on b, where d is set aside: both fit if d has less than 6 GiB."""
    assert ENOUGH == 4052
    found = sizes(pool(sized("x", 6, "a"), sized("d", 6, None, 1)))
    assert found == {"d": ENOUGH * MIB}


@pytest.mark.parametrize("least", [None, 6, 5])
def test_no_vm_gets_less_than_its_minimum(least: int | None) -> None:
    assert sizes(pool(sized("x", 6, "a"), sized("d", 6, None, least))) == {}


def test_as_few_have_less_as_are_found_to_be_enough() -> None:
    """d gives most, and is enough; e keeps what it has, though it could have less."""
    of = pool(sized("x", 4, "a"), sized("d", 6, None, 1), sized("e", 2, None, 1))
    assert set(sizes(of)) == {"d"}


def test_the_toolstack_is_asked_where_that_is_wanted() -> None:
    """Of two hosts its planner leaves nothing out that fits, so its answer is the same."""
    of = pool(sized("x", 6, "a"), sized("d", 6, None, 1))
    assert sizes(of, for_toolstack=True) == sizes(of)


def test_those_that_run_are_left_alone() -> None:
    assert sizes(pool(sized("x", 9, "a", 1), sized("y", 9, "b", 1))) == {}


def test_it_is_told_as_another_way() -> None:
    found = planner.plan(planner.Improve(1), pool(sized("x", 6, "a"), sized("d", 6, None, 1)))
    assert isinstance(found, Plan)
    assert (
        found.others[0] == "2091 MiB less memory for 1 protected VM that is down: d with 4052 MiB; less may be enough"
    )


def test_where_one_has_no_room_at_all_it_is_the_way_out() -> None:
    found = planner.plan(planner.Improve(0), pool(sized("x", 6, "a"), sized("d", 11, None, 1)))
    assert isinstance(found, NoPlan)
    largest = max(own for own in range(FREE) if takes(own) <= FREE)
    less = f"{11 * 1024 - 1 - largest} MiB less memory for 1 protected VM that is down: d with {largest} MiB"
    assert found.ways_out == (f"{less}; less may be enough",)


def test_what_is_told_is_enough_and_no_more_would_be() -> None:
    for more, holds in ((0, True), (1, False)):
        memory = dict.fromkeys(("dynamic_min", "dynamic_max", "static_max"), (ENOUGH + more) * MIB)
        changed = sized("d", 6, None) | {"memory": memory | {"overhead": MIB}}
        (own,) = pool(sized("x", 6, "a"), changed).pools
        assert (survival(own)[0].lower >= 1) is holds
