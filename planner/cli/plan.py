"""`planner plan`: how a wish is reached, step by step, or why it cannot be."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

import planner
from planner.cli.completing import hosts
from planner.cli.faults import tell_faults
from planner.cli.options import Output, Paths, StdinName
from planner.cli.streams import spare, write

IMPOSSIBLE, UNDECIDED = 1, 3
"""Exit codes: no plan, proven; and no plan because facts are lacking."""

plan = typer.Typer(help="Plan how a wish is reached.", no_args_is_help=True)


class PlanForm(Enum):
    """The formats of a plan."""

    FULL = "full"
    JSON = "json"
    XE = "xe"
    MARKDOWN = "markdown"


@plan.callback()
def _plan() -> None:
    """Plan how a wish is reached."""


@plan.command("join")
def plan_join(  # noqa: PLR0913 - each is an option of its own
    host: Annotated[
        str,
        typer.Argument(metavar="HOST", autocompletion=hosts, help="The host that is to join, by name or UUID."),
    ],
    paths: Paths,
    *,
    pool: Annotated[
        str | None, typer.Option("--pool", metavar="NAME", help="The pool to join, where several could be meant.")
    ] = None,
    force: Annotated[
        bool | None, typer.Option("--force/--no-force", help="Join even where CPUs or software differ.")
    ] = None,
    form: Annotated[PlanForm, typer.Option("--format", help="How to tell it.")] = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan how a host comes into a pool; exit with 1 when it cannot, with 3 when facts are lacking."""
    from planner.plans import NoPlan  # noqa: PLC0415 - only when it is needed
    from planner.reports.plans import render_plan  # noqa: PLC0415 - only when it is needed

    loaded = planner.load(*paths, stdin_name=stdin_filename)
    tell_faults(loaded)
    answer = planner.plan(planner.Join(host, pool, force), loaded.inventory)
    spare(loaded.texts, output)
    write(render_plan(answer, form.value), output)
    if isinstance(answer, NoPlan):
        raise typer.Exit(IMPOSSIBLE if answer.proven else UNDECIDED)
