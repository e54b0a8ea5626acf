"""`planner ha improve`: the cheapest changes after which so many hosts may fail."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

import planner
from planner.cli.options import Output, Paths, StdinName
from planner.cli.plan import PlanForm, PlanFormOption, PoolName, tell_answer


class Only(Enum):
    """What may be changed."""

    MOVES = "moves"
    PROMISES = "promises"


def ha_improve(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    failures: Annotated[
        int, typer.Option("--failures", "-k", min=0, metavar="K", help="So many hosts are to be able to fail at once.")
    ],
    for_toolstack: Annotated[
        bool, typer.Option("--for-toolstack", help="Until the toolstack's own planner accepts it too.")
    ] = False,
    by: Annotated[
        Only | None, typer.Option("--by", help="Change only this: where VMs are, or what is promised.")
    ] = None,
    pool: PoolName = None,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan the cheapest changes after which any K hosts may fail with every protected VM restarted.

    Live moves where they are enough: the fewest bytes, then the fewest moves; in a large pool, where they are searched
    for a few hosts at a time, a move counts as one GiB more. Else as few promises taken back as can be, beside moves
    where fewer are enough then. What else would do is told beside: the other of these two, of which `--by` gives the
    steps, less memory for protected VMs that are down, which have room set aside, or for one VM that runs, which is
    shut down for it, and the least memory in every host, or in one host more. No VM gets less than its static minimum.
    Exit with 1 when what `--by` names is proven not to be enough, and with 3 when that is open, or facts are lacking.
    """
    from planner.goals.improve.ways import By  # noqa: PLC0415 - only when it is needed

    only = None if by is None else By(by.value)
    tell_answer(planner.Improve(failures, pool, for_toolstack, only), paths, form, output, stdin_filename)
