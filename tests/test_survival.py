"""What is told of failures that are survived, held against what is proven."""

import pytest

from planner.facts.lasting import may_stay
from planner.facts.survival import survival
from planner.model.inventory import PoolView
from planner.plans.moving import Survival
from tests.facts.test_toolstack_evacuation import host, small, view, vm


@pytest.mark.parametrize(
    ("told", "proven", "right"),
    [
        (Survival(2, 2, proven=True), (2, 2), True),
        (Survival(1, 3, proven=False), (2, 2), True),
        (Survival(2, 3, proven=False), (2, 3), True),
        (Survival(2, 2, proven=True), (2, 3), False),
        (Survival(3, 3, proven=True), (2, 3), False),
        (Survival(1, 2, proven=False), (2, 3), False),
        (Survival(1, 3, proven=True), (2, 2), False),
        (Survival(2, 2, proven=False), (2, 2), False),
    ],
)
def test_no_more_may_be_told_than_is_proven(told: Survival, proven: tuple[int, int], *, right: bool) -> None:
    assert told.covers(*proven) is right


def pool(hosts: int, *, protected: bool = True, told: bool = True) -> PoolView:
    """Hosts of 4 GiB with a VM of 2 GiB each: while as many are left as fail, each takes one more."""
    restart = {"ha_restart_priority": "restart", "ha_always_run": True} if protected else {}
    memory = {"memory": small(2)} if told else {"memory": {}}
    vms = [vm(f"v{n:02}", 2, f"h{n:02}", **memory, **restart) for n in range(hosts)]
    return view([host(f"h{n:02}", 4) for n in range(hosts)], vms)


@pytest.mark.parametrize("hosts", [4, 18])
def test_whether_a_pool_may_stay_is_told_soon_too(hosts: int) -> None:
    given = pool(hosts)
    most = survival(given)[0].lower
    assert most == hosts // 2
    for failures in range(hosts):
        answers = {may_stay(given, given, failures, soon=soon) for soon in (False, True)}
        assert answers == {failures <= most}


@pytest.mark.parametrize(("failures", "may"), [(0, True), (1, False), (18, False)])
def test_what_is_not_known_is_not_told_to_be_survived(failures: int, may: bool) -> None:  # noqa: FBT001 - of a table
    given = pool(18, told=False)
    assert may_stay(given, given, failures, soon=True) is may


def test_where_nobody_is_protected_any_hosts_may_fail() -> None:
    given = pool(18, protected=False)
    assert may_stay(given, given, 18, soon=True)
