"""`planner ha`: how many hosts may fail."""

from __future__ import annotations

from typing import Annotated

import typer

import planner
from planner.cli.completing import vms_to_set
from planner.cli.faults import tell_faults
from planner.cli.options import Output, Paths, StdinName, TableForm, TableOption
from planner.cli.streams import spare, write
from planner.errors import GoalError

PRIORITIES = ("restart", "best-effort", "none")
UNDECIDED = 3
"""The exit code when bounds are told and no number, for lack of facts or of effort."""

ha = typer.Typer(help="Say how many hosts may fail.", no_args_is_help=True)


@ha.callback()
def _ha() -> None:
    """Say how many hosts may fail."""


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
    from planner.reports.ha_capacity import ha_capacity_json, ha_capacity_table  # noqa: PLC0415 - the same

    priorities = dict(_priority(text) for text in wished or ())
    loaded = planner.load(*paths, stdin_name=stdin_filename)
    faults = tell_faults(loaded)
    found = overview.ha_capacity(loaded.inventory, priorities, by=by)
    spare(loaded.texts, output)
    write((ha_capacity_table if form is TableForm.TABLE else ha_capacity_json)(found), output)
    if not all(each.exact.proven for each in found):
        raise typer.Exit(UNDECIDED)
    raise typer.Exit(int(faults))


def _priority(text: str) -> tuple[str, str]:
    """A VM and a priority, from `VM=PRIORITY`."""
    vm, equals, priority = text.rpartition("=")
    if not equals or not vm or priority not in PRIORITIES:
        raise GoalError(f"--set {text}: expected is VM=PRIORITY, with one of {', '.join(PRIORITIES)}")
    return vm, "" if priority == "none" else priority
