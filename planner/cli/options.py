"""Options and arguments that several commands take."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer


class Form(Enum):
    """The formats of a report."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"


class Level(Enum):
    """From which severity on findings make the command fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class When(Enum):
    """When to use colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class TableForm(Enum):
    """The formats of lists and overviews."""

    TABLE = "table"
    JSON = "json"


Paths = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files, folders, patterns, or - for standard input.")
]
StdinName = Annotated[
    str | None, typer.Option("--stdin-filename", metavar="NAME", help="What standard input is called in messages.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")]
TableOption = Annotated[TableForm, typer.Option("--format", help="How to tell it.")]
HostsAndPaths = Annotated[
    list[str],
    typer.Argument(metavar="HOST... PATH...", help="Hosts by name or UUID, then files, folders, patterns, or -."),
]
_PATTERN = ("*", "?", "[")


def hosts_and_paths(arguments: Iterable[str]) -> tuple[list[str], list[str]]:
    """The arguments that name hosts, and those that name what to read: `-`, what is there, and patterns."""
    hosts: list[str] = []
    paths: list[str] = []
    for argument in arguments:
        (paths if _is_path(argument) else hosts).append(argument)
    return hosts, paths


def _is_path(argument: str) -> bool:
    if argument == "-" or any(sign in argument for sign in _PATTERN):
        return True
    try:
        return Path(argument).exists()
    except (OSError, ValueError):
        return False
