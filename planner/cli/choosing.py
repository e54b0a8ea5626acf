"""From what a person asked on the command line to the settings that hold."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import ConfigError

if TYPE_CHECKING:
    from planner.settings import Resolved


def settled(options: Mapping[str, object], *, config: Path | None, no_config: bool) -> Resolved:
    """The settings of the options, by the name that they have in files, and of the file that is to be used."""
    from planner.settings import resolved  # noqa: PLC0415 - only when it is needed

    if config and no_config:
        raise ConfigError("--config and --no-config contradict each other; give one of them")
    given = {name: _plain(name, value) for name, value in options.items()}
    return resolved(given, config=config, search=not no_config)


def _plain(name: str, value: object) -> object:
    """The value of an option as a settings file would have it; None when it was not given."""
    if isinstance(value, Enum):
        return value.value
    if not isinstance(value, list):
        return value
    words = [word.strip() for text in value for word in text.split(",")]
    return dict(_pair(name, word) for word in words) if name == "severity" else words


def _pair(name: str, word: str) -> tuple[str, str]:
    rule, equals, level = word.partition("=")
    if not equals or not rule or level not in ("error", "warning", "note"):
        raise ConfigError(f"--{name} {word}: expected is RULE=LEVEL, with one of error, warning and note")
    return rule, level
