"""The choices of VMs that are held against the toolstack's planner."""

from __future__ import annotations

from itertools import combinations, islice

import pytest

from planner.goals.improve.accepting import choices


@pytest.mark.parametrize("number", range(7))
def test_of_vms_that_are_alike_only_the_number_counts(number: int) -> None:
    classes = [["a", "b"], ["c"], ["d", "e", "f"]]
    found = list(choices(classes, number))
    alike = {name: at for at, own in enumerate(classes) for name in own}
    every = {tuple(sorted(alike[name] for name in each)) for each in combinations("abcdef", number)}
    assert sorted(tuple(alike[name] for name in each) for each in found) == sorted(every)
    assert found[:1] == [tuple("abcdef"[:number])]


def test_no_choice_is_larger_than_all() -> None:
    assert list(choices([["a"], ["b"]], 3)) == []


def test_there_may_be_thousands_of_vms_all_different() -> None:
    names = [str(number) for number in range(3000)]
    first, second = islice(choices([[name] for name in names], 2990), 2)
    assert first == tuple(names[:2990])
    assert second == (*names[:2989], names[2990])
