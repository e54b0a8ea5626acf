from typing import Any

import pytest

from planner.facts.obstacles import Kind, Obstacle
from planner.model.guest import VM, Drive
from planner.model.storage import Disk, Repository
from planner.rules.placing import balloon_to, lower_to, told
from planner.units import MIB

LIMITS = {"dynamic_min": 256 * MIB, "dynamic_max": 256 * MIB, "static_max": 512 * MIB}


def guest(**memory: Any) -> VM:
    return VM.model_validate({"name": "web", "uuid": "u", "memory": LIMITS | memory})


@pytest.mark.parametrize(
    ("static_min", "lowest"), [(64 * MIB, 64 * MIB), (200 * MIB, 128 * MIB), (128 * MIB, 128 * MIB), (None, 128 * MIB)]
)
def test_a_size_is_set_with_all_limits_in_order(static_min: int | None, lowest: int) -> None:
    size = 128 * MIB
    assert lower_to(guest(static_min=static_min), size) == (
        f"`xe vm-memory-limits-set uuid=u static-min={lowest} dynamic-min={size} dynamic-max={size} static-max={size}`"
    )


def test_the_static_minimum_is_lowered_only_where_it_is_in_the_way() -> None:
    assert balloon_to(guest(static_min=64 * MIB), 128 * MIB) == (
        f"`xe vm-memory-dynamic-range-set uuid=u min={128 * MIB} max={256 * MIB}`"
    )
    assert balloon_to(guest(static_min=256 * MIB), 128 * MIB) == (
        f"`xe vm-memory-limits-set uuid=u static-min={128 * MIB} dynamic-min={128 * MIB} "
        f"dynamic-max={256 * MIB} static-max={512 * MIB}`"
    )
    assert "max=…" in balloon_to(guest(static_min=MIB, dynamic_max=None), 128 * MIB)


@pytest.mark.parametrize("kind", Kind)
def test_every_obstacle_has_words(kind: Kind) -> None:
    drive, disk, repository = Drive(device="xvda"), Disk(name="root"), Repository(name="nfs")
    words = told(Obstacle(kind, (drive, disk, repository), 1, 2, ("this", "that")))
    assert words
    assert "{" not in words
    assert not words.endswith(".")


def test_a_cd_is_no_disk_and_a_suspended_guest_has_neither() -> None:
    repository = Repository(name="iso")
    drive = Drive(device="xvdd", type="cd")
    assert told(Obstacle(Kind.REPOSITORY_NOT_ATTACHED, (drive, repository))) == (
        "its CD xvdd is on iso, which is not attached there"
    )
    assert told(Obstacle(Kind.REPOSITORY_NOT_ATTACHED, (Disk(name="image"), repository))) == (
        "what it was suspended to, image, is on iso, which is not attached there"
    )


def test_what_is_needed_is_never_told_too_low_nor_what_is_free_too_high() -> None:
    words = told(Obstacle(Kind.MEMORY, needed=260 * MIB + 1, available=260 * MIB + MIB - 1))
    assert words == "memory: 261 MiB needed, 260 MiB free"
