"""VMs on both hosts at once, against every moment of every order in which they go."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from planner.failover.in_transit import on_both
from planner.failover.problem import FailoverProblem, Restart
from tests.failover.brute import capacity, tiny

GONE, ENOUGH = 2, 25
Arrivals = list[tuple[Restart, str]]


def arrivals(problem: FailoverProblem, seed: int) -> Arrivals:
    """Up to two VMs, each with a host to which it goes."""
    chance = Random(seed)  # noqa: S311 - a made-up problem is no secret
    hosts, movable = sorted(problem.free), list(problem.placed)
    chosen = chance.sample(movable, min(2, len(movable))) if len(hosts) > 1 else []
    return [(each, chance.choice([host for host in hosts if host != each.host])) for each in chosen]


def with_room(problem: FailoverProblem, going: Sequence[tuple[Restart, str]]) -> FailoverProblem:
    """The problem once room is taken for VMs where they go."""
    left = dict(problem.free)
    for each, target in going:
        left[target] -= each.size
    return replace(problem, free=left)


def moments(problem: FailoverProblem, going: Arrivals) -> Iterator[FailoverProblem]:
    """The problem when of these VMs some wait, some are under way, and some are gone."""
    for stages in product(range(GONE + 1), repeat=len(going)):
        left = dict(with_room(problem, [each for each, stage in zip(going, stages, strict=True) if stage]).free)
        at = {each.vm: each.host for each in problem.restarts}
        for (each, target), stage in zip(going, stages, strict=True):
            if stage == GONE:
                left[str(each.host)] += each.size
                at[each.vm] = target
        restarts = tuple(replace(each, host=at[each.vm]) for each in problem.restarts)
        yield replace(problem, free=left, restarts=restarts)


def both(problem: FailoverProblem, going: Arrivals) -> FailoverProblem:
    return on_both(with_room(problem, going), [(each.vm, target) for each, target in going])


def test_what_is_survived_with_vms_on_both_hosts_is_survived_at_every_moment() -> None:
    told = 0
    for seed in range(400):
        problem = tiny(seed)
        going = arrivals(problem, seed)
        bound = capacity(both(problem, going))
        told += bound > 0 and bool(going)
        assert all(bound <= capacity(moment) for moment in moments(problem, going)), seed
    assert told > ENOUGH


@pytest.mark.parametrize(("free", "expected"), [(4, 0), (8, 1)])
def test_a_vm_is_restarted_when_either_of_its_hosts_fails(free: int, expected: int) -> None:
    problem = FailoverProblem({"a": 0, "b": 0, "c": free}, (Restart("v", 4, "a"), Restart("w", 4, "b")))
    assert capacity(problem) == 1
    assert capacity(on_both(problem, [("v", "b")])) == expected


def test_who_is_not_restarted_takes_memory_alone() -> None:
    problem = FailoverProblem({"a": 0, "b": 4}, (Restart("v", 4, "a"),))
    assert on_both(problem, [("other", "b")]) == problem


def test_names_that_are_taken_are_not_given_twice() -> None:
    problem = FailoverProblem({"a": 8, "b": 8}, (Restart("v", 4, "a"), Restart("v on b", 4, "a")))
    assert [each.vm for each in on_both(problem, [("v", "b")]).restarts] == ["v", "v on b", "v on b'"]


def test_a_vm_under_way_is_kept_apart_on_both_hosts() -> None:
    apart = (frozenset({"v", "w"}),)
    problem = FailoverProblem({"a": 9, "b": 9, "c": 9}, (Restart("v", 1, "a"), Restart("w", 1, "b")), apart=apart)
    assert on_both(problem, [("v", "c")]).apart == (frozenset({"v", "w", "v on c"}),)
