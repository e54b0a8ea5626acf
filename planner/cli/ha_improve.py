"""`planner ha improve`: the cheapest changes after which so many hosts may fail."""

from __future__ import annotations

from typing import Annotated

import typer

import planner
from planner.cli.options import Output, Paths, StdinName
from planner.cli.plan import PlanForm, tell_answer


def ha_improve(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    failures: Annotated[
        int, typer.Option("--failures", "-k", min=0, metavar="K", help="So many hosts are to be able to fail at once.")
    ],
    pool: Annotated[
        str | None, typer.Option("--pool", metavar="NAME", help="The pool, where several are described.")
    ] = None,
    form: Annotated[PlanForm, typer.Option("--format", help="How to tell it.")] = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Plan the cheapest changes after which any K hosts may fail with every protected VM restarted.

    Live moves where they are enough: the fewest bytes, then the fewest moves. Else as few promises taken back as can
    be, then those of least memory. The least memory that would do the same in every host, or in one host more, is told
    beside. Exit with 3 when facts are lacking.
    """
    tell_answer(planner.Improve(failures, pool), paths, form, output, stdin_filename)
