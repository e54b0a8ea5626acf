"""The settings of a check, each with its origin: as a table, or as JSON."""

from __future__ import annotations

import json

from planner.reports.words import visible
from planner.settings import Resolved

DEFAULT = "default"


def settings_table(resolved: Resolved) -> str:
    """A line for each setting: its name, its value as JSON, and where it was said."""
    rows = [(name, visible(json.dumps(value, ensure_ascii=False)), origin) for name, value, origin in _told(resolved)]
    names, values = (max(len(row[column]) for row in rows) for column in (0, 1))
    return "".join(f"{name:{names}}  {value:{values}}  {visible(origin)}\n" for name, value, origin in rows)


def settings_json(resolved: Resolved) -> str:
    """The same for programs."""
    told = [{"name": name, "value": value, "origin": origin} for name, value, origin in _told(resolved)]
    return json.dumps({"version": 1, "kind": "settings", "settings": told}, ensure_ascii=False, indent=2) + "\n"


def _told(resolved: Resolved) -> list[tuple[str, object, str]]:
    values = resolved.settings.model_dump(mode="json", by_alias=True)
    return [(name, value, resolved.origins.get(name, DEFAULT)) for name, value in values.items()]
