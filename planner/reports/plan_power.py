"""How a pool goes down or comes up, in sections that several formats tell."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.power_order import CLEAN_SHUTDOWN
from planner.plans.powering import Power, PowerOutcome, PowerRound
from planner.reports.plan_moves import Section, duration
from planner.rules.wording import counted, listed

_MOST_NAMED = 12


def power_sections(outcome: PowerOutcome) -> list[Section]:
    """The rounds of VMs, how long they take, and what is not certain; each part with a heading."""
    which = "VMs in the order in which they go down" if outcome.power is Power.DOWN else "VMs in their order"
    sections: list[Section] = [
        (which, [_round(each) for each in outcome.rounds] or ["no VM runs"]),
        ("time", list(_time(outcome)) if outcome.rounds else []),
        ("not known", list(outcome.lacking)),
        ("to be known", list(outcome.notes)),
    ]
    return [section for section in sections if section[1]]


def _round(each: PowerRound) -> str:
    names = listed(each.vms, _MOST_NAMED)
    delay = "not known" if each.delay is None else duration(each.delay)
    return f"{names}; delay {delay}"


def _time(outcome: PowerOutcome) -> Iterator[str]:
    delays = "not known" if outcome.delays is None else duration(outcome.delays)
    yield f"delays in all: {delays}"
    if outcome.power is Power.UP:
        return
    rounds = counted(len(outcome.rounds), "round")
    if outcome.within is None:
        most = "" if outcome.most is None else f": {duration(outcome.most)} at most"
        yield f"the toolstack waits {duration(CLEAN_SHUTDOWN)} for a guest, then gives it up; {rounds}{most}"
        return
    within, most = duration(outcome.within), duration(outcome.most or 0)
    if outcome.patience:
        given = f"a guest has {duration(outcome.patience)} to go down, and is then shut down hard"
        usual = "as long as the toolstack waits by itself" if outcome.patience >= CLEAN_SHUTDOWN else "less than usual"
        yield f"within {within}: yes, {most} at most; {given} ({usual})"
    else:
        yield f"within {within}: yes, {most} at most, but every VM has to be shut down hard: there is no time to wait"
    yield "the time for the hosts comes on top, and so does what the toolstack itself needs for each command"
