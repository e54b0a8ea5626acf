"""The catalogue of rules. Each module of this package declares one family."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.findings import Declared, Problem, Severity, Unknown
from planner.model.inventory import Inventory

Check = Callable[[Inventory], Iterator[Problem | Unknown]]


@dataclass(frozen=True, slots=True)
class Rule(Declared):
    """A check, and what is declared about it."""

    check: Check | None
    """None for faults that show while files are read."""


CATALOGUE: dict[str, Rule] = {}


def _enter(rule: Rule) -> None:
    if rule.code in CATALOGUE:
        raise ValueError(f"rule {rule.code} is declared twice")
    CATALOGUE[rule.code] = rule


def rule(code: str, severity: Severity, *, since: str, api_error: str = "") -> Callable[[Check], Check]:
    """Enter a check in the catalogue; the check itself stays a plain function."""

    def enter(check: Check) -> Check:
        name = check.__name__.replace("_", "-")
        _enter(Rule(code, name, severity, since, api_error, inspect.getdoc(check) or "", check))
        return check

    return enter


def seen_while_reading(code: str, name: str, severity: Severity, *, since: str, page: str) -> None:
    """Enter a fault that the readers report."""
    _enter(Rule(code, name, severity, since, "", inspect.cleandoc(page), None))


def all_rules() -> tuple[Rule, ...]:
    """Every rule of every family, by code."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return tuple(rule for _, rule in sorted(CATALOGUE.items()))
