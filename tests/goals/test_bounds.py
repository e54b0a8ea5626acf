"""What no assignment reaches: held against every way to put units on hosts, and near to the best of them."""

from collections import Counter
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.facts.loads import load
from planner.goals.moves.bounds import least_load, most_lowest
from planner.goals.place.worth import least_load as least_of
from planner.goals.place.worth import most_even
from tests.benchmarks.place import made_up
from tests.goals.test_climbing import asked


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_no_way_is_better_than_the_bounds(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - made-up data are no secret
    hosts = range(chance.randint(1, 3))
    whole = [chance.randint(8, 30) for _ in hosts]
    fixed = [chance.randint(0, 3) for _ in hosts]
    few = [chance.randint(1, 9) for _ in range(2)]
    units = []
    for _ in range(chance.randint(1, 6)):
        on = chance.sample(hosts, chance.randint(1, len(hosts)))
        size = chance.choice(few)
        units.append({host: size + chance.choice((0, 0, 0, 1)) for host in on})
    highest, lowest = [], []
    for way in product(*units):
        taken = list(fixed)
        for host, unit in zip(way, units, strict=True):
            taken[host] += unit[host]
        each = [load(size, memory) for size, memory in zip(taken, whole, strict=True)]
        highest.append(max(each))
        lowest.append(min(each))
    assert least_load(whole, fixed, units) <= min(highest)
    assert most_lowest(whole, fixed, [max(unit.values()) for unit in units]) >= max(lowest)


@pytest.mark.parametrize(
    ("sizes", "highest", "lowest"),
    [
        # Five of 3 on four hosts: one has two of them, though all of them come to less than 4 on each.
        ([3] * 5, 600, 300),
        # Parts of 4: one of 8 counts two, so of five parts one host has two, and none has less than nothing.
        ([8, 4, 4, 4], 800, 400),
        # Each a little more than two parts of 2: rounding adds too much for a host to hold a part less.
        ([5, 5, 5, 5, 5, 5], 1000, 500),
        ([], 0, 0),
    ],
)
def test_sizes_that_cannot_be_cut_are_counted_in_parts(sizes: list[int], highest: int, lowest: int) -> None:
    hosts = 4
    ways = list(product(range(hosts), repeat=len(sizes)))
    each = [Counter[int]() for _ in ways]
    for taken, way in zip(each, ways, strict=True):
        for size, on in zip(sizes, way, strict=True):
            taken[on] += size
    assert min(max(taken[on] for on in range(hosts)) for taken in each) * 100 == highest
    units = [dict.fromkeys(range(hosts), size) for size in sizes]
    assert least_load([10] * hosts, [0] * hosts, units) == highest
    found = most_lowest([10] * hosts, [0] * hosts, sizes)
    assert max(min(taken[on] for on in range(hosts)) for taken in each) * 100 <= found <= lowest


def test_what_rounding_leaves_out_is_too_little_for_a_part_more() -> None:
    """Sizes are powers of two and a little more for each VM: hosts with a part less would need very many VMs."""
    of = asked(made_up(16, 300, 0.8, flavours=True, protected=False))
    assert (least_of(of), most_even(of)) == (803, 798)
    taken = sum(item.taken[item.source] or 0 for item in of.wanted.items)
    taken += sum(each.taken or 0 for each in of.wanted.places)
    assert load(taken, sum(each.memory for each in of.wanted.places)) == 801


def test_what_rounding_adds_is_too_little_for_a_part_more() -> None:
    # Two of them are on one host of three, though all rounded down to parts of 199 would leave room for a part more.
    units = [dict.fromkeys(range(3), size) for size in (398, 597, 598, 598)]
    assert least_load([1000] * 3, [0] * 3, units) == 398 + 597
    # What is left out of 18 in parts of 11 is too little for both hosts to have a part less than they need.
    assert most_lowest([1000] * 2, [0] * 2, [19, 5, 4]) == 9


def test_many_sizes_are_not_counted_in_parts() -> None:
    sizes = [100 + number for number in range(65)]
    assert least_load([10_000] * 2, [0] * 2, [dict.fromkeys(range(2), size) for size in sizes]) == 429
    assert most_lowest([10_000] * 2, [0] * 2, sizes) == 429
    assert sum(sizes) == 8_580


def test_a_host_that_is_told_to_have_no_memory_is_no_way_out_and_no_end() -> None:
    # What is told of such a host is held against one byte, here as everywhere.
    assert least_load([0], [0], [{0: 5}]) == load(5, 0)
    assert least_load([0, 10], [3, 0], [{0: 5, 1: 5}]) == load(3, 0)
    assert most_lowest([0, 10], [3, 0], [5]) == load(5, 10)
    assert least_load([1, 2**40], [2**36, 0], [{0: 2**36, 1: 2**36}]) == load(2**36, 1)


def test_sums_that_are_no_longer_exact_tell_nothing() -> None:
    # Parts of the largest, once for each of the smallest, come to more than numbers of 64 bits hold.
    units = [dict.fromkeys(range(4), size) for size in (2**56, *[1] * 129)]
    assert least_load([2**57] * 4, [0] * 4, units) == 500
    assert most_lowest([2**57] * 4, [0] * 4, [2**56, *[1] * 129]) >= 1
    assert least_load([2**40] * 2, [0] * 2, [{0: 2**63, 1: 2**63}]) == load(2**63, 2**40)
    assert most_lowest([1, 1], [2**63, 2**63], [1]) >= load(2**63, 1)
