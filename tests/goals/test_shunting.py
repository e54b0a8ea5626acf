"""Moves that are in each other's way, and VMs that go aside for them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.goals.moves.ordering import ordered
from planner.goals.moves.shunting import Move, Yard
from planner.goals.moves.wanted import Item
from tests.goals.test_evacuate import item


def brought(items: Sequence[Item], targets: Mapping[str, str], free: Mapping[str, int]) -> Yard:
    """Everybody brought as far as that goes."""
    yard = Yard(items, targets, free)
    yard.go_on()
    while yard.waiting() and yard.make_room():
        yard.go_on()
    return yard


def replayed(items: Sequence[Item], free: Mapping[str, int], moves: Sequence[Move]) -> dict[str, str]:
    """Where everybody is after moves, each of which has to be possible when it comes."""
    at, left, by_key = {each.key: each.source for each in items}, dict(free), {each.key: each for each in items}
    for move in moves:
        size = by_key[move.vm]
        assert move.source == at[move.vm] != move.target
        assert size.comes[move.target] <= left[move.target]
        left[move.target] -= size.stays[move.target]
        left[move.source] += size.stays[move.source]
        at[move.vm] = move.target
    return at


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_every_move_is_possible_when_it_comes(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - made-up data are no secret
    hosts = "abcdef"[: chance.randint(2, 6)]
    items = [item(f"v{n}", chance.choice(hosts), chance.randint(1, 4), hosts) for n in range(chance.randint(1, 12))]
    targets = {each.key: chance.choice(hosts) for each in items}
    free = {host: chance.randint(0, 3) for host in hosts}
    yard = brought(items, targets, free)
    at = replayed(items, free, yard.moves)
    assert sorted(yard.waiting()) == sorted(key for key in at if at[key] != targets[key])
    found = ordered(items, targets, free)
    if found.rounds is not None:
        assert replayed(items, free, [move for each in found.rounds for move in each]) == targets
    else:
        start = {each.key: targets[each.key] if each.key not in found.stuck else each.source for each in items}
        assert found.stuck
        assert ordered(items, start, free).rounds is not None
    assert found.rounds is not None or yard.waiting()


def test_many_pairs_change_places_over_one_host() -> None:
    hosts = [f"h{number:02}" for number in range(60)]
    pairs = list(zip(hosts[::2], hosts[1::2], strict=True))
    sizes = "".join(hosts)
    items = [item(f"v{host}", host, 4, sizes) for host in hosts]
    everywhere = dict.fromkeys([*hosts, "spare"], 4)
    items = [Item(each.key, each.source, 4, *[everywhere] * 4) for each in items]
    targets = {f"v{one}": other for pair in pairs for one, other in (pair, pair[::-1])}
    free = dict.fromkeys(hosts, 0) | {"spare": 4}
    found = ordered(items, targets, free)
    assert found.rounds is not None
    moves = [move for each in found.rounds for move in each]
    assert replayed(items, free, moves) == targets
    assert len(moves) == 3 * len(pairs)
    assert ordered(items, targets, free | {"spare": 3}).stuck == tuple(sorted(targets))


@pytest.mark.parametrize(
    ("items", "targets", "free", "expected"),
    [
        # The smallest that is enough goes, to where most is free.
        (
            [item("x", "a", 4, "ab"), item("p", "b", 5, "abcd"), item("q", "b", 4, "abcd")],
            {"x": "b", "p": "a", "q": "a"},
            {"a": 0, "b": 0, "c": 5, "d": 6},
            [("q", "d"), ("x", "b")],
        ),
        # Where none is enough, the largest go first.
        (
            [item("x", "a", 4, "ab"), item("p", "b", 2, "abcd"), item("q", "b", 3, "abcd")],
            {"x": "b", "p": "a", "q": "a"},
            {"a": 0, "b": 0, "c": 2, "d": 3},
            [("q", "d"), ("p", "c"), ("x", "b")],
        ),
        # The room that costs least is made.
        (
            [item("x", "a", 4, "ab"), item("y", "a", 2, "ac"), item("p", "b", 4, "ab d"), item("q", "c", 2, "acd")],
            {"x": "b", "y": "c", "p": "a", "q": "a"},
            {"a": 0, "b": 0, "c": 0, "d": 4},
            [("q", "d"), ("y", "c")],
        ),
        # Who is where it is to be goes aside and comes back, where nobody else can.
        (
            [item("x", "a", 4, "abc"), item("r", "b", 4, "abc")],
            {"x": "b", "r": "b"},
            {"a": 0, "b": 0, "c": 4},
            [("r", "c"), ("x", "b")],
        ),
    ],
)
def test_who_goes_aside(
    items: list[Item], targets: dict[str, str], free: dict[str, int], expected: list[tuple[str, str]]
) -> None:
    yard = Yard(items, targets, free)
    assert yard.make_room()
    assert [(move.vm, move.target) for move in yard.moves] == expected


def test_nobody_goes_aside_for_ever() -> None:
    items = [item("x", "a", 4), item("r", "b", 4)]
    yard = brought(items, {"x": "b", "r": "b"}, {"a": 0, "b": 0, "c": 4})
    assert yard.waiting()
    assert max(Counter(move.vm for move in yard.moves).values()) <= 2 * len(items)
