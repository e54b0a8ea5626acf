"""The numbers with which better places are searched for, and what the solver says of them."""

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.facts.host_limits import Most
from planner.goals.balance.bounds import average, least_highest
from planner.goals.balance.proving import costs, prove
from planner.goals.moves.board import Bin, Board, Group, Size, Unit
from planner.goals.moves.ranges import NOBODY, Arrays, Ranges

APART = Group(1, ("a", "b", "c"))


def place(key: str, *groups: int, taken: int = 0) -> Bin:
    return Bin(key, 10, 10, 0, taken, 0, 10 - taken, groups)


def unit(name: str, size: int, *apart: int, source: int = 0) -> Unit:
    return Unit((name,), source, (Size(size, size, size, size),), 1, size, apart)


def board(bins: list[Bin], units: list[Unit], *groups: Group) -> Board:
    used = [sum(each.sizes[0].stays for each in units if each.source == host) for host in range(len(bins))]
    full = [replace(each, room=each.room - less) for each, less in zip(bins, used, strict=True)]
    return Board(full, units, lambda _unit, _host: True, groups)


def test_units_that_are_kept_apart_never_meet() -> None:
    found = board([place("a"), place("b", 0), place("c")], [unit("x", 2, 0), unit("y", 2, 0), unit("z", 2)], APART)
    assert not found.possible(0, 1)  # one of its group stays on b
    assert found.possible(0, 2)
    assert found.possible(2, 1)
    found.shift(0, 2)
    assert not found.possible(1, 2)
    assert found.apart(1, 2, leaving=0)
    assert not found.apart(1, 2, leaving=2)


def test_hosts_of_one_rack_count_as_one() -> None:
    racks = Group(2, ("1", "1", "2"))
    found = board([place("a"), place("b", 0), place("c")], [unit("x", 1, 0), unit("y", 1, 0, source=2)], racks)
    assert found.possible(0, 1)  # it leaves the rack as many as before
    assert not found.possible(1, 0)
    assert found.apart(1, 0, leaving=0)
    found.shift(0, 2)
    assert found.possible(1, 0)


def test_no_more_is_taken_of_a_host_than_may_be_or_is_today() -> None:
    bins = [place("a"), replace(place("b", taken=4), most=Most(7)), replace(place("c"), most=Most(None, 1))]
    found = board(bins, [unit("x", 3), unit("y", 4), unit("z", 1, source=2)])
    assert found.possible(0, 1)
    assert not found.possible(1, 1)
    assert not found.possible(0, 2)  # c has its one virtual CPU
    assert found.within(0, 2, leaving=2)
    full = board([place("a"), replace(place("b"), most=Most(1))], [unit("x", 2, source=1), unit("y", 1)])
    assert not full.possible(1, 1)
    full.shift(0, 0)
    assert full.possible(0, 1)  # it was there today


def test_the_solver_keeps_racks_and_limits() -> None:
    racks = Group(1, ("1", "1", "2"))
    units = [unit("x", 1, 0), unit("y", 3, 0, source=2), unit("z", 3, source=2)]
    proven = prove(board([place("a"), place("b"), place("c")], units, racks), None, None)
    assert proven is not None
    assert proven.at == (0, 2, 1)  # y is kept apart from x by rack, so z leaves
    bounded = [place("a"), replace(place("b"), most=Most(2)), place("c")]
    proven = prove(board(bounded, units, racks), None, None)
    assert proven is not None
    assert proven.at == (1, 2, 0)


def test_a_move_takes_room_and_gives_it_back() -> None:
    found = board([place("a"), place("b", taken=4)], [unit("x", 6), unit("y", 3)])
    assert found.room == [1, 6]
    assert found.possible(0, 1)
    found.shift(1, 1)
    assert (found.room, found.taken, found.vcpus, found.moved) == ([4, 3], [6, 7], [1, 1], 1)
    assert not found.possible(0, 1)
    found.shift(1, 0)
    assert (found.room, found.moved) == ([1, 6], 0)
    found.ban(1, 1)
    assert not found.possible(1, 1)


def test_the_solver_keeps_apart_what_has_to_be() -> None:
    found = board([place("a"), place("b", 0), place("c")], [unit("x", 2, 0), unit("y", 2, 0), unit("z", 2)], APART)
    proven = prove(found, None, None)
    assert proven is not None
    assert proven.at is not None
    assert 1 not in proven.at[:2]
    assert len(set(proven.at[:2])) == 2
    assert proven.bounds[0] == 200 + 100  # one of size 2 with one virtual CPU on each of three hosts of ten


def test_the_solver_moves_no_more_than_is_allowed() -> None:
    found = board([place("a"), place("b"), place("c")], [unit(name, 2) for name in "xyz"])
    proven = prove(found, 1, None)
    assert proven is not None
    assert proven.at is not None
    assert sum(host != 0 for host in proven.at) == 1
    assert proven.bounds == (400 + 200, 600, 2, 1)
    assert costs(found) == (900, 900, 0, 0)


def test_bounds_know_what_stays_and_what_cannot_be_cut() -> None:
    whole = board([place("a", taken=6), place("b")], [unit("x", 1, source=1), unit("y", 1, source=1)])
    assert average(whole) == 400 + 100
    assert least_highest(whole) == 600 + 100  # a keeps its 6 of ten
    large = board([place("a"), place("b")], [unit("x", 7)])
    assert average(large) == 350 + 50
    assert least_highest(large) == 700 + 100


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), scale=st.sampled_from([1, 2**30, 2**52]), tiny=st.booleans())
def test_what_changes_come_to_is_what_the_board_is_worth_after_them(*, seed: int, scale: int, tiny: bool) -> None:
    chance = Random(seed)  # noqa: S311 - made-up data are no secret
    cpus = chance.choice([None, 4])
    count = chance.randint(2, 5)
    bins = [
        Bin(f"h{n}", chance.randint(5, 40) * scale, cpus, chance.randint(0, 1), chance.randint(0, 3) * scale, n, 0)
        for n in range(count)
    ]
    bins = [replace(each, memory=1) for each in bins] if tiny else bins
    units = []
    for number in range(chance.randint(1, 8)):
        sizes = tuple(Size(*[chance.randint(1, 9) * scale] * 4) for _ in range(2))
        units.append(Unit((f"v{number}",), chance.randrange(count), sizes, chance.randint(1, 4), 1))
    now = board(bins, units)
    changes = []
    for _ in range(10):
        one, other = chance.sample(range(count), 2)
        here, there = ([*sorted(now.on[host]), NOBODY] for host in (one, other))
        changes.append((one, other, chance.choice(here), chance.choice(there)))
    told = Ranges(now, Arrays(now)).worths(*(np.array(column) for column in zip(*changes, strict=True)))
    for (one, other, first, second), *worth in zip(changes, *(numbers.tolist() for numbers in told), strict=True):
        then = board(bins, units)
        for unit, host in ((first, other), (second, one)):
            if unit != NOBODY:
                then.shift(unit, host)
        assert tuple(worth) == then.worth()
