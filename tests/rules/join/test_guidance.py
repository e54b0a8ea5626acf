import pytest

from tests.rules.join.joins import Fields, joined, lacking, problems, seen

RECENT: Fields = {"software": {"product_version": "8.4.0", "xapi": "24.31"}}
DONE: Fields = {"pending_guidances": []}
REBOOT: Fields = {"pending_guidances": ["reboot_host"]}


def test_nothing_may_be_left_to_do_on_either_host() -> None:
    assert problems("JN014", joined({**REBOOT, **RECENT}, REBOOT)) == [
        ("new", "pending_guidances"),
        ("old", "pending_guidances"),
    ]
    assert problems("JN014", joined({**DONE, **RECENT}, DONE)) == []
    assert problems("JN014", joined({**DONE, **RECENT}, REBOOT, force=True)) == [("old", "pending_guidances")]


def test_what_is_left_to_do_is_told() -> None:
    restart: Fields = {"pending_guidances": ["restart_toolstack"]}
    (new, old), _ = seen("JN014", joined({**restart, **RECENT}, {**REBOOT, "uuid": "h-1"}))

    assert new.remedy == "run `xe-toolstack-restart` on new before the join"
    assert "old, the coordinator of lab" in old.message
    assert old.remedy.endswith("`xe host-disable uuid=h-1` and `xe host-reboot uuid=h-1`")


@pytest.mark.parametrize(
    ("software", "expected"),
    [
        ({"product_version": "8.2.1"}, []),
        ({"product_version": "8.4.0", "xapi": "24.30"}, []),
        ({"product_version": "8.4.0"}, [("new", "software.xapi")]),
        ({}, [("new", "software.product_version")]),
        (RECENT["software"], [("new", "pending_guidances"), ("old", "pending_guidances")]),
    ],
)
def test_guidances_count_since_24_31(software: Fields, expected: list[tuple[str, str]]) -> None:
    assert lacking("JN014", joined({"software": software})) == expected


def test_the_coordinator_has_to_be_known() -> None:
    assert lacking("JN014", joined({**DONE, **RECENT}, pool={"coordinator": "gone"})) == [("lab", "coordinator")]


def test_a_pool_that_is_being_updated_takes_in_no_host() -> None:
    updating: Fields = {"operations": ["apply_updates"]}

    assert problems("JN035", joined(pool=updating, version="8.3.0")) == [("lab", "operations")]
    assert problems("JN035", joined(pool=updating, version="8.2.1")) == []
    assert problems("JN035", joined(pool={"operations": ["ha_enable"]}, version="8.3.0")) == []
    assert lacking("JN035", joined(version="8.3.0")) == [("lab", "operations")]
    assert lacking("JN035", joined(pool=updating)) == [("new", "software.product_version")]
