"""Whatever the pools are, an action is judged, and by the same numbers as everywhere else."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import GoalError
from planner.facts.failover_guard import Reason
from planner.model.inventory import Inventory
from planner.overviews.ha_allows import Judgement, ha_allows
from planner.overviews.ha_capacity import ha_capacity
from planner.reports.ha_allows import ha_allows_json, ha_allows_text
from tests.facts.test_failover_problem import GIB, MIB, host, view, vm
from tests.rules.made_up_pools import inventory, pools

ACTIONS = (
    *("disable=a", "start=b", "start=a@b", "migrate=c@a", "migrate=a@b", "memory=a:8GiB", "memory=b:0"),
    *("protect=a", "protect=b:none", "protect=c:best-effort", "tolerate=0", "tolerate=2"),
)


def judged(held: Inventory, *actions: str) -> tuple[Judgement, ...] | None:
    try:
        return ha_allows(held, actions)
    except GoalError:
        return None


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 100_000), distinct=st.booleans(), first=st.sampled_from(ACTIONS), then=st.sampled_from(ACTIONS)
)
def test_an_answer_or_one_clear_line(seed: int, *, distinct: bool, first: str, then: str) -> None:
    held = inventory(pools(seed, distinct=distinct), seed)
    if found := judged(held, first, then):
        assert ha_allows_text(found)
        assert ha_allows_json(found)
        one, other = found
        assert other.before == one.after
        for each in found:
            assert each.outcomes
            assert each.before.exact.lower <= each.before.exact.upper


@st.composite
def known_pools(draw: st.DrawFn) -> tuple[Inventory, str]:
    """Pools of which all is known, with high availability on, and an action on them."""
    hosts = tuple(host(name, memory=draw(st.integers(4, 12)) * GIB) for name in "abc")
    priorities = st.sampled_from(("restart", "best-effort", ""))
    vms = [
        vm(
            f"v{number}",
            on := draw(st.sampled_from(("a", "b", "c", None))),
            draw(st.integers(1, 40)) * 100 * MIB,
            ha_restart_priority=(priority := draw(priorities)),
            ha_always_run=priority == "restart" and (on is not None or draw(st.booleans())),
            tools={"installed": True},
        )
        for number in range(draw(st.integers(1, 6)))
    ]
    ha = {"enabled": True, "failures_to_tolerate": draw(st.integers(0, 2)), "allow_overcommit": False}
    action = draw(st.sampled_from(tuple(actions(len(vms)))))
    return Inventory([view(*vms, hosts=hosts, ha=ha).pool]), action


def actions(vms: int) -> Iterator[str]:
    yield from (f"disable={name}" for name in "abc")
    yield from (f"tolerate={failures}" for failures in range(4))
    for number in range(vms):
        yield from (f"{kind}=v{number}@{name}" for kind in ("start", "migrate") for name in "abc")
        yield from (f"start=v{number}", f"protect=v{number}", f"protect=v{number}:none", f"memory=v{number}:1GiB")


@settings(max_examples=300, deadline=None)
@given(known_pools())
def test_both_states_have_the_numbers_that_they_have_by_themselves(asked: tuple[Inventory, str]) -> None:
    held, action = asked
    found = judged(held, action)
    if found is None:
        return
    (each,) = found
    (before,) = ha_capacity(held)
    assert (each.before.exact, each.before.toolstack) == (before.exact, before.toolstack)
    again = judged(held, action, "tolerate=0")
    assert again
    assert again[1].before == each.after
    known = each.allowed is not None or each.drawn
    assert known or action.startswith("migrate"), "which CPU a guest has seen is not told"


@settings(max_examples=300, deadline=None)
@given(known_pools())
def test_what_the_planner_lets_pass_keeps_its_plan_unless_it_does_not_ask(asked: tuple[Inventory, str]) -> None:
    """Where a plan for p failures holds and a host may be disabled, the plan for p holds when it is."""
    held, _ = asked
    for name in "abc":
        found = judged(held, f"disable={name}")
        assert found
        (each,) = found
        planned = each.before.plan_exists_for
        if each.outcomes[0].guard.reason is Reason.KEPT:
            assert each.after.toolstack
            assert planned is not None
            assert each.after.toolstack.failures >= planned
        if each.outcomes[0].guard.reason is Reason.BROKEN and planned:
            assert each.after.toolstack
            assert each.after.plan_exists_for != planned


def test_two_pools_of_one_name_cannot_be_told_apart() -> None:
    held = Inventory([view(vm("x", "a")).pool, view(vm("y", "a")).pool])
    with pytest.raises(GoalError, match="protect=x:none: pool is not just one pool; give it a UUID of its own"):
        ha_allows(held, ("protect=x:none",))


@settings(max_examples=200, deadline=None)
@given(known_pools())
def test_where_a_host_is_drawn_no_host_is_worse_than_what_is_told(asked: tuple[Inventory, str]) -> None:
    held, _ = asked
    for each in held.pools[0].vms.records:
        found = judged(held, f"start={each.name}")
        assert found
        able = [one.host.name for one in found[0].outcomes if one.host and one.allowed is not False]
        for name in able:
            (alone,) = judged(held, f"start={each.name}@{name}") or ()
            assert alone.allowed is next(one.allowed for one in found[0].outcomes if one.host and one.host.name == name)
            assert not alone.falls_short or found[0].falls_short
