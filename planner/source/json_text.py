"""JSON into plain values, and the places of those values."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any, NoReturn

from planner.source.document import Document, Places, Repeated
from planner.source.limits import DEEPEST, MIB, MOST_BYTES_IN_MEMORY, LimitError, TextError

_BYTES_PER_CONTAINER = 240
_BYTES_PER_ITEM = 40
_SMALL = 2 * MIB
"""Characters up to which no text can fill the memory."""
_TOO_DEEP = f"values are nested deeper than {DEEPEST} levels"


class _Constant(Exception):  # noqa: N818 - see below
    """NaN or Infinity, which only JavaScript has."""


def _refuse_constant(name: str) -> NoReturn:
    raise _Constant(name)


class _Repetition(Exception):  # noqa: N818 - it ends the fast way, it is no error
    """Some mapping has a key twice."""


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _Repetition
    return mapping


def _first_counts(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        mapping.setdefault(key, value)
    return mapping


def _decode(text: str) -> tuple[Any, bool]:
    """The value, and whether some mapping has a key twice."""
    try:
        return json.loads(text, object_pairs_hook=_without_repetition, parse_constant=_refuse_constant), False
    except _Repetition:
        return json.loads(text, object_pairs_hook=_first_counts, parse_constant=_refuse_constant), True


def parse(text: str) -> Document:
    """The one document of a JSON text."""
    try:
        value, repetition = _value(text)
    except (LimitError, TextError) as error:
        return Document(error=error)
    document = Document(value, len(text) - len(text.lstrip()), scan=partial(_scan, text, []))
    if repetition:
        places = _scan(text, document.repeated)
        document.scan = lambda: places
    return document


def parse_lines(text: str) -> Document:
    """The values of a text that has one on each line, as one list."""
    lines = [line for line in text.split("\n") if line.strip()]
    try:
        values, _ = _value(f"[{','.join(lines)}]")
    except TextError as error:
        return Document(error=TextError(str(error), max(0, error.offset - 1), error.remedy))
    except LimitError as error:
        return Document(error=error)
    return Document(values, len(text) - len(text.lstrip()), scan=partial(_scan_lines, text))


def _value(text: str) -> tuple[Any, bool]:
    """The value, and whether some mapping has a key twice. Raises LimitError and TextError."""
    if len(text) > _SMALL and _bytes_in_memory(text) > MOST_BYTES_IN_MEMORY:
        raise LimitError("the values would take too much memory")
    try:
        value, repetition = _decode(text)
    except json.JSONDecodeError as error:
        raise TextError(f"not JSON: {error.msg}", error.pos, "see what stands just before it") from None
    except RecursionError:
        raise LimitError(_TOO_DEEP) from None
    except _Constant as error:
        message, where = f"not JSON: {error} is no number", _offset(text, re.escape(str(error)))
        raise TextError(message, where, "leave the key out when the number is not known") from None
    except ValueError:
        where = _offset(text, r"-?[0-9]{4300,}+")
        raise TextError("not JSON: a number has too many digits", where, "write a number of 64 bits") from None
    if "\\u" in text and _half_characters(value):
        half = _HALF.search(text)
        raise TextError(
            "not Unicode: half of a surrogate pair", half.start() if half else 0, "write the whole character"
        )
    return value, repetition


def _bytes_in_memory(text: str) -> int:
    """What the values of a text will take at the most, by its brackets and commas."""
    return (text.count("{") + text.count("[")) * _BYTES_PER_CONTAINER + text.count(",") * _BYTES_PER_ITEM


def _half_characters(value: object) -> bool:
    """Whether a text holds half of a surrogate pair alone, which cannot be written out again."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except RecursionError:
        raise LimitError(_TOO_DEEP) from None
    return False


def within_depth(document: Document) -> Document:
    """The document, or an error in its place when lists and mappings are nested too deep.

    What is held against a model needs no such look: the model goes no deeper than it knows.
    """
    if document.error is None and _too_deep(document.value):
        return Document(error=LimitError(_TOO_DEEP))
    return document


def _too_deep(value: object) -> bool:
    """Whether it is too deep, layer by layer, so that no depth exhausts Python's own."""
    layer = [value]
    for _ in range(DEEPEST + 1):
        inner: list[object] = []
        for each in layer:
            if type(each) is dict:
                inner += [item for item in each.values() if type(item) is dict or type(item) is list]
            elif type(each) is list:
                inner += [item for item in each if type(item) is dict or type(item) is list]
        if not inner:
            return False
        layer = inner
    return True


_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[][{}]|[^][{}",:\s]++', re.DOTALL)
"""Possessive throughout: to be able to go back within a long text would take gigabytes."""


_HALF = re.compile(r"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]..")


def _offset(text: str, pattern: str) -> int:
    """Where the first token stands that is such a number."""
    number = re.compile(pattern)
    return next((token.start() for token in _TOKEN.finditer(text) if number.fullmatch(token[0])), 0)


def _scan_lines(text: str) -> Places:
    """The places of everything in a text that has one value on each line, within a list that is not written."""
    places = Places()
    whole = places.open((0, 1))
    _scan(text, [], places)
    places.close(whole, len(text))
    return places


def _scan(text: str, repeated: list[Repeated], places: Places | None = None) -> Places:
    """The places of everything; keys that their mapping already has are added to `repeated`."""
    places = places or Places()
    stack: list[tuple[int, set[str] | None]] = []
    key: str | None = None
    key_span = (-1, -1)
    for token in _TOKEN.finditer(text):
        first, span = text[token.start()], token.span()
        if first in "]}":
            places.close(stack.pop()[0], span[1])
            continue
        keys = stack[-1][1] if stack else None
        if keys is not None and key is None:
            key, key_span = json.loads(token[0]), span
            if key in keys:
                repeated.append(Repeated(key, *span))
            keys.add(key)
            continue
        number = places.open(span, key, key_span)
        key = None
        if first in "[{":
            stack.append((number, set() if first == "{" else None))
    return places
