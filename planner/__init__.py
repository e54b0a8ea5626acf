"""Check XenServer and XCP-ng pools before anyone touches a host.

    import planner

    loaded = planner.load("lab/*.yaml")       # the inventory, and the faults found while reading
    report = planner.check(loaded)            # report.findings, report.unknown, report.ok
    print(planner.render(report, "concise"))

The program's version is `planner.__version__`.
"""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike, fspath
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from planner.findings import Report
    from planner.goals.join import Join
    from planner.model.inventory import Inventory
    from planner.plans import NoPlan, Plan
    from planner.readers.loaded import Loaded
    from planner.rules import Rule

__version__ = "0.1.0"

Form = Literal["full", "concise", "json"]
"""The formats in which a report can be told."""


def load(*paths: str | PathLike[str], stdin_name: str | None = None) -> Loaded:
    """Read files, folders, patterns and standard input (`-`) as one inventory.

    The result holds the inventory, and the faults found while reading. `stdin_name` is what standard input is
    called in messages. Raises `planner.errors.ReadError` when a path means nothing or cannot be opened.
    """
    from planner import readers  # noqa: PLC0415 - importing planner must cost nothing
    from planner.source import collector  # noqa: PLC0415 - importing planner must cost nothing

    with collector.held_back():
        return readers.load([fspath(path) for path in paths], stdin_name=stdin_name)


def check(loaded: Loaded, *, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> Report:
    """Hold what was loaded against the rules.

    `select` and `ignore` name rules by code (`JN012`), by the beginning of a code (`JN`) or by name; without
    `select` all rules are run. Raises `planner.errors.ConfigError` when a word names no rule.
    """
    from planner import checker, choice  # noqa: PLC0415 - importing planner must cost nothing
    from planner.source import collector  # noqa: PLC0415 - importing planner must cost nothing

    catalogue()
    with collector.held_back():
        return checker.check(loaded, choice.chosen(select, ignore))


def render(report: Report, form: Form = "full", *, color: bool = False) -> str:
    """A report as text: `full` for reading, `concise` with one line a finding, `json` for programs.

    `color` matters to `full` alone. Raises `planner.errors.ConfigError` when there is no such format.
    """
    from planner import reports  # noqa: PLC0415 - importing planner must cost nothing

    return reports.render(report, form, color=color)


def plan(goal: Join, inventory: Inventory) -> Plan | NoPlan:
    """The steps that reach a goal, verified state by state, or why there are none.

    Raises `planner.errors.GoalError` when the goal names what is not there, or could mean several things.
    """
    from planner import goals, verify  # noqa: PLC0415 - importing planner must cost nothing
    from planner.plans import NoPlan  # noqa: PLC0415 - importing planner must cost nothing

    catalogue()
    answer = goals.answer(goal, inventory)
    broken = () if isinstance(answer, NoPlan) else verify.broken_promises(answer, inventory)
    if broken:
        raise AssertionError(f"this plan does not keep its promises: {'; '.join(broken)}")
    return answer


def __getattr__(name: str) -> object:
    if name == "Join":
        from planner.goals.join import Join  # noqa: PLC0415 - importing planner must cost nothing

        return Join
    raise AttributeError(f"planner has no {name}")


def catalogue() -> tuple[Rule, ...]:
    """All rules, by code."""
    from planner import rules  # noqa: PLC0415 - importing planner must cost nothing

    return rules.all_rules()


__all__ = ["Form", "Join", "__version__", "catalogue", "check", "load", "plan", "render"]
