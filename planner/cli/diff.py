"""`planner diff`: what a change to an inventory brings."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

import planner
from planner.cli.choosing import settled
from planner.cli.faults import refuse
from planner.cli.live import load
from planner.cli.options import Config, ExtendSelect, Ignore, NoConfig, Output, ProfileOption, Select, Severities
from planner.cli.streams import spare, write
from planner.errors import ConfigError


class DiffForm(Enum):
    """The formats of a comparison."""

    FULL = "full"
    JSON = "json"
    MARKDOWN = "markdown"


class Verdict(Enum):
    """What makes the command fail."""

    WORSE = "worse"
    CHANGE = "change"
    NEVER = "never"


def diff(  # noqa: PLR0913 - each is an option of its own
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="How it was: a file, folder, pattern, - or xapi://USER@HOST.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="How it is to be, or is now: the same.")],
    *,
    select: Select = None,
    extend_select: ExtendSelect = None,
    ignore: Ignore = None,
    severity: Severities = None,
    profile: ProfileOption = None,
    fail_on: Annotated[Verdict, typer.Option("--fail-on", help="Exit with 1 for this.")] = Verdict.WORSE,
    form: Annotated[DiffForm, typer.Option("--format", help="How to tell it.")] = DiffForm.FULL,
    output: Output = None,
    config: Config = None,
    no_config: NoConfig = False,
) -> None:
    """Tell what changed between two inventories, in them and in what is found; exit with 1 when it got worse."""
    from planner.comparison import compared  # noqa: PLC0415 - only when it is needed
    from planner.reports.comparison import render_comparison  # noqa: PLC0415 - only when it is needed

    options = {
        "select": select,
        "extend-select": extend_select,
        "ignore": ignore,
        "severity": severity,
        "profile": profile,
    }
    resolved = settled(options, config=config, no_config=no_config)
    if old == new == "-":
        raise ConfigError("standard input cannot be both inventories; name a file for one of them")
    before, after = load((old,), None), load((new,), None)
    refuse((*before.losses, *after.losses))
    reports = (planner.check(each, settings=resolved) for each in (before, after))
    found = compared(before.inventory, after.inventory, *reports)
    spare({**before.texts, **after.texts}, output)
    write(render_comparison(found, form.value), output)
    fails = {Verdict.WORSE: found.worse, Verdict.CHANGE: found.different, Verdict.NEVER: False}
    raise typer.Exit(int(fails[fail_on]))
