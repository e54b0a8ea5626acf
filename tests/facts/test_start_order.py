from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.facts.start_order import start_groups
from planner.model.inventory import PoolView
from planner.model.pool import Pool

Told = list[tuple[list[str], int | None, list[str]]]


def told(*vms: dict[str, Any]) -> Told:
    """Of each group: who, when, and after whom."""
    named = [{"name": name, "ha_restart_priority": "restart"} | vm for name, vm in zip("abcdef", vms, strict=False)]
    groups = start_groups(PoolView(Pool.model_validate({"name": "lab", "vms": named})))
    return [([vm.name for vm in each.vms], each.begins, [vm.name for vm in each.after]) for each in groups]


def vm(order: int | None, delay: int | None = 0, priority: str = "restart") -> dict[str, Any]:
    return {"order": order, "start_delay": delay, "ha_restart_priority": priority}


@pytest.mark.parametrize(
    ("vms", "groups"),
    [
        ([vm(0, 30), vm(1)], [(["a"], 0, []), (["b"], 30, ["a"])]),
        ([vm(1), vm(0, 30)], [(["b"], 0, []), (["a"], 30, ["b"])]),
        ([vm(0, 30), vm(0, 10), vm(1, 5), vm(2)], [(["a", "b"], 0, []), (["c"], 30, ["a", "b"]), (["d"], 35, ["c"])]),
        ([vm(-1), vm(0, 7), vm(2**63 - 1)], [(["b"], 0, []), (["c"], 7, ["b"]), (["a"], 7, ["c"])]),
        ([vm(-5), vm(-1)], [(["a", "b"], 0, [])]),
        ([vm(9, 3), vm(0, 0, "best-effort")], [(["a"], 0, []), (["b"], 3, ["a"])]),
        ([vm(0, None), vm(1)], [(["a"], 0, []), (["b"], None, ["a"])]),
        ([vm(0), vm(None)], [(["a"], None, []), (["b"], None, ["a"])]),
        ([vm(0), vm(None, 0, "best-effort")], [(["a"], 0, []), (["b"], None, ["a"])]),
        ([vm(0, -9), vm(1)], [(["a"], 0, []), (["b"], 0, ["a"])]),
        ([vm(0, 0, ""), vm(0, 0, "2")], [(["b"], 0, [])]),
        ([], []),
    ],
)
def test_orders_start_one_after_the_other(vms: list[dict[str, Any]], groups: Told) -> None:
    assert told(*vms) == groups


numbers = st.integers(-3, 5)


@given(st.lists(st.builds(vm, numbers, st.integers(0, 60), st.sampled_from(["restart", "best-effort"])), max_size=6))
def test_nobody_is_started_twice_or_before_a_delay_is_over(vms: list[dict[str, Any]]) -> None:
    groups = told(*vms)
    names = [name for members, _, _ in groups for name in members]
    begins = [when for _, when, _ in groups]
    assert sorted(names) == sorted("abcdef"[: len(vms)])
    assert None not in begins
    assert begins == sorted(each for each in begins if each is not None)
