"""Which home server each VM is to have, in sections that several formats tell."""

from __future__ import annotations

from planner.plans.homing import Home, HomeLoad, HomesOutcome
from planner.reports.plan_moves import Section, percent


def homes_sections(outcome: HomesOutcome) -> list[Section]:
    """The home of each VM and what follows from it; each part with a heading."""
    changed = [_told(each) for each in outcome.homes if each.before != each.after]
    kept = [_told(each) for each in outcome.homes if each.before == each.after]
    sections: list[Section] = [
        ("other home servers than today", changed),
        ("as today", kept),
        ("memory of the hosts, if every VM ran at home with all it may ever have", [_load(e) for e in outcome.loads]),
        ("not known, so left as it is", list(outcome.lacking)),
        ("to be known", list(outcome.notes)),
    ]
    return [section for section in sections if section[1]]


def _told(each: Home) -> str:
    start = "" if each.at_start in {"not known", "its home server"} else f"; started today it would get {each.at_start}"
    return f"{each.vm}: {each.after or 'the pool'}, {each.why}{start}"


def _load(each: HomeLoad) -> str:
    return f"{each.host}: {percent(each.before)} today, {percent(each.after)} then"
