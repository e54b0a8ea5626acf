"""Pools on the network: whom to trust, and where the password comes from."""

from __future__ import annotations

import getpass
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

import planner
from planner.cli.options import Output
from planner.cli.streams import tell, write
from planner.errors import ReadError

if TYPE_CHECKING:
    from planner.readers.live.access import Access
    from planner.readers.loaded import Loaded

PASSWORD = "PLANNER_PASSWORD"  # noqa: S105 - the name of a variable
ENDED = 143
"""The exit code after the signal TERM, as shells have it."""
_LONGEST = 4096
_given: dict[str, Any] = {}
"""What the options of this run say."""


def load(paths: Sequence[str], stdin_name: str | None) -> Loaded:
    """Read what the paths name, also pools on the network."""
    how = access(paths)
    with _leave_taken() if how else nullcontext():
        return planner.load(*paths, stdin_name=stdin_name, access=how)


@contextmanager
def _leave_taken() -> Iterator[None]:
    """While a session is open, whoever ends the process lets it log out first."""
    before = signal.signal(signal.SIGTERM, _ended)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _ended(*_: object) -> NoReturn:
    tell("planner: ended\n")
    raise SystemExit(ENDED)


def access(paths: Sequence[str]) -> Access | None:
    """How the pools among the paths are reached; None when there is none. It says so when nobody is verified."""
    from planner.readers.live.access import Access  # noqa: PLC0415 - only when it is needed
    from planner.readers.live.address import address, is_address  # noqa: PLC0415 - only when it is needed

    pools = [str(address(path)) for path in paths if is_address(path)]
    if not pools:
        return None
    if _given.get("insecure"):
        tell(
            f"planner: WARNING: --insecure: nobody verifies that {' and '.join(pools)} is what answers;"
            " whoever sits in between can read the password and change what is read\n"
        )
    return Access(_password, _given.get("ca"), bool(_given.get("insecure")), _given.get("timeout", 60))


def _password(whom: str) -> str:
    """The password: from a file, the environment, or whoever sits at the terminal."""
    file = _given.get("password_file")
    if file:
        return _first_line(file)
    if (known := os.environ.get(PASSWORD)) is not None:
        return known
    if sys.stdin is not None and sys.stdin.isatty():
        return _typed(whom)
    raise ReadError(f"{whom}: no password; set {PASSWORD}, give --password-file, or run this at a terminal")


def _typed(whom: str) -> str:
    try:
        return getpass.getpass(f"Password for {whom}: ")
    except EOFError:
        tell("\n")
        raise ReadError(f"{whom}: no password was typed") from None


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as stream:
            return stream.readline(_LONGEST).rstrip("\r\n")
    except OSError as error:
        raise ReadError(f"{file}: the password cannot be read: {error.strerror}") from None
    except ValueError:
        raise ReadError(f"{file}: the password cannot be read: the file is no text in UTF-8") from None


def _keep(context: typer.Context, param: typer.CallbackParam, value: object) -> object:
    """Remember what an option says, for when a pool on the network is read."""
    del context
    _given[str(param.name)] = value
    return value


_options = typer.Typer(add_completion=False)


@_options.command()
def _of_live_pools(
    *,
    ca: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Certificates to trust when a pool is read over the network.",
            expose_value=False,
            callback=_keep,
        ),
    ] = None,
    insecure: Annotated[
        bool,
        typer.Option(
            "--insecure",
            help="Read over the network without verifying who answers.",
            expose_value=False,
            callback=_keep,
        ),
    ] = False,
    password_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=f"Where the password for a pool on the network is; else {PASSWORD}, or a prompt.",
            expose_value=False,
            callback=_keep,
        ),
    ] = None,
    timeout: Annotated[
        int,
        typer.Option(
            metavar="SECONDS",
            min=1,
            max=3600,
            help="How long to wait for each next piece of an answer.",
            expose_value=False,
            callback=_keep,
        ),
    ] = 60,
) -> None:
    """Hold the options that every command has which takes paths."""
    del ca, insecure, password_file, timeout


def with_live_options(command: Any) -> Any:  # noqa: ANN401 - typer's own commands have several types
    """The command, with options for pools on the network wherever paths are taken."""
    for inner in getattr(command, "commands", {}).values():
        with_live_options(inner)
    if any(each.name in ("paths", "hosts_and_paths", "new") for each in command.params):
        known = typer.main.get_command(_options).params
        command.params += [each for each in known if each.name in ("ca", "insecure", "password_file", "timeout")]
    return command


def fetch(
    paths: Annotated[list[str], typer.Argument(metavar="XAPI://USER@HOST", help="The pool, by its coordinator.")],
    output: Output = None,
) -> None:
    """Write the records of a pool on the network, without secrets, for other commands to read."""
    from planner.readers.live.address import is_address  # noqa: PLC0415 - only when it is needed
    from planner.readers.live.session import text  # noqa: PLC0415 - only when it is needed

    if len(paths) != 1 or not is_address(paths[0]):
        raise ReadError("fetch reads one pool on the network: write xapi://USER@HOST")
    how = access(paths)
    assert how is not None  # noqa: S101 - an address is among the paths
    with _leave_taken():
        records = text(paths[0], how).text
    write(records, output)
