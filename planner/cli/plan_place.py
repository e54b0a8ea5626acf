"""`planner plan place`: where VMs should run."""

from __future__ import annotations

from typing import Annotated

import typer

import planner
from planner.cli.grow import new_vm
from planner.cli.options import Output, Paths, StdinName
from planner.cli.plan import (
    Always,
    KeepFailures,
    LimitMoves,
    MoveDisks,
    PlanForm,
    PlanFormOption,
    PoolName,
    Time,
    at_every_moment,
    plan,
    tell_answer,
)
from planner.errors import GoalError

Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="VM", help="Place just this VM, running or not; the others stay. Repeatable."),
]
New = Annotated[
    list[str] | None,
    typer.Option("--vm", metavar="SIZE[:VCPUS]", help="Place a new VM, such as 8GiB or 8GiB:4. Repeatable."),
]
Others = Annotated[bool, typer.Option("--others", help="With --only or --vm: the other running VMs may move too.")]
Halted = Annotated[bool, typer.Option("--halted", help="Place all halted and suspended VMs too.")]
Start = Annotated[
    bool, typer.Option("--start", help="Start the placed VMs that do not run; else only their hosts are told.")
]


@plan.command("place")
def plan_place(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    pool: PoolName = None,
    only: Only = None,
    vm: New = None,
    others: Others = False,
    halted: Halted = False,
    start: Start = False,
    keep_failures: KeepFailures = None,
    always: Always = False,
    limit_moves: LimitMoves = None,
    time: Time = None,
    move_disks: MoveDisks = False,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan where VMs should run, and the live moves that bring them there.

    All that run, unless `--only` or `--vm` says which. Wishes and all that the toolstack requires are kept. Then these
    are made as good as can be, each before the next: wishes with `required: false`, how many hosts may fail, the
    highest load, how even the loads are, gigabytes moved, and the number of moves. Each is told with its bound. With
    `--move-disks` local disks do not keep VMs that run where they are: those of VMs that move, and those with which
    more hosts may fail, are moved first, and count as gigabytes. Exit with 1 when there is no such placement, with 3
    when that is not decided.
    """
    from planner.goals.moves.conditions import Conditions  # noqa: PLC0415 - only when it is needed

    at_every_moment(always=always, keep_failures=keep_failures)
    if others and not (only or vm):
        raise GoalError("--others goes with --only VM or --vm SIZE: without them all VMs may move anyway")
    goal = planner.Place(
        tuple(only or ()),
        tuple(new_vm(text) for text in vm or ()),
        pool,
        others=others,
        halted=halted,
        start=start,
        conditions=Conditions(keep_failures, always, limit_moves, time),
        move_disks=move_disks,
    )
    tell_answer(goal, paths, form, output, stdin_filename)
