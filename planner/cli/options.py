"""Options and arguments that several commands take."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.completing import rules
from planner.errors import ConfigError


class Form(Enum):
    """The formats of a report."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITHUB_SUMMARY = "github-summary"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"


class Level(Enum):
    """From which severity on findings make the command fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Profile(Enum):
    """What a check is about."""

    JOIN = "join"
    HA = "ha"
    UPDATE = "update"
    ALL = "all"


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
    list[str],
    typer.Argument(metavar="PATH...", help="Files, folders, patterns, - for standard input, or xapi://USER@HOST."),
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
Color = Annotated[When, typer.Option("--color", help="When to use colour.")]
Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Settings; else the nearest file up to the repository.")
]
NoConfig = Annotated[bool, typer.Option("--no-config", help="Look for no settings.")]
Select = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="RULE", autocompletion=rules, help="Run only these: codes, beginnings, or names."),
]
ExtendSelect = Annotated[
    list[str] | None,
    typer.Option("--extend-select", metavar="RULE", autocompletion=rules, help="Run these besides, as for --select."),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="RULE", autocompletion=rules, help="Leave these out, as for --select."),
]
Severities = Annotated[
    list[str] | None, typer.Option("--severity", metavar="RULE=LEVEL", help="Another severity; repeatable.")
]
ProfileOption = Annotated[Profile | None, typer.Option("--profile", help="What it is about: chooses the rules.")]
FailOn = Annotated[
    Level | None, typer.Option("--fail-on", help="Exit with 1 from this severity on.", show_default="error")
]
FormOption = Annotated[
    Form | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=f"How to tell it: {', '.join(form.value for form in Form)}.",
        show_default="full",
    ),
]
ShowUnknown = Annotated[
    bool | None, typer.Option("--show-unknown", help="List the facts that rules lacked, on standard error.")
]
BaselineOption = Annotated[
    str | None, typer.Option("--baseline", metavar="FILE", help="Tell nothing that this file holds.")
]
RequireReason = Annotated[
    bool | None, typer.Option("--require-reason", help="Refuse suppressions that give no reason.")
]


def told_apart(arguments: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names and the paths among arguments: a path is `-`, a pattern, a file, a folder or `xapi:…`.

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
        return argument == "-" or argument.startswith("xapi:") or glob.has_magic(argument) or Path(argument).exists()
    except (OSError, ValueError):
        return False
