"""What the toolstack demands, condition by condition, and what of it this program holds pools against.

Each condition is covered by rules or facts, or is left out for a reason that a person can read.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Condition:
    """One numbered statement about the toolstack."""

    chapter: str
    """What it is about: `join`, `cpu`, `networks` …"""
    number: str
    what: str
    """The statement, in a sentence."""
    rules: tuple[str, ...] = ()
    """Codes of the rules that look at it."""
    facts: tuple[str, ...] = ()
    """Names of the functions and classes that state it."""
    left_out: str = ""
    """Why nothing looks at it, though it could be checked."""
    no_condition: str = ""
    """Why there is nothing to be checked: an explanation, a layout, a history."""


CHAPTERS = ("join", "cpu", "networks", "storage", "boot", "migration", "memory", "ha", "checklist")


@cache
def conditions() -> tuple[Condition, ...]:
    """Every condition, by chapter and number."""
    return tuple(condition for chapter in CHAPTERS for condition in _chapter(chapter))


def _chapter(chapter: str) -> list[Condition]:
    text = resources.files("planner").joinpath(f"data/conditions/{chapter}.toml").read_text(encoding="utf-8")
    found = [
        Condition(
            chapter,
            number,
            entry["what"],
            tuple(entry.get("rules", ())),
            tuple(entry.get("facts", ())),
            entry.get("left_out", ""),
            entry.get("no_condition", ""),
        )
        for number, entry in tomllib.loads(text).items()
    ]
    return sorted(found, key=lambda condition: int(condition.number.rpartition("-")[2]))


def left_out() -> tuple[Condition, ...]:
    """The conditions that nothing looks at, though they could be checked."""
    return tuple(condition for condition in conditions() if condition.left_out)
