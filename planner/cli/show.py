"""`planner show`: a pool at a glance."""

from __future__ import annotations

import typer

import planner
from planner.cli.faults import tell_faults
from planner.cli.options import Paths, StdinName, TableForm, TableOption
from planner.cli.streams import write

show = typer.Typer(help="Show a pool at a glance.", no_args_is_help=True)


@show.command("storage")
def show_storage(
    paths: Paths,
    *,
    form: TableOption = TableForm.TABLE,
    stdin_filename: StdinName = None,
) -> None:
    """Show which host has, or after its join will have, which repository, over which way, and why not."""
    from planner.overviews.storage import storage  # noqa: PLC0415 - only when it is needed
    from planner.reports.storage_overview import storage_json, storage_table  # noqa: PLC0415 - only when it is needed

    loaded = planner.load(*paths, stdin_name=stdin_filename)
    faults = tell_faults(loaded)
    overviews = storage(loaded.inventory)
    write(storage_table(overviews) if form is TableForm.TABLE else storage_json(overviews), None)
    raise typer.Exit(int(faults))
