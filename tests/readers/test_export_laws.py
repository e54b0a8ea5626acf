"""Laws: whatever an export holds, reading it ends with a reading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.model.walk import walk
from planner.readers.exports import xapi_database, xenapi, xml_rpc
from planner.readers.exports.classes import KINDS
from planner.readers.loaded import Reading
from planner.source import json_text
from planner.source.text import SourceText
from tests.readers.exports import REAL, database, records, row

OFTEN = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = ["xapi-db/xs56fp1-2host-pentiumd.xml", "xapi-db/xs61-2host-dt16-dt23.xml"]
BASES = [(REAL / name).read_text() for name in NAMES if (REAL / name).exists()] or [database()]
FRAGMENTS = st.sampled_from(
    [
        '"',
        "<",
        ">",
        "()",
        "('",
        "OpaqueRef:",
        "OpaqueRef:NULL",
        "true",
        "-1",
        "99999999999999999999",
        "\x00",
        "é",
        "",
        "<!DOCTYPE x>",
        "&a;",
    ]
) | st.text(max_size=5)
WORDS = st.sampled_from(
    [
        *KINDS,
        "OpaqueRef:p",
        "OpaqueRef:h",
        "OpaqueRef:v",
        "OpaqueRef:NULL",
        "",
        "uuid",
        "name_label",
        "master",
        "host",
        "other_config",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | WORDS
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=5),
    max_leaves=25,
)


def _sound(reading: Reading) -> None:
    """Every place of the reading can be told, and nothing of the model is a reference."""
    for rooted in reading.roots:
        for spot, record in walk(rooted.record):
            for field in ("", *list(type(record).model_fields)[:3]):
                rooted.origin.place(record, spot.pointer, field)


@OFTEN
@given(st.sampled_from(BASES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), FRAGMENTS), max_size=4))
def test_a_database_that_was_damaged_is_read(base: str, damage: list[tuple[float, int, str]]) -> None:
    text = base
    for where, length, fragment in damage:
        start = int(where * len(text))
        text = text[:start] + fragment + text[start + length :]
    _sound(xapi_database.read(SourceText(str(Path("pool.xml")), text)))


COLUMNS = sorted({column for table in records(BASES[-1]).values() for record in table.values() for column in record})


@OFTEN
@given(st.data())
def test_a_database_of_odd_values_is_read(data: st.DataObject) -> None:
    value = (
        st.sampled_from(["()", "(('a' 'b'))", "('OpaqueRef:v')", "true", "5", "-1", "nan", "REMOVED"])
        | WORDS
        | st.text("ab<'(", max_size=4)
    )
    tables = []
    for kind in data.draw(st.lists(st.sampled_from(list(KINDS)), max_size=8)):
        columns = data.draw(st.dictionaries(st.sampled_from(COLUMNS), value, max_size=30))
        tables.append(f'<table name="{kind}">{row(**({"ref": f"OpaqueRef:{kind[0].lower()}"} | columns))}</table>')
    _sound(xapi_database.read(SourceText("pool.xml", database(*tables))))


@OFTEN
@given(JSON)
def test_any_json_is_read(value: Any) -> None:
    xenapi.is_bundle(value)
    text = json.dumps(value)
    source, document = SourceText("pool.json", text), json_text.parse(text)
    _sound(xenapi.read(source, document))
    file = xenapi.JsonFile(source, document)
    parts = [xenapi.part(Path(name), source, file, value) for name in ("VM.json", "other.json")]
    _sound(xenapi.read_parts([part for part in parts if part] or [xenapi.Part(source, file, value, "VM")]))


@OFTEN
@given(st.data())
def test_records_of_odd_values_are_read(data: st.DataObject) -> None:
    bundle = records(BASES[-1])
    for _ in range(data.draw(st.integers(1, 12))):
        kind = data.draw(st.sampled_from([each for each in bundle if bundle[each]]))
        ref = data.draw(st.sampled_from(list(bundle[kind])))
        bundle[kind][ref][data.draw(st.sampled_from(COLUMNS))] = data.draw(JSON)
    text = json.dumps(bundle)
    _sound(xenapi.read(SourceText("pool.json", text), json_text.parse(text)))


PARTS = [
    "<value>",
    "</value>",
    "<struct>",
    "</struct>",
    "<member>",
    "</member>",
    "<name>",
    "</name>",
    "OpaqueRef:v",
    "VM",
    "<array>",
    "</array>",
    "<data>",
    "</data>",
    "<int>",
    "5",
    "</int>",
    "<nil/>",
    "<boolean>1</boolean>",
    "<fault/>",
]


@OFTEN
@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_any_stored_answer_is_read(parts: list[str]) -> None:
    _sound(xml_rpc.read(SourceText("answer.xml", f"<methodResponse>{''.join(parts)}</methodResponse>")))
