"""What is left after the next failure: by hand, and against every failure and every packing tried out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from planner.failover.problem import FailoverProblem, Restart
from planner.failover.toolstack import greedy
from planner.overviews.ha_next_failure import Left, next_failure
from tests.failover.brute import capacity, tiny


def problem(free: dict[str, int], *vms: tuple[str, int, str], domains: dict[str, str] | None = None) -> FailoverProblem:
    return FailoverProblem(free, tuple(Restart(*each) for each in vms), domains=domains)


def test_the_toolstack_takes_the_roomiest_host_and_leaves_less() -> None:
    """When a fails its 3 goes to c, which has 6, and then the 6 of b has no host; with the 3 on d it has one."""
    found = next_failure(problem({"a": 6, "b": 0, "c": 6, "d": 3}, ("x", 3, "a"), ("y", 6, "b")))
    assert found.toolstack == Left(0, 0, "a", complete=True)
    assert (found.best.lower, found.best.upper, found.best.complete) == (1, 1, True)


def test_when_the_next_failure_is_not_survived_nothing_is_left() -> None:
    found = next_failure(problem({"a": 0, "b": 2, "c": 2}, ("x", 3, "a")))
    assert found.toolstack == found.best == Left(0, 0, "a", complete=False)


def test_what_the_toolstack_does_not_restart_a_plan_may() -> None:
    """It puts 4 on b, which has 6, and the two of 3 do not fit on what is left; with 4 on c they do."""
    found = next_failure(problem({"a": 9, "b": 6, "c": 4}, ("x", 4, "a"), ("y", 3, "a"), ("z", 3, "a")))
    assert (found.toolstack.complete, found.toolstack.unit) == (False, "a")
    assert (found.best.complete, found.best.lower) == (True, 0)


def test_a_rack_fails_as_one() -> None:
    """Of the two units either is left alone with the VM, or would be."""
    found = next_failure(problem({"a": 0, "b": 9, "c": 4}, ("x", 3, "a"), domains={"a": "rack:1", "b": "rack:1"}))
    assert (found.best.lower, found.best.upper, found.best.complete) == (0, 0, True)


def after(held: FailoverProblem, unit: str, targets: Mapping[str, str]) -> FailoverProblem:
    """What is left, written anew: every host but those of the unit, with what was restarted there."""
    free = {host: max(0, room) for host, room in held.free.items() if held.unit(host) != unit}
    moved = []
    for each in held.restarts:
        host = targets.get(each.vm, each.host)
        if each.vm in targets:
            free[targets[each.vm]] -= each.size
        moved.append(Restart(each.vm, each.size, host, each.hosts))
    return FailoverProblem(free, tuple(each for each in moved if each.host in free), None, held.domains)


def packings(lost: list[Restart], room: dict[str, int]) -> Iterator[dict[str, str]]:
    if not lost:
        yield {}
        return
    first, *others = lost
    for host, left in room.items():
        if left >= first.size and (first.hosts is None or host in first.hosts):
            for rest in packings(others, {**room, host: left - first.size}):
                yield {**rest, first.vm: host}


@pytest.mark.parametrize("seeds", [range(at, 400, 4) for at in range(4)])
def test_the_numbers_hold_against_every_failure_and_every_packing(seeds: range) -> None:
    for seed in seeds:
        held = replace(tiny(seed), apart=())
        if len(held.placed) > 7:
            continue
        tooled, best = [], []
        for unit in held.units:
            lost, room = held.failing([unit])
            ways = [capacity(after(held, unit, each)) for each in packings(list(lost), dict(room))]
            best.append(max(ways, default=-1))
            packed = greedy(sorted(lost, key=lambda each: each.vm), room)
            may = all(each.vm in packed and (each.hosts is None or packed[each.vm] in each.hosts) for each in lost)
            tooled.append(capacity(after(held, unit, packed)) if may else -1)
        found = next_failure(held)
        assert (found.toolstack.lower, found.toolstack.complete) == (max(0, min(tooled)), min(tooled) >= 0), seed
        assert found.best.complete is (min(best) >= 0), seed
        assert found.toolstack.lower <= found.best.lower <= max(0, min(best)), seed
