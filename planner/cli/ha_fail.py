"""`planner ha fail`: what happens when hosts, storage or a network fail."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.faults import tell_faults
from planner.cli.live import load
from planner.cli.options import HostsAndPaths, Output, StdinName, TableForm, TableOption, told_apart
from planner.cli.streams import spare, write

NOT_RESTARTED, UNDECIDED = 1, 3
"""Exit codes: some protected VM stays down, proven; and it is not known, or chance."""


def ha_fail(  # noqa: PLR0913 - each is an option of its own
    hosts_and_paths: HostsAndPaths,
    *,
    hosts: Annotated[
        list[str] | None,
        typer.Option("--host", metavar="HOST", help="A host that fails and is called like a file; repeatable."),
    ] = None,
    repositories: Annotated[
        list[str] | None, typer.Option("--sr", metavar="NAME", help="A repository that hosts lose; repeatable.")
    ] = None,
    networks: Annotated[
        list[str] | None, typer.Option("--network", metavar="NAME", help="A network that fails; repeatable.")
    ] = None,
    domains: Annotated[
        list[str] | None,
        typer.Option("--domain", metavar="TAG", help="All hosts with this tag fail, such as rack:1; repeatable."),
    ] = None,
    on: Annotated[
        list[str] | None,
        typer.Option(
            "--on", metavar="HOST", help="A host that loses what --sr and --network name; else all; repeatable."
        ),
    ] = None,
    form: TableOption = TableForm.TABLE,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Play a failure through; exit with 1 when a protected VM stays down, with 3 when that is not known."""
    from planner.overviews.failing import Names, failures  # noqa: PLC0415 - only when it is needed
    from planner.overviews.ha_failure import ha_failure  # noqa: PLC0415 - the same
    from planner.reports.ha_failure import ha_failure_table  # noqa: PLC0415 - the same
    from planner.reports.ha_failure_json import ha_failure_json  # noqa: PLC0415 - the same

    named, paths = told_apart(hosts_and_paths)
    lost = tuple(repositories or ()), tuple(networks or ())
    names = Names((*named, *(hosts or ())), *lost, tuple(domains or ()), tuple(on or ()))
    loaded = load(paths, stdin_filename)
    tell_faults(loaded)
    found = ha_failure(loaded.inventory, failures(loaded.inventory, names))
    spare(loaded.texts, output)
    write((ha_failure_table if form is TableForm.TABLE else ha_failure_json)(found), output)
    answers = [each.restarted for each in found]
    if False in answers:
        raise typer.Exit(NOT_RESTARTED)
    if None in answers:
        raise typer.Exit(UNDECIDED)
