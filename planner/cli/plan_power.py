"""`planner plan shutdown`, `startup` and `homes`: how a pool goes down and comes up, and where its VMs start."""

from __future__ import annotations

from typing import Annotated

import typer

import planner
from planner.cli.options import Output, Paths, StdinName
from planner.cli.plan import MOST_MINUTES, PlanForm, PlanFormOption, PoolName, plan, tell_answer


@plan.command("shutdown")
def plan_shutdown(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    pool: PoolName = None,
    within: Annotated[
        int | None,
        typer.Option("--within", metavar="MINUTES", min=1, max=MOST_MINUTES, help="All VMs have to be down by then."),
    ] = None,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan how a pool goes down; exit with 1 when it cannot, with 3 when facts are lacking."""
    tell_answer(planner.Shutdown(pool, within), paths, form, output, stdin_filename)


@plan.command("startup")
def plan_startup(
    paths: Paths,
    *,
    pool: PoolName = None,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan how a pool comes up again; exit with 1 when it cannot, with 3 when facts are lacking."""
    tell_answer(planner.Startup(pool), paths, form, output, stdin_filename)


@plan.command("homes")
def plan_homes(
    paths: Paths,
    *,
    pool: PoolName = None,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan which home server each VM should have; exit with 3 when facts are lacking."""
    tell_answer(planner.Homes(pool), paths, form, output, stdin_filename)
