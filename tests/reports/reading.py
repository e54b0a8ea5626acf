"""How other programs read what is written for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

_COMMAND = re.compile(r"::(?P<name>error|warning|notice) (?P<properties>[^:\r\n]*)::(?P<message>[^\r\n]*)")
_MEANING = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}

SUITE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tag", "name", "tests", "failures", "skipped", "errors", "holds"],
    "properties": {
        "tag": {"const": "testsuite"},
        "name": {"type": "string", "minLength": 1},
        **{key: {"type": "string", "pattern": "^[0-9]+$"} for key in ("tests", "failures", "skipped", "errors")},
        "holds": {"type": "array", "items": {"$ref": "#/definitions/case"}},
    },
}
CASE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tag", "classname", "name"],
    "properties": {
        "tag": {"const": "testcase"},
        "classname": {"type": "string", "minLength": 1},
        "name": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{3} [a-z0-9-]+$"},
        "holds": {"type": "array", "maxItems": 2, "items": {"$ref": "#/definitions/outcome"}},
    },
}
OUTCOME = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tag"],
    "properties": {
        "tag": {"enum": ["failure", "skipped", "system-out"]},
        "type": {"enum": ["error", "warning", "note"]},
        "message": {"type": "string", "minLength": 1},
        "text": {"type": "string"},
    },
}
JUNIT = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "definitions": {"suite": SUITE, "case": CASE, "outcome": OUTCOME},
    "type": "object",
    "additionalProperties": False,
    "required": ["tag", "name", "tests", "failures", "skipped"],
    "properties": {
        "tag": {"const": "testsuites"},
        "name": {"const": "planner"},
        **{key: {"type": "string", "pattern": "^[0-9]+$"} for key in ("tests", "failures", "skipped")},
        "holds": {"type": "array", "items": {"$ref": "#/definitions/suite"}},
    },
}
"""What CI systems read of JUnit XML, as a schema of the tree of its elements."""


def tree(element: ET.Element) -> dict[str, Any]:
    """An element with its attributes, its text and what it holds."""
    told: dict[str, Any] = {"tag": element.tag, **element.attrib}
    if text := (element.text or "").strip():
        told["text"] = text
    if len(element):
        told["holds"] = [tree(each) for each in element]
    return told


def junit_tree(text: str) -> dict[str, Any]:
    return tree(ET.fromstring(text))  # noqa: S314 - it was just written


@dataclass(frozen=True)
class Annotation:
    """What GitHub makes of a line of a log."""

    level: str
    message: str
    properties: dict[str, str]


def annotations(log: str) -> list[Annotation]:
    """The annotations in a log."""
    found = []
    for line in re.split(r"\r\n|\r|\n", log):
        if line.startswith("::"):
            match = _COMMAND.fullmatch(line)
            assert match, line
            pairs = dict(pair.split("=", 1) for pair in match["properties"].split(","))
            properties = {key: _meant(value) for key, value in pairs.items()}
            found.append(Annotation(match["name"], _meant(match["message"]), properties))
    return found


def _meant(text: str) -> str:
    return re.sub(r"%(25|0D|0A|3A|2C)", lambda found: _MEANING[found[0]], text)
