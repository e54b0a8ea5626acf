"""Where high availability refuses moves, others are found that it lets through, if there are any."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner import patience
from planner.facts.failover_guard import Planner, Supposed
from planner.goals.moves import permitting
from planner.model.inventory import Inventory
from planner.patience import Waiting
from planner.plans import NoPlan, Phase, Plan
from planner.plans.applying import applied
from planner.plans.changes import FieldChange
from planner.plans.costs import HIGHEST, UNEVEN
from planner.plans.moving import Survival, Survivals
from planner.verify import broken_promises
from tests.goals.made_up_moves import Small, Where
from tests.goals.test_evacuate import outcome

REFUSES = "the toolstack refuses to move"


class Guarded(Small):
    """A pool without local disks, in which high availability is on and plans for so many failures."""

    def __init__(self, seed: int, failures: int) -> None:
        super().__init__(seed, hosts=4, most=6)
        self.local = set()
        self.failures = failures

    def given(self) -> Inventory:
        return self.inventory(ha=on(self.failures))

    def way(self) -> bool:
        """Whether host a can be emptied by moves that the toolstack lets through, one by one."""
        seen = set[Where]()
        start = applied(self.given(), [FieldChange("lab", (("hosts", "a"),), "enabled", value=False)])
        pending = [(start, tuple(self.at.values()))]
        while pending:
            state, where = pending.pop()
            if "a" not in where:
                return True
            for following in self._moves(where):
                if following not in seen and (then := self._let_through(state, where, following)):
                    seen.add(following)
                    pending.append((then, following))
        return False

    def _let_through(self, state: Inventory, where: Where, following: Where) -> Inventory | None:
        (view,) = state.pools
        ((name, to),) = ((n, to) for n, at, to in zip(self.sizes, where, following, strict=True) if at != to)
        guest, target = view.vms.find(name), view.hosts.find(to)
        assert guest
        assert target
        if Planner(view).guard(Supposed(arriving=(guest, target))).refuses is not False:
            return None
        return applied(state, [FieldChange("lab", (("vms", name),), "runs_on", to)])


def on(failures: int) -> dict[str, object]:
    told = {"plan_exists_for": failures, "failures_to_tolerate": failures}
    return {"enabled": True, "allow_overcommit": False, **told}


def emptied(given_pool: Inventory, **asked: object) -> Plan | NoPlan:
    found = planner.plan(planner.Evacuate("a", **asked), given_pool)  # type: ignore[arg-type]
    assert isinstance(found, NoPlan) or broken_promises(found, given_pool) == ()
    return found


def refused(found: Plan | NoPlan) -> bool:
    return isinstance(found, NoPlan) and any(each.told.startswith(REFUSES) for each in found.because)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), failures=st.integers(0, 2))
def test_moves_are_refused_only_where_no_way_is_let_through(seed: int, failures: int) -> None:
    pool = Guarded(seed, failures)
    assert not (refused(emptied(pool.given())) and pool.way())


@pytest.mark.parametrize(
    ("seed", "failures"),
    [(33, 1), (46, 1), (53, 1), (32, 0), (50, 1), (66, 1)],
    ids=["other host", "other order", "other hosts", "others move", "others move too", "others move first"],
)
def test_another_way_is_found(seed: int, failures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Guarded(seed, failures)
    found = emptied(pool.given())
    assert isinstance(found, Plan)
    moves = [step for step in found.steps if step.phase is Phase.MOVE]
    assert [step.round for step in moves] == list(range(1, len(moves) + 1))
    assert all(cost.value >= cost.bound for cost in outcome(found).costs)
    monkeypatch.setattr("planner.goals.moves.planning.permitted_way", lambda *_, **__: None)
    assert refused(emptied(pool.given()))


@pytest.mark.parametrize(("seed", "failures"), [(66, 1), (73, 0), (212, 1)])
def test_detours_that_are_not_needed_are_left_out(seed: int, failures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given_pool = Guarded(seed, failures).given()
    found = emptied(given_pool)
    monkeypatch.setattr("planner.goals.moves.permitting._Walk._take_straight_ways", lambda _: None)
    roundabout = emptied(given_pool)
    assert isinstance(found, Plan)
    assert isinstance(roundabout, Plan)
    assert len(found.steps) < len(roundabout.steps)


def test_what_is_best_of_the_other_ends_is_not_said_of_them() -> None:
    found = emptied(Guarded(33, 1).given())
    assert isinstance(found, Plan)
    costs = {each.name: each for each in outcome(found).costs}
    assert costs[HIGHEST].bound < costs[HIGHEST].value
    assert costs[UNEVEN].bound == 0  # what is least with a lower highest load is not least with this one


def test_what_is_asked_beside_is_kept_on_the_other_way_too() -> None:
    pool = Guarded(32, 0)
    assert isinstance(emptied(pool.given()), Plan)
    alone = sum(on_host == "a" for on_host in pool.at.values())
    assert isinstance(emptied(pool.given(), limit_moves=alone), NoPlan)
    assert isinstance(emptied(pool.given(), keep_failures=3), NoPlan)


def test_too_few_failures_survived_on_the_other_way_do_not_prove_that_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, none = Guarded(33, 1), Survival(0, 0, proven=True)
    assert isinstance(emptied(pool.given(), keep_failures=1), Plan)
    monkeypatch.setattr("planner.goals.moves.planning.survivals", lambda *_, **__: Survivals(none, none, none))
    found = emptied(pool.given(), keep_failures=1)
    assert isinstance(found, NoPlan)
    assert [each.told for each in found.because] == ["1 host may have to fail, and in the end 0 may"]
    assert not found.proven


def test_whoever_waits_no_longer_is_told_what_was_refused() -> None:
    waiting = Waiting()
    waiting.ended = True
    with patience.waited_for(waiting):
        assert not isinstance(emptied(Guarded(33, 1).given()), Plan)


def test_no_more_is_asked_than_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permitting, "_QUESTIONS", 1)
    assert refused(emptied(Guarded(33, 1).given()))


@pytest.mark.parametrize(("seed", "failures"), [(5, 2), (12, 1), (28, 1)])
def test_placements_are_reached_in_another_order_too(seed: int, failures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given_pool = Guarded(seed, failures).given()
    found = planner.plan(planner.Place(), given_pool)
    monkeypatch.setattr("planner.goals.moves.planning.permitted_way", lambda *_, **__: None)
    without = planner.plan(planner.Place(), given_pool)
    assert isinstance(found, Plan)
    assert broken_promises(found, given_pool) == ()
    told = [[each.value for each in outcome(each).costs] for each in (found, without) if isinstance(each, Plan)]
    assert len(told) == 1 or told[0] < told[1]
    free = planner.plan(planner.Place(), Guarded(seed, failures).inventory())
    assert isinstance(free, Plan)
    assert told[0] == [each.value for each in outcome(free).costs]
