"""Check XenServer and XCP-ng pools before anyone touches a host.

    import planner

    loaded = planner.load("lab/*.yaml")       # the inventory, and the faults found while reading
    report = planner.check(loaded)            # report.findings, report.unknown, report.ok
    print(planner.render(report, "concise"))

The program's version is `planner.__version__`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from os import PathLike, fspath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.failover.answers import FailureCapacity, RestartPlan, SequentialCapacity, ToolstackCapacity
    from planner.failover.answers import NoPlan as NoRestartPlan
    from planner.failover.problem import FailoverProblem, Restart
    from planner.findings import Report
    from planner.goals import Goal
    from planner.goals.balance import Balance
    from planner.goals.evacuate import Evacuate
    from planner.goals.grow import Grow, Growth, NotKnown
    from planner.goals.homes import Homes
    from planner.goals.improve import Improve
    from planner.goals.join import Join
    from planner.goals.place import Place
    from planner.goals.power import Shutdown, Startup
    from planner.goals.protect import Protect
    from planner.goals.update import Update
    from planner.model.inventory import Inventory
    from planner.overviews.ha_allows import Judgement
    from planner.plans import NoPlan, Plan
    from planner.readers.live.access import Access
    from planner.readers.loaded import Loaded
    from planner.rules import Rule
    from planner.settings import Form, Resolved, Settings

__version__ = "0.1.0"


def load(*paths: str | PathLike[str], stdin_name: str | None = None, access: Access | None = None) -> Loaded:
    """Read files, folders, patterns and standard input (`-`) as one inventory.

    The result holds the inventory, and the faults found while reading. `stdin_name` is what standard input is
    called in messages. `xapi://USER@HOST` is a pool on the network: `access`, a `planner.readers.live.access.Access`,
    holds the password and the trust. Raises `planner.errors.ReadError` when a path means nothing, or cannot be opened
    or reached.
    """
    from planner import readers  # noqa: PLC0415 - importing planner must cost nothing
    from planner.source import collector  # noqa: PLC0415 - importing planner must cost nothing

    with collector.held_back():
        return readers.load([fspath(path) for path in paths], stdin_name=stdin_name, access=access)


def check(
    loaded: Loaded,
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    settings: Settings | Resolved | None = None,
    today: str | None = None,
) -> Report:
    """Hold what was loaded against the rules.

    `select` and `ignore` name rules by code (`JN012`), by the beginning of a code (`JN`) or by name; without
    `select` all rules are run. `settings` say more, and what they say of these two counts where the two are not given.
    `today` (`YYYY-MM-DD`) judges the end dates of suppressions; without it the site's `as_of` does, or they all hold.
    Raises `planner.errors.ConfigError` when a word names no rule.
    """
    from planner import baseline, checker, choice, pardon  # noqa: PLC0415 - importing planner must cost nothing
    from planner.findings import Severity  # noqa: PLC0415 - importing planner must cost nothing
    from planner.settings import Resolved, Settings  # noqa: PLC0415 - importing planner must cost nothing
    from planner.source import collector  # noqa: PLC0415 - importing planner must cost nothing

    catalogue()
    given = settings if isinstance(settings, Resolved) else Resolved(settings or Settings())
    words = {"select": tuple(select), "ignore": tuple(ignore)}
    chosen = given.settings.model_copy(update={name: each for name, each in words.items() if each})
    with collector.held_back():
        known = baseline.read(given.beside(chosen.baseline)) if chosen.baseline else None
        found = pardon.pardoned(
            checker.check(loaded, choice.of_settings(chosen)),
            loaded,
            today=today,
            baseline=known,
            demand=chosen.require_reason,
        )
        report = choice.excepted(found, replace(given, settings=chosen))
        return replace(report, threshold=Severity(chosen.fail_on))


def render(report: Report, form: Form = "full", *, color: bool = False, width: int | None = None) -> str:
    """A report as text: `full` for reading, `concise` with one line a finding, `json` and the others for programs.

    Formats of which programs take paths tell them relative to the folder of the process. `color` matters to `full`
    alone, and so does `width`, the columns of a terminal. Raises `planner.errors.ConfigError`
    when there is no such format.
    """
    from pathlib import Path  # noqa: PLC0415 - importing planner must cost nothing

    from planner import reports  # noqa: PLC0415 - importing planner must cost nothing

    return reports.render(replace(report, base=str(Path.cwd())), form, color=color, width=width)


def plan(goal: Goal, inventory: Inventory) -> Plan | NoPlan:
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


def grow(goal: Grow, inventory: Inventory) -> Growth | NotKnown:
    """How many more VMs a pool takes for each number of hosts that may fail, and what more memory would bring.

    Raises `planner.errors.GoalError` when the pool is not there or the sizes make no sense.
    """
    from planner.goals import grow as goals  # noqa: PLC0415 - importing planner must cost nothing
    from planner.verify.growing import broken_growth  # noqa: PLC0415 - importing planner must cost nothing

    answer = goals.grow(goal, inventory)
    if isinstance(answer, goals.NotKnown):
        return answer
    new = [goals.new_vm(size) for size in goal.sizes]
    for row in answer.rows:
        promised = row.now.spread if row.now else {}
        broken = tuple(broken_growth(answer.view, answer.protected, new, promised, row.failures if row.now else 0))
        if broken:
            raise AssertionError(f"this growth does not keep its promises: {'; '.join(broken)}")
    return answer


def failure_capacity(problem: FailoverProblem, *, effort: float = 1.0) -> FailureCapacity:
    """The largest k such that any k hosts may fail at once: each VM of theirs fits whole into the others' free memory.

    Nothing else is moved. With `domains` in the problem, k counts domains. The answer carries its bounds: when the
    effort (a multiple of the usual work, counted in steps, never in time) runs out they differ, and `proven` is False.
    With an effort of less than about 0.07 the solver is not even loaded.
    """
    from planner.failover import capacity  # noqa: PLC0415 - importing planner must cost nothing

    return capacity.failure_capacity(problem, effort=effort)


def restart_plan(problem: FailoverProblem, failed: Iterable[str]) -> RestartPlan | NoRestartPlan:
    """A host for each VM of hosts (or domains) that fail at once, or the VMs that cannot all be restarted.

    Raises `planner.errors.GoalError` when a host is not one of the problem.
    """
    from planner.failover import capacity  # noqa: PLC0415 - importing planner must cost nothing

    return capacity.restart_plan(problem, failed)


def toolstack_capacity(problem: FailoverProblem) -> ToolstackCapacity:
    """The failures that the toolstack's own planner says can be survived, and the questions that it asks itself."""
    from planner.failover import toolstack  # noqa: PLC0415 - importing planner must cost nothing

    return toolstack.toolstack_capacity(problem)


