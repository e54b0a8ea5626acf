"""Rolling updates that were tampered with, each found out by who judges them."""

from dataclasses import replace

from planner.plans import Phase, Plan, Step
from planner.plans.changes import FieldChange
from planner.verify import broken_promises
from tests.goals.test_update import LOCAL, STORES, asked, lab, outcome, pool, steps


def _without(plan: Plan, *whats: str) -> Plan:
    return replace(plan, steps=tuple(step for step in plan.steps if step.what not in whats))


def _swapped(plan: Plan, one: str, other: str) -> Plan:
    """The steps of two stages the other way round."""
    mine = [step for step in plan.steps if step.stage == one]
    theirs = [step for step in plan.steps if step.stage == other]
    kept = [step for step in plan.steps if step.stage not in {one, other}]
    turned = [replace(step, round=None) if step.round is None else step for step in (*theirs, *mine)]
    return replace(plan, steps=(*turned, *kept))


def test_a_plan_that_was_tampered_with_is_found_out() -> None:
    ha = {"enabled": True, "failures_to_tolerate": 0, "plan_exists_for": 0, "heartbeat": "nfs"}
    given = lab(ha=ha)
    plan = asked(given, may_stop=("x",))
    assert isinstance(plan, Plan)
    assert broken_promises(plan, given) == ()
    for step in plan.steps:
        assert broken_promises(_without(plan, step.what), given), step.what
    assert any("before the coordinator" in each for each in broken_promises(_swapped(plan, "host b", "host a"), given))
    told = outcome(plan)
    for other in (
        replace(told, seconds=5),
        replace(told, fewest=2),
        replace(told, stages=told.stages[::-1]),
        replace(told, stages=tuple(replace(each, stopped=()) for each in told.stages)),
        replace(told, stages=tuple(replace(each, leave=each.leave + 1) for each in told.stages)),
        replace(told, limit_moves=0),
    ):
        assert broken_promises(replace(plan, outcome=other), given)


def test_hosts_that_go_down_too_early_or_twice_are_found_out() -> None:
    given = lab()
    plan = asked(given, may_stop=("x",))
    assert isinstance(plan, Plan)
    down = next(step for step in plan.steps if step.what == "update a and restart it")
    place = plan.steps.index(down)
    early = (*plan.steps[: place - 1], down, plan.steps[place - 1], *plan.steps[place + 1 :])
    assert any("x is on a" in each for each in broken_promises(replace(plan, steps=early), given))
    twice = (*plan.steps[: place + 2], down, plan.steps[place + 1], *plan.steps[place + 2 :])
    assert any("updated twice" in each for each in broken_promises(replace(plan, steps=twice), given))
    other = next(step for step in plan.steps if step.what == "take c out of service")
    both = (*plan.steps[:place], other, *(step for step in plan.steps[place:] if step is not other))
    found = broken_promises(replace(plan, steps=both), given)
    assert any("c is taken out of service while a is" in each for each in found)


def test_hosts_that_go_down_together_unasked_are_found_out() -> None:
    given = pool({"a": 8, "b": 8, "c": 8}, [("x", 1, "a")])
    plan = asked(given, at_once=2)
    assert isinstance(plan, Plan)
    found = broken_promises(replace(plan, outcome=replace(outcome(plan), at_once=1)), given)
    assert any("c goes down while a is down" in each for each in found)


def test_a_host_that_is_put_back_too_early_is_found_out() -> None:
    given = pool({"a": 8, "b": 8}, [])
    plan = asked(given)
    assert isinstance(plan, Plan)
    place = steps(plan).index("put b back into service")
    early = (*plan.steps[: place - 1], plan.steps[place], plan.steps[place - 1], *plan.steps[place + 1 :])
    found = broken_promises(replace(plan, steps=early), given)
    assert any("b is put into service before it is up to date and live" in each for each in found)


def test_a_plan_for_another_pool_is_found_out() -> None:
    vms = [("x", 2, "b")]
    plan = asked(pool({"a": 8, "b": 8}, vms))
    assert isinstance(plan, Plan)
    assert any("x cannot be moved to a" in each for each in broken_promises(plan, pool({"a": 1, "b": 8}, vms)))
    stops = asked(lab(), may_stop=("x",))
    assert isinstance(stops, Plan)
    stores = [STORES[0] | {"device_config": {"server": "10.0.0.9", "serverpath": "/x"}}, STORES[1]]
    serving = lab(repositories=stores, more={"x": LOCAL | {"addresses": ["10.0.0.9"]}})
    assert any("x is shut down, and others need its storage" in each for each in broken_promises(stops, serving))


def test_a_vm_that_is_not_started_again_is_found_out() -> None:
    given = lab()
    plan = asked(given, may_stop=("x",))
    assert isinstance(plan, Plan)
    place = steps(plan).index("start x on a")
    started = plan.steps[place]
    left = tuple(each for each in started.changes if isinstance(each, FieldChange) and each.field != "power_state")
    halted = (*plan.steps[:place], replace(started, changes=left), *plan.steps[place + 1 :])
    assert "in the end x is not running" in broken_promises(replace(plan, steps=halted), given)


def test_a_move_to_a_host_that_is_not_up_to_date_is_found_out() -> None:
    given = pool({"a": 8, "b": 8, "c": 8}, [("x", 1, "b")])
    plan = asked(given)
    assert isinstance(plan, Plan)
    last = max(number for number, step in enumerate(plan.steps) if step.phase is Phase.MOVE)
    there, back = (_move("x", source, target, number) for number, source, target in ((3, "b", "c"), (4, "c", "b")))
    longer = (*plan.steps[: last + 1], there, back, *plan.steps[last + 1 :])
    found = broken_promises(replace(plan, steps=longer), given)
    assert any("x would go from b, which is up to date, to c, which is not" in each for each in found)


def _move(name: str, source: str, target: str, number: int) -> Step:
    change = FieldChange("lab", (("vms", name),), "runs_on", target)
    return Step(
        Phase.MOVE, f"move {name} from {source} to {target}", "", "b", (), (), (change,), round=number, stage="host b"
    )
