"""Wishes of every kind in plans: held against trying every way, and one by one in pools that a reader can follow."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.goals.place import searching
from planner.goals.place.first import first
from planner.goals.place.narrowing import of_vms
from planner.goals.place.pot import Pot
from planner.goals.place.question import Question
from planner.goals.place.wishing import kept_better
from planner.goals.place.worth import keeps, loads, worth
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.plans import NoPlan, Plan
from planner.plans.costs import BREACHES
from planner.reports.plans import render_plan
from planner.verify import broken_promises
from tests.goals.made_up_moves import Where
from tests.goals.made_up_wishes import Wishful
from tests.goals.test_evacuate import pool
from tests.goals.test_place_laws import ALL, best_cost_by_cost, outcome

SEEDS = st.integers(0, 100_000)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS)
def test_no_placement_is_better_cost_by_cost(seed: int) -> None:
    best_cost_by_cost(Wishful(seed, hosts=2 + seed % 3))


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    small = Wishful(seed)
    plans = [planner.plan(ALL, small.inventory(turned=turned)) for turned in (False, True)]
    assert render_plan(plans[0], "json") == render_plan(plans[1], "json")


def _unkept(small: Wishful, where: Where) -> set[str]:
    """The wishes that have to be kept and are not; of limits by host."""
    rules = {wish["name"] for wish in small.wishes if wish["required"] and small.breach(wish, where)}
    return rules | {
        f"{limit['name']} {name}"
        for limit in small.limits
        if limit["required"]
        for name in small.names
        if small.over(limit, name, where)
    }


def _running(seed: int, hosts: int) -> Wishful:
    small = Wishful(seed, hosts, most=5)
    small.halted = set()
    return small


def _end(small: Wishful, plan: Plan) -> Where:
    moved = {each.vm: each.target for each in outcome(plan).moved}
    return tuple(moved.get(name, on) for name, on in small.at.items())


@settings(max_examples=80, deadline=None)
@given(seed=SEEDS)
def test_evening_out_keeps_wishes_and_no_way_that_keeps_them_all_is_below_the_bound(seed: int) -> None:
    small = _running(seed, 3)
    found = planner.plan(planner.Balance(keep_failures=0), small.inventory())
    assert isinstance(found, Plan)
    assert _unkept(small, _end(small, found)) <= _unkept(small, small.start())
    assert not any(small.bound(each.vm) for each in outcome(found).moved)
    first, today = next(each for each in outcome(found).costs if each.name != BREACHES), small.costs(small.start())[0]
    ways = [where for where in small.reached() if not _unkept(small, where) and small.costs(where)[0] <= today]
    assert all(first.bound <= small.memory_and_vcpus(where) for where in ways)
    assert first.value == small.memory_and_vcpus(_end(small, found))


@settings(max_examples=80, deadline=None)
@given(seed=SEEDS)
def test_hosts_are_emptied_with_wishes_kept_or_it_is_impossible(seed: int) -> None:
    small = _running(seed, 3)
    found = planner.plan(planner.Evacuate("a"), small.inventory())
    if isinstance(found, Plan):
        assert _unkept(small, _end(small, found)) <= _unkept(small, small.start())
        assert not any(small.bound(each.vm) for each in outcome(found).moved)
    elif found.proven:
        assert not any("a" not in where and not _unkept(small, where) for where in small.reached())


def lab(free: dict[str, int], vms: list[tuple[str, int, str]], **fields: Any) -> Inventory:
    """Hosts with so many GiB free, each with the tag that its name ends with: a1 is in rack 1."""
    raw = pool(free, vms, **fields).pools[0].pool.model_dump(exclude_unset=True)
    for each in raw["hosts"]:
        each["tags"] = [f"rack:{each['name'][1:]}"]
        each["cpu"] = (each.get("cpu") or {}) | {"count": 4}
    return Inventory([Pool.model_validate(raw | {"coordinator": raw["hosts"][0]["name"]})])


def wished(name: str, *vms: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "vms": vms} | more


def emptied(given: Inventory) -> Plan | NoPlan:
    return planner.plan(planner.Evacuate(given.pools[0].hosts.records[0].name), given)


def went(found: Plan | NoPlan) -> dict[str, str]:
    assert isinstance(found, Plan), found
    return {each.vm: each.target for each in outcome(found).moved}


def why(found: Plan | NoPlan) -> tuple[list[str], tuple[str, ...]]:
    assert isinstance(found, NoPlan)
    assert found.proven
    return [each.told for each in found.because], found.ways_out


def test_hosts_are_emptied_so_that_racks_are_kept() -> None:
    hosts, vms = {"a1": 8, "b1": 9, "c2": 5, "d2": 5}, [("v", 2, "a1"), ("w", 2, "c2")]
    assert went(emptied(lab(hosts, vms))) == {"v": "b1"}
    apart = wished("apart", "v", "w", relation="apart", by="rack")
    assert went(emptied(lab(hosts, [("v", 2, "a1"), ("w", 2, "b1")], placement=[apart])))["v"] in {"c2", "d2"}
    near = wished("near", "v", "w", relation="together", by="rack")
    assert went(emptied(lab(hosts, vms, placement=[near])))["v"] == "d2"
    told, _ = why(emptied(lab({"a1": 8, "b1": 9}, [("v", 2, "a1"), ("w", 2, "b1")], placement=[apart])))
    assert told == ["the wish apart cannot be kept; give it up"]


def test_a_vm_that_is_to_stay_keeps_its_host_from_being_emptied() -> None:
    stay = wished("busy", "v", stay=True)
    told, ways = why(emptied(lab({"a1": 8, "b1": 9}, [("v", 2, "a1"), ("w", 2, "a1")], placement=[stay])))
    assert told == ["v cannot be moved live from a1: the wish busy does not let it be moved"]
    assert ways[0].startswith("v: say `required: false` of the wish busy for that time, or shut v down")
    gentle = stay | {"required": False}
    assert went(emptied(lab({"a1": 8, "b1": 9}, [("v", 2, "a1")], placement=[gentle]))) == {"v": "b1"}


def test_no_host_is_filled_beyond_what_is_to_stay_free() -> None:
    hosts, vms = {"a1": 8, "b1": 9, "c2": 7}, [("v", 3, "a1"), ("w", 3, "a1"), ("x", 3, "b1")]
    spare = {"name": "spare", "free_memory": 2 * 2**30, "hosts": ["b1", "c2"]}
    assert sorted(went(emptied(lab(hosts, vms, host_limits=[spare]))).values()) == ["b1", "c2"]
    told, ways = why(emptied(lab({"a1": 8, "b1": 9}, vms, host_limits=[spare])))
    assert told == ["the wish spare cannot be kept; give it up"]
    assert any("MiB more free on b1" in way for way in ways)
    few = {"name": "few", "vcpus_per_cpu": 1}  # four logical CPUs, two virtual ones for each VM
    assert list(went(emptied(lab(hosts, vms, host_limits=[few]))).values()).count("b1") < 2
    assert why(emptied(lab({"a1": 8, "b1": 9}, vms, host_limits=[few])))[0] == [
        "the wish few cannot be kept; give it up"
    ]


def test_a_host_that_is_too_full_already_is_no_reason_to_refuse() -> None:
    spare = {"name": "spare", "free_memory": 8 * 2**30}
    vms = [("v", 1, "a1"), ("w", 3, "b1")]
    assert went(emptied(lab({"a1": 8, "b1": 9, "c2": 12}, vms, host_limits=[spare]))) == {"v": "c2"}


def test_what_is_not_known_of_hosts_is_asked_for() -> None:
    raw = lab({"a1": 8, "b1": 9}, [("v", 2, "a1"), ("w", 2, "b1")]).pools[0].pool.model_dump(exclude_unset=True)
    raw["hosts"][1].pop("tags")
    raw["placement"] = [wished("apart", "v", "w", relation="apart", by="rack")]
    found = emptied(Inventory([Pool.model_validate(raw)]))
    assert isinstance(found, NoPlan)
    assert not found.proven
    assert "tags of b1" in found.because[0].told
    placed = planner.plan(planner.Place(), Inventory([Pool.model_validate(raw)]))
    assert isinstance(placed, NoPlan)
    assert "tags of b1" in placed.because[0].told


def test_wishes_and_limits_that_cannot_be_kept_together_are_named() -> None:
    vms = [("v", 3, "a1"), ("w", 3, "a1")]
    near = wished("near", "v", "w", relation="together")
    spare = {"name": "spare", "free_memory": 3 * 2**30}
    given = lab({"a1": 8, "b1": 8}, vms, placement=[near], host_limits=[spare])
    told, ways = why(planner.plan(planner.Place(), given))
    assert told == ["the wishes near and spare cannot be kept together"]
    assert len(ways) == 2
    assert went(planner.plan(planner.Place(), lab({"a1": 8, "b1": 8}, vms, host_limits=[spare]))) != {}


def test_where_others_stay_limits_of_their_hosts_are_told_as_not_kept() -> None:
    spare = {"name": "spare", "free_memory": 6 * 2**30}
    vms = [("v", 1, "a1"), ("w", 3, "b1")]
    found = planner.plan(planner.Place(only=("v",)), lab({"a1": 8, "b1": 8, "c2": 9}, vms, host_limits=[spare]))
    assert isinstance(found, Plan)
    assert "the wish spare is not kept on b1: what stays there takes more" in outcome(found).notes


def test_those_that_had_better_be_together_come_to_the_one_that_stays() -> None:
    near = wished("near", "v", "w", relation="together", by="rack", required=False)
    bound = {"w": {"tools": {"installed": False}}}
    vms = [("v", 1, "a1"), ("w", 2, "b2"), ("x", 2, "d2")]
    found = planner.plan(planner.Place(), lab({"a1": 8, "b2": 8, "d2": 8}, vms, placement=[near], more=bound))
    assert went(found)["v"] in {"b2", "d2"}
    cost = outcome(found).costs[0]  # type: ignore[arg-type]
    assert (cost.name, cost.value, cost.bound) == ("breaches of wishes", 0, 0)


def test_evening_out_leaves_vms_in_the_rack_in_which_they_are_to_be_together() -> None:
    vms = [("v", 2, "a1"), ("w", 2, "a1"), ("x", 1, "a1")]
    near = wished("near", "v", "w", relation="together", by="rack")
    given = lab({"a1": 8, "b1": 8, "c2": 8}, vms, placement=[near])
    found = planner.plan(planner.Balance(), given)
    assert went(found)
    assert {each.target for each in outcome(found).moved if each.vm in "vw"} <= {"b1"}  # type: ignore[arg-type]
    alone = planner.plan(planner.Balance(), lab({"a1": 8, "c2": 8}, vms[:2], placement=[near]))
    assert went(alone) == {}


def test_a_plan_that_moves_what_is_to_stay_is_found_out() -> None:
    vms = [("v", 2, "a1"), ("w", 2, "a1")]
    found = emptied(lab({"a1": 8, "b1": 9}, vms))
    assert isinstance(found, Plan)
    stay = lab({"a1": 8, "b1": 9}, vms, placement=[wished("busy", "v", stay=True)])
    assert [each for each in broken_promises(found, stay) if "the wish busy does not let it be" in each]
    spare = lab({"a1": 8, "b1": 9}, vms, host_limits=[{"name": "spare", "free_memory": 6 * 2**30}])
    assert [each for each in broken_promises(found, spare) if "in the end the wish spare on b1 is not kept" in each]


@pytest.mark.parametrize(
    "wishes",
    [
        {"placement": [wished("far", "v", "w", "x", relation="apart", by="rack", required=False)]},
        {"placement": [wished("away", "v", "w", not_hosts=["a1"], required=False)]},
        {"placement": [wished("near", "v", "y", relation="together", required=False)]},
        {"host_limits": [{"name": "spare", "free_memory": 6 * 2**30, "required": False}]},
        {"host_limits": [{"name": "few", "hosts": ["a1"], "vcpus_per_cpu": 1, "required": False}]},
    ],
)
def test_preferences_are_kept_in_pools_that_are_too_large_for_one_model(
    wishes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_MOST_NUMBERS", 0)
    vms = [("v", 1, "a1"), ("w", 1, "a1"), ("x", 1, "a1"), ("y", 1, "b2")]
    found = planner.plan(planner.Place(), lab({"a1": 8, "b2": 8, "c3": 8, "d3": 8}, vms, **wishes))
    assert isinstance(found, Plan)
    cost = outcome(found).costs[0]
    assert (cost.name, cost.value) == ("breaches of wishes", 0)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_one_wish_after_the_other_never_makes_it_worse(seed: int) -> None:
    small = Wishful(seed, hosts=2 + seed % 3)
    view = small.inventory().pools[0]
    asked = Question(ALL, small.inventory(), view.name, ()).asked
    start = first(asked)
    if start is None:
        return
    then = kept_better(asked, Pot(None), start)
    assert keeps(asked, then)
    assert worth(asked, then).breaches <= worth(asked, start).breaches
    ways = [small.costs(where)[0] for where in small.ends()]
    assert worth(asked, then).breaches >= min(ways, default=0)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, number=st.integers(0, 3))
def test_a_part_of_a_pool_is_asked_what_the_whole_is(seed: int, number: int) -> None:
    small = Wishful(seed, hosts=2 + seed % 3)
    asked = Question(ALL, small.inventory(), "lab", ()).asked
    start = first(asked)
    if start is None:
        return
    free = {item.key for item in asked.wanted.items[:number]}
    elsewhere = {item.key for item in asked.wanted.items if item.source and item.source != start[item.key]}
    part, ours = of_vms(asked, start, free), {key: start[key] for key in free}
    assert keeps(part, ours)
    assert loads(part, ours) == loads(asked, start)
    if elsewhere <= free:
        assert worth(part, ours).breaches == worth(asked, start).breaches
