from typing import Any

import pytest

from planner.facts.high_availability import (
    can_hold_heartbeat,
    digits_allowed,
    heartbeat_sizes,
    matters,
    protected,
    room_for_heartbeat,
)
from planner.facts.lacking import Lacking
from planner.model.guest import VM
from planner.model.host import Software
from planner.model.inventory import PoolView
from planner.model.pool import Pool
from planner.model.storage import Driver, Repository

OLD, BETWEEN, NEW = 272_629_760, 4_299_161_600, 3_992_977_408


def view(**fields: Any) -> PoolView:
    return PoolView(Pool.model_validate({"name": "lab", **fields}))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"ha": {}}, None),
        ({"ha": {"enabled": False}}, False),
        ({"ha": {"enabled": True}}, True),
        ({"ha": {"enabled": False}, "ha_plan": {}}, True),
    ],
)
def test_high_availability_matters_when_on_or_wished(fields: dict[str, Any], *, expected: bool | None) -> None:
    assert matters(view(**fields)) is expected


@pytest.mark.parametrize(
    ("priority", "always_run", "now", "wished"),
    [
        ("restart", True, True, True),
        ("restart", None, True, True),
        ("restart", False, False, True),
        ("2", True, True, True),
        ("best-effort", True, False, False),
        ("", True, False, False),
        (None, True, False, False),
    ],
)
def test_a_vm_is_protected_by_its_priority(
    priority: str | None, *, always_run: bool | None, now: bool, wished: bool
) -> None:
    vm = VM(name="web", ha_restart_priority=priority, ha_always_run=always_run)
    assert protected(view(ha={"enabled": True}), vm) is now
    assert protected(view(ha_plan={}), vm) is wished


@pytest.mark.parametrize(("version", "allowed"), [("5.6.100", True), ("6.0.0", False), (None, None)])
def test_digits_belong_to_old_releases(version: str | None, *, allowed: bool | None) -> None:
    assert digits_allowed(Software(product_version=version)) is allowed


@pytest.mark.parametrize(
    ("release", "toolstack", "free"),
    [
        ("6.2.0", None, [OLD]),
        ("8.2.1", "1.20", [OLD]),
        ("8.2.1", None, [OLD]),
        ("8.3.0", "23.12", [OLD]),
        ("8.3.0", "23.13", [BETWEEN]),
        ("8.3.0", "23.29", [BETWEEN]),
        ("8.3.0", "23.30", [NEW]),
        (None, "25.6", [NEW]),
        ("8.3", None, [BETWEEN, NEW]),
        ("8.3.0", None, [BETWEEN, NEW]),
        (None, None, [OLD, BETWEEN, NEW]),
    ],
)
def test_the_disks_grew_with_the_toolstack(release: str | None, toolstack: str | None, free: list[int]) -> None:
    sizes = heartbeat_sizes(Software(product_version=release, xapi=toolstack))
    assert [each.free for each in sizes] == free


def test_both_disks_fit_in_what_has_to_be_free() -> None:
    for sizes in heartbeat_sizes(None):
        assert sizes.free == sizes.metadata + 4 * 2**20
        assert sizes.statefile == 4096 + 64 * 4096


STATEFILE = {"name": "s", "repository": "nfs", "type": "ha_statefile", "size": 266_240}
REDO_LOG = {"name": "r", "repository": "nfs", "type": "redo_log", "size": 268_435_456}
MODERN, LEGACY = {"product_version": "8.3.0", "xapi": "24.19"}, {"product_version": "6.2.0"}

ROOMS: dict[str, tuple[dict[str, Any], dict[str, Any], bool | None, list[str]]] = {
    "enough": ({"disks": []}, {"size": OLD + 5, "used": 5}, True, []),
    "one byte too few": ({"disks": []}, {"size": OLD + 5, "used": 6}, False, []),
    "both are there": ({"disks": [STATEFILE, REDO_LOG]}, {"size": 5, "used": 5}, True, []),
    "both are there, sizes unsaid": ({"disks": [STATEFILE, REDO_LOG]}, {}, True, []),
    "only one is there": ({"disks": [STATEFILE]}, {"size": 5, "used": 5}, False, []),
    "only the other is there": ({"disks": [REDO_LOG]}, {"size": 5, "used": 5}, False, []),
    "one is too small": ({"disks": [STATEFILE | {"size": 266_239}, REDO_LOG]}, {"size": 5, "used": 5}, False, []),
    "they are elsewhere": (
        {"disks": [STATEFILE | {"repository": "x"}, REDO_LOG | {"repository": "x"}]}, {"size": 5, "used": 5}, False, [],
    ),
    "nobody says what disks there are": ({}, {"size": 5, "used": 5}, None, ["disks"]),
    "nobody says how large one is": (
        {"disks": [STATEFILE | {"size": None}, REDO_LOG]}, {"size": 5, "used": 5}, None, ["size"],
    ),
    "nobody says what is used": ({"disks": []}, {"size": OLD}, None, ["used"]),
    "nobody says how large it is": ({"disks": []}, {"used": 5}, None, ["size"]),
    "a size of zero says nothing": ({"disks": []}, {"size": 0, "used": 0}, None, ["size"]),
    "too little for a later release": ({"disks": [], "software": MODERN}, {"size": OLD, "used": 0}, False, []),
    "enough for every release": ({"disks": [], "software": None}, {"size": BETWEEN, "used": 0}, True, []),
    "too little for any release": ({"disks": [], "software": None}, {"size": OLD - 1, "used": 0}, False, []),
    "enough for some releases": ({"disks": [], "software": None}, {"size": NEW, "used": 0}, None, ["software"]),
}  # fmt: skip


@pytest.mark.parametrize("name", ROOMS)
def test_there_is_room_for_the_heartbeat_or_not(name: str) -> None:
    pool, fields, enough, lacking = ROOMS[name]
    chosen = view(**{"software": LEGACY, **pool, "repositories": [{"name": "nfs", **fields}, {"name": "x"}]})
    room = room_for_heartbeat(chosen, chosen.repositories.records[0])
    assert (room.enough, [each.field for each in room.lacking]) == (enough, lacking)


@pytest.mark.parametrize(
    ("type_", "features", "able"),
    [
        ("nfs", None, True),
        ("lvhdoiscsi", None, True),
        ("lvm", None, False),
        ("iso", None, False),
        ("nfs", {"VDI_CREATE": 1}, False),
        ("lvm", {"VDI_GENERATE_CONFIG": 1}, True),
        ("new", {"VDI_ATTACH_OFFLINE": 1}, True),
    ],
)
def test_a_driver_can_hold_a_heartbeat_or_not(type_: str, features: dict[str, int] | None, *, able: bool) -> None:
    chosen = view(drivers=[Driver(type=type_, features=features)])
    assert can_hold_heartbeat(chosen, Repository(name="r", type=type_)) is able


def test_other_drivers_say_nothing_of_this_one() -> None:
    chosen = view(drivers=[Driver(type="nfs", features={"VDI_CREATE": 1}), Driver(type="lvm", features=None)])
    assert can_hold_heartbeat(chosen, Repository(name="r", type="lvm")) is False
    assert can_hold_heartbeat(chosen, Repository(name="r", type="ext")) is True


def test_nobody_knows_of_an_unknown_driver() -> None:
    repository = Repository(name="r", type="gfs2")
    chosen = view()
    assert can_hold_heartbeat(chosen, repository) == Lacking(chosen.pool, "drivers")
    unsaid = Repository(name="r")
    assert can_hold_heartbeat(chosen, unsaid) == Lacking(unsaid, "type")
