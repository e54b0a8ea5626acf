"""What rows are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from planner.readers.exports.classes import KINDS
from planner.readers.exports.rows import Row

_TAG = re.compile(r"[0-9]{1,4}")


def label(row: Row) -> str:
    """What a person calls a row among its siblings: a text that is never empty, and never a reference."""
    return _label_of(row).encode("utf-8", "replace").decode()


def _label_of(row: Row) -> str:
    match row.kind:
        case "PIF":
            return interface_label(row)
        case "VBD" | "VIF" | "VGPU":
            columns: tuple[str, ...] = ("device", "userdevice", "uuid")
        case "VGPU_type":
            columns = ("model_name", "uuid")
        case "PCI":
            columns = ("device_name", "pci_id", "uuid")
        case _:
            columns = ("name_label", "name", "uuid")
    return next((found for column in columns if (found := plain_text(row, column))), f"unnamed {KINDS[row.kind]}")


def plain_text(row: Row, column: str) -> str | None:
    """A column's text, if it is one, without a word about it if it is not."""
    value = row.values.get(column)
    return value if isinstance(value, str) else None


def interface_label(row: Row) -> str:
    """The device, with its tag for a VLAN."""
    device = plain_text(row, "device") or plain_text(row, "uuid") or "unnamed interface"
    tag = str(row.values.get("VLAN"))
    return f"{device}.{int(tag)}" if _TAG.fullmatch(tag) and int(tag) > 0 else device


def unambiguous(rows: Collection[Row]) -> dict[str, str]:
    """By reference, the name of each row where no other bears it, else its UUID."""
    labels = {row.ref: label(row) for row in rows}
    bearers = Counter(labels.values())
    uuids = {row.ref: uuid for row in rows if (uuid := plain_text(row, "uuid"))}
    bearers.update(uuids.values())
    for ref, name in labels.items():
        if name == uuids.get(ref):
            bearers[name] -= 1
    return {ref: name if bearers[name] == 1 else uuids.get(ref, name) for ref, name in labels.items()}
