from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.errors import GoalError
from planner.model.inventory import Inventory
from planner.overviews.ha_capacity import HaCapacity, ha_capacity
from planner.reports.ha_capacity import ha_capacity_table
from planner.reports.ha_capacity_json import ha_capacity_json
from tests.facts.test_failover_problem import GIB, host, view, vm
from tests.rules.made_up_pools import inventory, pools


@settings(max_examples=120, deadline=None)
@given(seed=st.integers(0, 100_000), distinct=st.booleans())
@example(seed=6575, distinct=False)  # no host is usable: nothing that is not known can change the 0
def test_whatever_the_pools_are_there_are_honest_bounds(seed: int, *, distinct: bool) -> None:
    try:
        found = ha_capacity(inventory(pools(seed, distinct=distinct), seed))
    except GoalError as error:
        assert "4 EiB" in str(error)  # noqa: PT017 - a pool may be told with more memory than there can be
        return
    assert ha_capacity_table(found)
    assert ha_capacity_json(found)
    for each in found:
        assert 0 <= each.exact.lower <= each.exact.upper <= max(each.usable, each.hosts)
        assert each.sequential.lower <= each.sequential.upper <= each.exact.upper
        if each.lacking and each.guarded and each.usable:
            assert not each.exact.proven


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_the_order_of_records_changes_no_number(seed: int) -> None:
    held = inventory(pools(seed, distinct=True), seed)
    turned = Inventory(
        [
            view.pool.model_copy(
                update={
                    "hosts": (view.pool.hosts or ())[::-1] or view.pool.hosts,
                    "vms": (view.pool.vms or ())[::-1] or view.pool.vms,
                }
            )
            for view in held.pools
        ],
        held.wishes,
        held.site,
    )

    def numbers(inventory: Inventory) -> list[tuple[object, ...]]:
        try:
            return [_numbers(each) for each in ha_capacity(inventory)]
        except GoalError as error:
            return [(str(error),)]

    assert numbers(turned) == numbers(held)


def test_a_host_of_unknown_memory_lowers_no_upper_bound() -> None:
    bounds = {}
    for memory in (16 * GIB, None):
        pool = view(vm("x", "a"), hosts=(host("a"), host("b", memory=memory), host("c")))
        (found,) = ha_capacity(Inventory([pool.pool]))
        bounds[memory] = (found.exact.lower, found.exact.upper, found.exact.proven)
    assert bounds == {16 * GIB: (2, 2, True), None: (0, 2, False)}


def _numbers(found: HaCapacity) -> tuple[object, ...]:
    return (
        found.view.name,
        found.exact.lower,
        found.exact.upper,
        found.toolstack,
        *((plan.name, plan.exact.lower, plan.exact.upper) for plan in found.plans),
    )
