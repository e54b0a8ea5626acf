"""The numbers of the product that stand in a file of their own."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def limits() -> dict[str, Any]:
    """All parts of the file, by name, as they are written there."""
    return tomllib.loads(resources.files("planner").joinpath("data/limits.toml").read_text(encoding="utf-8"))
