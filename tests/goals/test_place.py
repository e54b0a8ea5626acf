"""Where VMs are placed, in pools that a reader can follow: wishes, limits, failures, starts, refusals and ways out."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.facts.agility import Agility
from planner.facts.failover_problem import Guarded
from planner.goals.grow import Size
from planner.goals.moves.conditions import Conditions
from planner.goals.moves.stand import Stand
from planner.goals.moves.wanted import Item, Place, Wanted
from planner.goals.place.answering import _in_reach as in_reach
from planner.goals.place.asked import Asked
from planner.goals.place.bonds import Bonds
from planner.goals.place.found import Best
from planner.goals.place.giving_up import conflict, fewest
from planner.goals.place.narrowing import of_hosts, of_vms
from planner.goals.place.pot import Pot
from planner.goals.place.question import Question
from planner.goals.place.regions import Regions
from planner.goals.place.worth import capacity, in_order, keeps, left_free, most_failures, worth
from planner.model.guest import VM
from planner.model.inventory import Inventory
from planner.patience import Waiting, waited_for
from planner.plans import NoPlan, Phase, Plan
from planner.plans.moving import MovesOutcome
from planner.solver import Ending
from tests.facts.test_toolstack_evacuation import host, small, view, vm

GIB = 2**30
PROTECTED = {"ha_restart_priority": "restart", "ha_always_run": True}


def pool(free: dict[str, int], vms: Iterable[tuple[str, int, str]], **fields: Any) -> Inventory:
    hosts = [host(name, size) for name, size in free.items()]
    more: dict[str, dict[str, Any]] = fields.pop("more", {})
    guests = []
    for name, size, on in vms:
        guest = vm(name, size, on, memory=small(size)) | more.get(name, {})
        guests.append(guest if on else {key: value for key, value in guest.items() if key != "runs_on"})
        if not on:
            guests[-1]["power_state"] = more.get(name, {}).get("power_state", "halted")
    return Inventory([view(hosts, guests, coordinator="b", **fields).pool])


def wish(name: str, *vms: str, required: bool = True, **fields: Any) -> dict[str, Any]:
    return {"name": name, "vms": list(vms), "required": required} | fields


def asked(given: Inventory, *only: str, **options: Any) -> Plan | NoPlan:
    return planner.plan(planner.Place(only, **options), given)


def outcome(found: Plan | NoPlan) -> MovesOutcome:
    assert isinstance(found, Plan), found
    assert isinstance(found.outcome, MovesOutcome)
    return found.outcome


def moved(found: Plan | NoPlan) -> list[tuple[str, str]]:
    return [(each.vm, each.target) for each in outcome(found).moved]


def refused(found: Plan | NoPlan) -> NoPlan:
    assert isinstance(found, NoPlan), found
    return found


def told(found: Plan | NoPlan) -> list[str]:
    return [cause.told for cause in refused(found).because]


def test_loads_are_made_low_and_then_even_with_the_fewest_bytes() -> None:
    found = asked(pool({"a": 8, "b": 8}, [("v", 2, "a"), ("w", 2, "a"), ("x", 4, "a")]))
    assert moved(found) == [("v", "b"), ("w", "b")]
    assert all(each.value == each.bound for each in outcome(found).costs)
    sizes = {each.vm: each.memory for each in outcome(found).moved}
    # Two of 2 GiB carry their overhead in them twice, so they are 64 MiB less to move than one of 4 GiB.
    assert sum(sizes.values()) == 2 * (2 * GIB - 64 * 2**20)


def test_a_wish_that_is_not_required_comes_before_even_loads() -> None:
    vms = [("v", 2, "a"), ("w", 2, "b")]
    together = [wish("near", "v", "w", required=False, relation="together")]
    found = asked(pool({"a": 8, "b": 8}, vms, placement=together))
    assert len(moved(found)) == 1
    assert next(each.value for each in outcome(found).costs if each.name == "breaches of wishes") == 0
    assert not moved(asked(pool({"a": 8, "b": 8}, vms)))


@pytest.mark.parametrize(
    ("others", "goes", "breaches"),
    [
        ([("p", 1, "a"), ("q", 1, "a")], [("r", "b")], 1),
        ([("p", 1, "a"), ("q", 1, "a"), ("s", 1, "b")], [("r", "b")], 2),
    ],
)
def test_wishes_that_others_break_already_count_and_no_plan_has_less(
    others: list[tuple[str, int, str]], goes: list[tuple[str, str]], breaches: int
) -> None:
    apart = [wish("far", "r", *(name for name, *_ in others), required=False, relation="apart")]
    found = asked(pool({"a": 20, "b": 20}, [*others, ("r", 2, "a")], placement=apart), "r")
    assert moved(found) == goes
    cost = next(each for each in outcome(found).costs if each.name == "breaches of wishes")
    assert (cost.value, cost.bound) == (breaches, breaches)


def test_a_limit_of_moves_holds_and_what_is_needed_is_named() -> None:
    vms = [("v", 2, "a"), ("w", 2, "a"), ("x", 2, "a"), ("y", 2, "a")]
    placement = [wish("far", "v", "w", "x", relation="apart")]
    given = pool({"a": 9, "b": 9, "c": 9}, vms, placement=placement)
    assert len(moved(asked(given))) >= 2
    found = asked(given, conditions=Conditions(limit_moves=1))
    assert told(found) == ["1 move is not enough"]
    assert refused(found).ways_out == ("allow 2 moves, with --limit-moves 2",)
    assert len(moved(asked(given, conditions=Conditions(limit_moves=2)))) == 2


def test_wishes_that_cannot_be_kept_together_are_named_and_no_others() -> None:
    placement = [
        wish("near", "v", "w", relation="together"),
        wish("far", "v", "w", relation="apart"),
        wish("home", "x", hosts=["a"]),
    ]
    found = asked(pool({"a": 9, "b": 9}, [("v", 1, "a"), ("w", 1, "b"), ("x", 1, "a")], placement=placement))
    assert told(found) == ["the wishes far and near cannot be kept together"]
    assert len(refused(found).ways_out) == 2
    assert all("then there is a plan" in way for way in refused(found).ways_out)


def test_where_no_single_wish_is_enough_the_fewest_to_give_up_are_named_with_every_conflict() -> None:
    placement = [
        wish("near", "v", "w", relation="together"),
        wish("far", "v", "w", relation="apart"),
        wish("there", "x", hosts=["b"]),
        wish("here", "x", hosts=["a"]),
        wish("nowhere", "x", not_hosts=["a", "b"]),
        wish("home", "y", hosts=["a"]),
    ]
    vms = [("v", 1, "a"), ("w", 1, "b"), ("x", 1, "a"), ("y", 1, "a")]
    found = asked(pool({"a": 9, "b": 9}, vms, placement=placement))
    assert told(found) == [
        "the wish nowhere cannot be kept: x stays on a (b: the wish nowhere does not allow it)",
        "the wishes far and near cannot be kept together",
        "the wishes here and there cannot be kept together: x stays on a (b: the wish here does not allow it)",
    ]
    (way,) = refused(found).ways_out
    assert way.endswith(" up, or say `required: false` of them: then there is a plan")
    given_up = set(way.split(" up,")[0].removeprefix("give the wishes ").replace(" and ", ", ").split(", "))
    assert len(given_up) == 3
    kept = [each for each in placement if each["name"] not in given_up]
    assert isinstance(asked(pool({"a": 9, "b": 9}, vms, placement=kept)), Plan)


@settings(max_examples=200, deadline=None)
@drawn(
    conflicts=st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1, max_size=3), min_size=1, max_size=5),
    undecided=st.frozensets(st.sampled_from("abcdef"), max_size=3),
)
def test_no_fewer_wishes_are_enough_than_are_named(conflicts: list[frozenset[str]], undecided: frozenset[str]) -> None:
    def asks(without: frozenset[str]) -> Ending:
        if without and without == undecided:
            return Ending.OPEN
        return Ending.FOUND if all(each & without for each in conflicts) else Ending.IMPOSSIBLE

    first = conflict("abcdef", frozenset(), asks)
    assert any(each <= set(first) for each in conflicts)
    found = fewest("abcdef", first, asks)
    assert first in found.conflicts
    assert all(any(each <= set(named) for each in conflicts) for named in found.conflicts)
    every = [frozenset(some) for size in range(7) for some in combinations("abcdef", size)]
    least = min(len(some) for some in every if all(each & some for each in conflicts))
    if found.wishes:
        assert asks(frozenset(found.wishes)) is Ending.FOUND
        assert len(found.wishes) == least
    else:
        assert undecided
    if not undecided:
        assert all(set(named) in conflicts for named in found.conflicts)


def test_a_wish_that_a_vm_breaks_which_cannot_move_says_why() -> None:
    given = pool(
        {"a": 9, "b": 9},
        [("v", 1, "a")],
        more={"v": {"tools": {"installed": False}}},
        placement=[wish("away", "v", not_hosts=["a"])],
    )
    assert told(asked(given)) == ["the wish away cannot be kept: v stays on a (it has no guest tools)"]


def test_more_failures_than_can_be_are_refused_with_those_that_can() -> None:
    given = pool({"a": 8, "b": 8, "c": 8}, [("v", 6, "a"), ("w", 6, "b")], more={"v": PROTECTED, "w": PROTECTED})
    assert outcome(asked(given)).survivals.most == 1
    found = asked(given, conditions=Conditions(keep_failures=2))
    assert told(found) == ["2 hosts cannot fail with every protected VM restarted, wherever the VMs are"]
    assert refused(found).ways_out == ("ask for --keep-failures 1",)


def test_hosts_that_may_fail_come_before_even_loads() -> None:
    # Even loads would leave no host room for the 5 GiB; with both on one host the other takes them.
    vms = [("v", 5, "a"), ("w", 2, "a"), ("x", 3, "b")]
    given = pool({"a": 10, "b": 7}, vms, more={"v": PROTECTED})
    after = outcome(asked(given)).survivals.after
    assert after is not None
    assert after.lower == 1


def test_a_halted_vm_is_told_its_host_and_started_where_that_is_asked() -> None:
    given = pool({"a": 6, "b": 6}, [("v", 3, "a"), ("off", 4, "")])
    for start in (False, True):
        found = asked(given, "off", start=start)
        placing = outcome(found).placing
        assert placing is not None
        assert [(each.vm, each.host) for each in placing.starts] == [("off", "b")]
        assert isinstance(found, Plan)
        steps = [(step.phase, step.commands) for step in found.steps]
        assert steps == ([(Phase.GUESTS, ("xe vm-start uuid=off on=b",))] if start else [])


def test_a_suspended_vm_is_resumed() -> None:
    given = pool({"a": 6, "b": 6}, [("s", 3, "")], more={"s": {"power_state": "suspended"}})
    found = asked(given, "s", start=True)
    if isinstance(found, Plan):
        assert found.steps[0].commands[0].startswith("xe vm-resume uuid=s on=")


def test_new_vms_find_room_where_others_may_make_it() -> None:
    given = pool({"a": 6, "b": 6}, [("v", 2, "a"), ("w", 2, "b")])
    new = (Size(5 * GIB, 2),)
    found = asked(given, new=new)
    assert told(found)[0].startswith("new VM 1 (5 GiB) finds no room: a:")
    assert refused(found).ways_out[0] == "let other VMs move too, with --others: then there is a plan"
    placing = outcome(asked(given, new=new, others=True)).placing
    assert placing is not None
    assert [each.new for each in placing.starts] == [True]


def test_memory_that_is_not_known_leaves_it_undecided() -> None:
    given = pool({"a": 6, "b": 6}, [("v", 2, "a")])
    raw = given.pools[0].pool.model_dump(exclude_unset=True)
    raw["hosts"][0].pop("memory")
    found = refused(asked(Inventory([type(given.pools[0].pool).model_validate(raw)])))
    assert not found.proven
    assert "memory of a" in found.because[0].told


def test_failures_that_cannot_be_counted_leave_it_undecided_where_they_are_asked_for() -> None:
    given = pool(
        {"a": 6, "b": 6}, [("v", 2, "a")], more={"v": PROTECTED | {"vcpus": None, "memory": {"dynamic_max": GIB}}}
    )
    found = asked(given, conditions=Conditions(keep_failures=1))
    assert not refused(found).proven


def test_what_is_kept_at_every_moment_is_never_told_to_be_impossible_for_want_of_an_order() -> None:
    vms = [("v", 6, "a"), ("w", 5, "b")]
    given = pool({"a": 7, "b": 7}, vms, placement=[wish("swap", "v", hosts=["b"]), wish("back", "w", hosts=["a"])])
    found = refused(asked(given))
    assert not found.proven
    assert told(found) == ["no order was found in which v and w can be moved one by one"]


def test_a_size_that_is_none_is_refused() -> None:
    with pytest.raises(GoalError, match="a new VM needs memory"):
        asked(pool({"a": 6}, []), new=(Size(0),))


def test_a_wish_counts_vms_that_stay_beside_those_that_are_placed() -> None:
    far = [wish("far", "v", "w", required=False, relation="apart")]
    given = pool({"a": 20, "b": 9}, [("v", 1, "a"), ("w", 1, "a"), ("x", 6, "b")], placement=far)
    # The loads are lower with w on a; the wish comes first, though v is not to be moved.
    found = asked(given, "w")
    assert moved(found) == [("w", "b")]
    assert outcome(found).costs[0].value == outcome(found).costs[0].bound == 0


def test_the_most_failures_are_told_exactly_where_hosts_are_just_large_enough() -> None:
    sizes = {"a": 10, "b": 10}
    items = tuple(Item(key, on, 10, sizes, sizes, sizes, sizes) for key, on in (("v", "a"), ("w", "b")))
    for room, most in ((20, 1), (19, 0)):
        places = tuple(Place(key, 40, room, 0, closed=False, spare=room) for key in "ab")
        guarded = tuple(
            Guarded(vm_of(item.key), item.key, 10, item.source, Agility((), ()), None, ()) for item in items
        )
        question = Asked(Wanted(items, places, frozenset(), guarded), (), frozenset("ab"))
        assert most_failures(question) == most
        assert capacity(question, {"v": "a", "w": "b"}).lower == most


def vm_of(name: str) -> VM:
    return VM(name=name)


def test_no_few_hosts_are_looked_at_for_whoever_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = list[object]()
    monkeypatch.setattr(Regions, "_look", lambda _, hosts, *__: looks.append(hosts))
    item = Item("v", "a", *(10, *[{"a": 10, "b": 10}] * 4))
    places = tuple(Place(key, 40, 20, 0, closed=False, spare=20) for key in "ab")
    question = Asked(Wanted((item,), places, frozenset()), (), frozenset("ab"))
    gone = Waiting()
    for gone.ended in (False, True):
        looks.clear()
        with waited_for(gone):
            assert Regions(question, Pot(None), {"v": "a"}, 0).run()[-1] == {"v": "a"}
        assert bool(looks) is not gone.ended


def test_a_few_hosts_at_a_time_only_ever_make_it_better() -> None:
    names = "abcdef"
    vms = [(f"v{number:02}", 1 + number % 3, names[number % 2]) for number in range(14)]
    given = pool(dict.fromkeys(names, 20), vms)
    stand = Stand(given.pools[0])
    items = tuple(
        each for each in (stand.item(guest) for guest in stand.guests(stand.hosts)) if not isinstance(each, tuple)
    )
    places = tuple(stand.place(each, items) for each in stand.hosts)
    question = Asked(Wanted(items, places, frozenset()), (), frozenset(names))
    found = Regions(question, Pot(None), {item.key: item.source for item in items}, 0).run()
    assert all(keeps(question, targets) for targets in found)
    first, last = worth(question, found[0]), worth(question, found[-1])
    assert first.highest is not None
    assert last.highest is not None
    assert last.highest < first.highest
    # 27 GiB over six hosts: no host needs more than five, and one has at least that.
    sizes = [sum(items[n].stays["a"] for n in range(len(items)) if found[-1][items[n].key] == name) for name in names]
    assert max(sizes) <= 5 * GIB + 2**28


def test_where_nobody_is_protected_any_number_of_hosts_may_fail() -> None:
    given = pool({"a": 8, "b": 9}, [("v", 1, "b")])
    assert moved(asked(given, conditions=Conditions(keep_failures=5))) == []
    assert moved(planner.plan(planner.Balance(keep_failures=5), given)) == []
    assert moved(planner.plan(planner.Evacuate("b", keep_failures=5), given)) == [("v", "a")]


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        ((), ["move u from c to d", "move y from b to c", "move x from a to b", "move y from c to a"]),
        (("u",), ["move v from c to d"]),
    ],
)
def test_where_vms_are_in_each_others_way_the_best_that_can_be_reached_is_planned(
    bound: tuple[str, ...], expected: list[str]
) -> None:
    # x and y are to change places, and only c could have room for one of them on the way: once u has left it.
    wishes = [wish("x on b", "x", required=False, hosts=["b"]), wish("y on a", "y", required=False, hosts=["a"])]
    wishes += [wish(f"{name} on c", name, hosts=["c"]) for name in bound]
    vms = [("x", 4, "a"), ("y", 4, "b"), ("u", 3, "c"), ("v", 2, "c")]
    found = asked(pool({"a": 4, "b": 4, "c": 6, "d": 3}, vms, placement=wishes))
    assert isinstance(found, Plan)
    assert [step.what for step in found.steps] == expected


def test_what_today_is_better_than_is_not_planned_though_it_can_be_reached() -> None:
    # Without x and y changing places, z on a is no better off, and a has more; with y where it is, z is on b.
    alone = [wish("x on b", "x", required=False, hosts=["b"]), wish("y on a", "y", required=False, hosts=["a"])]
    wishes = [*alone, wish("near", "y", "z", required=False, relation="together")]
    given = pool({"a": 8, "b": 7, "c": 3}, [("x", 6, "a"), ("y", 5, "b"), ("z", 2, "c")], placement=wishes)
    assert moved(asked(given)) == [("z", "b")]
    question = Question(planner.Place(), given, "lab", ())
    best = Best({"x": "b", "y": "a", "z": "a"}, proven=False, bounds={}, most=0)
    now = {"x": "a", "y": "b", "z": "c"}
    assert list(in_reach(question, question.asked, best)) == [now, now | {"z": "a"}]


def test_of_two_that_break_as_many_wishes_that_is_better_under_which_more_hosts_may_fail() -> None:
    vms = [(name, 3, "a" if name in "vx" else "b") for name in "vwxy"]
    given = pool({"a": 6, "b": 6, "c": 5}, vms, more=dict.fromkeys("vw", PROTECTED))
    of = Question(planner.Place(), given, "lab", ()).asked
    apart = {"v": "a", "w": "b", "x": "a", "y": "b"}
    together = {"v": "a", "w": "a", "x": "b", "y": "b"}
    assert (capacity(of, apart).lower, capacity(of, together).lower) == (1, 0)
    assert in_order(of, apart) < in_order(of, together)
    assert worth(of, apart).of_loads == worth(of, together).of_loads


def test_nobody_is_restarted_on_a_host_that_is_out_of_service() -> None:
    vms = [vm("v", 4, "a", memory=small(4), **PROTECTED), vm("w", 2, "b", memory=small(2))]
    for free, hosts in ((9, 1), (5, 0)):
        closed = view([host("a", 9), host("b", free), host("c", 9) | {"enabled": False}], vms, coordinator="a")
        of = Question(planner.Place(), Inventory([closed.pool]), "lab", ()).asked
        targets = {item.key: item.source for item in of.wanted.items}
        assert sorted(left_free(of, targets)) == ["a", "b"]
        assert capacity(of, targets).lower == hosts


def test_of_a_part_of_a_pool_only_its_hosts_take_restarts() -> None:
    of = Question(planner.Place(), pool({"a": 4, "b": 4, "c": 4}, [("v", 2, "a"), ("w", 2, "c")]), "lab", ()).asked
    part = of_hosts(of, {"v": "a", "w": "c"}, {"a", "b"})
    assert part.usable == {"a", "b"}
    assert [item.key for item in part.wanted.items] == ["v"]
    assert of_vms(of, {"v": "a", "w": "c"}, {"v"}).usable == {"a", "b", "c"}


@pytest.mark.parametrize("stay", [True, False])
def test_who_had_better_not_be_moved_is_held_where_hosts_are_evened_out(*, stay: bool) -> None:
    more: dict[str, Any] = {"stay": True} if stay else {"hosts": ["a", "b"]}
    wishes = [wish("w", "v", required=False, **more)]
    of = Question(planner.Place(), pool({"a": 9, "b": 9}, [("v", 2, "a"), ("x", 2, "a")], placement=wishes), "lab", ())
    assert ("v" in Bonds(of.asked, {"v": "a", "x": "a"}).held) is stay
    assert moved(planner.plan(planner.Place(), of.state)) == ([("x", "b")] if stay else [("v", "b")])
