"""The pages of rules: one rule at length, or all of them in a table."""

from __future__ import annotations

import json
from collections.abc import Iterable

from planner.conditions import Condition
from planner.rules import Rule


def page(rule: Rule) -> str:
    """A rule at length: its fault, why it is bad, and how it is declared."""
    facts = [f"severity: {rule.severity.value}", f"since: {rule.since}"]
    if rule.api_error:
        facts.append(f"toolstack: {rule.api_error}")
    return f"{rule.code} {rule.name}\n\n{rule.title}\n\n{rule.why}\n\n" + "\n".join(facts) + "\n"


def table(rules: Iterable[Rule]) -> str:
    """All rules, a line each."""
    rows = [(rule.code, rule.severity.value, rule.name, rule.title) for rule in rules]
    wide = max((len(name) for _, _, name, _ in rows), default=0)
    return "".join(f"{code}  {severity:7}  {name:{wide}}  {title}\n" for code, severity, name, title in rows)


def rules_json(rules: Iterable[Rule]) -> str:
    """All rules for programs: a list of objects."""
    told = [
        {
            "code": rule.code,
            "name": rule.name,
            "severity": rule.severity.value,
            "since": rule.since,
            "family": rule.code[:2],
            "api_error": rule.api_error or None,
            "page": rule.page,
        }
        for rule in rules
    ]
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def left_out_table(conditions: Iterable[Condition]) -> str:
    """What the toolstack demands and no rule looks at, each with its reason."""
    return "".join(f"{each.chapter}: {each.what}\n    {each.left_out}\n" for each in conditions)


def left_out_json(conditions: Iterable[Condition]) -> str:
    """The same for programs: a list of objects."""
    told = [{"chapter": each.chapter, "condition": each.what, "reason": each.left_out} for each in conditions]
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
