"""All errors of an inventory, to hold two states of one against each other."""

from __future__ import annotations

from planner.findings import Problem, Severity
from planner.model.inventory import Inventory
from planner.rules import Rule, all_rules

Key = tuple[str, str, str, str]
"""What tells a problem from others, however it is worded: the rule, the kind and name of the object, the field."""


def key(code: str, problem: Problem) -> Key:
    """The key of a problem."""
    return code, type(problem.subject).__name__, problem.subject.label, problem.field


OF_SURVIVAL = frozenset({"HA041", "HA042"})
"""The rules of how many failures are survived. A plan that moves VMs answers for that itself, at every moment."""


IN_AN_UPDATE = OF_SURVIVAL | {"UP001"}
"""And that members have other updates than their coordinator, as it is while they get them one after the other."""


def errors(inventory: Inventory, *, but: frozenset[str] = frozenset()) -> dict[Key, Problem]:
    """The errors that the rules see, by their keys, less those of some rules."""
    return {
        key(rule.code, each): each
        for rule in asked_for_errors(but)
        for each in (rule.check(inventory) if rule.check else ())
        if isinstance(each, Problem)
    }


def asked_for_errors(but: frozenset[str]) -> list[Rule]:
    """The rules of errors, less some of them."""
    return [each for each in all_rules() if each.check and each.severity is Severity.ERROR and each.code not in but]


def brought(before: dict[Key, Problem], after: dict[Key, Problem], suffix: str = "") -> dict[Key, Problem]:
    """The errors that were not there before. A suffix is what the names of objects may have got meanwhile.

    What rules say of a join that is wished is left out: nothing is broken yet, and it counts when the join is made.
    """
    known = {*before, *((code, kind, label + suffix, field) for code, kind, label, field in before)}
    return {each: problem for each, problem in after.items() if each not in known and not of_join(each[0])}


def of_join(code: str) -> bool:
    """Whether a rule speaks of joins that are wished, and of nothing else."""
    return code.startswith("JN") or code in _CPUS_AT_JOIN


_CPUS_AT_JOIN = ("CP001", "CP002", "CP003")
