import shlex

import pytest

from planner.model.host import Host
from planner.rules.wording import UNTOLD, counted, listed, uuid_of, xe


@pytest.mark.parametrize("name", ["a", "a b", "it's", "$(reboot)", "`reboot`", "a; reboot", "…x"])
def test_a_name_never_becomes_a_command(name: str) -> None:
    command = xe("vm-start", uuid=name)

    assert shlex.split(command[1:-1]) == ["xe", "vm-start", f"uuid={name}"]


@pytest.mark.parametrize("name", ["a", "a b", "it's", "$(reboot)"])
def test_a_uuid_that_is_not_known_is_looked_up(name: str) -> None:
    looked_up = uuid_of("host", Host(name=name))

    assert shlex.split(looked_up.removeprefix("$(").removesuffix(")"))[2] == f"name-label={name}"
    assert xe("host-enable", uuid=looked_up) == f"`xe host-enable uuid={looked_up}`"


@pytest.mark.parametrize("text", ["$(xe vm-list; reboot --minimal)", "$(xe vm-list a=$(reboot) --minimal)"])
def test_only_look_ups_are_left_as_they_are(text: str) -> None:
    assert xe("vm-start", uuid=text) == f"`xe vm-start uuid={shlex.quote(text)}`"


def test_what_nobody_said_is_left_open() -> None:
    assert xe("pif-plug", uuid=UNTOLD) == "`xe pif-plug uuid=…`"


def test_names_in_a_sentence() -> None:
    assert [listed("abc"[:number]) for number in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listed("abcde", most=2) == "a, b and 3 more"
    assert [counted(1, "VM"), counted(2, "VM"), counted(3, "repository")] == ["1 VM", "2 VMs", "3 repositories"]


def test_a_key_inside_a_map_keeps_its_underlines() -> None:
    assert xe("host-param-set", **{"other-config:iscsi_iqn": "x"}) == "`xe host-param-set other-config:iscsi_iqn=x`"
