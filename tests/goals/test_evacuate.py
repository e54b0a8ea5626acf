"""How hosts are emptied: targets, order, rounds, wishes, refusals and ways out, in pools that a reader can follow."""

from typing import Any

import pytest

import planner
from planner.errors import GoalError
from planner.goals.moves.ordering import ordered
from planner.goals.moves.shunting import Move
from planner.goals.moves.wanted import Item
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Phase, Plan
from planner.plans.moving import MovesOutcome
from tests.facts.test_toolstack_evacuation import host, small, view, vm

PROTECTED = {"ha_restart_priority": "restart", "ha_always_run": True}


def pool(free: dict[str, int], vms: list[tuple[str, int, str]], **fields: Any) -> Inventory:
    hosts = [host(name, size) for name, size in free.items()]
    more: dict[str, dict[str, Any]] = fields.pop("more", {})
    guests = [vm(name, size, on, memory=small(size)) | more.get(name, {}) for name, size, on in vms]
    return Inventory([view(hosts, guests, coordinator="b", **fields).pool])


def asked(given: Inventory, *hosts: str, **options: Any) -> Plan | NoPlan:
    return planner.plan(planner.Evacuate(*(hosts or ("a",)), **options), given)


def moves(found: Plan | NoPlan) -> list[tuple[str, int | None]]:
    assert isinstance(found, Plan), found
    return [(step.what, step.round) for step in found.steps if step.phase is Phase.MOVE]


def told(found: Plan | NoPlan) -> list[str]:
    assert isinstance(found, NoPlan)
    return [cause.told for cause in found.because]


def outcome(found: Plan | NoPlan) -> MovesOutcome:
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    return found.outcome


def test_what_the_toolstack_packs_badly_is_packed_well() -> None:  # E-3
    found = asked(pool({"a": 20, "b": 6, "c": 4}, [("v4", 4, "a"), ("v3", 3, "a"), ("w3", 3, "a")]))
    assert [what for what, _ in moves(found)] == [
        "move v4 from a to c",
        "move v3 from a to b",
        "move w3 from a to b",
    ]
    theirs = outcome(found).toolstack
    assert theirs is not None
    assert [(each.vm, each.errors) for each in theirs.refused] == [("w3", ("HOST_NOT_ENOUGH_FREE_MEMORY",))]
    assert {(each.vm, each.ours, each.theirs) for each in theirs.differs} == {("v4", "c", "b"), ("v3", "b", "c")}


def test_others_make_room_where_there_is_no_way_without() -> None:
    found = asked(pool({"a": 6, "b": 7, "c": 6}, [("large", 6, "a"), ("one", 2, "b"), ("two", 3, "c")]))
    assert moves(found) == [("move one from b to c", 1), ("move large from a to b", 2)]
    assert [each.vm for each in outcome(found).moved if each.helping] == ["one"]
    assert told(asked(pool({"a": 6, "b": 7, "c": 6}, [("large", 6, "a"), ("one", 2, "b")]), limit_moves=0)) == [
        "1 VM has to leave, and 0 may be moved"
    ]


def test_with_too_few_moves_for_that_there_is_none() -> None:
    given = pool({"a": 6, "b": 7, "c": 6}, [("large", 6, "a"), ("one", 2, "b"), ("two", 3, "c")])
    assert told(asked(given, limit_moves=1)) == ["with 1 move there is no way: other VMs have to make room first"]


def test_ten_go_at_a_time() -> None:  # E-5
    found = asked(pool({"a": 20, "b": 20}, [(f"v{number:02}", 1, "a") for number in range(12)]))
    rounds = [number for _, number in moves(found)]
    assert [rounds.count(each) for each in (1, 2)] == [10, 2]


def test_a_vm_of_the_host_alone_is_named_with_what_would_fit() -> None:
    found = asked(pool({"a": 8, "b": 3}, [("large", 4, "a"), ("small", 1, "a")]))
    (cause,) = told(found)
    assert cause.startswith("large finds no room: b: 4068 MiB needed, 3115 MiB free")
    assert isinstance(found, NoPlan)
    assert found.proven
    assert any("large fits with its memory fixed at" in way for way in found.ways_out)
    assert any(way.startswith("with large shut down the others find room") for way in found.ways_out)


