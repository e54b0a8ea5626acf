"""`planner plan shutdown`, `startup` and `homes`: how a pool goes down and comes up, and where its VMs start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import planner
from planner.cli.options import Output, Paths, StdinName
from planner.cli.plan import (
    MOST_MINUTES,
    Always,
    KeepFailures,
    NoMoves,
    PlanForm,
    PlanFormOption,
    PoolName,
    Time,
    at_every_moment,
    plan,
    tell_answer,
)

if TYPE_CHECKING:
    from planner.goals.moves.conditions import Conditions


@plan.command("shutdown")
def plan_shutdown(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    pool: PoolName = None,
    within: Annotated[
        int | None,
        typer.Option("--within", metavar="MINUTES", min=1, max=MOST_MINUTES, help="All VMs have to be down by then."),
    ] = None,
    keep_failures: KeepFailures = None,
    always: Always = False,
    limit_moves: NoMoves = None,
    time: Time = None,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan how a pool goes down; exit with 1 when it cannot, with 3 when facts are lacking."""
    asked = _asked(keep_failures, limit_moves, time, always=always)
    tell_answer(planner.Shutdown(pool, within, asked), paths, form, output, stdin_filename)


@plan.command("startup")
def plan_startup(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    pool: PoolName = None,
    keep_failures: KeepFailures = None,
    always: Always = False,
    limit_moves: NoMoves = None,
    time: Time = None,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan how a pool comes up again; exit with 1 when it cannot, with 3 when facts are lacking."""
    asked = _asked(keep_failures, limit_moves, time, always=always)
    tell_answer(planner.Startup(pool, asked), paths, form, output, stdin_filename)


@plan.command("homes")
def plan_homes(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    pool: PoolName = None,
    keep_failures: KeepFailures = None,
    always: Always = False,
    limit_moves: NoMoves = None,
    time: Time = None,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan which home server each VM should have; exit with 3 when facts are lacking."""
    asked = _asked(keep_failures, limit_moves, time, always=always)
    tell_answer(planner.Homes(pool, asked), paths, form, output, stdin_filename)


def _asked(keep_failures: int | None, limit_moves: int | None, seconds: float | None, *, always: bool) -> Conditions:
    from planner.goals.moves.conditions import Conditions  # noqa: PLC0415 - only when it is needed

    at_every_moment(always=always, keep_failures=keep_failures)
    return Conditions(keep_failures, always, limit_moves, seconds)