def sequential_capacity(problem: FailoverProblem, *, effort: float = 1.0) -> SequentialCapacity:
    """How many hosts may fail one after another, with the best restarts in between and nothing moved again."""
    from planner.failover import sequential  # noqa: PLC0415 - importing planner must cost nothing

    return sequential.sequential_capacity(problem, effort=effort)


def ha_allows(actions: Iterable[str], inventory: Inventory) -> tuple[Judgement, ...]:
    """What actions come to, each when those before it are done: would the toolstack refuse it, and what is survived.

    They are written as on the command line: `disable=HOST`, `start=VM[@HOST]`, `migrate=VM@HOST`, `memory=VM:SIZE`,
    `protect=VM[:restart|best-effort|none]`, `tolerate=FAILURES`. Raises `planner.errors.GoalError` when one of them
    means nothing in these pools, or several things.
    """
    from planner.overviews import ha_allows as overview  # noqa: PLC0415 - importing planner must cost nothing

    return overview.ha_allows(inventory, actions)


_FROM = {
    "Access": "planner.readers.live.access",
    "Balance": "planner.goals.balance",
    "Evacuate": "planner.goals.evacuate",
    "Homes": "planner.goals.homes",
    "Improve": "planner.goals.improve",
    "Join": "planner.goals.join",
    "Place": "planner.goals.place",
    "Protect": "planner.goals.protect",
    "Shutdown": "planner.goals.power",
    "Startup": "planner.goals.power",
    "Update": "planner.goals.update",
    "Grow": "planner.goals.grow",
    "FailoverProblem": "planner.failover.problem",
    "Form": "planner.settings",
    "Restart": "planner.failover.problem",
    "FailureCapacity": "planner.failover.answers",
    "RestartPlan": "planner.failover.answers",
    "ToolstackCapacity": "planner.failover.answers",
    "SequentialCapacity": "planner.failover.answers",
    "Settings": "planner.settings",
}
"""The records of the public face, by the module that has them: each is loaded when it is first asked for."""


def __getattr__(name: str) -> object:
    if name in _FROM:
        return getattr(import_module(_FROM[name]), name)
    raise AttributeError(f"planner has no {name}")


def catalogue() -> tuple[Rule, ...]:
    """All rules, by code."""
    from planner import rules  # noqa: PLC0415 - importing planner must cost nothing

    return rules.all_rules()


__all__ = [
    "Access",
    "Balance",
    "Evacuate",
    "FailoverProblem",
    "FailureCapacity",
    "Form",
    "Homes",
    "Improve",
    "Join",
    "Place",
    "Protect",
    "Restart",
    "RestartPlan",
    "SequentialCapacity",
    "Settings",
    "Shutdown",
    "Startup",
    "ToolstackCapacity",
    "Update",
    "__version__",
    "catalogue",
    "check",
    "failure_capacity",
    "ha_allows",
    "load",
    "plan",
    "render",
    "restart_plan",
    "sequential_capacity",
    "toolstack_capacity",
]
