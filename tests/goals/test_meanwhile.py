"""How many hosts may fail while steps are carried out, held against every moment by itself."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.facts.failover_problem import PoolProblem, Problems, as_configured, problems
from planner.facts.survival import survival
from planner.failover.answers import FailureCapacity
from planner.failover.problem import FailoverProblem
from planner.goals.moves import meanwhile
from planner.goals.moves.meanwhile import survivals
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.patience import Waiting, ended, for_at_most, waited_for
from planner.plans import Phase, Plan, Step
from planner.plans.applying import applied, carried_out
from planner.plans.changes import FieldChange
from planner.plans.midst import moments, rounds
from planner.plans.moving import MovesOutcome, Survival, Survivals
from planner.verify import broken_promises
from tests.facts.test_toolstack_evacuation import host, small, view, vm
from tests.goals.made_up_moves import Small

POOL = "lab"
PART = 0.4
NONE, ONE = Survival(0, 0, proven=True), Survival(1, 1, proven=True)
SEEDS = st.integers(0, 100_000)


def step(vm: str, host: str, number: int, phase: Phase = Phase.MOVE) -> Step:
    change = FieldChange(POOL, (("vms", vm),), "runs_on", host)
    return Step(phase, f"{vm} to {host}", "", host, (), changes=(change,), round=number)


def made_up(seed: int) -> tuple[Inventory, tuple[Step, ...]]:
    """A pool, and moves to and fro in rounds, whether or not there is room; one host or VM may be out of service."""
    small, chance = Small(seed, hosts=4, most=8), Random(seed)  # noqa: S311 - made-up data are no secret
    state, moved, found, number = small.inventory(), sorted(small.sizes), list[Step](), 1
    if chance.random() < PART:
        state = applied(state, [FieldChange(POOL, (("hosts", "a"),), "enabled", value=False)])
    if chance.random() < PART and len(moved) > 1:
        away, *moved = moved
        halted = [("runs_on", None), ("power_state", "halted")]
        state = applied(state, [FieldChange(POOL, (("vms", away),), *each) for each in halted])
    for _ in range(chance.randint(1, 9)):
        name, phase = chance.choice(moved), Phase.MOVE if chance.random() > PART / 2 else Phase.GUESTS
        alone = phase is not Phase.MOVE or any(each.round == number and each.what.startswith(name) for each in found)
        number += alone or chance.random() < PART
        found.append(step(name, chance.choice(small.names), number, phase))
        number += phase is not Phase.MOVE
    return state, tuple(found)


def each_moment(state: Inventory, steps: tuple[Step, ...]) -> Iterator[int]:
    """What every moment survives by itself."""
    yield survival(state.pools[0])[0].lower
    for together in rounds(steps):
        for moment in moments(state, together):
            yield survival(moment.pools[0])[0].lower
        state = carried_out(state, together)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, always=st.booleans())
def test_the_worst_moment_is_the_worst_of_all_moments(seed: int, *, always: bool) -> None:
    state, steps = made_up(seed)
    told = list(each_moment(state, steps))
    found = survivals(POOL, state, steps, always=always)
    if found.during is None:
        assert not any(survival(each.pools[0])[1].guarded for each in (state, carried_out(state, steps)))
        return
    assert found.before == Survival(told[0], told[0], proven=True)
    assert found.after == Survival(told[-1], told[-1], proven=True)
    assert found.during == Survival(min(told), min(told), proven=True)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, left=st.integers(0, 2))
def test_where_not_every_question_is_asked_the_bounds_hold(seed: int, left: int) -> None:
    state, steps = made_up(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meanwhile, "_FEW_HOSTS", 1)
        patch.setattr(meanwhile, "_MOST_OPEN", left)
        during = survivals(POOL, state, steps, always=False).during
    worst = min(each_moment(state, steps))
    if during is None:
        return
    assert during.lower <= worst <= during.upper
    assert during.proven is (during.lower == during.upper)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_what_a_plan_tells_of_its_worst_moment_is_so(seed: int) -> None:
    small = Small(seed, hosts=4, most=8)
    found = planner.plan(planner.Evacuate("a"), small.inventory())
    if isinstance(found, Plan) and small.protected:
        assert isinstance(found.outcome, MovesOutcome)
        worst = min(each_moment(small.inventory(), found.steps))
        assert found.outcome.survivals.during == Survival(worst, worst, proven=True)


def test_whoever_has_gone_gets_what_a_glance_tells() -> None:
    gone, told = Waiting(), list[Survival | None]()
    hosts = [host(name, size) for name, size in {"a": 1, "b": 2, "c": 1, "d": 2, "e": 1}.items()]
    given = Inventory([view(hosts, [protected("v", 1, "a"), protected("w", 2, "d")]).pool])
    for gone.ended in (False, True):
        with pytest.MonkeyPatch.context() as patch, waited_for(gone):
            patch.setattr(meanwhile, "_FEW_HOSTS", 1)
            patch.setattr(meanwhile, "survives", lambda *_, **__: told.append(None))
            survivals(POOL, given, (step("v", "c", 1),), always=False)
        assert bool(told) is not gone.ended
        told.clear()


@pytest.mark.parametrize(("keep", "asked"), [(0, 1), (1, 2), (2, 1)])
def test_what_is_to_be_kept_is_asked_to_the_end_in_haste_too(
    keep: int, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In haste 0 to 1 hosts may fail: that is not worth a second question where 2 are to."""
    hosts = [host(name, 4) for name in "abc"]
    given, seen = Inventory([view(hosts, [protected("v", 1, "a")]).pool]), list[bool]()
    end = carried_out(given, (step("v", "b", 1),))

    def answer(found: Problems) -> FailureCapacity:
        hasty = ended()
        if found.exact == problem_of(end):
            seen.append(hasty)
        return FailureCapacity(0 if hasty else 1, 1, not hasty, witness=None, because=None)

    monkeypatch.setattr(meanwhile, "exact_capacity", answer)
    with for_at_most(0):
        found = survivals(POOL, given, (step("v", "b", 1),), always=False, keep=keep)
    assert len(seen) == asked
    assert found.after == (ONE if asked > 1 else Survival(0, 1, proven=False))


