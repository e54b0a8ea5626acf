"""All errors of an inventory, to hold two states of one against each other."""

from __future__ import annotations

from planner.findings import Problem, Severity
from planner.model.inventory import Inventory
from planner.rules import all_rules

Key = tuple[str, str, str, str]
"""What tells a problem from others, however it is worded: the rule, the kind and name of the object, the field."""


def key(code: str, problem: Problem) -> Key:
    """The key of a problem."""
    return code, type(problem.subject).__name__, problem.subject.label, problem.field


def errors(inventory: Inventory) -> dict[Key, Problem]:
    """The errors that the rules see, by their keys."""
    return {
        key(rule.code, each): each
        for rule in all_rules()
        if rule.check and rule.severity is Severity.ERROR
        for each in rule.check(inventory)
        if isinstance(each, Problem)
    }


def brought(before: dict[Key, Problem], after: dict[Key, Problem], suffix: str = "") -> dict[Key, Problem]:
    """The errors that were not there before. A suffix is what the names of objects may have got meanwhile.

    What the rules of joins say of one field stays one error, whichever object gives the field at the time.
    """
    known = {*before, *((code, kind, label + suffix, field) for code, kind, label, field in before)}
    of_join = {(code, field) for code, _, _, field in before if code.startswith("JN")}
    return {each: problem for each, problem in after.items() if each not in known and (each[0], each[3]) not in of_join}
