"""In which order a pool goes down and comes up, and in how much time."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.plans import NoPlan, Phase, Plan, Step
from planner.plans.changes import FieldChange
from planner.plans.powering import PowerOutcome
from planner.reports.plans import render_plan
from planner.verify import broken_promises
from tests.facts.test_toolstack_evacuation import host, view, vm
from tests.rules.made_up_pools import inventory, pools

SEEDS = st.integers(0, 100_000)
TIMES = {"shutdown_delay": 0, "start_delay": 0, "addresses": []}
SERVER = {"addresses": ["10.0.0.9"]}


def guest(name: str, order: int | None = 0, on: str = "a", **fields: Any) -> dict[str, Any]:
    return vm(name, 1, on, **(TIMES | {"order": order, "drives": []} | fields))


def lab(*guests: dict[str, Any], **fields: Any) -> Inventory:
    """Hosts a (the coordinator) and b, and a repository `share` on the server 10.0.0.9."""
    raw = view([host("a", 20), host("b", 20)], list(guests)).pool.model_dump(exclude_unset=True)
    connections = [{"host": name, "uuid": f"pbd-{name}", "attached": True} for name in "ab"]
    share = {
        "name": "share",
        "uuid": "share",
        "type": "nfs",
        "shared": True,
        "device_config": {"server": "10.0.0.9", "serverpath": "/x"},
        "connections": connections,
    }
    return Inventory([Pool.model_validate(raw | {"repositories": [share], "ha": {"enabled": False}} | fields)])


ON_SHARE = [{"device": "xvda", "repository": "share", "type": "disk", "empty": False}]


def down(state: Inventory, within: int | None = None) -> Plan:
    found = planner.plan(planner.Shutdown(within=within), state)
    assert isinstance(found, Plan)
    return found


def up(state: Inventory) -> Plan:
    found = planner.plan(planner.Startup(), state)
    assert isinstance(found, Plan)
    return found


def rounds(plan: Plan) -> list[list[str]]:
    assert isinstance(plan.outcome, PowerOutcome)
    return [list(each.vms) for each in plan.outcome.rounds]


def outcome(plan: Plan) -> PowerOutcome:
    assert isinstance(plan.outcome, PowerOutcome)
    return plan.outcome


def commands(plan: Plan) -> list[str]:
    return [command for step in plan.steps for command in step.commands]


def why_not(goal: planner.Shutdown | planner.Startup, state: Inventory) -> NoPlan:
    found = planner.plan(goal, state)
    assert isinstance(found, NoPlan)
    return found


def test_vms_go_down_against_their_start_order_and_hosts_after_them() -> None:
    plan = down(lab(guest("first"), guest("second", 1), guest("third", 1), guest("last", -1)))
    assert rounds(plan) == [["last"], ["second", "third"], ["first"]]
    assert commands(plan)[-4:] == [
        "xe host-disable uuid=b",
        "xe host-shutdown uuid=b",
        "xe host-disable uuid=a",
        "xe host-shutdown uuid=a",
    ]


def test_coming_up_is_the_other_way_round_and_ends_where_everything_was() -> None:
    plan = up(lab(guest("first", on="b"), guest("second", 1), guest("last", -1)))
    assert [step.what for step in plan.steps] == [
        "power on a",
        "power on b",
        "start first on b",
        "start second on a",
        "start last on a",
    ]
    assert commands(plan)[0] == "xe vm-start uuid=first on=b"


def test_a_member_with_remote_power_is_switched_on_by_a_command() -> None:
    state = lab(guest("web"))
    pool = state.pools[0].pool
    hosts = [each.model_copy(update={"power_on_mode": "IPMI"}) for each in pool.hosts or ()]
    plan = up(Inventory([pool.model_copy(update={"hosts": tuple(hosts)})]))
    assert commands(plan) == ["xe host-power-on uuid=b", "xe vm-start uuid=web on=a"]
    assert plan.steps[0].by_hand


def test_in_an_appliance_a_negative_order_comes_first() -> None:
    plan = up(lab(guest("normal"), guest("early", -1, appliance="shop")))
    assert rounds(plan) == [["early"], ["normal"]]


def test_a_vm_that_serves_a_repository_goes_last_and_its_hosts_let_go_of_it_before() -> None:
    # The server's own order is the highest, so that it would go first if nobody needed it.
    plan = down(lab(guest("nas", 9, **SERVER), guest("user", 0, drives=ON_SHARE), guest("other", 1)))
    assert rounds(plan) == [["other"], ["user"], ["nas"]]
    told = commands(plan)
    assert told[2:5] == ["xe pbd-unplug uuid=pbd-a", "xe pbd-unplug uuid=pbd-b", "xe vm-shutdown uuid=nas"]


def test_a_vm_that_serves_a_repository_comes_first_and_hosts_wait_for_it() -> None:
    plan = up(lab(guest("nas", 9, **SERVER), guest("user", 0, drives=ON_SHARE), guest("other", 1)))
    assert rounds(plan) == [["nas"], ["user"], ["other"]]
    assert "until xe pbd-plug uuid=pbd-b; do sleep 10; done" in commands(plan)


def test_a_server_of_a_server_comes_before_both_whatever_their_orders() -> None:
    pool = (
        lab(
            guest("base", 9, addresses=["10.0.0.8"]),
            guest("nas", 5, drives=[{"device": "xvda", "repository": "below", "type": "disk"}], **SERVER),
            guest("user", 0, drives=ON_SHARE),
        )
        .pools[0]
        .pool
    )
    (share,) = pool.repositories or ()
    below = share.model_copy(
        update={"name": "below", "uuid": "below", "device_config": {"server": "10.0.0.8"}, "connections": ()}
    )
    state = Inventory([pool.model_copy(update={"repositories": (share, below)})])
    assert rounds(up(state)) == [["base"], ["nas"], ["user"]]
    assert rounds(down(state)) == [["user"], ["nas"], ["base"]]


def test_a_repository_with_two_servers_is_let_go_of_once_before_the_first_goes_and_taken_after_the_last_came() -> None:
    state = lab(guest("one", 0, **SERVER), guest("two", 1, **SERVER))
    assert [step.what for step in down(state).steps][:3] == [
        "detach share from its hosts",
        "shut down two",
        "shut down one",
    ]
    assert [step.what for step in up(state).steps][2:] == [
        "start one on a",
        "start two on a",
        "attach share to its hosts",
    ]


def test_a_ring_of_storage_has_no_order() -> None:
    state = lab(guest("nas", drives=ON_SHARE, **SERVER))
    found = why_not(planner.Startup(), state)
    assert found.proven
    assert "nas has a drive on share, which it serves itself" in found.because[0].told
    assert why_not(planner.Shutdown(), state).proven


def test_high_availability_goes_first_and_comes_back_last() -> None:
    on = {"ha": {"enabled": True, "heartbeat": "share"}}
    state = lab(guest("web", ha_restart_priority="restart", ha_always_run=True), **on)
    assert commands(down(state))[0] == "xe pool-ha-disable"
    assert commands(up(state))[-1] == "xe pool-ha-enable heartbeat-sr-uuids=share"
    unsaid = down(lab(guest("web"), ha=None))
    assert commands(unsaid)[0].endswith("|| xe pool-ha-disable")


def test_what_does_not_run_is_left_alone() -> None:
    state = lab(
        guest("off", power_state="halted", runs_on=None), guest("asleep", power_state="suspended", runs_on=None)
    )
    plan = down(state)
    assert rounds(plan) == []
    assert "asleep stay suspended" in outcome(plan).notes


def test_a_paused_vm_is_woken_to_go_down() -> None:
    assert commands(down(lab(guest("web", power_state="paused"))))[:2] == [
        "xe vm-unpause uuid=web",
        "xe vm-shutdown uuid=web",
    ]


def test_a_guest_without_tools_is_shut_down_from_inside() -> None:
    step = down(lab(guest("web", tools={"installed": False}))).steps[0]
    assert "no guest tools" in step.by_hand[0]
    assert not down(lab(guest("web", tools={"installed": False}, domain_type="pv"))).steps[0].by_hand


def test_a_host_out_of_service_is_so_again_and_one_that_was_off_stays_off() -> None:
    state = lab(guest("web"))
    pool = state.pools[0].pool
    first, second = pool.hosts or ()
    resting = Inventory([pool.model_copy(update={"hosts": (first, second.model_copy(update={"enabled": False}))})])
    assert commands(up(resting))[0] == "xe host-disable uuid=b"
    gone = Inventory([pool.model_copy(update={"hosts": (first, second.model_copy(update={"live": False}))})])
    assert [step.what for step in up(gone).steps] == ["power on a", "start web on a"]
    assert [step.what for step in down(gone).steps] == ["shut down web", "shut down a"]


def test_a_pool_that_is_down_starts_what_asks_for_it() -> None:
    state = lab(
        guest("asks", power_state="halted", runs_on=None, auto_start=True),
        guest("promised", power_state="halted", runs_on=None, ha_restart_priority="restart"),
        guest("other", power_state="halted", runs_on=None),
    )
    pool = state.pools[0].pool
    off = [each.model_copy(update={"live": False, "enabled": False}) for each in pool.hosts or ()]
    plan = up(Inventory([pool.model_copy(update={"hosts": tuple(off)})]))
    assert rounds(plan) == [["asks", "promised"]]
    assert commands(plan) == ["xe vm-start uuid=asks", "xe vm-start uuid=promised"]
    assert any("asks start by themselves" in note for note in outcome(plan).notes)


DELAYS = ({"shutdown_delay": 60}, {"shutdown_delay": 0})


@pytest.mark.parametrize(
    ("minutes", "patience", "most", "command"),
    [
        # Two rounds, 60 s of delay: each guest has (minutes · 60 - 2 · 60) / 2 seconds, and 1200 at most.
        (100, 1200, 1200 + 120 + 1200, "xe vm-shutdown uuid=b || xe vm-shutdown uuid=b force=true"),
        (42, 1200, 2520, "xe vm-shutdown uuid=b || xe vm-shutdown uuid=b force=true"),
        (41, 1170, 2460, "timeout 1230 xe vm-shutdown uuid=b || xe vm-shutdown uuid=b force=true"),
        (3, 30, 180, "timeout 90 xe vm-shutdown uuid=b || xe vm-shutdown uuid=b force=true"),
        (2, 0, 60, "xe vm-shutdown uuid=b force=true"),
        (1, 0, 60, "xe vm-shutdown uuid=b force=true"),
    ],
)
def test_within_a_time_guests_are_waited_for_as_long_as_there_is(
    minutes: int, patience: int, most: int, command: str
) -> None:
    plan = down(lab(guest("a", 0, **DELAYS[1]), guest("b", 1, **DELAYS[0])), minutes)
    assert (outcome(plan).patience, outcome(plan).most) == (patience, most)
    assert commands(plan)[0] == command


def test_without_a_time_a_guest_is_waited_for_as_usual() -> None:
    plan = down(lab(guest("a", 0), guest("b", 1, shutdown_delay=60)))
    assert (outcome(plan).patience, outcome(plan).delays, outcome(plan).most) == (None, 60, 2460)


def test_delays_that_are_too_long_are_refused_with_what_would_do() -> None:
    found = why_not(planner.Shutdown(within=1), lab(guest("a", shutdown_delay=61)))
    assert found.proven
    assert "the shutdown delays of a alone take 61 s" in found.because[0].told
    assert found.ways_out[0] == "ask for --within 2"


def test_a_delay_that_is_not_known_leaves_it_open() -> None:
    state = lab(guest("a", shutdown_delay=None))
    found = why_not(planner.Shutdown(within=100), state)
    assert not found.proven
    assert "shutdown_delay of a" in found.because[0].told
    assert outcome(down(state)).most is None


def test_what_is_not_known_is_said() -> None:
    told = " ".join(outcome(down(lab(guest("a", None, addresses=None, drives=None)))).lacking)
    assert "addresses of a" in told
    assert "drives of a" in told
    assert "order of a" in told


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"coordinator": None}, "which host is the coordinator of lab is not known"),
        ({"vms": None}, "the VMs of lab are not known"),
    ],
)
def test_what_has_to_be_known_is_asked_for(fields: dict[str, Any], message: str) -> None:
    for goal in (planner.Shutdown(), planner.Startup()):
        found = why_not(goal, lab(**fields))
        assert not found.proven
        assert message in found.because[0].told


def test_a_vm_of_which_nobody_says_whether_it_runs_leaves_it_open() -> None:
    found = why_not(planner.Shutdown(), lab(guest("a", power_state=None, runs_on=None)))
    assert not found.proven
    assert "whether a runs is not known" in found.because[0].told


def test_a_vm_that_is_said_to_be_off_and_on_a_host_leaves_it_open() -> None:
    found = why_not(planner.Shutdown(), lab(guest("a", power_state="halted")))
    assert not found.proven
    assert "a is said to be halted, and to be on a" in found.because[0].told


def test_an_operation_that_is_blocked_is_in_the_way() -> None:
    blocked = lab(guest("a", blocked_operations=["clean_shutdown", "start"]))
    for goal, operation in ((planner.Shutdown(), "clean_shutdown"), (planner.Startup(), "start")):
        found = why_not(goal, blocked)
        assert found.proven
        assert f"{operation} of a is blocked" in found.because[0].told


def test_what_serves_another_pool_is_told() -> None:
    here = lab(guest("nas", **SERVER)).pools[0].pool.model_copy(update={"repositories": ()})
    there = lab().pools[0].pool.model_copy(update={"name": "far", "uuid": "far"})
    plan = planner.plan(planner.Shutdown("lab"), Inventory([here, there]))
    assert isinstance(plan, Plan)
    assert "nas serves share of far: shut down there first what needs it" in outcome(plan).notes


STATE = lab(guest("nas", 9, **SERVER), guest("user", 0, drives=ON_SHARE), ha={"enabled": True, "heartbeat": "share"})


def without(plan: Plan, what: str) -> Plan:
    return replace(plan, steps=tuple(step for step in plan.steps if step.what != what))


def turned(plan: Plan, one: str, other: str) -> Plan:
    """The same with two steps in each other's place and round."""
    steps = {step.what: step for step in plan.steps}

    def put(step: Step) -> Step:
        new = {one: other, other: one}.get(step.what)
        return replace(steps[new], round=step.round) if new else step

    return replace(plan, steps=tuple(map(put, plan.steps)))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda plan: without(plan, "switch high availability off"), "high availability may still be on"),
        (lambda plan: turned(plan, "shut down nas", "shut down user"), "user still needs it"),
        (lambda plan: without(plan, "detach share from its hosts"), "share is still attached"),
        (lambda plan: turned(plan, "shut down a", "shut down b"), "it is the coordinator, and other hosts are up"),
        (lambda plan: without(plan, "shut down user"), "in the end user runs"),
        (lambda plan: turned(plan, "shut down a", "shut down nas"), "nas is still on it"),
        (lambda plan: without(plan, "shut down b"), "in the end b is up"),
        (lambda plan: replace(plan, outcome=replace(outcome(plan), most=1)), "the longest time is told as 1"),
        (lambda plan: replace(plan, outcome=replace(outcome(plan), within=1)), "1 s are given"),
        (lambda plan: replace(plan, outcome=replace(outcome(plan), delays=1)), "the delays are told as 1"),
    ],
)
def test_a_spoilt_way_down_is_noticed(spoil: Any, message: str) -> None:
    plan = down(STATE)
    assert not broken_promises(plan, STATE)
    assert any(message in each for each in broken_promises(spoil(plan), STATE))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda plan: turned(plan, "power on a", "power on b"), "the coordinator is not up"),
        (lambda plan: without(plan, "power on b"), "in the end b is not up"),
        (lambda plan: without(plan, "start nas on a"), "nas, which serves its storage, does not run"),
        (lambda plan: without(plan, "attach share to its hosts"), "share is not attached"),
        (lambda plan: without(plan, "start user on a"), "in the end user does not run"),
        (lambda plan: without(plan, "switch high availability on again"), "in the end high availability is off"),
        (lambda plan: replace(plan, steps=(plan.steps[-1], *plan.steps[:-1])), "that is for the end of coming up"),
        (lambda plan: replace(plan, wish=()), "it is not said that the pool is down before"),
    ],
)
def test_a_spoilt_way_up_is_noticed(spoil: Any, message: str) -> None:
    plan = up(STATE)
    assert not broken_promises(plan, STATE)
    assert any(message in each for each in broken_promises(spoil(plan), STATE))


