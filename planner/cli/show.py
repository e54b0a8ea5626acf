"""`planner show`: a pool at a glance."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from planner.cli.completing import vms
from planner.cli.faults import tell_faults
from planner.cli.live import load
from planner.cli.options import Paths, StdinName, TableForm, TableOption
from planner.cli.streams import write

if TYPE_CHECKING:
    from planner.model.inventory import Inventory

Seen = TypeVar("Seen")

show = typer.Typer(help="Show a pool at a glance.", no_args_is_help=True)


@show.command("storage")
def show_storage(
    paths: Paths,
    *,
    form: TableOption = TableForm.TABLE,
    stdin_filename: StdinName = None,
) -> None:
    """Show which host has, or after its join will have, which repository, over which way, and why not."""
    from planner.overviews.storage import storage  # noqa: PLC0415 - only when it is needed
    from planner.reports.storage_overview import storage_json, storage_table  # noqa: PLC0415 - only when it is needed

    _show(storage, {TableForm.TABLE: storage_table, TableForm.JSON: storage_json}[form], paths, stdin_filename)


@show.command("cpu")
def show_cpu(
    paths: Paths,
    *,
    form: TableOption = TableForm.TABLE,
    stdin_filename: StdinName = None,
) -> None:
    """Show what the CPUs of the hosts offer, where they differ, and to which hosts running VMs can still move."""
    from planner.overviews.cpu import cpu  # noqa: PLC0415 - only when it is needed
    from planner.reports.cpu_overview import cpu_json, cpu_table  # noqa: PLC0415 - only when it is needed

    _show(cpu, {TableForm.TABLE: cpu_table, TableForm.JSON: cpu_json}[form], paths, stdin_filename)


@show.command("vm")
def show_vm(
    name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=vms, help="The VM, by its name or UUID.")],
    paths: Paths,
    *,
    form: TableOption = TableForm.TABLE,
    stdin_filename: StdinName = None,
) -> None:
    """Show on which hosts a VM can be started and to which it can be moved, why not, and what would make it fit."""
    from planner.overviews.vm import vm_overviews  # noqa: PLC0415 - only when it is needed
    from planner.reports.vm_overview import vm_json, vm_table  # noqa: PLC0415 - only when it is needed

    told = {TableForm.TABLE: vm_table, TableForm.JSON: vm_json}[form]
    _show(lambda inventory: vm_overviews(inventory, name), told, paths, stdin_filename)


@show.command("ha")
def show_ha(
    paths: Paths,
    *,
    form: TableOption = TableForm.TABLE,
    stdin_filename: StdinName = None,
) -> None:
    """Show what high availability promises to which VM, in which order it starts them, and what stands in its way."""
    from planner.overviews.ha import ha  # noqa: PLC0415 - only when it is needed
    from planner.reports.ha_overview import ha_json, ha_table  # noqa: PLC0415 - only when it is needed

    _show(ha, {TableForm.TABLE: ha_table, TableForm.JSON: ha_json}[form], paths, stdin_filename)


def _show(
    overview: Callable[[Inventory], Seen], told: Callable[[Seen], str], paths: list[str], stdin_name: str | None
) -> NoReturn:
    """Print an overview of what the paths hold; exit with 1 when a file has faults."""
    loaded = load(paths, stdin_name)
    faults = tell_faults(loaded)
    write(told(overview(loaded.inventory)), None)
    raise typer.Exit(int(faults))
