from typing import Any

import pytest

from planner.model.pool import Pool
from planner.model.site import Site
from planner.model.wishes import Wishes
from planner.rules import CATALOGUE
from tests.rules.asking import faults, lacks, problems

ON: dict[str, Any] = {"ha": {"enabled": True, "heartbeat": "heart"}, "repositories": [{"name": "heart", "uuid": "s"}]}
MOVE = {"kind": "move-management", "host": "a"}


def pool(*hosts: dict[str, Any], **fields: Any) -> Pool:
    named = [{"name": name} | host for name, host in zip("abcd", hosts or ({},), strict=False)]
    return Pool.model_validate({"name": "lab", "hosts": named} | fields)


def test_a_change_waits_until_high_availability_is_off() -> None:
    (problem,) = problems("HA035", pool(**ON, changes=[MOVE]))
    assert problem.api_error == "HA_IS_ENABLED"
    assert problem.message == (
        "move-management of a is wished while high availability is on in lab; the toolstack refuses it:"
        " the others would no longer hear the host, which would restart itself"
    )
    assert problem.remedy == (
        "disable high availability, make the change, enable it again: `xe pool-ha-disable`,"
        " then `xe pool-ha-enable heartbeat-sr-uuids=s`; restart priorities are kept"
    )


def test_what_the_toolstack_lets_pass_is_told_as_such() -> None:
    (problem,) = problems("HA035", pool(**ON, changes=[{"kind": "restart-toolstack", "host": "a"}]))
    assert (problem.api_error, CATALOGUE["HA035"].api_error) == ("", "")
    assert "does not refuse it: a host whose toolstack does not answer in time restarts itself" in problem.message


@pytest.mark.parametrize(("ha", "found", "unknown"), [({"enabled": False}, [], []), (None, [], [("lab", "ha")])])
def test_without_high_availability_nothing_stands_in_the_way(
    ha: dict[str, Any] | None, found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    lab = pool(ha=ha, changes=[MOVE])
    assert (faults("HA035", lab), lacks("HA035", lab)) == (found, unknown)


def test_changes_may_be_wished_in_a_document_of_their_own() -> None:
    wishes = Wishes.model_validate({"pool": "lab", "changes": [MOVE, MOVE | {"kind": "eject-host"}]})
    assert faults("HA035", pool(**ON), wishes=[wishes]) == [("move-management", "kind"), ("eject-host", "kind")]


def test_what_a_change_lacks_is_told() -> None:
    assert lacks("HA035", pool(**ON, changes=[{"kind": "unplug-interface"}])) == [("unplug-interface", "host")]


def many(number: int, **fields: Any) -> Pool:
    return Pool.model_validate({"name": "lab", "hosts": [{"name": f"h{each}"} for each in range(number)]} | fields)


SMALL = {"restrictions": {"restrict_pool_size": "true"}}
GFS2 = {"repositories": [{"name": "g", "type": "gfs2"}]}


@pytest.mark.parametrize(
    ("number", "fields", "limits"),
    [
        (64, {}, []),
        (65, {}, ["64 are supported"]),
        (16, GFS2, []),
        (17, GFS2, ["16 are supported with a clustered repository"]),
        (65, GFS2, ["64 are supported"]),
        (4, SMALL | {"software": {"product_version": "8.2.1"}}, ["3 are allowed by its licence"]),
        (3, SMALL | {"software": {"product_version": "8.2.1"}}, []),
        (4, SMALL | {"software": {"product_version": "7.2.0"}}, []),
        (4, SMALL, []),
        (4, {"restrictions": {}, "software": {"product_version": "8.2.1"}}, []),
    ],
)
def test_a_pool_is_as_large_as_is_supported(number: int, fields: dict[str, Any], limits: list[str]) -> None:
    messages = [each.message for each in problems("HA039", many(number, **fields))]
    assert messages == [f"lab has {number} hosts, and {limit}" for limit in limits]


@pytest.mark.parametrize(("offset", "found"), [(301, True), (-301, True), (300, False), (None, False)])
def test_clocks_are_in_step(offset: float | None, *, found: bool) -> None:
    lab = pool({"clock_offset": 0}, {"clock_offset": offset}, **ON, coordinator="a")
    assert faults("HA040", lab) == ([("b", "clock_offset")] if found else [])
    assert faults("HA040", lab, site=Site(clock_skew_limit=400.0)) == []
    off = pool({"clock_offset": 0}, {"clock_offset": offset}, ha={"enabled": False}, coordinator="a")
    assert faults("HA040", off) == []
