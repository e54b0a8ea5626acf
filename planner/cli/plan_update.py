"""`planner plan update`: how a pool is updated host by host while its VMs run on."""

from __future__ import annotations

from typing import Annotated

import typer

import planner
from planner.cli.options import Output, Paths, StdinName
from planner.cli.plan import (
    MOST_MINUTES,
    Always,
    KeepFailures,
    PlanForm,
    PlanFormOption,
    PoolName,
    Time,
    at_every_moment,
    plan,
    tell_answer,
)


@plan.command("update")
def plan_update(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    pool: PoolName = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="RELEASE", help="Upgrade to this release; else only updates.")
    ] = None,
    may_stop: Annotated[
        list[str] | None,
        typer.Option("--may-stop", metavar="VM", help="It may be shut down while its host restarts; repeatable."),
    ] = None,
    may_stop_any: Annotated[bool, typer.Option("--may-stop-any", help="So may every VM that cannot be moved.")] = False,
    no_return: Annotated[bool, typer.Option("--no-return", help="VMs need not be back on their hosts.")] = False,
    at_once: Annotated[
        int, typer.Option("--at-once", metavar="N", min=1, help="So many members may be updated at the same time.")
    ] = 1,
    reboot_minutes: Annotated[
        int | None,
        typer.Option(
            "--reboot-minutes", metavar="N", min=0, max=MOST_MINUTES, help="How long one update and restart takes."
        ),
    ] = None,
    keep_failures: KeepFailures = None,
    always: Always = False,
    limit_moves: Annotated[
        int | None, typer.Option("--limit-moves", metavar="N", min=0, help="Move no more VMs to empty one host.")
    ] = None,
    time: Time = None,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan how a pool is updated host by host; exit with 1 when it cannot be, with 3 when that is not decided."""
    at_every_moment(always=always, keep_failures=keep_failures)
    goal = planner.Update(
        pool=pool,
        to=to,
        may_stop=tuple(may_stop or ()),
        may_stop_any=may_stop_any,
        returns=not no_return,
        at_once=at_once,
        reboot_minutes=reboot_minutes,
        keep_failures=keep_failures,
        always=always,
        limit_moves=limit_moves,
        seconds=time,
    )
    tell_answer(goal, paths, form, output, stdin_filename)