def chance_pool(seed: int) -> list[dict[str, Any]]:
    chance = Random(seed)  # noqa: S311 - made-up data are no secret
    return [
        guest(
            f"v{number}",
            chance.choice((None, -1, 0, 1, 2)),
            chance.choice("ab"),
            shutdown_delay=chance.choice((0, 0, 30)),
            addresses=["10.0.0.9"] if chance.random() < 0.1 else [],
            drives=ON_SHARE if chance.random() < 0.3 else [],
        )
        for number in range(chance.randint(0, 7))
    ]


@settings(max_examples=80, deadline=None)
@given(seed=SEEDS)
def test_any_pool_goes_down_unless_a_vm_needs_itself_and_the_order_of_records_changes_nothing(seed: int) -> None:
    guests = chance_pool(seed)
    servers = [each for each in guests if each["addresses"]]
    ring = any(each["drives"] for each in servers)
    for goal in (planner.Shutdown(), planner.Startup()):
        found = planner.plan(goal, lab(*guests))
        assert isinstance(found, NoPlan) is ring
        assert render_plan(found, "json") == render_plan(planner.plan(goal, lab(*guests[::-1])), "json")


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_more_time_is_never_worse(seed: int) -> None:
    state = lab(*(each | {"drives": []} for each in chance_pool(seed)))
    waits = []
    for minutes in (1, 2, 5, 30, 200):
        found = planner.plan(planner.Shutdown(within=minutes), state)
        waits.append(outcome(found).patience or 0 if isinstance(found, Plan) else -1)
    assert waits == sorted(waits)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_the_script_has_the_commands_of_the_steps(seed: int) -> None:
    state = lab(*(each | {"drives": []} for each in chance_pool(seed)))
    plan = down(state)
    script = render_plan(plan, "xe")
    places = [script.index(command) for command in commands(plan)]
    assert places == sorted(places)
    assert all(step.phase in {Phase.GUESTS, Phase.HOSTS, Phase.STORAGE} for step in plan.steps)
    assert all(isinstance(change, FieldChange) for step in plan.steps for change in step.changes)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS)
def test_pools_of_any_kind_are_answered(seed: int) -> None:
    state = inventory(pools(seed, distinct=seed % 2 == 0))
    for goal in (planner.Shutdown, planner.Startup):
        for each in state.pools:
            try:
                answer = planner.plan(goal(each.pool.uuid or each.name), state)
            except GoalError:
                continue
            for form in ("full", "json", "xe", "markdown"):
                assert render_plan(answer, form)