def test_the_fewest_vms_that_do_not_fit_together_are_named_and_what_is_missing() -> None:
    found = asked(pool({"a": 20, "b": 5, "c": 5}, [("x", 4, "a"), ("y", 4, "a"), ("z", 4, "a"), ("s", 1, "a")]))
    (cause,) = told(found)
    assert cause.startswith("x, y and z cannot all find room: together they need 12204 MiB")
    assert isinstance(found, NoPlan)
    # 5163 MiB are free on b, and two of 4068 MiB have to go there.
    assert "with 2973 MiB more free on b all of them find room" in found.ways_out


def test_what_cannot_move_is_told_for_every_vm_at_once() -> None:
    local = {"drives": [{"device": "xvda", "disk": "own"}]}
    given = pool(
        {"a": 8, "b": 8},
        [("p", 1, "a"), ("q", 1, "a"), ("r", 1, "a")],
        more={"p": local, "q": {"tools": {"installed": False}}},
        disks=[{"name": "own", "repository": "here"}, {"name": "root", "repository": "nfs"}],
        repositories=[
            {"name": "here", "type": "lvm", "shared": False, "connections": [{"host": "a", "attached": True}]},
            {
                "name": "nfs",
                "type": "nfs",
                "shared": True,
                "connections": [{"host": "a", "attached": True}, {"host": "b", "attached": True}],
            },
        ],
    )
    found = asked(given)
    assert told(found) == [
        "p cannot leave a: b: its disk own is on here, which is not attached there",
        "q cannot be moved live from a: it has no guest tools",
    ]
    assert isinstance(found, NoPlan)
    assert [way.partition(", or")[0] for way in found.ways_out] == [
        "p: move its disks from here to a shared repository",
        "q: install the guest tools in q",
    ]


def test_several_hosts_are_emptied_at_once_and_filled_again() -> None:
    found = asked(pool({"a": 4, "b": 9, "c": 4}, [("x", 4, "a"), ("y", 3, "c")]), "a", "c")
    assert [what for what, _ in moves(found)] == ["move x from a to b", "move y from c to b"]
    assert isinstance(found, Plan)
    assert [step.what for step in found.back] == [
        "put a back into service",
        "put c back into service",
        "move x from b to a",
        "move y from b to c",
    ]


def test_for_good_there_is_no_way_back_and_no_home() -> None:
    found = asked(pool({"a": 4, "b": 9}, [("x", 4, "a")], more={"x": {"home": "a"}}), permanent=True)
    assert isinstance(found, Plan)
    assert found.back == ()
    assert found.steps[-1].commands == ("xe vm-param-set uuid=x affinity=''",)


def test_failures_that_are_to_be_survived_decide_where_vms_go() -> None:
    free = {"a": 8, "b": 8, "c": 8, "d": 4}
    given = pool(free, [("p", 4, "a"), ("q", 4, "b")], more={"p": PROTECTED, "q": PROTECTED})
    kept = asked(given, keep_failures=1)
    after = outcome(kept).survivals.after
    assert after is not None
    assert after.lower >= 1
    refused = asked(given, keep_failures=3)
    assert isinstance(refused, NoPlan)
    assert "3 hosts could not fail any more" in told(refused)[0]
    assert refused.ways_out[0].startswith("ask for --keep-failures ")


@pytest.mark.parametrize(("relation", "target"), [("apart", "c"), ("together", "b")])
def test_a_wish_is_kept(relation: str, target: str) -> None:
    wish = {"name": "w", "vms": ["x", "y"], "relation": relation}
    given = pool({"a": 4, "b": 9, "c": 9}, [("x", 2, "a"), ("y", 2, "b")], placement=[wish])
    assert [what for what, _ in moves(asked(given))] == [f"move x from a to {target}"]


def test_a_wish_that_cannot_be_kept_is_named() -> None:
    apart = {"name": "apart", "vms": ["x", "y"], "relation": "apart"}
    found = asked(pool({"a": 8, "b": 9}, [("x", 2, "a"), ("y", 2, "a")], placement=[apart]))
    assert told(found) == ["the wish apart cannot be kept; give it up"]
    only = {"name": "only", "vms": ["x"], "hosts": ["a"]}
    assert told(asked(pool({"a": 8, "b": 9}, [("x", 2, "a")], placement=[only]))) == [
        "x cannot leave a: b: the wish only does not allow it"
    ]


