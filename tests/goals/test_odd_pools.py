"""What goals make of pools whose descriptions lack something, or contradict themselves."""

from typing import Any

import pytest

import planner
from planner.goals.moves.wanted import Item, Place, Wanted
from planner.goals.place.asked import Asked
from planner.goals.place.counts import Counts
from planner.goals.place.kinds import kinds
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.plans import NoPlan, Plan
from planner.plans.moving import MovesOutcome
from tests.goals.made_up_moves import Small
from tests.goals.test_place import PROTECTED, pool, wish

VMS = [("v", 2, "a"), ("w", 2, "c")]
UNSAID = ("control_domain", "memory_overhead", "memory")


def without(given: Inventory, host: str, field: str) -> Inventory:
    """The same where nobody says something of a host."""
    raw = given.pools[0].pool.model_dump(exclude_unset=True)
    raw["hosts"] = [
        {key: value for key, value in each.items() if each["name"] != host or key != field} for each in raw["hosts"]
    ]
    return Inventory([Pool.model_validate(raw)])


@pytest.mark.parametrize("field", UNSAID)
def test_no_vm_goes_back_to_a_host_of_which_it_is_not_known_whether_it_fits(field: str) -> None:
    found = planner.plan(planner.Evacuate("c"), without(pool({"a": 9, "b": 9, "c": 9}, VMS), "c", field))
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    assert found.outcome.notes == ("w does not get back to c: it is not known whether it can",)
    assert not any("move w" in step.what for step in found.back)


@pytest.mark.parametrize("field", UNSAID)
def test_an_update_is_not_decided_where_a_vm_may_not_get_home(field: str) -> None:
    found = planner.plan(planner.Update(), without(pool({"a": 9, "b": 9, "c": 9}, VMS), "c", field))
    assert isinstance(found, NoPlan)
    assert not found.proven
    assert any(f"whether w gets back to c is not known: {field} of c" in cause.told for cause in found.because)


@pytest.mark.parametrize("seed", range(40))
def test_moves_for_failures_keep_vms_together_that_are_to_be(seed: int) -> None:
    small = Small(seed, hosts=4, most=9)
    pairs = [(one, two) for one in small.at for two in small.at if one < two and small.at[one] == small.at[two]]
    for pair in pairs[:3]:
        given = small.inventory(placement=[wish("near", *pair, relation="together")])
        for failures in (1, 2):
            found = planner.plan(planner.Improve(failures), given)
            assert isinstance(found, Plan | NoPlan)


@pytest.mark.parametrize(
    ("protected", "asked", "possible"), [(False, 2, True), (False, 3, True), (True, 1, True), (True, 2, False)]
)
def test_no_more_hosts_can_fail_than_there_are_where_anybody_is_protected(
    *, protected: bool, asked: int, possible: bool
) -> None:
    more: dict[str, dict[str, Any]] = {"v": PROTECTED} if protected else {}
    given = pool({"a": 9, "b": 9}, [("v", 2, "a")], more=more)
    found = planner.plan(planner.Balance(keep_failures=asked), given)
    assert isinstance(found, Plan) is possible
    assert possible or (isinstance(found, NoPlan) and found.proven)


@pytest.mark.parametrize("state", ["halted", "suspended"])
def test_a_vm_that_does_not_run_and_is_said_to_run_is_placed_by_nobody(state: str) -> None:
    given = pool({"a": 9, "b": 9}, [("v", 2, "a")], more={"v": {"power_state": state}})
    found = planner.plan(planner.Place(("v",)), given)
    assert isinstance(found, NoPlan)
    assert not found.proven
    told = [cause.told for cause in found.because]
    assert told == [f"v is {state}, and yet it is said to run on a: say which is true"]


def test_vms_that_several_wishes_keep_together_have_one_home_or_none() -> None:
    wishes = [wish("near", "v", "x", relation="together"), wish("close", "w", "x", "y", relation="together")]
    vms = [("v", 2, "b"), ("w", 2, "b"), ("x", 2, "c"), ("y", 3, "a")]
    found = planner.plan(planner.Homes(), pool({"a": 5, "b": 4, "c": 9}, vms, placement=wishes))
    assert isinstance(found, Plan)


def test_what_may_fail_is_not_promised_where_it_is_not_known() -> None:
    raw = pool({"a": 9, "b": 4, "c": 10, "d": 8}, [("v", 2, "d"), ("w", 2, "a")], more={"w": PROTECTED}).pools[0].pool
    software = raw.software.model_copy(update={"xapi": None}) if raw.software else None
    found = planner.plan(
        planner.Evacuate("b", keep_failures=2, always=True),
        Inventory([raw.model_copy(update={"software": software})]),
    )
    assert isinstance(found, NoPlan)
    assert not found.proven
    assert any("software.xapi" in cause.told for cause in found.because)


def test_loads_are_not_told_as_low_as_can_be_where_a_host_is_left_out() -> None:
    memory = {"dynamic_max": "960 MiB", "static_max": "960 MiB"}
    given = pool({"a": 6, "b": 5, "c": 7}, [("v", 1, "a")], more={"v": {"memory": memory}})
    found = planner.plan(planner.Evacuate("b"), given)
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    assert found.outcome.costs == ()


def test_loads_of_a_host_that_is_far_too_small_are_not_counted() -> None:
    sizes = {"a": 2**40, "b": 2**40 + 1}
    items = (Item("v", "a", 1, sizes, sizes, dict(sizes), sizes),)
    places = tuple(
        Place(key, memory, 2**41, 2**33, closed=False, spare=2**41) for key, memory in (("a", 1), ("b", 2**41))
    )
    asked = Asked(Wanted(items, places, frozenset()), (), frozenset("ab"))
    model = Counts(asked, kinds(asked))
    model.within(0, 1000 * 2**41)
    assert model.loads(0) is None
    assert model.numbers.solve(1).values
