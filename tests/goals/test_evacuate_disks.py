"""Hosts that are emptied with local disks moved first, in pools that a reader can follow, and laws of it."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.facts.disk_moves import into
from planner.facts.migration import Moves
from planner.facts.placement import Placement
from planner.goals.moves.meanwhile import survivals
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.plans import NoPlan, Phase, Plan
from planner.plans.applying import carried_out
from planner.plans.changes import FieldChange
from planner.plans.midst import midst
from planner.plans.moving import DiskMoved, Survival
from planner.rules.placing import reasons
from planner.verify import broken_promises
from tests.facts.test_toolstack_evacuation import host, small, view, vm
from tests.goals.made_up_moves import Small
from tests.goals.test_evacuate import outcome, told

GIB = 2**30
NONE, ONE, TWO = (Survival(number, number, proven=True) for number in range(3))
NFS = {"name": "nfs", "type": "nfs", "shared": True, "size": 100 * GIB, "used": 60 * GIB}
LOCAL = {"name": "local", "type": "lvm", "shared": False, "connections": [{"host": "a", "attached": True}]}


def repository(hosts: str, **fields: Any) -> dict[str, Any]:
    return NFS | {"connections": [{"host": name, "attached": True} for name in hosts]} | fields


def disk(name: str, size: int = 20, **fields: Any) -> dict[str, Any]:
    return {"name": name, "repository": "local", "size": size * GIB} | fields


def pool(
    disks: list[dict[str, Any]], repositories: list[dict[str, Any]], free: str = "9 9", **fields: Any
) -> Inventory:
    """Host a has a VM of 2 GiB for each disk but snapshots, with that on its local repository."""
    hosts = [host(name, int(size)) for name, size in zip("abc", free.split(), strict=False)]
    own = [each for each in disks if "snapshot_of" not in each]
    vms = [
        vm(f"v{number}", 2, "a", memory=small(2), drives=[{"device": "xvda", "disk": each["name"], "type": "disk"}])
        for number, each in enumerate(own)
    ]
    return Inventory([view(hosts, vms, disks=disks, repositories=[LOCAL, *repositories], **fields).pool])


def emptied(given: Inventory, *, move_disks: bool = True) -> Plan | NoPlan:
    return planner.plan(planner.Evacuate("a", move_disks=move_disks), given)


def steps(found: Plan | NoPlan) -> list[str]:
    assert isinstance(found, Plan), found
    return [step.what for step in found.steps]


def test_disks_move_first_then_their_vms() -> None:
    given = pool([disk("d")], [repository("ab")])
    found = emptied(given)
    assert steps(found) == ["move disk d of v0 to nfs", "take a out of service", "move v0 from a to b"]
    assert isinstance(found, Plan)
    assert found.steps[0].commands == (
        "xe vdi-pool-migrate uuid=$(xe vdi-list name-label=d --minimal) sr-uuid=$(xe sr-list name-label=nfs --minimal)",
    )
    assert outcome(found).disks == (DiskMoved("v0", "d", "local", "nfs", 20 * GIB),)
    assert any("the way back leaves the disks of v0" in note for note in outcome(found).notes)
    plain = emptied(given, move_disks=False)
    assert isinstance(plain, NoPlan)
    assert plain.ways_out[-1] == (
        "move its local disk to shared repositories first, with --move-disks: then there is a plan"
    )


def test_while_its_disk_moves_room_is_reserved_for_a_vm_on_its_own_host() -> None:
    given = pool([disk("d"), disk("e")], [repository("ab")])
    found = emptied(given)
    assert isinstance(found, Plan)
    first, out = found.steps[0], found.steps[2]
    state = midst(given, [first])
    assert state is not None
    assert [(vm.name, vm.runs_on, vm.scheduled_on) for vm in state.pools[0].vms.records] == [
        ("v0", "a", "a"),
        ("v1", "a", None),
    ]
    assert midst(given, [out]) is None


def test_what_needs_no_disk_moved_moves_none() -> None:
    given = pool([disk("d", repository="nfs")], [repository("ab")])
    assert steps(emptied(given)) == steps(emptied(given, move_disks=False))


@pytest.mark.parametrize(
    ("disks", "repositories", "free", "why"),
    [
        ([disk("d", 41)], [repository("ab")], "9 9", "nfs: 41984 MiB needed, 40960 MiB free on nfs"),
        ([disk("d"), disk("s", 21, snapshot_of="d")], [repository("ab")], "9 9", "41984 MiB needed, 40960 MiB free"),
        ([disk("d")], [repository("b")], "9 9", "nfs: its disk d is on nfs, which is not attached there"),
        ([disk("d")], [repository("ab", content_type="iso")], "9 9", "nfs: it holds no disks"),
        ([disk("d")], [repository("a")], "9 9", "there is none with enough space"),
        (
            [disk("d")],
            [repository("ab")],
            "3 9",
            "nfs: meanwhile it needs its memory twice on a: 2004 MiB needed, 1111 MiB free",
        ),
        ([disk("d")], [repository("ab", used=None)], "9 9", "not known are used of nfs"),
        ([{"name": "d", "repository": "local"}], [repository("ab")], "9 9", "not known are size of d"),
    ],
)
def test_what_keeps_a_disk_from_being_moved_is_told(
    disks: list[dict[str, Any]], repositories: list[dict[str, Any]], free: str, why: str
) -> None:
    found = emptied(pool(disks, repositories, free))
    assert isinstance(found, NoPlan)
    start = "the disks of v0 cannot be moved to a repository that other hosts have"
    (cause,) = (each for each in told(found) if each.startswith(start))
    assert why in cause


def test_a_disk_that_another_vm_has_too_stays() -> None:
    raw = pool([disk("d"), disk("e")], [repository("ab")]).pools[0].pool.model_dump(exclude_unset=True)
    raw["vms"] = [each | {"drives": [{"device": "xvda", "disk": "d", "type": "disk"}]} for each in raw["vms"]]
    found = emptied(Inventory([Pool.model_validate(raw)]))
    assert isinstance(found, NoPlan)
    assert any("nfs: its disk d is in the drives of v1 too" in each for each in told(found))


def test_a_disk_of_which_blocks_are_tracked_stays() -> None:
    found = emptied(pool([disk("d", changed_block_tracking=True)], [repository("ab")]))
    assert isinstance(found, NoPlan)
    assert "--move-disks" not in " ".join(found.ways_out)


def test_the_space_is_given_out_once() -> None:
    disks = [disk("d"), disk("e"), disk("f")]
    more = repository("ab", name="more", used=79 * GIB)
    found = emptied(pool(disks, [repository("ab"), more]))
    assert isinstance(found, Plan)
    assert [(each.disk, each.target) for each in outcome(found).disks] == [("d", "nfs"), ("e", "more"), ("f", "nfs")]
    assert isinstance(emptied(pool(disks, [repository("ab")])), NoPlan)


def test_the_repository_that_most_hosts_have_comes_first() -> None:
    roomy = repository("ab", name="roomy", used=0)
    found = emptied(pool([disk("d")], [repository("abc"), roomy], "9 9 9"))
    assert [each.target for each in outcome(found).disks] == ["nfs"]


@pytest.mark.parametrize(
    ("features", "able"),
    [
        ({"VDI_SNAPSHOT": 1, "VDI_MIRROR": 1}, True),
        ({"VDI_SNAPSHOT": 1, "VDI_MIRROR_IN": 1}, True),
        ({"VDI_MIRROR": 1}, False),
        ({"VDI_SNAPSHOT": 1}, False),
    ],
)
def test_what_the_driver_of_the_target_has_to_be_able_to_do(features: dict[str, int], *, able: bool) -> None:
    given = pool([disk("d")], [repository("ab")], drivers=[{"type": "nfs", "features": features}])
    (state,) = given.pools
    guest = state.vms.records[0]
    (drive,) = guest.drives or ()
    target = state.repositories.find("nfs")
    assert target
    found = into(Moves(Placement(state)), guest, drive, target)
    assert found.can is able
    assert able or "cannot come along" in reasons(found)


def test_a_plan_that_was_tampered_with_is_found_out() -> None:
    given = pool([disk("d")], [repository("ab"), repository("b", name="other")])
    found = emptied(given)
    assert isinstance(found, Plan)
    first = found.steps[0]
    moved, taken = first.changes
    assert isinstance(moved, FieldChange)
    assert isinstance(taken, FieldChange)

    def with_first(**fields: Any) -> Plan:
        return replace(found, steps=(replace(first, **fields), *found.steps[1:]))

    assert broken_promises(found, given) == ()
    elsewhere = replace(moved, value="other"), replace(taken, way=(("repositories", "other"),))
    for spoilt in (
        with_first(changes=(moved,)),
        with_first(changes=(moved, replace(taken, value=1))),
        with_first(changes=elsewhere),
        with_first(phase=Phase.BEFORE),
        replace(found, outcome=replace(outcome(found), disks=())),
        replace(found, steps=(found.steps[1], first, *found.steps[2:])),  # a is out of service by then
    ):
        assert broken_promises(spoilt, given)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_every_disk_that_has_to_move_finds_space_or_it_is_said(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - made-up data are no secret
    made = Small(seed)
    made.local |= {name for name in made.sizes if chance.random() < 0.4}
    raw = made.inventory().pools[0].pool.model_dump(exclude_unset=True)
    size = chance.randint(2, 6)
    for each in raw["vms"]:
        if each["name"] in made.local:
            own = f"own-{each['name']}"
            at = f"local-{made.at[each['name']]}"
            raw["disks"] = [*raw["disks"], {"name": own, "repository": at, "size": 2 * GIB}]
            each["drives"] = [{"device": "xvda", "disk": own, "type": "disk"}]
    nfs, *others = raw["repositories"]
    raw["repositories"] = [nfs | {"size": size * GIB, "used": 0}, *others]
    given = Inventory([Pool.model_validate(raw)])
    found = emptied(given)
    local = sorted(name for name in made.local if made.at[name] == "a")
    if isinstance(found, Plan):
        assert sorted(each.vm for each in outcome(found).disks) == local
        assert 2 * len(local) <= size
    else:
        assert local or not made.reachable()


def test_what_is_survived_is_told_with_the_disks_where_they_are_by_then() -> None:
    given = pool([disk("d")], [repository("abc")], free="9 9 9")
    raw = given.pools[0].pool.model_dump(exclude_unset=True)
    raw["vms"] = [each | {"ha_restart_priority": "restart", "ha_always_run": True} for each in raw["vms"]]
    state = Inventory([Pool.model_validate(raw)])
    found = emptied(state)
    assert isinstance(found, Plan), found
    told = outcome(found).survivals
    assert (told.before, told.during, told.after) == (NONE, NONE, ONE)
    moved = carried_out(state, found.steps[:1])
    there_and_back = [FieldChange("lab", (("disks", "d"),), "repository", name) for name in ("local", "nfs")]
    steps = tuple(replace(found.steps[0], changes=(change,)) for change in there_and_back)
    again = survivals("lab", moved, steps, always=False)
    assert (again.before, again.during, again.after) == (TWO, NONE, TWO)