def problem_of(state: Inventory) -> FailoverProblem:
    (found,) = state.pools
    return problems(PoolProblem(found), as_configured(found)).exact


def protected(name: str, size: int, on: str, **fields: Any) -> dict[str, Any]:
    return vm(name, size, on, memory=small(size), ha_restart_priority="restart", ha_always_run=True, **fields)


def test_a_vm_that_moves_on_takes_room_where_it_was_in_between() -> None:
    hosts = [host(name, size) for name, size in {"a": 1, "b": 2, "c": 1, "d": 2, "e": 1}.items()]
    given = Inventory([view(hosts, [protected("v", 1, "a"), protected("w", 2, "d")]).pool])
    steps = (step("v", "b", 1), step("v", "c", 2))
    assert [survivals(POOL, given, some, always=False).after for some in ((), steps)] == [ONE, ONE]
    assert survivals(POOL, given, steps, always=False).during == NONE


def test_a_vm_that_has_arrived_is_restarted_from_there() -> None:
    hosts = [host(name, size) for name, size in {"a": 2, "b": 4, "c": 2, "d": 1, "e": 1}.items()]
    others = [vm("x", 2, "c", memory=small(2)), vm("y", 1, "d", memory=small(1))]
    given = Inventory([view(hosts, [protected("v", 2, "a"), *others]).pool])
    steps = (step("v", "b", 1), step("x", "a", 2), step("y", "e", 3))
    assert survivals(POOL, given, steps, always=False) == Survivals(ONE, NONE, ONE)


def test_a_vm_that_is_to_be_started_is_placed_anew_at_every_moment() -> None:
    hosts = [host(name, size) for name, size in {"a": 3, "b": 3, "d": 3, "e": 1, "f": 1}.items()]
    away = protected("o", 1, "b") | {"runs_on": None, "power_state": "halted"}
    on_two = protected("v", 3, "d", drives=[{"device": "xvda", "disk": "far"}])
    others = [vm("x", 1, "b", memory=small(1)), vm("y", 1, "f", memory=small(1))]
    pool = view(hosts, [away, on_two, *others]).pool.model_dump(exclude_unset=True)
    reach = [{"host": name, "attached": True} for name in "ad"]
    pool["repositories"] += ({"name": "two", "type": "nfs", "shared": True, "connections": reach},)
    pool["disks"] += ({"name": "far", "repository": "two"},)
    given, steps = Inventory([Pool.model_validate(pool)]), (step("x", "e", 1), step("y", "b", 2))
    assert survivals(POOL, given, steps, always=False) == Survivals(ONE, NONE, ONE)


def test_a_moment_that_a_glance_does_not_tell_is_looked_at_closely() -> None:
    hosts = [host(name, 4) for name in "abcd"]
    pool = view(hosts, [protected("v", 2, "a"), vm("w", 1, "b", memory=small(1))]).pool.model_dump(exclude_unset=True)
    (storage,) = pool["repositories"]
    pool["repositories"] = [storage | {"connections": storage["connections"][:2]}]
    given = Inventory([Pool.model_validate(pool)])
    started = (step("w", "a", 1, Phase.GUESTS),)
    assert survivals(POOL, given, started, always=False).during == ONE


@pytest.mark.parametrize(("lower", "upper"), [(1, 2), (2, 2)])
def test_who_judges_a_plan_asks_what_is_survived_on_the_way(lower: int, upper: int) -> None:
    hosts = [host(name, size) for name, size in {"a": 6, "b": 6, "c": 2}.items()]
    given = Inventory([view(hosts, [protected("v", 4, "a"), protected("w", 2, "a")], coordinator="b").pool])
    found = planner.plan(planner.Evacuate("a"), given)
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    assert broken_promises(found, given) == ()
    assert found.outcome.survivals.during == NONE
    more = replace(found.outcome.survivals, after=Survival(lower, upper, proven=lower == upper))
    broken = broken_promises(replace(found, outcome=replace(found.outcome, survivals=more)), given)
    assert broken == (f"in the end {lower} failures are told to be survived, 0 are",)
    told = replace(found.outcome.survivals, during=Survival(lower, upper, proven=lower == upper))
    broken = broken_promises(replace(found, outcome=replace(found.outcome, survivals=told)), given)
    assert broken == (f"on the way {lower} failures are told to be survived, 0 are",)
