"""What holds of every answer, whatever is wrong with the host and the pool."""

from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.goals.join.search import asked, search
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.plans import NoPlan, Phase, Plan
from planner.plans.applying import applied
from planner.rules import CATALOGUE
from planner.rules.errors import errors, of_join
from planner.verify import broken_promises
from tests.goals.made_up_joins import (
    HOPELESS,
    MENDABLE,
    RELEASES,
    Document,
    Spoil,
    forgotten,
    inventory,
    pool_managed_over_vlan,
    runs,
    same_address,
    spoilt,
    unmanaged,
)
from tests.rules.made_up_pools import inventory as wild_inventory
from tests.rules.made_up_pools import pools as wild_pools

releases = st.sampled_from(sorted(RELEASES))


def several(spoils: tuple[Spoil, ...]) -> st.SearchStrategy[list[Spoil]]:
    return st.lists(st.sampled_from(spoils), unique=True, max_size=5)


def planned(documents: list[Document] | tuple[Document, ...]) -> Plan | NoPlan:
    return planner.plan(planner.Join("new"), Inventory([Pool.model_validate(each) for each in documents]))


def turned(value: object) -> object:
    """A document with all its lists the other way round, less those whose order says something."""
    if isinstance(value, dict):
        kept = ("updates", "members", "operations", "purpose")
        return {key: each if key in kept else turned(each) for key, each in value.items()}
    return [turned(each) for each in reversed(value)] if isinstance(value, list) else value


@settings(max_examples=40, deadline=None)
@given(release=releases, spoils=several(MENDABLE), force=st.booleans())
@example(release="6.2.0", spoils=[unmanaged, same_address], force=False)
def test_verify_accepts_every_plan_and_it_leaves_no_error_of_the_join(
    release: str, spoils: list[Spoil], *, force: bool
) -> None:
    given_ = inventory(release, *spoils, force=force)
    answer = planner.plan(planner.Join("new"), given_)
    if isinstance(answer, NoPlan):
        assert not answer.proven
        return
    assert broken_promises(answer, given_) == ()
    state = applied(given_, answer.wish)
    for step in answer.steps:
        if step.phase is Phase.JOIN:
            assert not [code for code, *_ in errors(state) if of_join(code)]
        state = applied(state, step.changes)
    assert sorted(host.name for host in state.pools[0].hosts.records) == ["new", "old0", "old1"]


@settings(max_examples=25, deadline=None)
@given(releases, several(MENDABLE), several(HOPELESS))
def test_each_cause_is_needed(release: str, spoils: list[Spoil], hopeless: list[Spoil]) -> None:
    given_ = inventory(release, *spoils, *hopeless)
    answer = planner.plan(planner.Join("new"), given_)
    if isinstance(answer, Plan) or not answer.proven:
        return
    codes = {cause.code for cause in answer.because}
    assert not any(cause.proven for cause in search(given_, ignore=frozenset(codes)).causes)
    for code in codes:
        left = search(given_, ignore=frozenset(codes - {code})).causes
        assert {cause.code for cause in left if cause.proven} == {code}


@settings(max_examples=25, deadline=None)
@given(releases, several(MENDABLE), several(HOPELESS))
@example("7.6.0", [runs, pool_managed_over_vlan], [])
def test_the_order_of_records_changes_nothing(release: str, spoils: list[Spoil], hopeless: list[Spoil]) -> None:
    documents = spoilt(release, [*spoils, *hopeless])
    assert planned(documents) == planned([turned(each) for each in reversed(documents)])  # type: ignore[misc]


@settings(max_examples=40, deadline=None)
@given(releases, several(MENDABLE + HOPELESS), st.integers(0, 10_000), st.sampled_from([0.001, 0.01, 0.1]))
def test_what_is_not_told_is_no_traceback(release: str, spoils: list[Spoil], seed: int, share: float) -> None:
    random = Random(seed)  # noqa: S311 - made-up data are no secret
    answer = planned([forgotten(each, random, share) for each in spoilt(release, spoils)])
    assert isinstance(answer, Plan) or answer.because


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000), distinct=st.booleans())
def test_whatever_the_pools_are_there_is_an_answer(seed: int, *, distinct: bool) -> None:
    found = wild_inventory(wild_pools(seed, distinct=distinct), seed)
    for host in sorted({host.name for view in found.pools for host in view.hosts.records}):
        for view in found.pools:
            try:
                answer = planner.plan(planner.Join(host, view.name), found)
            except GoalError:
                continue
            assert isinstance(answer, Plan) or answer.because


@settings(max_examples=25, deadline=None)
@given(releases, several(MENDABLE), several(HOPELESS))
def test_a_plan_and_a_check_see_the_same(release: str, spoils: list[Spoil], hopeless: list[Spoil]) -> None:
    given_ = inventory(release, *spoils, *hopeless)
    answer = planner.plan(planner.Join("new"), given_)
    told = {(each.code, each.message) for each in answer.violations if of_join(each.code)}
    seen = {
        (code, problem.message) for code, found in asked(given_).problems.items() if of_join(code) for problem in found
    }
    assert told == seen
    assert {code for code, _ in told} <= set(CATALOGUE)
