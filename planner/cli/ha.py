"""`planner ha`: how many hosts may fail, what happens then, and what may be done without breaking that."""

from __future__ import annotations

from typing import Annotated

import typer

import planner
from planner.cli.completing import vms_to_set
from planner.cli.faults import tell_faults
from planner.cli.ha_fail import ha_fail
from planner.cli.ha_improve import ha_improve
from planner.cli.ha_protect import ha_protect
from planner.cli.live import load
from planner.cli.options import Output, Paths, StdinName, TableForm, TableOption
from planner.cli.streams import spare, write
from planner.cli.waiting import patiently
from planner.errors import GoalError

REFUSED = 1
"""The exit code when the toolstack would refuse, or what is promised would break."""
PRIORITIES = ("restart", "best-effort", "none")
UNDECIDED = 3
"""The exit code when bounds are told and no number, for lack of facts or of effort."""

ha = typer.Typer(help="Say how many hosts may fail, what happens then, and what may be done.", no_args_is_help=True)
ha.command("fail")(ha_fail)
ha.command("protect")(ha_protect)
ha.command("improve")(ha_improve)


@ha.callback()
def _ha() -> None:
    """Say how many hosts may fail, what happens then, and what may be done."""


@ha.command("capacity")
def ha_capacity(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    wished: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="VM=PRIORITY",
            autocompletion=vms_to_set,
            help="What if: restart, best-effort or none; repeatable.",
        ),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="TAG", help="Hosts with the same tag TAG:… fail as one, such as rack.")
    ] = None,
    form: TableOption = TableForm.TABLE,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Say how many hosts may fail, exactly, and what the toolstack says; exit with 3 when it is not decided."""
    from planner.overviews import ha_capacity as overview  # noqa: PLC0415 - only when it is needed
    from planner.reports.ha_capacity import ha_capacity_table  # noqa: PLC0415 - the same
    from planner.reports.ha_capacity_json import ha_capacity_json  # noqa: PLC0415 - the same

    priorities = dict(_priority(text) for text in wished or ())
    loaded = load(paths, stdin_filename)
    tell_faults(loaded)
    with patiently():
        found = overview.ha_capacity(loaded.inventory, priorities, by=by)
    spare(loaded.texts, output)
    write((ha_capacity_table if form is TableForm.TABLE else ha_capacity_json)(found), output)
    if not all(each.exact.proven for each in found):
        raise typer.Exit(UNDECIDED)


@ha.command("allows")
def ha_allows(  # noqa: PLR0913 - each is an option of its own
    action: Annotated[
        str,
        typer.Argument(
            metavar="ACTION",
            help="disable=HOST, start=VM[@HOST], migrate=VM@HOST, memory=VM:SIZE,"
            " protect=VM[:restart|best-effort|none] or tolerate=FAILURES.",
        ),
    ],
    paths: Paths,
    *,
    then: Annotated[
        list[str] | None, typer.Option("--then", metavar="ACTION", help="What is done after that; repeatable.")
    ] = None,
    form: TableOption = TableForm.TABLE,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Say whether an action is refused and what it does to the failures survived.

    Exit with 1 when the toolstack would refuse it or less than is promised would be survived, with 3 when that is not
    known.
    """
    from planner.reports.ha_allows import ha_allows_json, ha_allows_text  # noqa: PLC0415 - the same

    loaded = load(paths, stdin_filename)
    tell_faults(loaded)
    found = planner.ha_allows((action, *(then or ())), loaded.inventory)
    spare(loaded.texts, output)
    write((ha_allows_text if form is TableForm.TABLE else ha_allows_json)(found), output)
    if any(each.allowed is False or each.falls_short for each in found):
        raise typer.Exit(REFUSED)
    if any(each.allowed is None or each.falls_short is None for each in found):
        raise typer.Exit(UNDECIDED)


def _priority(text: str) -> tuple[str, str]:
    """A VM and a priority, from `VM=PRIORITY`."""
    vm, equals, priority = text.rpartition("=")
    if not equals or not vm or priority not in PRIORITIES:
        raise GoalError(f"--set {text}: expected is VM=PRIORITY, with one of {', '.join(PRIORITIES)}")
    return vm, "" if priority == "none" else priority
