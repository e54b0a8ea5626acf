"""YAML into plain values, with the core types of YAML 1.2, and the places of those values.

The parser's events are taken as they come: that is several times faster than the usual loaders, sees every duplicate
key, and can stop at the first event too many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from planner.source.document import Document, Places, Repeated
from planner.source.limits import DEEPEST, MOST_DOCUMENTS, MOST_REPEATED, MOST_VALUES, LimitError, TextError

try:
    from yaml._yaml import CParser as Parser
except ImportError:  # PyYAML without its C part: the same, slower
    from yaml.loader import BaseLoader as Parser  # type: ignore[assignment]

_INTEGER = re.compile(r"[-+]?[0-9]+$|0o[0-7]+$|0x[0-9a-fA-F]+$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_SPECIAL: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_MAYBE_SPECIAL = frozenset("0123456789-+.~nNtTfF")
_TEXT_TAGS = (None, "!", "tag:yaml.org,2002:str")
LONGEST_NUMBER = 400
"""Longer ones are as good as infinite: nothing in a pool has so many digits."""


def plain_value(text: str) -> Any:  # noqa: ANN401 - any of the core types
    """What an unquoted scalar means in YAML 1.2: null, a boolean, a number, or else a text."""
    if text and text[0] not in _MAYBE_SPECIAL:
        return text
    if text in _SPECIAL:
        return _SPECIAL[text]
    if _INTEGER.match(text):
        if len(text) > LONGEST_NUMBER:
            return float("inf")
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    return float(text) if _FLOAT.match(text) else text


class _Builder:
    """Builds the value of one document after the other from the parser's events."""

    def __init__(self, text: str, base: int) -> None:
        self.next_event: Callable[[], Any] = Parser(text).get_event
        self.base = base
        self.values = 0
        self.repeated_values = 0
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.repeated: list[Repeated] = []

    def documents(self) -> Iterator[tuple[int, int, Any, list[Repeated]]]:
        """Start, end, value and repeated keys of each document."""
        while True:
            event = self.next_event()
            if type(event) is StreamEndEvent:
                return
            if type(event) is DocumentStartEvent:
                self.anchors, self.repeated = {}, []
                value = self._value()
                yield self._at(event), self.base + self.next_event().end_mark.index, value, self.repeated

    def _value(self) -> Any:  # noqa: ANN401, C901, PLR0912 - any of the core types; one loop, as fast as can be
        """The next value, whole: mappings and lists under way are on a stack, so that no depth exhausts Python's."""
        stack: list[tuple[Any, str | None, str | None, int]] = []
        container: Any = None
        key: str | None = None
        anchor: str | None = None
        first = 0
        while True:
            event = self.next_event()
            kind = type(event)
            if kind is ScalarEvent:
                self.values += 1
                if self.values > MOST_VALUES:
                    self._bound(event)
                is_key = key is None and type(container) is dict
                value = event.value if is_key or not event.implicit[0] else plain_value(event.value)
                if event.tag is not None or event.anchor is not None:
                    self._note(event, value)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event, len(stack), key is None and type(container) is dict)
                stack.append((container, key, anchor, first))
                container, key, anchor, first = (
                    ({} if kind is MappingStartEvent else []),
                    None,
                    event.anchor,
                    self.values,
                )
                continue
            elif kind is AliasEvent:
                value = self._alias(event)
            else:
                if type(container) is dict and "<<" in container:
                    _merge(container)
                value = container
                if anchor is not None:
                    self.anchors[anchor] = (value, self.values - first + 1)
                container, key, anchor, first = stack.pop()
            if container is None:
                return value
            if type(container) is list:
                container.append(value)
            elif key is None:
                key = self._key(event, value, container)
            else:
                container.setdefault(key, value)
                key = None

    def _note(self, event: Any, value: Any) -> None:  # noqa: ANN401 - the library's event
        """Look at a scalar's tag, and remember its anchor."""
        if event.tag not in _TEXT_TAGS:
            raise TextError(f"the tag {event.tag} is not used here", self._at(event), "write the plain value")
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)

    def _open(self, event: Any, depth: int, is_key: bool) -> None:  # noqa: ANN401, FBT001 - the library's event
        """Look whether a mapping or list may begin here."""
        self.values += 1
        if is_key:
            raise TextError("a key is a mapping or a list", self._at(event), "make it a plain text")
        if event.tag is not None and event.tag != "!":
            raise TextError(f"the tag {event.tag} is not used here", self._at(event), "write the plain value")
        if depth >= DEEPEST:
            raise LimitError(f"values are nested deeper than {DEEPEST} levels", self._at(event))
        self._bound(event)

    def _alias(self, event: Any) -> Any:  # noqa: ANN401 - any of the core types
        if event.anchor not in self.anchors:
            raise TextError(
                f"*{event.anchor} names no anchor before it", self._at(event), f"write &{event.anchor} first"
            )
        value, size = self.anchors[event.anchor]
        self.values += size
        self.repeated_values += size
        self._bound(event)
        return value

    def _bound(self, event: Any) -> None:  # noqa: ANN401 - the library's event
        if self.values > MOST_VALUES:
            raise LimitError(f"there are more than {MOST_VALUES} values", self._at(event))
        if self.repeated_values > MOST_REPEATED:
            raise LimitError(f"aliases repeat more than {MOST_REPEATED} values", self._at(event))

    def _key(self, event: Any, value: Any, container: dict[str, Any]) -> str:  # noqa: ANN401 - any of the core types
        if type(value) is not str:
            raise TextError("a key is not a plain text", self._at(event), "make it a plain text")
        if value in container:
            self.repeated.append(Repeated(value, self._at(event), self.base + event.end_mark.index))
        return value

    def _at(self, event: Any) -> int:  # noqa: ANN401 - the library's event
        """Where an event begins."""
        return self.base + int(event.start_mark.index)


