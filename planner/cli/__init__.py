"""The command line: it turns what a person asked into one call and one exit code."""

from __future__ import annotations

import os
import signal
from typing import Annotated, NoReturn

import typer

import planner
from planner.cli import completing
from planner.cli import grow as _grow  # noqa: F401 - it adds a command to `plan`
from planner.cli import plan_place as _plan_place  # noqa: F401 - it adds a command to `plan`
from planner.cli import plan_power as _plan_power  # noqa: F401 - it adds commands to `plan`
from planner.cli import plan_update as _plan_update  # noqa: F401 - it adds a command to `plan`
from planner.cli.check import check, config
from planner.cli.diff import diff
from planner.cli.faults import tell_faults
from planner.cli.ha import ha
from planner.cli.live import fetch, load, with_live_options
from planner.cli.options import Output, Paths, StdinName, TableForm, TableOption
from planner.cli.plan import plan
from planner.cli.show import show
from planner.cli.streams import spare, tell, write
from planner.errors import PlannerError

FAILED = 2
"""The exit code when a command could not run; 1 means findings."""
INTERRUPTED = 130
"""The exit code after Ctrl-C."""

app = typer.Typer(
    help="Check XenServer and XCP-ng pools before anyone touches a host.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer's callback
    if asked:
        write(f"planner {planner.__version__}\n", None)
        raise typer.Exit


app.add_typer(show, name="show")
app.add_typer(plan, name="plan")
app.add_typer(ha, name="ha")
app.command()(fetch)


@app.callback()
def _main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show where an internal error came from.")] = False,
) -> None:
    del version
    if verbose:
        os.environ["PLANNER_VERBOSE"] = "1"


app.command("check")(check)
app.command("config")(config)
app.command("diff")(diff)


@app.command()
def explain(
    rule: Annotated[
        str, typer.Argument(metavar="CODE|NAME", autocompletion=completing.rules, help="A rule, by its code or name.")
    ],
) -> None:
    """Say what a rule is about."""
    from planner import choice  # noqa: PLC0415 - only when it is needed
    from planner.reports.pages import page  # noqa: PLC0415 - only when it is needed

    planner.catalogue()
    write(page(choice.find(rule)), None)


@app.command()
def rules(
    *,
    form: TableOption = TableForm.TABLE,
    left_out: Annotated[
        bool, typer.Option("--left-out", help="List what the toolstack demands and no rule looks at, and why.")
    ] = False,
) -> None:
    """List all rules."""
    from planner import conditions  # noqa: PLC0415 - only when it is needed
    from planner.reports import pages  # noqa: PLC0415 - only when it is needed

    table = form is TableForm.TABLE
    if left_out:
        write((pages.left_out_table if table else pages.left_out_json)(conditions.left_out()), None)
    else:
        write((pages.table if table else pages.rules_json)(planner.catalogue()), None)


@app.command()
def schema(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The answer or input it is of, such as inventory, report or plan.")
    ],
    output: Output = None,
) -> None:
    """Print a JSON Schema."""
    from planner.reports import schemas  # noqa: PLC0415 - only when it is needed

    write(schemas.schema(name), output)


@app.command()
def convert(paths: Paths, output: Output = None, stdin_filename: StdinName = None) -> None:
    """Write inventories of any format as our own YAML; faults go to standard error."""
    from planner.reports.inventory_yaml import inventory_yaml  # noqa: PLC0415 - only when it is needed

    loaded = load(paths, stdin_filename)
    faults = tell_faults(loaded)
    if loaded.roots:
        spare(loaded.texts, output)
        write(inventory_yaml(rooted.record for rooted in loaded.roots), output)
    raise typer.Exit(int(faults))


@app.command()
def sample(
    *,
    hosts: Annotated[int, typer.Option(min=1, max=64, help="How many hosts.")] = 16,
    vms: Annotated[int, typer.Option(min=0, max=100_000, help="How many VMs.")] = 300,
    seed: Annotated[int, typer.Option(help="The same seed gives the same pool.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of YAML.")] = False,
    output: Output = None,
) -> None:
    """Make up a healthy pool, to try things on."""
    from planner.generator import healthy_pool  # noqa: PLC0415 - only when it is needed
    from planner.reports.inventory_yaml import inventory_json, inventory_yaml  # noqa: PLC0415 - only when it is needed

    pool = healthy_pool(hosts, vms, seed)
    write(inventory_json(pool) if as_json else inventory_yaml([pool]), output)


def _complain(message: str) -> int:
    text = message if message.isprintable() else message.encode("unicode_escape").decode()
    tell(f"planner: {text}\n")
    return FAILED


def _interrupted(*_: object) -> NoReturn:
    """End at once when the person at the terminal wants it, with the code that shells know for that."""
    tell("planner: interrupted\n")
    raise SystemExit(INTERRUPTED)


def main() -> None:
    """Run the command line; 1 means findings, so every failure of our own is 2."""
    signal.signal(signal.SIGINT, _interrupted)
    try:
        with_live_options(typer.main.get_command(app))(prog_name="planner")
    except PlannerError as error:
        raise SystemExit(_complain(str(error))) from None
    except OSError as error:
        raise SystemExit(_complain(f"the system refuses: {error.strerror or error}")) from None
    except Exception as error:
        if os.environ.get("PLANNER_VERBOSE"):
            raise
        raise SystemExit(_complain(f"internal error: {error!r}; please report it")) from error
