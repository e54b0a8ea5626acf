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