def _merge(mapping: dict[str, Any]) -> None:
    """Take over what `<<` refers to, where the mapping does not say it itself."""
    merged = mapping["<<"]
    sources = merged if isinstance(merged, list) else [merged]
    if all(isinstance(source, dict) for source in sources):
        del mapping["<<"]
        for source in sources:
            for key, value in source.items():
                mapping.setdefault(key, value)


def _failure(error: yaml.YAMLError, text: str, base: int) -> TextError:
    """What the parser disliked, with its place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    position = int((mark.index if mark is not None else getattr(error, "position", 0)) or 0)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    if text[position : position + 1] == "\t":
        return TextError("not YAML: a tab stands where only spaces may", base + position, "write spaces in its place")
    return TextError(f"not YAML: {problem}", base + position, "see whether the lines before it are complete")


def _parse(text: str, base: int) -> Iterator[Document]:
    """The documents up to the first that cannot be read, and that one."""
    try:
        for start, end, value, repeated in _Builder(text, base).documents():
            yield Document(value, start, repeated, None, partial(_scan, text, start - base, end - base, base))
    except yaml.YAMLError as error:
        yield Document(error=_failure(error, text, base))
    except (LimitError, TextError) as error:
        yield Document(error=error)


def _too_many() -> Document:
    return Document(error=LimitError(f"the file holds more than {MOST_DOCUMENTS} documents"))


_SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_MOST_TAG_DIRECTIVES = 100


def parse(text: str) -> list[Document]:
    """All documents of a YAML text. One that cannot be read holds the error; those after it are read all the same."""
    if text.count("\n%TAG") > _MOST_TAG_DIRECTIVES:
        return [Document(error=LimitError(f"there are more than {_MOST_TAG_DIRECTIVES} %TAG directives"))]
    documents = list(islice(_parse(text, 0), MOST_DOCUMENTS + 1))
    if len(documents) > MOST_DOCUMENTS:
        return [_too_many()]
    if not documents or not isinstance(documents[-1].error, TextError):
        return documents
    starts = sorted({0, *(found.start() for found in _SEPARATOR.finditer(text))})
    if len(starts) == 1:
        return documents
    if len(starts) > MOST_DOCUMENTS:
        return [_too_many()]
    ends = [*starts[1:], len(text)]
    parts = [_parse(text[start:end], start) for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]
    return [document for part in parts for document in part]


def _scan(text: str, start: int, end: int, base: int) -> Places:
    """The places of everything in the document from `start` to `end` of a text that itself begins at `base`."""
    next_event = Parser(text[start:end]).get_event
    while type(next_event()) is not DocumentStartEvent:
        pass
    return _scan_document(next_event, base + start)


def _scan_document(next_event: Callable[[], Any], base: int) -> Places:
    places = Places()
    stack: list[tuple[int, bool]] = []
    key: str | None = None
    key_span = (-1, -1)
    while True:
        event = next_event()
        kind = type(event)
        if kind is DocumentEndEvent:
            return places
        if kind not in (ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent):
            places.close(stack.pop()[0], base + event.end_mark.index)
            continue
        span = (base + event.start_mark.index, base + event.end_mark.index)
        if key is None and stack and stack[-1][1]:
            key, key_span = str(getattr(event, "value", "")), span
            continue
        number = places.open(span, key, key_span)
        key = None
        if kind is MappingStartEvent or kind is SequenceStartEvent:
            stack.append((number, kind is MappingStartEvent))
