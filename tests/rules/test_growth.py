"""No rule is worse than linear in the objects it looks at: hosts, VMs and repositories are made more, one by one."""

from collections.abc import Callable
from functools import cache

import pytest

import planner
from planner.model.inventory import Inventory
from planner.rules import Check, Rule
from tests.benchmarks.rules_by_size import anew, large_pool
from tests.work import lines

RULES = [rule for rule in planner.catalogue() if rule.check]
TIMES = 4
SIZES = {
    "hosts": ((4, 48, 8), (4 * TIMES, 48, 8)),
    "VMs": ((4, 48, 8), (4, 48 * TIMES, 8)),
    "repositories": ((4, 48, 8), (4, 48, 8 * TIMES)),
}
SLACK = 1.25
CONSTANT = 600
"""Lines that a rule may run besides, whatever the size."""


@cache
def pool(hosts: int, vms: int, repositories: int) -> Inventory:
    return large_pool(hosts, vms, repositories)


def work(check: Check, size: tuple[int, int, int]) -> int:
    list(check(pool(*size)))  # what is read once, such as numbers of the product, is not work of the rule
    fresh = anew(pool(*size))
    return lines(lambda: list(check(fresh)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_work_grows_no_faster_than_the_objects(rule: Rule) -> None:
    assert rule.check
    for kind, (small, large) in SIZES.items():
        assert work(rule.check, large) <= TIMES * SLACK * work(rule.check, small) + CONSTANT, kind


def test_a_loop_in_a_loop_would_be_noticed() -> None:
    def pairs(inventory: Inventory) -> Callable[[], object]:
        vms = inventory.pools[0].vms.records
        return lambda: [None for one in vms for other in vms if one is other]

    small, large = (lines(pairs(pool(*size))) for size in SIZES["VMs"])
    assert large > TIMES * SLACK * small + CONSTANT
