"""VMs that are alike but for their names: which of them goes is settled by their order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.goals.moves.twins import settled
from planner.goals.moves.wanted import Item, Place, Tie, Wanted
from planner.goals.place.asked import Asked
from planner.goals.place.kinds import kinds

HOSTS = ("a", "b", "c")


def _item(key: str, size: int = 4, source: str = "a") -> Item:
    sizes = dict.fromkeys(HOSTS, size)
    return Item(key, source, size, sizes, sizes, sizes, sizes)


def _wanted(*items: Item, **fields: object) -> Wanted:
    return replace(Wanted(items, (), frozenset()), **fields)  # type: ignore[arg-type]


def test_vms_with_other_numbers_of_virtual_cpus_are_not_alike() -> None:
    small, large = _item("v1"), replace(_item("v2"), vcpus=8)
    assert settled(_wanted(small, large), {"v1": "a", "v2": "b"}) == {"v1": "a", "v2": "b"}
    place = Place("a", 9, 9, 0, closed=False, spare=9)
    assert len(kinds(Asked(_wanted(small, large, places=(place,)), (), frozenset()))) == 2


ONE, TWO, THREE = (_item(name) for name in ("v1", "v2", "v3"))


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ({"v1": "a", "v2": "b", "v3": "a"}, {"v1": "b", "v2": "a", "v3": "a"}),
        ({"v1": "c", "v2": "a", "v3": "b"}, {"v1": "b", "v2": "c", "v3": "a"}),
        ({"v1": "a", "v2": "a", "v3": "a"}, {"v1": "a", "v2": "a", "v3": "a"}),
        ({"v2": "a", "v3": "b"}, {"v2": "b", "v3": "a"}),
    ],
)
def test_the_first_of_those_that_are_alike_go_first(targets: dict[str, str], expected: dict[str, str]) -> None:
    assert settled(_wanted(ONE, TWO, THREE), targets) == expected


@pytest.mark.parametrize(
    "wanted",
    [
        _wanted(ONE, _item("v2", 5)),
        _wanted(ONE, _item("v2", source="c")),
        _wanted(ONE, replace(TWO, comes={"a": 4, "b": 9, "c": 4})),
        _wanted(ONE, TWO, must_go=frozenset({"v2"})),
        _wanted(ONE, TWO, ties=(Tie("apart", ("v2",), 1, dict(zip(HOSTS, HOSTS, strict=True)), {}),)),
    ],
)
def test_those_that_differ_in_anything_keep_their_targets(wanted: Wanted) -> None:
    targets = {"v1": "a", "v2": "b"}
    assert settled(wanted, targets) == targets
