"""Options and arguments that several commands take."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from planner.errors import ConfigError


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
HostsAndPaths = Annotated[
    list[str],
    typer.Argument(
        metavar="[HOST]... PATH...",
        help="Hosts by name or UUID, and files, folders, patterns, or - for standard input.",
    ),
]
StdinName = Annotated[
    str | None, typer.Option("--stdin-filename", metavar="NAME", help="What standard input is called in messages.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")]
TableOption = Annotated[TableForm, typer.Option("--format", help="How to tell it.")]


def told_apart(arguments: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names and the paths among arguments: a path is `-`, a pattern, and what is there as a file or folder.

    Raises `planner.errors.ConfigError` when there is no path.
    """
    given = tuple(arguments)
    paths = tuple(each for each in given if _is_path(each))
    names = tuple(each for each in given if not _is_path(each))
    if not paths:
        raise ConfigError(f"{given[-1]} is no file or folder; give the path of an inventory too")
    return names, paths


def _is_path(argument: str) -> bool:
    try:
        return argument == "-" or glob.has_magic(argument) or Path(argument).exists()
    except (OSError, ValueError):
        return False
