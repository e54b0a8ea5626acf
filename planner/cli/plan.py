"""`planner plan`: how a wish is reached, step by step, or why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import planner
from planner.cli.completing import hosts
from planner.cli.faults import tell_faults
from planner.cli.live import load
from planner.cli.options import HostsAndPaths, Output, Paths, StdinName, told_apart
from planner.cli.streams import spare, write
from planner.cli.waiting import patiently
from planner.errors import GoalError

if TYPE_CHECKING:
    from planner.goals import Goal

KeepFailures = Annotated[
    int | None,
    typer.Option("--keep-failures", metavar="K", min=0, help="So many hosts must be able to fail in the end."),
]
Always = Annotated[bool, typer.Option("--always", help="With --keep-failures: and at every moment until then.")]
LimitMoves = Annotated[int | None, typer.Option("--limit-moves", metavar="N", min=0, help="Move no more VMs.")]
NoMoves = Annotated[
    int | None, typer.Option("--limit-moves", metavar="N", min=0, help="Move no more VMs; none is moved in any case.")
]
Time = Annotated[
    float | None, typer.Option("--time", metavar="SECONDS", min=0.1, help="Take the best plan found in that time.")
]
MoveDisks = Annotated[
    bool, typer.Option("--move-disks", help="Move local disks to shared repositories first, where VMs need it.")
]

IMPOSSIBLE, UNDECIDED = 1, 3
"""Exit codes: no plan, proven; and no plan because facts are lacking, or a search that was ended early."""

plan = typer.Typer(help="Plan how a wish is reached.", no_args_is_help=True)


class PlanForm(Enum):
    """The formats of a plan."""

    FULL = "full"
    JSON = "json"
    XE = "xe"
    MARKDOWN = "markdown"


PlanFormOption = Annotated[PlanForm, typer.Option("--format", help="How to tell it.")]
PoolName = Annotated[str | None, typer.Option("--pool", metavar="NAME", help="The pool, where several are described.")]
MOST_MINUTES = 100_000


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
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan how a host comes into a pool; exit with 1 when it cannot, with 3 when facts are lacking."""
    tell_answer(planner.Join(host, pool, force), paths, form, output, stdin_filename)


@plan.command("evacuate")
def plan_evacuate(  # noqa: PLR0913 - each is an option of its own
    hosts_and_paths: HostsAndPaths,
    *,
    permanent: Annotated[bool, typer.Option("--permanent", help="The hosts never return: plan no way back.")] = False,
    keep_failures: KeepFailures = None,
    always: Always = False,
    limit_moves: LimitMoves = None,
    time: Time = None,
    move_disks: MoveDisks = False,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan how hosts are emptied; exit with 1 when they cannot be, with 3 when that is not decided."""
    hosts, paths = told_apart(hosts_and_paths)
    if not hosts:
        raise GoalError(f"evacuate {' '.join(hosts_and_paths)}: name a host of the pool too; all of these are files")
    at_every_moment(always=always, keep_failures=keep_failures)
    goal = planner.Evacuate(
        *hosts,
        permanent=permanent,
        keep_failures=keep_failures,
        always=always,
        limit_moves=limit_moves,
        seconds=time,
        move_disks=move_disks,
    )
    tell_answer(goal, paths, form, output, stdin_filename)


@plan.command("balance")
def plan_balance(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    pool: PoolName = None,
    keep_failures: Annotated[
        int | None,
        typer.Option(
            "--keep-failures",
            metavar="K",
            min=0,
            help="So many hosts must be able to fail in the end; without it as many as today.",
        ),
    ] = None,
    always: Annotated[bool, typer.Option("--always", help="And at every moment until then.")] = False,
    limit_moves: LimitMoves = None,
    time: Time = None,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan few moves that even out memory and virtual CPUs over the hosts of a pool; what each gains, and when to stop.

    Kept small, each before the next: the highest load of memory, when every VM takes all it may, plus the highest
    number of virtual CPUs for each physical one (100 % of memory counts as much as one virtual CPU for each physical
    one); then the unevenness, which is how far the highest and the lowest are apart, for both added up; then the bytes
    and the VMs that are moved. Hosts that are disabled or dead stay as they are.

    Wishes are kept: of those that have to be none is broken that is kept today, and of those that are preferences no
    more are broken than today, in the end and where one may stop. What is broken today is not mended on purpose;
    `planner plan place` does that.

    The moves that gain most come first. Further moves gain less than they cost where as many of them as there are hosts
    would lower the highest load, or the unevenness, by less than 5 % of memory or one virtual CPU for 20 physical ones;
    the plan says after which move that is.

    Exit with 1 when it is proven that what is asked cannot be kept, with 3 when that is not decided.
    """
    goal = planner.Balance(pool, keep_failures=keep_failures, always=always, limit_moves=limit_moves, seconds=time)
    tell_answer(goal, paths, form, output, stdin_filename)


def at_every_moment(*, always: bool, keep_failures: int | None) -> None:
    """Raise GoalError where failures are to be survived at every moment, and nobody says how many."""
    if always and keep_failures is None:
        raise GoalError("--always goes with --keep-failures K: say how many hosts must be able to fail")


def tell_answer(
    goal: Goal, paths: Sequence[str], form: PlanForm, output: Path | None, stdin_filename: str | None
) -> None:
    """Read, plan, and tell it."""
    from planner.plans import NoPlan  # noqa: PLC0415 - only when it is needed
    from planner.reports.plans import render_plan  # noqa: PLC0415 - only when it is needed

    loaded = load(paths, stdin_filename)
    tell_faults(loaded)
    with patiently() as person:
        answer = planner.plan(goal, loaded.inventory)
    spare(loaded.texts, output)
    write(render_plan(answer, form.value), output)
    if isinstance(answer, NoPlan):
        raise typer.Exit(IMPOSSIBLE if answer.proven else UNDECIDED)
    if person.ended:
        raise typer.Exit(UNDECIDED)
