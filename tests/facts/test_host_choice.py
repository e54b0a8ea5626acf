from typing import Any

import pytest

from planner.facts.host_choice import Category, ranking
from planner.facts.host_memory import HostMemory
from planner.model.inventory import PoolView
from planner.model.pool import Pool
from planner.units import MIB

GIB = 1024 * MIB


def host(name: str, size: int) -> dict[str, Any]:
    """A host whose memory is for guests alone."""
    return {"name": name, "memory": size * GIB, "memory_overhead": 0, "control_domain": {"memory": 0, "vcpus": 0}}


def guest(name: str, limits: tuple[int, int, int], **fields: Any) -> dict[str, Any]:
    least, most, static = (each * GIB for each in limits)
    memory = {"dynamic_min": least, "dynamic_max": most, "static_max": static, "overhead": 1}
    return {"name": name, "power_state": "halted", "memory": memory} | fields


def order(hosts: list[dict[str, Any]], *guests: dict[str, Any], **fields: Any) -> list[tuple[Category, list[str]]]:
    whole = {"name": "lab", "hosts": hosts, "vms": list(guests), "software": {"product_version": "6.2.0"}}
    view = PoolView(Pool.model_validate(whole | fields))
    found = ranking(view, HostMemory(view), view.vms.records[0], view.hosts.records)
    return [(each.category, [host.name for host in each.hosts]) for each in found]


NEW = guest("new", (1, 2, 4))


def test_the_host_with_most_room_comes_first() -> None:
    assert order([host("a", 8), host("b", 16)], NEW) == [(Category.DEFINITE, ["b", "a"])]


def test_the_coordinator_comes_later_for_half_its_room() -> None:
    hosts = [host("a", 16), host("b", 11)]
    assert order(hosts, NEW, coordinator="a") == [(Category.DEFINITE, ["b", "a"])]
    assert order(hosts, NEW, coordinator="a", coordinator_bias=False) == [(Category.DEFINITE, ["a", "b"])]


def test_the_home_server_comes_before_all_as_long_as_it_can_hold_the_guest_at_all() -> None:
    there = guest("there", (2, 6, 6), power_state="running", runs_on="a")
    at_home = NEW | {"home": "a"}
    assert order([host("a", 4), host("b", 16)], at_home, there)[0] == (Category.HOME, ["a"])
    assert order([host("a", 2), host("b", 16)], at_home, there) == [(Category.DEFINITE, ["b"])]


@pytest.mark.parametrize(
    ("size", "category"),
    [(11, Category.DEFINITE), (9, Category.PROBABLE), (4, Category.POSSIBLE)],
)
def test_the_category_is_what_has_to_be_given_up(size: int, category: Category) -> None:
    there = guest("there", (2, 6, 6), power_state="running", runs_on="a")
    assert order([host("a", size)], NEW, there) == [(category, ["a"])]


def test_a_host_that_is_too_small_or_unknown_is_in_no_category() -> None:
    assert order([host("a", 1), {"name": "b"}], guest("new", (2, 2, 2))) == []
