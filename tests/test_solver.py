from itertools import combinations, product

import pytest

from planner.solver import Ending, Summand, WholeNumbers

FACTORS, BASES, MOST = ((2,), (1, 1), (3,)), (1, 0, 2), 3
"""Three sums: of one variable, of two, and of one, each with a number beside."""


def sums(values: tuple[int, ...]) -> list[int]:
    first, second, third, fourth = values
    return [2 * first + 1, second + third, 3 * fourth + 2]


@pytest.mark.parametrize("count", range(4))
@pytest.mark.parametrize("against", [0, 4, 9])
def test_the_largest_sums_stay_within_a_bound(count: int, against: int) -> None:
    for values in product(range(MOST), repeat=4):
        model = WholeNumbers()
        fixed = iter([model.number(value, value) for value in values])
        other = model.number(against, against)
        summands = [
            Summand([(factor, next(fixed)) for factor in factors], sum(factors) * MOST + base, base)
            for factors, base in zip(FACTORS, BASES, strict=True)
        ]
        model.at_most_largest(summands, count, [(1, other)], 1)
        worst = max(sum(chosen) for chosen in combinations(sums(values), count))
        assert (model.solve(1.0).ending is Ending.FOUND) is (worst <= against + 1), values


def test_what_a_sum_is_proven_not_to_go_below_no_values_do() -> None:
    """Where VMs go so that restarts fit, in bytes: versions of the library take a way for impossible that is there."""
    numbers, room = WholeNumbers(), 9641656329
    v, w, x, y, z = ([numbers.number(1) for _ in range(count)] for count in (2, 2, 2, 2, 3))
    moves, lost, last = [numbers.number(1) for _ in range(3)], [numbers.number(1) for _ in range(2)], numbers.number(1)
    fallen, fuller = [numbers.number(1) for _ in range(3)], numbers.number(1)
    used = [numbers.number(1) for _ in range(3)]
    for choice in (v, w, x, y, z, fallen):
        numbers.require([(1, each) for each in choice], 1, 1)
    numbers.require([(5419040768, last), (6499074048, y[1])], most=room)
    numbers.require([(-1, z[0]), *((1, each) for each in moves)], 0, 0)
    numbers.require([(-1, x[1]), *((1, each) for each in lost)], 0, 0)
    sizes = {w[0]: 5417992197, x[0]: 4091230644, y[0]: 6498025478, moves[0]: 1087373312, fallen[0]: 6344933376}
    others = {v[0]: 4315938820, last: 5417992197, y[1]: 6498025478, z[1]: 1094713345, moves[1]: 1087373312}
    others |= {lost[0]: 4091543552, fallen[1]: 6344933376}
    more = {v[1]: 4315938820, z[2]: 1094713345, moves[2]: 1087373312, lost[1]: 4091543552, fallen[2]: 6344933376}
    for taken, move, when in zip((sizes, others, more), moves, used, strict=True):
        numbers.require([(size, each) for each, size in taken.items()], most=room, when=when)
        numbers.require([(1, move), (-9, when)], most=0)
    own = numbers.number(1)
    numbers.require([(4315938820, own), (5417992197, w[1]), (1094713345, z[0]), (-21417900484, fuller)], most=75973024)
    numbers.minimize([(1, fuller)])
    found = numbers.solve(1)
    assert (found.value, found.bound) == (0, 0)