def test_the_time_is_that_of_the_busiest_link() -> None:
    cards = [{"device": "eth0", "network": "net", "management": True, "speed": 1000, "attached": True}]
    hosts = [host(name, 9) | {"interfaces": cards} for name in "abc"]
    given = view(hosts, [vm("x", 2), vm("y", 2)], coordinator="b")
    found = asked(Inventory([given.pool]))
    assert isinstance(found, Plan)
    # 2 GiB are 17.18 Gbit; both leave a at the same time, over one link of 1 Gbit/s.
    assert [step.seconds for step in found.steps if step.phase is Phase.MOVE] == [18, 18]
    assert outcome(found).seconds == 35
    assert outcome(asked(pool({"a": 4, "b": 9}, [("x", 4, "a")]))).seconds is None


@pytest.mark.parametrize(
    ("hosts", "message"),
    [
        ((), "no host is named"),
        (("aa",), "no host is called aa; did you mean a"),
        (("x",), "called x; there are a and b"),
    ],
)
def test_a_host_that_is_not_there_is_refused(hosts: tuple[str, ...], message: str) -> None:
    with pytest.raises(GoalError, match=message):
        planner.plan(planner.Evacuate(*hosts), pool({"a": 1, "b": 1}, []))


def item(key: str, source: str, size: int, hosts: str = "abc") -> Item:
    sizes = dict.fromkeys(hosts, size)
    return Item(key, source, size, sizes, sizes, dict(sizes), sizes)


def test_two_that_change_places_make_a_detour() -> None:
    items = [item("x", "a", 4), item("y", "b", 4)]
    found = ordered(items, {"x": "b", "y": "a"}, {"a": 0, "b": 0, "c": 4})
    assert found.rounds is not None
    assert [move for each in found.rounds for move in each] in (
        [Move("y", "b", "c"), Move("x", "a", "b"), Move("y", "c", "a")],
        [Move("x", "a", "c"), Move("y", "b", "a"), Move("x", "c", "b")],
    )
    assert [len(each) for each in found.rounds] == [1, 1, 1]
    assert ordered(items, {"x": "b", "y": "a"}, {"a": 0, "b": 0, "c": 3}).rounds is None


def test_who_waits_for_room_goes_last() -> None:
    # v would fill b, and w, which is to leave b, waits for the room that u leaves on a.
    items = [item("u", "a", 5), item("v", "c", 5), item("w", "b", 5)]
    found = ordered(items, {"u": "b", "v": "b", "w": "a"}, {"a": 0, "b": 5, "c": 0})
    assert found.rounds is not None
    assert [move.vm for each in found.rounds for move in each] == ["u", "w", "v"]


def test_failures_may_be_asked_for_at_every_moment() -> None:
    free = {"a": 8, "b": 9, "c": 9, "d": 9}
    given = pool(free, [("p", 4, "a"), ("q", 4, "b")], more={"p": PROTECTED, "q": PROTECTED})
    found = outcome(asked(given, keep_failures=1, always=True))
    assert found.survivals.during is not None
    assert found.survivals.during.lower >= 1
    tight = pool({"a": 4, "b": 9, "c": 4}, [("p", 4, "a"), ("q", 4, "c")], more={"p": PROTECTED, "q": PROTECTED})
    assert isinstance(asked(tight, keep_failures=1, always=True), NoPlan)


def test_what_is_not_known_leaves_it_undecided() -> None:
    hosts = [host("a", 8), host("b", 8) | {"memory": None}]
    found = asked(Inventory([view(hosts, [vm("x", 2)], coordinator="b").pool]))
    assert isinstance(found, NoPlan)
    assert not found.proven
    assert told(found) == ["no way was found, and it is not known whether there is one: memory of b"]


def test_where_nobody_is_protected_any_number_of_hosts_may_fail() -> None:
    given = pool({"a": 8, "b": 9}, [("v", 1, "b")])
    found = asked(given, keep_failures=2, always=True)
    assert moves(found) == []
    assert outcome(found).survivals.after is None
