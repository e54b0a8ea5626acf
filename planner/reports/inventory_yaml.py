"""An inventory in our own format: what `planner convert` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from planner.model.fields import Record
from planner.source.yaml_writer import dump

HEADING = "# A pool inventory; `planner schema inventory` prints its schema.\n"


def inventory_yaml(records: Iterable[Record]) -> str:
    """The documents as a YAML stream; reading it gives the same records again."""
    return HEADING + "---\n".join(dump(document(record)) for record in records)


def document(record: Record) -> dict[str, Any]:
    """A record as plain values, the kind first, without what is unknown."""
    told = record.model_dump(mode="json", exclude_defaults=True)
    kind = getattr(record, "kind", None)
    return {"kind": kind} | told if kind else told


def inventory_json(record: Record) -> str:
    """One document as JSON, sizes in bytes."""
    told = {"kind": getattr(record, "kind", None)} | record.model_dump(exclude_defaults=True)
    return json.dumps(told, ensure_ascii=False) + "\n"
