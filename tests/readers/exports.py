"""What the tests of exports share: real files where they are, and small ones made up here."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from planner.model.pool import Pool
from planner.readers.exports import xapi_database, xenapi
from planner.readers.exports.classes import SPELLINGS
from planner.readers.exports.s_expressions import Salvaged, parse, unprotect
from planner.readers.loaded import Reading
from planner.source import files, json_text
from planner.source.text import SourceText

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
NULL = "OpaqueRef:NULL"


def real(path: str) -> SourceText:
    """A real file; the test is skipped where the data are not at hand."""
    if not (REAL / path).exists():
        pytest.skip("the real data are not beside the checkout")
    return files.read(str(REAL / path))


def database(*tables: str, schema: int | None = 66) -> str:
    """A dump with a pool and a host, and further tables."""
    manifest = f'<manifest><pair key="schema_minor_vsn" value="{schema}"/></manifest>' if schema else "<manifest/>"
    pool = table("pool", ref="OpaqueRef:p", uuid="p-1", name_label="lab", master="OpaqueRef:h")
    host = table("host", ref="OpaqueRef:h", uuid="h-1", name__label="xcp-1")
    return f"<database>{manifest}{pool}{host}{''.join(tables)}</database>"


def table(kind: str, **columns: str) -> str:
    """A table of one row."""
    return f'<table name="{kind}">{row(**columns)}</table>'


def row(**columns: str) -> str:
    """A row; its values are escaped as far as the tests need it."""
    escaped = {
        name: value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;") for name, value in columns.items()
    }
    return "<row " + " ".join(f'{name}="{value}"' for name, value in escaped.items()) + "/>"


def read_xml(text: str) -> Reading:
    """What a dump gives."""
    return xapi_database.read(SourceText("pool.xml", text))


def read_json(value: object) -> Reading:
    """What a JSON value gives."""
    text = json.dumps(value)
    return xenapi.read(SourceText("pool.json", text), json_text.parse(text))


def pool_of(reading: Reading) -> Pool:
    """The pool of a reading."""
    record = reading.roots[0].record
    assert isinstance(record, Pool)
    return record


def codes(reading: Reading) -> list[str]:
    """The codes of all faults, sorted."""
    return sorted(fault.code for fault in reading.faults)


def records(text: str) -> dict[str, dict[str, dict[str, object]]]:
    """A dump as XenAPI records: the names of the API, sets and maps as JSON has them, integers as text."""
    root = ET.fromstring(text)  # noqa: S314 - a file that was read safely before
    found: dict[str, dict[str, dict[str, object]]] = {}
    for element in root.iter("table"):
        kind = SPELLINGS.get(str(element.get("name")).lower())
        if kind:
            found[kind] = {str(each.get("ref")): _record(each.attrib) for each in element}
    return found


def _record(columns: dict[str, str]) -> dict[str, object]:
    return {name.replace("__", "_"): _value(unprotect(text)) for name, text in columns.items()}


def _value(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    items = parse(text) if text.startswith("(") else Salvaged([])
    if isinstance(items, Salvaged):
        return text
    pairs = [item for item in items if isinstance(item, list)]
    return {str(key): value for key, value in pairs} if pairs else items or text
