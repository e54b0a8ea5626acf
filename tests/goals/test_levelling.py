"""Loads get lower by dealing out what two hosts have, and nothing else is worse."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner import patience
from planner.goals.place import levelling
from planner.goals.place.ahead import Ahead, simple_bounds
from planner.goals.place.asked import Asked
from planner.goals.place.climbing import Climb
from planner.goals.place.guarding import Guard
from planner.goals.place.levelling import Level
from planner.goals.place.pot import Pot
from planner.goals.place.worth import Targets, keeps, loads, surviving, worth
from planner.patience import Waiting
from planner.plans.costs import HIGHEST
from tests.benchmarks.place import made_up
from tests.goals.test_climbing import asked
from tests.goals.test_exchanging import exchanged, lab, somewhere, survived


def levelled(of: Asked, start: Targets, failures: int = 0, enough: int = 0) -> list[Targets]:
    return Level(of, Pot(None), start, Guard(of, start, failures), enough).run()


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_the_highest_load_gets_lower_and_nothing_that_is_kept_is_broken(seed: int) -> None:
    if (begun := somewhere(seed)) is None:
        return
    of, start = begun
    found = levelled(of, start, survived(of, start))
    highest = [sorted((load or 0 for load in loads(of, each).values()), reverse=True) for each in found]
    assert all(one >= other for one, other in pairwise(highest))
    for each in found:
        assert keeps(of, each)
        assert worth(of, each).breaches <= worth(of, start).breaches
        assert survived(of, each) >= survived(of, start)


def test_hosts_become_equally_full() -> None:
    of = lab(("u", 5, "a"), ("v", 4, "a"), ("w", 3, "a"), ("x", 2, "a"), memory=16)
    home = {item.key: item.source for item in of.wanted.items}
    found = levelled(of, home)
    assert worth(of, found[-1]).uneven == 0
    assert len(found) == 2
    even = worth(of, found[-1]).highest
    assert even is not None
    assert levelled(of, home, enough=1000) == [home]
    assert levelled(of, found[-1]) == [found[-1]]


@pytest.mark.parametrize(
    ("hosts", "vms", "use", "protected"), [(20, 300, 0.9, False), (16, 200, 0.8, True), (17, 120, 0.75, True)]
)
def test_larger_pools_are_levelled_further_than_by_single_moves(
    hosts: int, vms: int, use: float, *, protected: bool
) -> None:
    of = asked(made_up(hosts, vms, use, flavours=False, protected=protected))
    start = {item.key: item.source for item in of.wanted.items}
    failures = survived(of, start)
    climb = Climb(of, start, Pot(None), failures)
    climb.lower_plainly()
    least = simple_bounds(of, climb.targets, Ahead(of, Pot(None)).gaps(failures))[HIGHEST]
    before, found = worth(of, climb.targets).highest, levelled(of, climb.targets, failures, least)
    highest = worth(of, found[-1]).highest
    assert before is not None
    assert highest is not None
    assert least <= highest < before
    assert protected or highest == least
    assert surviving(of, found[-1], failures)


@pytest.mark.parametrize("scale", [2, 2**20, 2**21])
def test_pools_of_any_size_are_levelled(scale: int) -> None:
    """Also where the bytes of a host times a million are too many for 64 bits."""
    of = lab(
        ("u", 5 * scale, "a"), ("v", 4 * scale, "a"), ("w", 3 * scale, "a"), ("x", 2 * scale, "a"), memory=16 * scale
    )
    home = {item.key: item.source for item in of.wanted.items}
    found = levelled(of, home)
    assert (worth(of, found[-1]).highest or 0) < (worth(of, home).highest or 0)
    assert worth(of, found[-1]).uneven in (0, 1, 2)
    there = dict.fromkeys(home, "b")
    assert worth(of, exchanged(of, there)[-1]).of_loads <= worth(of, there).of_loads


def test_no_more_is_tried_than_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    of = lab(("u", 5, "a"), ("v", 4, "a"), ("w", 3, "a"), ("x", 2, "a"), memory=16)
    home = {item.key: item.source for item in of.wanted.items}
    monkeypatch.setattr(levelling, "_TIMES", 0)
    assert levelled(of, home) == [home]
    monkeypatch.undo()
    monkeypatch.setattr(Guard, "holds", lambda *_: False)
    assert levelled(of, home, 1) == [home]
    monkeypatch.undo()
    waiting = Waiting()
    waiting.ended = True
    with patience.waited_for(waiting):
        assert levelled(of, home) == [home]


def test_no_host_puts_more_at_risk_and_what_too_little_is_survived_with_is_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of = asked(made_up(20, 200, 0.7, flavours=False, protected=True))
    climb = Climb(of, {item.key: item.source for item in of.wanted.items}, Pot(None), 1)
    climb.raise_failures()
    start = climb.targets
    guard, found = Guard(of, start, climb.failures), levelled(of, start, climb.failures)
    assert len(found) > 1
    assert max(guard.risks(found[-1]).values()) <= max(guard.risks(start).values())
    tried = list[Targets]()
    monkeypatch.setattr(Guard, "holds", lambda self, hosts, now, then: tried.append(then) is None)  # noqa: ARG005
    for each, following in pairwise(levelled(of, start, climb.failures)):
        hosts = {following[key] for key in each if each[key] != following[key]}
        before, after = guard.risks(each), guard.risks(following)
        pair = [host for host in hosts | {each[key] for key in each if each[key] != following[key]} if host in before]
        assert max(after[host] for host in pair) <= max(before[host] for host in pair)
    assert tried
    monkeypatch.setattr(Guard, "survived", lambda self, targets: targets is start)  # noqa: ARG005
    assert levelled(of, start, climb.failures) == [start]


def test_where_loads_are_not_known_nothing_is_levelled() -> None:
    of = lab(("u", 5, "a"), ("v", 4, "a"), memory=16)
    home = {item.key: item.source for item in of.wanted.items}
    places = tuple(replace(place, taken=None) for place in of.wanted.places)
    assert levelled(replace(of, wanted=replace(of.wanted, places=places)), home) == [home]
