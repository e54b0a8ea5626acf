"""A small pool, a host that is to join it, and what a rule sees of them."""

from __future__ import annotations

from typing import Any

import planner
from planner.findings import Problem, Unknown
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.site import Site

Fields = dict[str, Any]


def joined(  # noqa: PLR0913 - each is one thing that a test may vary
    host: Fields | None = None,
    member: Fields | None = None,
    *,
    pool: Fields | None = None,
    joiner: Fields | None = None,
    force: bool = False,
    version: str | None = None,
    site: Site | None = None,
) -> Inventory:
    """Pool `lab` with host `old`, and host `new`, a pool of its own, that is to join it."""
    software = {"software": {"product_version": version}} if version else {}
    lab = {
        "name": "lab",
        "joins": [{"host": "new", "force": force}],
        "hosts": [{"name": "old", **(member or {})}],
        **software,
        **(pool or {}),
    }
    single = {"name": "single", "hosts": [{"name": "new", **(host or {})}], **software, **(joiner or {})}
    return Inventory([Pool.model_validate(lab), Pool.model_validate(single)], site=site)


def seen(code: str, inventory: Inventory) -> tuple[list[Problem], list[Unknown]]:
    """What a rule finds, and what it cannot decide."""
    check = {rule.code: rule for rule in planner.catalogue()}[code].check
    assert check is not None
    found = list(check(inventory))
    return (
        [each for each in found if isinstance(each, Problem)],
        [each for each in found if isinstance(each, Unknown)],
    )


def problems(code: str, inventory: Inventory) -> list[tuple[str, str]]:
    """Whose field, of each problem; nothing may be undecided."""
    found, unknown = seen(code, inventory)
    assert unknown == []
    return [(each.subject.label, each.field) for each in found]


def lacking(code: str, inventory: Inventory) -> list[tuple[str, str]]:
    """Whose field a rule lacks; there may be no problem."""
    found, unknown = seen(code, inventory)
    assert found == []
    return [(each.subject.label, each.field) for each in unknown]
