"""The best set of VMs to which a restart can be promised."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from planner.errors import GoalError
from planner.goals.protect import Protect, protect
from planner.goals.protect.candidates import Candidate, Field, Merit, merits
from planner.goals.protect.choosing import choose
from planner.goals.protect.relaxed import Relaxed
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.plans import NoPlan, Plan
from planner.plans.protecting import ProtectionOutcome
from planner.solver import Ending
from planner.units import MIB
from planner.verify import broken_promises
from tests.failover.brute import survived

GIB = 1024 * MIB


def field(free: dict[str, int], *vms: tuple[str, int, str], **more: object) -> Field:
    return Field(free, tuple(Candidate(vm, size, host, **more) for vm, size, host in vms))  # type: ignore[arg-type]


def chosen(of: Field, failures: int) -> set[str]:
    found = choose(of, failures)
    assert found.proven
    return {each.vm for each in found.candidates}


def test_everything_is_chosen_while_it_survives() -> None:
    of = field({"a": 4, "b": 4}, ("x", 4, "a"), ("y", 4, "b"))
    assert chosen(of, 1) == {"x", "y"}


def test_the_most_memory_is_chosen() -> None:
    """When a fails, b has 5: 3 + 2 is more than 4."""
    of = field({"a": 0, "b": 5}, ("four", 4, "a"), ("three", 3, "a"), ("two", 2, "a"))
    assert chosen(of, 1) == {"three", "two"}


def test_what_starts_first_comes_first() -> None:
    """The 4 of the first group leaves 1 of 5: neither of the others."""
    first, later = Candidate("four", 4, "a", rank=0), Candidate("three", 3, "a", rank=1)
    assert chosen(Field({"a": 0, "b": 5}, (later, first, Candidate("two", 2, "a", rank=1))), 1) == {"four"}


def test_a_weight_goes_before_order_and_memory() -> None:
    light, heavy = Candidate("big", 5, "a", rank=0), Candidate("small", 1, "a", rank=1, weight=1)
    assert chosen(Field({"a": 0, "b": 5}, (light, heavy)), 1) == {"small"}


def test_of_equal_choices_that_which_stands_today_is_kept() -> None:
    today, other = Candidate("z", 5, "a", kept=True), Candidate("a", 5, "a")
    assert chosen(Field({"a": 0, "b": 5}, (other, today)), 1) == {"z"}


def test_memory_that_fits_in_sum_but_not_in_whole_is_not_enough() -> None:
    """Hosts b and c have 3 each: of two VMs of 2 and one of 1 all fit; of three VMs of 2 only two do."""
    of = field({"a": 0, "b": 3, "c": 3}, ("p", 2, "a"), ("q", 2, "a"), ("r", 2, "a"))
    assert len(chosen(of, 1)) == 2


def test_a_vm_goes_only_where_it_may() -> None:
    bound = Candidate("bound", 2, "a", hosts=frozenset({"a", "c"}))
    assert chosen(Field({"a": 0, "b": 9, "c": 1}, (bound,)), 1) == set()


def test_when_all_hosts_fail_nothing_is_promised() -> None:
    assert chosen(field({"a": 9, "b": 9}, ("x", 1, "a")), 2) == set()


def made_up(seed: int) -> Field:
    random = Random(seed)  # noqa: S311 - a made-up problem is no secret
    hosts = [f"h{at}" for at in range(random.randint(2, 4))]
    free = {host: random.choice([-1, 0, 1, 2, 3, 4, 5, 6, 8]) for host in hosts}
    found = []
    for at in range(random.randint(0, 6)):
        where = None if random.random() < 0.7 else frozenset(random.sample(hosts, random.randint(0, len(hosts))))
        size, host = random.choice([0, 1, 2, 2, 3, 3, 4, 5]), random.choice(hosts)
        rank, weight = random.choice([0, 0, 1]), random.choice([0, 0, 1, 2])
        found.append(Candidate(f"v{at}", size, host, where, rank, weight, random.random() < 0.5))
    return Field(free, tuple(found))


def all_survive(of: Field, choice: tuple[Candidate, ...], failures: int) -> bool:
    problem = of.problem(choice)
    return all(survived(problem, failing) for failing in combinations(sorted(of.free), failures))


def worth(of: Field, choice: tuple[Candidate, ...]) -> tuple[int, ...]:
    """Weight, memory of either group, number, and what stands today, reckoned anew."""
    ranks = sorted({each.rank for each in of.candidates})
    return (
        sum(each.weight for each in choice),
        *(sum(each.size for each in choice if each.rank == rank) for rank in ranks),
        len(choice),
        sum(each.kept for each in choice),
    )


@pytest.mark.parametrize("seed", range(60))
def test_no_choice_is_better(seed: int) -> None:
    of = made_up(seed)
    for failures in range(len(of.free)):
        found = choose(of, failures)
        assert found.proven
        assert all_survive(of, found.candidates, failures)
        every = (
            choice
            for number in range(len(of.candidates) + 1)
            for choice in combinations(of.candidates, number)
            if all_survive(of, choice, failures)
        )
        assert worth(of, found.candidates) == max(worth(of, choice) for choice in every)


@pytest.mark.parametrize("seed", range(40))
def test_what_slots_are_held_for_survives(seed: int) -> None:
    of = made_up(seed)
    for failures in range(1, len(of.free)):
        relaxed = Relaxed(of, failures)
        relaxed.hold_slots()
        found = relaxed.best(merits(of, 1)[-2], 1.0)
        assert found.ending is Ending.FOUND
        assert all_survive(of, relaxed.chosen(found), failures)


@pytest.mark.parametrize("seed", range(40))
def test_no_condition_rules_out_what_survives(seed: int) -> None:
    """Conditions are added for a choice that fails; whatever survives is still allowed."""
    of = made_up(seed)
    for failures in range(1, len(of.free)):
        for number in range(len(of.candidates) + 1):
            for choice in combinations(of.candidates, number):
                if all_survive(of, choice, failures):
                    relaxed = Relaxed(of, failures)
                    for members in of.classes:
                        alike = sum(each in choice for each in members)
                        relaxed.keep(Merit("these", 1, {members[0].vm: 1}), alike)
                    assert relaxed.best(merits(of, 1)[-2], 1.0).ending is Ending.FOUND


def pool(**fields: object) -> Inventory:
    hosts = tuple(
        Host.model_validate(
            {
                "name": name,
                "uuid": f"host-{name}",
                "memory": 8 * GIB,
                "memory_overhead": 0,
                "enabled": True,
                "live": True,
                "control_domain": {"memory": GIB, "memory_overhead": 0, "vcpus": 1},
                "cpu": {"count": 8},
                "hvm": True,
                "software": {"product_brand": "XCP-ng", "product_version": "8.3.0", "xapi": "24.19.0"},
            }
        )
        for name in ("a", "b")
    )
    return Inventory((Pool.model_validate({"name": "lab", "coordinator": "a", "hosts": hosts} | fields),))


def vm(name: str, gib: int, host: str, **more: object) -> VM:
    given = {"name": name, "uuid": f"vm-{name}", "runs_on": host, "power_state": "running", "domain_type": "hvm"}
    given |= {"memory": {"static_max": gib * GIB, "dynamic_min": gib * GIB, "dynamic_max": gib * GIB}, "vcpus": 1}
    return VM.model_validate(
        given
        | {"drives": (), "nics": (), "vgpus": (), "usb_groups": (), "pci_devices": (), "hardware_platform_version": 0}
        | more
    )


PROTECTED = {"ha_restart_priority": "restart", "ha_always_run": True}


def test_steps_take_back_what_cannot_be_kept_and_promise_what_can() -> None:
    """Each host has 7 GiB, of which 1 on a and 4 on b are free: one VM of 3 GiB fits there, and none from b on a."""
    small, large, other = vm("small", 3, "a", **PROTECTED), vm("large", 3, "a"), vm("other", 3, "b", **PROTECTED)
    inventory = pool(vms=(small, large, other))
    answer = protect(Protect(1, {"large": 1}), inventory)
    assert isinstance(answer, Plan)
    assert isinstance(answer.outcome, ProtectionOutcome)
    assert not broken_promises(answer, inventory)
    assert "vm-large" in answer.outcome.promise.vms
    assert [step.what for step in answer.steps] == [
        "promise other no restart, only try",
        "promise small no restart, only try",
        "promise large a restart",
    ]
    assert answer.steps[-1].commands == ("xe vm-param-set uuid=vm-large ha-restart-priority=restart",)


def test_verify_sees_a_promise_that_cannot_be_kept() -> None:
    inventory = pool(vms=(vm("x", 3, "a"), vm("y", 3, "a"), vm("z", 3, "b")))
    answer = protect(Protect(0), inventory)
    assert isinstance(answer, Plan)
    assert isinstance(answer.outcome, ProtectionOutcome)
    outcome = ProtectionOutcome(
        **{name: getattr(answer.outcome, name) for name in ProtectionOutcome.__slots__} | {"failures": 1}
    )
    wrong = Plan(answer.goal, (), (), answer.steps, outcome)
    assert broken_promises(wrong, inventory) == ("in the end 0 failures are proven to be survived, and not 1",)
    undone = Plan(answer.goal, (), (), answer.steps[:-1], answer.outcome)
    assert broken_promises(undone, inventory) == ("in the end restarts are promised to vm-x, vm-y",)


def test_a_vm_that_is_down_is_promised_nothing() -> None:
    inventory = pool(vms=(vm("down", 1, "a", **PROTECTED, power_state="halted").model_copy(update={"runs_on": None}),))
    answer = protect(Protect(1), inventory)
    assert isinstance(answer, Plan)
    assert isinstance(answer.outcome, ProtectionOutcome)
    assert [(each.vm, each.why) for each in answer.outcome.left_out] == [("vm-down", "it is down: start it first")]
    assert [step.what for step in answer.steps] == ["promise down no restart, only try"]


def test_what_is_not_known_is_named() -> None:
    inventory = pool(vms=(vm("x", 1, "a", domain_type=None),))
    answer = protect(Protect(1), inventory)
    assert isinstance(answer, NoPlan)
    assert not answer.proven
    assert "domain_type of x" in [cause.told for cause in answer.because]


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        (Protect(3), "3 failures are asked of lab, which has 2 hosts that are enabled and live"),
        (Protect(1, {"y": 1}), "y is no VM of lab, or several bear that name; give its UUID"),
        (Protect(1, {"x": -1}), "the weight of x is -1; give a whole number, zero or more"),
        (Protect(1, pool="lap"), "no pool is called lap; did you mean lab?"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(goal: Protect, told: str) -> None:
    with pytest.raises(GoalError, match=told):
        protect(goal, pool(vms=(vm("x", 1, "a"),)))


@pytest.mark.parametrize("seed", range(20))
def test_without_effort_for_the_solver_all_but_the_largest_are_chosen(seed: int) -> None:
    """Who would survive by itself is not left out for want of effort; and earlier groups come before later ones."""
    of = made_up(seed)
    for failures in range(1, len(of.free)):
        found = choose(of, failures, effort=1e-9)
        assert all_survive(of, found.candidates, failures)
        alone = [each for each in of.candidates if all_survive(of, (each,), failures)]
        assert bool(found.candidates) == bool(alone)


def test_a_choice_with_more_of_a_later_group_is_not_given_up() -> None:
    """b is all that counts first, and any effort keeps it; a, which is as good beside it, stays where it is known."""
    of = Field({"a": 0, "b": 0, "c": 8}, (Candidate("b", 3, "b"), Candidate("a", 3, "a", rank=1)))
    known = choose(of, 1)
    assert {each.vm for each in choose(of, 1, 1e-9, known).candidates} == {"a", "b"}


@pytest.mark.parametrize("seed", range(20))
def test_more_failures_never_promise_more(seed: int) -> None:
    """What survives more failures survives fewer: known from above, each row is no worse than the next."""
    of, known = made_up(seed), None
    rows = []
    for failures in range(len(of.free) - 1, 0, -1):
        known = choose(of, failures, 1e-9, known)
        rows.append(worth(of, known.candidates))
    assert rows == sorted(rows)
