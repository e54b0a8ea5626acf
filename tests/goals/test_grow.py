import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.facts.failover_problem import PoolProblem
from planner.failover.problem import FailoverProblem, Restart
from planner.goals.grow import FURTHER, Growth, NotKnown, Size
from planner.goals.grow.limits import Left, Limits, left_on_further
from planner.goals.grow.model import Spread
from planner.goals.grow.search import NO_LIMITS, least_memory, most_bundles, with_new
from planner.model.inventory import Inventory
from tests.facts.test_failover_problem import GIB, MIB, host, view, vm
from tests.failover.brute import capacity, tiny
from tests.helpers import run

Spreads = set[tuple[tuple[int, ...], ...]]


def larger(
    problem: FailoverProblem, sizes: tuple[int, ...], spreads: Spreads, limits: Limits
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every way to put one more bundle beside those of each spread."""
    rooms = list(problem.room.values())
    for spread in spreads:
        for targets in product(range(len(rooms)), repeat=len(sizes)):
            grown = [list(numbers) for numbers in spread]
            for at, target in enumerate(targets):
                grown[target][at] += 1
            taken = [sum(map(int.__mul__, sizes, numbers)) for numbers in grown]
            allowed = all(_allowed(limits, host, sizes, own) for host, own in zip(problem.room, grown, strict=True))
            if allowed and all(own <= room for own, room in zip(taken, rooms, strict=True)):
                yield tuple(map(tuple, grown))


def _allowed(limits: Limits, host: str, sizes: tuple[int, ...], numbers: list[int]) -> bool:
    left = limits.left.get(host, Left())
    vcpus = sum(own * each for own, each in zip(numbers, limits.vcpus, strict=False))
    memory = sum(own * each for own, each in zip(numbers, sizes, strict=True))
    asked = ((sum(numbers), left.vms), (memory, left.memory), (vcpus, left.vcpus))
    return all(most is None or number <= most for number, most in asked)


def truth(
    problem: FailoverProblem, sizes: tuple[int, ...], failures: int, most: int = 1000, limits: Limits = NO_LIMITS
) -> int | None:
    """How many bundles fit, by trying every way to spread them."""

    def holds(spread: tuple[tuple[int, ...], ...]) -> bool:
        given_ = Spread(dict(zip(problem.room, spread, strict=True)), {})
        return capacity(with_new(problem, sizes, given_)) >= failures

    spreads: Spreads = {tuple((0,) * len(sizes) for _ in problem.room)}
    if not holds(next(iter(spreads))):
        return None
    bundles = 0
    while bundles < most:
        spreads = {each for each in larger(problem, sizes, spreads, limits) if holds(each)}
        if not spreads:
            break
        bundles += 1
    return bundles


def made(seed: int) -> tuple[FailoverProblem, tuple[int, ...], int]:
    random = Random(seed)  # noqa: S311 - a made-up problem is no secret
    problem = tiny(seed)
    names = sorted(problem.free)[: random.randint(1, 4)]
    kept = [each for each in problem.restarts if each.host in names][: random.randint(0, 5)]
    largest = max([*problem.room.values(), 1])
    sizes = tuple(random.randint(-(-largest // 4), largest) for _ in range(random.choice([1, 1, 2])))
    domains = problem.domains and {name: rack for name, rack in problem.domains.items() if name in names}
    smaller = FailoverProblem({name: problem.free[name] for name in names}, tuple(kept), None, domains)
    return smaller, sizes, random.randint(0, len(names) - 1)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6))
def test_it_is_the_most_that_any_spread_allows(seed: int) -> None:
    problem, sizes, failures = made(seed)
    found, expected = most_bundles(problem, sizes, failures), truth(problem, sizes, failures)
    assert (found and (found.lower, found.upper)) == (expected if expected is None else (expected, expected))
    if found:
        assert capacity(with_new(problem, sizes, Spread(found.spread, {}))) >= failures
        assert {sum(numbers[at] for numbers in found.spread.values()) for at in range(len(sizes))} == {expected}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3))
def test_no_less_memory_is_enough(seed: int, wanted: int) -> None:
    problem, sizes, failures = made(seed)
    if len(problem.free) > 3 or sum(sizes) > 40:
        return
    found = least_memory(problem, sizes, failures, wanted, step=2)
    assert found is None or found.proven
    expected = next(
        (
            2 * steps
            for steps in range(0 if found is None else found.least // 2 + 1)
            for added in product(range(steps + 1), repeat=len(problem.free))
            if sum(added) == steps
            and (truth(with_new(problem, sizes, memory(problem, added)), sizes, failures, wanted) or 0) >= wanted
        ),
        None,
    )
    assert (found and found.least) == expected


def memory(problem: FailoverProblem, added: tuple[int, ...]) -> Spread:
    return Spread({}, {name: 2 * each for name, each in zip(problem.room, added, strict=True)})


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_more_failures_are_never_easier_and_more_memory_never_worse(seed: int) -> None:
    problem, sizes, failures = made(seed)
    numbers = [most_bundles(problem, sizes, each) for each in range(failures + 1)]
    told = [-1 if each is None else each.lower for each in numbers]
    assert told == sorted(told, reverse=True)
    more = FailoverProblem(
        {name: max(0, free) + 7 for name, free in problem.free.items()}, problem.restarts, None, problem.domains
    )
    larger_ = most_bundles(more, sizes, failures)
    assert (larger_.lower if larger_ else -1) >= told[-1]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_limits_of_hosts_are_kept_and_end_it_no_earlier_than_they_must(seed: int) -> None:
    problem, sizes, failures = made(seed)
    chance = Random(seed)  # noqa: S311 - made-up limits are no secret

    def some(most: int) -> int | None:
        return chance.randint(0, most) if chance.random() < 0.5 else None

    left = {host: Left(some(3), some(2 * sum(sizes)), some(6)) for host in problem.room}
    limits = Limits([chance.randint(1, 3) for _ in sizes], left)
    found = most_bundles(problem, sizes, failures, limits)
    best = truth(problem, sizes, failures, limits=limits)
    assert (found is None) is (best is None)
    if found and best is not None:
        assert found.lower <= best <= found.upper
        assert found.lower == best or not found.proven


@pytest.mark.parametrize(
    ("limit", "now", "more"),
    [
        ({}, 18, 24),  # 14,326 MiB on each host, 2,067 MiB for each VM
        ({"free_memory": "5 GiB"}, 12, 16),
        ({"free_memory": "5 GiB", "hosts": ["a"]}, 16, 22),
        ({"vcpus_per_cpu": 0.1875}, 9, 12),  # three virtual CPUs for sixteen logical ones
        ({"free_memory": "14 GiB"}, 0, 0),
        ({"free_memory": "14 GiB", "required": False}, 18, 24),
    ],
)
def test_wishes_for_hosts_end_it_and_a_further_host_is_like_the_largest(
    limit: dict[str, Any], now: int, more: int
) -> None:
    pool = view(host_limits=[{"name": "spare"} | limit]).pool
    found = planner.grow(planner.Grow((Size(2 * GIB),)), Inventory([pool]))
    assert isinstance(found, Growth)
    first = found.rows[0]
    assert first.now
    assert first.with_host
    assert (first.now.lower, first.now.proven) == (now, True)
    assert (first.with_host.lower, first.with_host.proven) == (more, True)


@pytest.mark.parametrize(("memory", "left"), [(20, 15), (8, 3), (4, 0)])
def test_a_further_host_has_the_cpus_of_the_largest_and_as_much_to_be_left_free_with_any_memory(
    memory: int, left: int
) -> None:
    hosts = (host("a", cpu={"count": 8}), host("b", memory=64 * GIB, cpu={"count": 32}))
    limits = [{"name": "spare", "free_memory": "5 GiB"}, {"name": "calm", "vcpus_per_cpu": 2}]
    found = left_on_further(PoolProblem(view(hosts=hosts, host_limits=limits)), memory * GIB)
    assert (found.memory, found.vcpus) == (left * GIB, 64)


def test_what_a_wish_for_hosts_needs_to_know_is_asked_for() -> None:
    pool = view(hosts=(host("a", cpu={"vendor": "GenuineIntel"}),), host_limits=[{"name": "l", "vcpus_per_cpu": 2}])
    found = planner.grow(planner.Grow((Size(2 * GIB),)), Inventory([pool.pool]))
    assert isinstance(found, NotKnown)
    assert [lack.field for lack in found.lacking] == ["cpu.count"]


def test_places_end_it_before_memory_does() -> None:
    problem = FailoverProblem({"a": 100, "b": 100}, ())
    found = most_bundles(problem, (10,), 0, Limits(left={"a": Left(vms=2), "b": Left(vms=3)}))
    assert found
    assert (found.lower, found.upper, found.because) == (5, 5, None)


def test_what_could_not_be_restarted_is_said() -> None:
    problem = FailoverProblem({"a": 30, "b": 30, "c": 30}, (Restart("x", 10, "a"),))
    found = most_bundles(problem, (10,), 1)
    assert found
    assert (found.lower, found.upper) == (5, 5)
    assert found.because
    assert found.because.needed
    assert found.because.available is not None
    assert found.because.needed > found.because.available


def lab(*vms: dict[str, Any], **fields: Any) -> Inventory:
    hosts = tuple(host(name, memory=16 * GIB) for name in ("a", "b", "c"))
    return Inventory([view(*vms, hosts=hosts, coordinator="a", **fields).pool])


def test_a_pool_takes_what_three_hosts_of_14_gib_take() -> None:
    found = planner.grow(planner.Grow((Size(4 * GIB),)), lab(vm("x", "a")))
    assert isinstance(found, Growth)
    (need,) = found.needs
    assert 4 * GIB < need < 4 * GIB + 64 * MIB
    assert found.host == PoolProblem(lab().pools[0]).free["a"]
    assert [(row.failures, row.now and row.now.lower) for row in found.rows[:3]] == [(0, 8), (1, 5), (2, 2)]
    assert [row.with_host and row.with_host.lower for row in found.rows] == [11, 8, 5, 2]
    assert found.rows[3].now is None
    assert found.proven


def test_what_has_to_be_added_for_more() -> None:
    goal = planner.Grow((Size(4 * GIB),), wanted=7, failures=1)
    found = planner.grow(goal, lab(vm("x", "a")))
    assert isinstance(found, Growth)
    assert found.wanted
    assert found.wanted.fits is False
    assert found.wanted.memory
    assert found.wanted.memory.proven
    # two more have to be kept while the host with most fails: 4.03 GiB each, of which 1.9 GiB are free on each host
    assert found.wanted.host == 9 * GIB
    again = planner.grow(planner.Grow((Size(4 * GIB),), host=9 * GIB), lab(vm("x", "a")))
    assert isinstance(again, Growth)
    assert again.rows[1].with_host
    assert again.rows[1].with_host.lower == 7


def test_what_is_lacking_is_named() -> None:
    found = planner.grow(planner.Grow((Size(GIB),)), lab(vm("x", "a", memory=None)))
    assert isinstance(found, NotKnown)
    assert "memory.static_max" in {each.field for each in found.lacking}


def test_a_vm_that_is_down_and_fits_nowhere_is_said() -> None:
    found = planner.grow(planner.Grow((Size(GIB),)), lab(vm("x", None, 15 * GIB)))
    assert isinstance(found, NotKnown)
    assert [each.name for each in found.homeless] == ["x"]


@pytest.mark.parametrize("sizes", [(), (Size(0),), (Size(GIB, 0),)])
def test_sizes_that_make_no_sense_are_refused(sizes: tuple[Size, ...]) -> None:
    with pytest.raises(GoalError, match="give at least one size"):
        planner.grow(planner.Grow(sizes), lab())


def test_the_command_tells_a_table_and_json() -> None:
    told = run("plan", "grow", "samples/ha-pool.yaml", "--vm", "1GiB")
    assert told.code == 0, told.err
    assert "with 1 failure, one more: " in told.out
    data = json.loads(run("plan", "grow", "samples/ha-pool.yaml", "--vm", "1GiB", "--format", "json").out)
    row = data["rows"][1]
    assert row["now"]["proven"]
    assert sum(numbers[0] for numbers in row["now"]["hosts"].values()) == row["now"]["lower"]
    assert FURTHER not in row["now"]["hosts"]


@pytest.mark.parametrize(
    ("failures", "code", "row"),
    [(0, 0, "0     7"), (1, 0, "1     0"), (2, 1, "2  not survived"), (9, 1, "9  not survived")],
)
def test_one_number_of_failures_can_be_asked_about(failures: int, code: int, row: str) -> None:
    common = ("--keep-failures", str(failures), "--always", "--limit-moves", "0", "--time", "20")
    told = run("plan", "grow", "samples/ha-pool.yaml", "--vm", "1GiB", *common)
    assert told.code == code, told.err
    assert f"{row} " in told.out
    data = json.loads(run("plan", "grow", "samples/ha-pool.yaml", "--vm", "1GiB", *common, "--format", "json").out)
    assert [each["failures"] for each in data["rows"]] == [failures]


def test_the_command_tells_markdown_and_a_script_that_does_nothing() -> None:
    asked = ("plan", "grow", "samples/ha-pool.yaml", "--vm", "1GiB", "--format")
    assert run(*asked, "table").out == run(*asked, "full").out == run(*asked[:-1]).out
    told = run(*asked, "markdown").out.splitlines()
    assert told[0].startswith("# Pool - Heteroxéneo: how many more there may be")
    assert told[2:5] == [
        "| failures | more | with a further host of 7269 MiB |",
        "| ---: | ---: | ---: |",
        "| 0 | 7 | 14 |",
    ]
    script = run(*asked, "xe").out
    assert script.startswith("#!/bin/sh\n")
    assert all(line.startswith("#") for line in script.splitlines())
    unknown = run("plan", "grow", "tests/golden/none.yaml", "--vm", "1GiB", "--format", "markdown")
    assert unknown.code == 2


def test_what_is_not_known_is_told_in_markdown_too(tmp_path: Path) -> None:
    file = tmp_path / "pool.yaml"
    file.write_text("kind: Pool\nname: lab\nhosts: [{name: a, memory: 8 GiB}]\n", encoding="utf-8")
    told = run("plan", "grow", str(file), "--vm", "1GiB", "--format", "markdown")
    assert told.code == 3
    assert told.out.startswith("# lab: how many more VMs there may be is not known\n\n- not known: ")


def test_a_time_that_is_over_leaves_open_what_takes_long() -> None:
    found = planner.grow(planner.Grow((Size(2 * GIB),), seconds=1e-9), lab(vm("x", "a")))
    assert isinstance(found, Growth)
    assert all(row.now is None or row.now.lower <= row.now.upper for row in found.rows)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--vm", "8"), "is no size"),
        (("--vm", "8GiB:x"), "expected is SIZE:VCPUS"),
        (("--vm", "8GiB", "--pool", "nowhere"), "name one with --pool"),
        (("--vm", "8GiB", "--host", "much"), "is no size"),
    ],
)
def test_bad_options_get_one_line(arguments: tuple[str, ...], said: str) -> None:
    ended = run("plan", "grow", "samples/ha-pool.yaml", *arguments)
    assert ended.code == 2
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1
