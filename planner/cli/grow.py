"""`planner plan grow`: how many more VMs a pool takes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

import planner
from planner.cli.faults import tell_faults
from planner.cli.live import load
from planner.cli.options import Output, Paths, StdinName
from planner.cli.plan import IMPOSSIBLE, UNDECIDED, Always, NoMoves, Time, at_every_moment, plan
from planner.cli.streams import spare, write
from planner.cli.waiting import patiently
from planner.errors import GoalError
from planner.units import parse_size

if TYPE_CHECKING:
    from planner.goals.grow import Growth, NotKnown, Size

MOST_DIGITS = 5


class GrowthForm(Enum):
    """The formats of the answer."""

    FULL = "full"
    JSON = "json"
    XE = "xe"
    MARKDOWN = "markdown"
    TABLE = "table"


@plan.command("grow")
def plan_grow(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    vm: Annotated[
        list[str],
        typer.Option("--vm", metavar="SIZE[:VCPUS]", help="A new VM, such as 8GiB or 8GiB:4; repeat for a set."),
    ],
    pool: Annotated[
        str | None, typer.Option("--pool", metavar="NAME", help="The pool, where there are several.")
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="SIZE", help="The memory for VMs of the further host.")
    ] = None,
    want: Annotated[
        int | None, typer.Option("--want", metavar="N", min=1, help="Say what has to be added for so many.")
    ] = None,
    keep_failures: Annotated[
        int | None,
        typer.Option("--keep-failures", metavar="K", min=0, help="So many must be survived; else each number is told."),
    ] = None,
    always: Always = False,
    limit_moves: NoMoves = None,
    time: Time = None,
    form: Annotated[GrowthForm, typer.Option("--format", help="How to tell it; table is full.")] = GrowthForm.FULL,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Say how many more VMs a pool takes while hosts may fail, and what a further host would bring.

    Nothing that runs is moved. Exit with 1 when the failures of --keep-failures are not survived without further VMs,
    or so many as --want says are too many; with 3 when that is not decided.
    """
    from planner.goals.grow import Grow, NotKnown  # noqa: PLC0415 - only when it is needed

    del limit_moves  # nothing is moved
    at_every_moment(always=always, keep_failures=keep_failures)
    sizes, further = tuple(new_vm(text) for text in vm), None if host is None else _bytes(host)
    goal = Grow(sizes, pool, further, want, keep_failures, time)
    loaded = load(paths, stdin_filename)
    tell_faults(loaded)
    with patiently():
        found = planner.grow(goal, loaded.inventory)
    spare(loaded.texts, output)
    write(_told(found, form), output)
    if isinstance(found, NotKnown) or not found.proven:
        raise typer.Exit(UNDECIDED)
    if not found.survived or (found.wanted and not found.wanted.fits):
        raise typer.Exit(IMPOSSIBLE)


def _told(found: Growth | NotKnown, form: GrowthForm) -> str:
    from planner.reports import growth  # noqa: PLC0415 - only when it is needed

    ways = {
        GrowthForm.JSON: growth.growth_json,
        GrowthForm.XE: growth.growth_script,
        GrowthForm.MARKDOWN: growth.growth_markdown,
    }
    return ways.get(form, growth.growth_table)(found)


def new_vm(text: str) -> Size:
    """A new VM, from `SIZE` or `SIZE:VCPUS`. Raises GoalError where it is neither."""
    from planner.goals.grow import Size  # noqa: PLC0415 - only when it is needed

    memory, _, vcpus = text.partition(":")
    if vcpus and not (vcpus.isascii() and vcpus.isdigit() and len(vcpus) < MOST_DIGITS):
        raise GoalError(f"--vm {text}: expected is SIZE:VCPUS with a number of virtual CPUs, such as 8GiB:4")
    return Size(_bytes(memory), int(vcpus or 1))


def _bytes(text: str) -> int:
    try:
        return parse_size(text)
    except ValueError as error:
        raise GoalError(f"{text!r} is no size; {error}") from None
