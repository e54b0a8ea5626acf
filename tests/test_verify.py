"""A plan that does not keep its promises is found out, however it came about."""

from dataclasses import replace

import pytest

import planner
from planner.facts.reachability import State
from planner.model.inventory import Inventory
from planner.plans import Phase, Plan, Step
from planner.plans.changes import FieldChange
from planner.verify import broken_promises
from tests.goals import made_up_joins as made

GIVEN = made.inventory("7.6.0", made.runs, made.bonded, made.ha_on_pool)


def plan(given: Inventory = GIVEN) -> Plan:
    answer = planner.plan(planner.Join("new"), given)
    assert isinstance(answer, Plan)
    return answer


def broken(**changed: object) -> str:
    return "\n".join(broken_promises(replace(plan(), **changed), GIVEN))  # type: ignore[arg-type]


def without(what: str) -> tuple[Step, ...]:
    left = tuple(step for step in plan().steps if what not in step.what)
    assert len(left) == len(plan().steps) - 1
    return left


def test_a_plan_that_was_found_keeps_its_promises() -> None:
    assert broken_promises(plan(), GIVEN) == ()


@pytest.mark.parametrize(
    ("what", "code"),
    [("shut down single-vm0", "JN012"), ("remove bond0", "JN018"), ("disable high availability", "JN009")],
)
def test_a_step_that_is_left_out_is_missed_at_the_join(what: str, code: str) -> None:
    assert f"before the join {code} is left" in broken(steps=without(what))


def test_a_step_that_changes_nothing_is_missed_too() -> None:
    steps = tuple(replace(step, changes=()) if "shut down" in step.what else step for step in plan().steps)
    assert "before the join JN012 is left" in broken(steps=steps)


def test_what_cannot_be_reached_yet_cannot_be_attached() -> None:
    assert "disks-sr cannot be attached on new-uuid yet" in broken(steps=without("give eth2"))


def test_the_join_has_to_be_among_the_steps() -> None:
    told = broken(steps=tuple(step for step in plan().steps if step.phase is Phase.BEFORE))
    assert "the join is not among the steps" in told
    assert "in the end new is in single" in told


def test_a_step_before_the_join_does_not_stand_behind_it() -> None:
    first, *others = plan().steps
    assert "it is to be done before, and stands behind the join" in broken(steps=(*others, first))


def test_a_step_after_the_join_does_not_stand_before_it() -> None:
    *others, last = plan().steps
    assert "it is to be done after, and stands before the join" in broken(steps=(last, *others))


def test_a_promise_of_a_repository_is_held_against_the_facts() -> None:
    outcome = plan().outcome
    (disks,) = outcome.repositories
    rosy = replace(outcome, repositories=(replace(disks, state=State.WOULD_ATTACH),))
    assert "to be expected is" in broken(outcome=rosy)
    gloomy = replace(outcome, repositories=(replace(disks, final=State.WILL_FAIL),))
    assert "in the end disks is not will fail on new" in broken(outcome=gloomy)


def test_a_step_that_brings_a_new_error_is_told() -> None:
    same = FieldChange("lab-pool", (("hosts", "old0"), ("interfaces", "old0-eth0")), "address", "10.0.0.11/24")
    first, *others = plan().steps
    told = broken(steps=(replace(first, changes=(*first.changes, same)), *others))
    assert "step 1 brings NW001" in told


def test_a_change_of_what_is_not_there_is_told() -> None:
    gone = FieldChange("lab-pool", (("hosts", "gone"),), "enabled", value=True)
    first, *others = plan().steps
    assert "a change cannot be made" in broken(steps=(replace(first, changes=(gone,)), *others))


def test_a_fact_that_is_lacking_is_no_fault_but_no_promise_either() -> None:
    forgets = FieldChange("single-pool", (), "templates", None)
    first, *others = plan().steps
    told = broken(steps=(replace(first, changes=(*first.changes, forgets)), *others))
    assert "before the join JN013 lacks templates of single" in told


def test_a_plan_that_breaks_its_promises_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    rotten = replace(plan(), steps=())
    monkeypatch.setattr("planner.goals.answer", lambda _goal, _inventory: rotten)
    with pytest.raises(AssertionError, match="does not keep its promises"):
        planner.plan(planner.Join("new"), GIVEN)
