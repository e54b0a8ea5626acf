"""Which host and which pool a wish means."""

import pytest

import planner
from planner.errors import GoalError
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.wishes import Wishes
from planner.plans import NoPlan


def pool(name: str, *hosts: str, **fields: object) -> Pool:
    return Pool.model_validate({"name": name, "hosts": [{"name": host} for host in hosts], **fields})


LAB, NEW, OTHER = pool("lab", "a", "b"), pool("single", "new"), pool("other", "c", "d")


def goal(host: str, *pools: Pool, to: str | None = None, wishes: tuple[Wishes, ...] = ()) -> str:
    return planner.plan(planner.Join(host, to), Inventory(pools, wishes)).goal


def refusal(host: str, *pools: Pool, to: str | None = None) -> str:
    with pytest.raises(GoalError) as raised:
        goal(host, *pools, to=to)
    return str(raised.value)


def test_the_only_other_pool_is_meant() -> None:
    assert goal("new", LAB, NEW) == "new joins lab"


def test_the_only_larger_pool_is_meant() -> None:
    assert goal("new", LAB, NEW, pool("tiny", "x")) == "new joins lab"


def test_the_pool_that_wishes_for_it_is_meant() -> None:
    wishing = pool("other", "c", "d", joins=[{"host": "new"}])
    assert goal("new", LAB, NEW, wishing) == "new joins other"
    assert goal("new", LAB, NEW, OTHER, wishes=(Wishes.model_validate({"pool": "lab", "joins": [{"host": "new"}]}),))


def test_the_pool_that_is_named_is_meant() -> None:
    wishing = pool("other", "c", "d", joins=[{"host": "new"}])
    assert goal("new", LAB, NEW, wishing, to="lab") == "new joins lab"


def test_force_is_as_the_inventory_wishes_it_unless_it_is_said() -> None:
    wishing = pool("lab", "a", "b", joins=[{"host": "new", "force": True}])
    assert goal("new", wishing, NEW) == "new joins lab, forced"
    assert planner.plan(planner.Join("new", force=False), Inventory([wishing, NEW])).goal == "new joins lab"


def test_several_pools_have_to_be_told_apart() -> None:
    assert refusal("new", LAB, NEW, OTHER) == "new could join lab and other; say which with --pool NAME"


def test_a_name_that_nothing_bears_is_told_with_the_closest() -> None:
    assert refusal("nwe", LAB, NEW) == "no host is called nwe; did you mean new?"
    assert refusal("zzz", LAB, NEW) == "no host is called zzz; there are a, b and new"
    assert refusal("new", LAB, NEW, to="lad") == "no pool is called lad; did you mean lab?"
    assert refusal("new", Pool(name="lab")) == "no host is called new; no host is described"


def test_names_that_several_bear_are_no_answer() -> None:
    assert refusal("new", LAB, LAB, NEW, to="lab") == "several pools are called lab; give the pool by its UUID"
    twins = pool("single", "new", "new")
    assert refusal("new", LAB, twins) == "several hosts of single are called new; give the host by its UUID"
    told = refusal("new", LAB, NEW, pool("second", "new"), to="lab")
    assert told == "new is described in several pools, second and single; give the host by its UUID"


def test_pools_of_one_name_need_uuids() -> None:
    assert refusal("new", LAB, pool("lab", "new"), to="lab").startswith("several pools are called lab")


def test_a_member_has_nothing_to_join() -> None:
    answer = planner.plan(planner.Join("a"), Inventory([LAB]))
    assert isinstance(answer, NoPlan)
    assert answer.proven
    assert answer.because[0].told == "a is a member of lab already"
