from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.facts.failure_limit import Bound, FailureLimit, failure_limit, quorum_limit
from planner.facts.lacking import Lacking
from planner.model.inventory import Inventory
from planner.model.pool import Pool


def limit(number: int, **fields: Any) -> FailureLimit | Lacking:
    names = [{"name": name} for name in "abcdefgh"[:number]]
    held = Inventory([Pool.model_validate({"name": "lab", "hosts": names} | fields)])
    return failure_limit(held, held.pools[0])


def cluster(members: int, of: int) -> dict[str, Any]:
    return {"cluster": {"members": [{"host": "abcdefgh"[at], "enabled": at < members} for at in range(of)]}}


@pytest.mark.parametrize(
    ("hosts", "disabled", "most"), [(3, 0, 1), (2, 0, 0), (4, 0, 1), (5, 0, 2), (16, 0, 7), (2, 1, 1), (1, 1, 1)]
)
def test_a_cluster_keeps_its_quorum(hosts: int, disabled: int, most: int) -> None:
    assert quorum_limit(hosts, disabled) == most


@pytest.mark.parametrize(
    ("hosts", "members", "described", "most"), [(3, 3, 3, 1), (2, 2, 2, 0), (2, 1, 2, 1), (2, 1, 1, 1)]
)
def test_hosts_outside_the_cluster_do_not_count_for_its_quorum(
    hosts: int, members: int, described: int, most: int
) -> None:
    assert limit(hosts, **cluster(members, described)) == FailureLimit(most, Bound.QUORUM)


PROTECTED = {"vms": [{"name": "x", "ha_restart_priority": "restart"}]}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, FailureLimit(3, Bound.HOSTS)),
        (PROTECTED, FailureLimit(2, Bound.LAST_HOST)),
        ({"ha": {"fault_tolerance_limit": 1}}, FailureLimit(1, Bound.STORAGE)),
        ({"vms": [{"name": "x", "ha_restart_priority": "best-effort"}]}, FailureLimit(3, Bound.HOSTS)),
    ],
)
def test_somebody_has_to_be_left(fields: dict[str, Any], found: FailureLimit) -> None:
    assert limit(3, **fields) == found


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"hosts": None}, "hosts"),
        ({"cluster": {}}, "members"),
        ({"cluster": {"members": [{"host": "a"}]}}, "enabled"),
        ({"repositories": [{"name": "g", "type": "gfs2"}]}, "cluster"),
    ],
)
def test_what_is_lacking_is_told(fields: dict[str, Any], field: str) -> None:
    found = limit(2, **fields)
    assert isinstance(found, Lacking)
    assert found.field == field


@given(st.integers(1, 64), st.integers(0, 64))
def test_a_majority_is_left_of_those_that_take_part(hosts: int, disabled: int) -> None:
    most, members = quorum_limit(hosts, min(hosts, disabled)), hosts - min(hosts, disabled)
    assert 0 <= most <= hosts
    of_members = most - min(hosts, disabled)
    assert members == 0 or 2 * (members - of_members) > members
