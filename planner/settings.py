"""What a person set once and for all: in one file, found from the folder of the process up to the repository's root."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, StrictBool, StrictStr, ValidationError

from planner.errors import ConfigError

Level = Literal["error", "warning", "note"]
Form = Literal["full", "concise", "json", "jsonl", "sarif", "junit", "github", "github-summary", "gitlab", "markdown"]
"""The formats in which a report can be told."""
Profile = Literal["join", "ha", "update", "all"]
OWN_FILES = (".planner.toml", ".planner.yaml")
SHARED_FILE = "pyproject.toml"


class _Settings(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        populate_by_name=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )


class Exceptional(_Settings):
    """What holds for some files or objects only."""

    ignore: tuple[StrictStr, ...] = ()
    """Rules that are left out there."""
    severity: dict[StrictStr, Level] = {}
    """Severities of rules there."""


class Settings(_Settings):
    """How inventories are checked."""

    profile: Profile = "all"
    """What it is about; it chooses the rules where `select` does not."""
    select: tuple[StrictStr, ...] = ()
    """The rules to run, by code, beginning of a code, or name; all those of the profile when empty."""
    extend_select: tuple[StrictStr, ...] = ()
    """Rules to run besides."""
    ignore: tuple[StrictStr, ...] = ()
    """Rules to leave out."""
    severity: dict[StrictStr, Level] = {}
    """Severities of rules, in the place of their own."""
    per_file: dict[StrictStr, Exceptional] = {}
    """What holds for files whose path, from the folder of the settings, matches a pattern."""
    per_object: dict[StrictStr, Exceptional] = {}
    """What holds for objects that match `KIND NAME`, a pattern: `vm test-*`."""
    require_reason: StrictBool = False
    """Whether a suppression has to give its reason."""
    baseline: StrictStr | None = None
    """A file with findings that are known; its path counts from the folder of the settings."""
    fail_on: Level = "error"
    """From which severity on the command fails."""
    format: Form = "full"
    """How a report is told."""
    show_unknown: StrictBool = False
    """Whether the facts that rules lacked are listed."""


@dataclass(frozen=True)
class Resolved:
    """Settings, each with its origin."""

    settings: Settings = field(default_factory=Settings)
    origins: Mapping[str, str] = field(default_factory=dict)
    """By the name in files: the option or the file that said it; nothing for what is as it comes."""
    folder: str = ""
    """The folder from which patterns of files count; empty for that of the process."""

    def beside(self, path: str) -> Path:
        """A path that a setting names: from the folder of its file, where a file named it."""
        return Path(self.folder if not self.origins.get("baseline", "--").startswith("--") else "", path)


def resolved(options: Mapping[str, object], *, config: Path | None = None, search: bool = True) -> Resolved:
    """The settings of options, then of the file; `config` names that, else the nearest is taken if `search` is true.

    Options that are None are not given. Raises ConfigError when a file cannot be used.
    """
    file = config or (nearest(Path.cwd()) if search else None)
    said = _read(file) if file else {}
    settings = _settings(said, str(file))
    given = {name: value for name, value in options.items() if value is not None}
    whole = _settings({**settings.model_dump(exclude_unset=True, by_alias=True), **given}, "the options")
    origins = {name: f"--{name}" if name in given else str(file) for name in (*said, *given)}
    return Resolved(whole, origins, str(file.absolute().parent) if file else "")


def nearest(folder: Path) -> Path | None:
    """The settings file that holds for a folder: the nearest, up to the root of the repository."""
    above = [folder, *folder.parents]
    roots = [number for number, each in enumerate(above) if (each / ".git").exists()]
    for each in above[: roots[0] + 1 if roots else 1]:
        if found := _in(each):
            return found
    return None


def _in(folder: Path) -> Path | None:
    own = [folder / name for name in OWN_FILES if (folder / name).is_file()]
    if len(own) > 1:
        raise ConfigError(f"{folder}: there are both {' and '.join(OWN_FILES)}; keep one of them")
    shared = folder / SHARED_FILE
    if own or not shared.is_file():
        return own[0] if own else None
    return shared if "planner" in _toml(shared).get("tool", {}) else None


def _read(file: Path) -> dict[str, object]:
    if file.suffix in (".yaml", ".yml"):
        return _yaml(file)
    said = _toml(file)
    return _table(file, said.get("tool", {}).get("planner", {}) if file.name == SHARED_FILE else said)


def _toml(file: Path) -> dict[str, dict[str, object]]:
    try:
        return tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not TOML: {error}") from None


def _yaml(file: Path) -> dict[str, object]:
    from planner.source import yaml_text  # noqa: PLC0415 - it takes time to load

    documents = yaml_text.parse(_text(file))
    for document in documents:
        if document.error or document.repeated:
            repeated = [f"the key {each.key} is given twice" for each in document.repeated]
            raise ConfigError(f"{file}: {document.error or repeated[0]}")
    if len(documents) > 1:
        raise ConfigError(f"{file}: there are {len(documents)} documents; settings are one")
    return _table(file, documents[0].value if documents and documents[0].value is not None else {})


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not text in UTF-8") from None


def _table(file: Path, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ConfigError(f"{file}: settings are a mapping of names to values")
    return value


def _settings(said: Mapping[str, object], source: str) -> Settings:
    try:
        return Settings.model_validate(said, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(map(str, first["loc"])) or "settings"
        raise ConfigError(f"{source}: {_refusal(name, first['type'], first['msg'])}") from None


def _refusal(name: str, kind: str, message: str) -> str:
    if kind != "extra_forbidden":
        return f"{name}: {message[0].lower()}{message[1:]}"
    known = ", ".join(NAMES)
    return f"{name} is no setting; there are {known}" if "." not in name else f"{name} is no setting"


NAMES = tuple(each.alias or name for name, each in Settings.model_fields.items())
"""What the settings are called in files."""


def matching(patterns: Mapping[str, Exceptional], text: str) -> list[Exceptional]:
    """Those exceptions whose pattern matches a text, in the order in which they are written."""
    return [each for pattern, each in patterns.items() if fnmatchcase(text, pattern)]
