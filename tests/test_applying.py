"""An inventory after many changes is what it is after each of them by itself."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.model.network import Interface
from planner.model.pool import Pool
from planner.plans.applying import applied
from planner.plans.changes import Change, ChangeError, FieldChange, VmAdded

NAMES = ("a", "b", "c", "u1", "u2")


def start() -> Inventory:
    vms = (VM(name="a", uuid="u1"), VM(name="b"), VM(name="b", uuid="u2"), VM(name="u1"), VM(name="c"))
    hosts = (Host(name="a", interfaces=(Interface(device="eth0"), Interface(device="eth1"))), Host(name="b", uuid="u1"))
    return Inventory([Pool(name="p", vms=vms, hosts=hosts), Pool(name="q", uuid="u", vms=vms)])


def change(random: Random) -> Change:
    pool, name = random.choice(["p", "q", "u"]), random.choice(NAMES)
    vm_fields = {"runs_on": name, "name": name, "uuid": name, "power_state": "halted"}
    match random.randrange(8):
        case 0:
            return VmAdded(pool, VM(name=name, uuid=random.choice([None, *NAMES])))
        case 1:
            return FieldChange(pool, (("hosts", name), ("interfaces", random.choice(["eth0", "eth1"]))), "mtu", 9000)
        case 2:
            return FieldChange("q", (), "coordinator", name)
        case 3:
            return FieldChange(pool, (("hosts", name),), "software.xapi", "1.0")
        case _:
            field = random.choice(sorted(vm_fields))
            return FieldChange(pool, (("vms", name),), field, vm_fields[field])


@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_many_changes_at_once_are_each_by_itself(seed: int) -> None:
    random, one_by_one, made, refused = Random(seed), start(), list[Change](), ""  # noqa: S311 - no secret
    while len(made) < 8 and not refused:
        made.append(change(random))
        try:
            one_by_one = applied(one_by_one, [made[-1]])
        except ChangeError as error:
            refused = str(error)
    if refused:
        with pytest.raises(ChangeError) as raised:
            applied(start(), made)
        assert str(raised.value) == refused
        return
    at_once = applied(start(), made)
    assert [view.pool for view in at_once.pools] == [view.pool for view in one_by_one.pools]


def test_all_that_bear_a_name_are_meant_and_a_uuid_before_a_name() -> None:
    def on(name: str, field: str = "runs_on") -> list[str | None]:
        vms = applied(start(), [FieldChange("p", (("vms", name),), field, "x")]).pools[0].pool.vms
        return [vm.runs_on for vm in vms or ()]

    assert on("b") == [None, "x", "x", None, None]
    assert on("u1") == ["x", None, None, None, None]
    assert on("c") == [None, None, None, None, "x"]


def test_what_is_called_otherwise_now_is_found_by_that_name() -> None:
    named = [FieldChange("p", (("vms", "c"),), "name", "d"), FieldChange("p", (("vms", "d"),), "runs_on", "x")]
    vms = applied(start(), named).pools[0].pool.vms or ()
    assert (vms[4].name, vms[4].runs_on) == ("d", "x")
    with pytest.raises(ChangeError, match="c is not among the vms of p"):
        applied(start(), [named[0], FieldChange("p", (("vms", "c"),), "runs_on", "x")])


def test_what_did_not_change_is_the_same_record() -> None:
    before = start()
    after = applied(before, [FieldChange("p", (("vms", "a"),), "runs_on", "x")])
    assert after.pools[1].pool is before.pools[1].pool
    assert after.pools[0].pool.hosts is before.pools[0].pool.hosts
    vms = zip(before.pools[0].pool.vms or (), after.pools[0].pool.vms or (), strict=True)
    assert [one is other for one, other in vms] == [False, True, True, True, True]
