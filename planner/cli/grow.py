"""`planner plan grow`: how many more VMs a pool takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import planner
from planner.cli.faults import tell_faults
from planner.cli.live import load
from planner.cli.options import Output, Paths, StdinName, TableForm, TableOption
from planner.cli.plan import IMPOSSIBLE, UNDECIDED, plan
from planner.cli.streams import spare, write
from planner.cli.waiting import patiently
from planner.errors import GoalError
from planner.units import parse_size

if TYPE_CHECKING:
    from planner.goals.grow import Size

MOST_DIGITS = 5


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
        int | None, typer.Option("--keep-failures", metavar="K", min=0, help="With --want: failures to be survived.")
    ] = None,
    form: TableOption = TableForm.TABLE,
    output: Output = None,
    stdin_filename: StdinName = None,
) -> None:
    """Say how many more VMs a pool takes while hosts may fail; exit with 3 when that is not decided."""
    from planner.goals.grow import Grow, NotKnown  # noqa: PLC0415 - only when it is needed
    from planner.reports.growth import growth_json, growth_table  # noqa: PLC0415 - only when it is needed

    goal = Grow(tuple(new_vm(text) for text in vm), pool, None if host is None else _bytes(host), want, keep_failures)
    loaded = load(paths, stdin_filename)
    tell_faults(loaded)
    with patiently():
        found = planner.grow(goal, loaded.inventory)
    spare(loaded.texts, output)
    write((growth_table if form is TableForm.TABLE else growth_json)(found), output)
    if isinstance(found, NotKnown) or not found.proven:
        raise typer.Exit(UNDECIDED)
    if found.wanted and not found.wanted.fits:
        raise typer.Exit(IMPOSSIBLE)


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
