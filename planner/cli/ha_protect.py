"""`planner ha protect`: to which VMs a restart can be promised."""

from __future__ import annotations

from typing import Annotated

import typer

import planner
from planner.cli.options import Output, Paths, StdinName
from planner.cli.plan import PlanForm, PlanFormOption, PoolName, tell_answer
from planner.errors import GoalError


def ha_protect(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    failures: Annotated[
        int, typer.Option("--failures", "-k", min=0, metavar="K", help="So many hosts may fail at once, whichever.")
    ],
    weights: Annotated[
        list[str] | None,
        typer.Option("--weight", metavar="VM=N", help="What a VM is worth, before order and memory; repeatable."),
    ] = None,
    pool: PoolName = None,
    form: PlanFormOption = PlanForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Say to which VMs a restart can be promised for K failures, and what each further failure costs.

    The most weight is promised first, then the most memory of the VMs that start first, then of those after them; then
    the most VMs, and then as many as can be of those to which a restart is promised today. Exit with 3 when facts are
    lacking.
    """
    wished = dict(_weight(text) for text in weights or ())
    tell_answer(planner.Protect(failures, wished, pool), paths, form, output, stdin_filename)


def _weight(text: str) -> tuple[str, int]:
    """A VM and its weight, from `VM=N`."""
    vm, equals, weight = text.rpartition("=")
    if not equals or not vm or not (weight.isascii() and weight.isdigit()) or len(weight) > _DIGITS:
        raise GoalError(f"--weight {text}: expected is VM=N, with a whole number of at most {_DIGITS} digits")
    return vm, int(weight)


_DIGITS = 9
