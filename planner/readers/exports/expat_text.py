"""XML without its dangers: no DOCTYPE, no entities, bounded depth, counts and names; and where each element stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from xml.parsers import expat

from planner.source.limits import MIB, LimitError, TextError
from planner.source.text import SourceText

_CHUNK = 4 * MIB
_LONGEST_TAG = 8 * MIB
_LONGEST_COMMENT = MIB
_MOST_COMMENTS = 10_000
_MOST_NAMES = 5_000
"""Different names of elements and attributes; the parser remembers each for good."""
_STEP = 2**16
_CONTINUATION = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that begin no character."""


class Offsets:
    """From positions in the text's UTF-8 bytes, which the parser counts, to characters."""

    def __init__(self, source: SourceText) -> None:
        self._source = source

    @cached_property
    def _bytes(self) -> bytes | None:
        text = self._source.text
        return None if text.isascii() else text.encode("utf-8", "surrogatepass")

    @cached_property
    def _characters(self) -> list[int]:
        """How many characters begin before each step."""
        counts, content = [0], self._bytes or b""
        for start in range(0, len(content), _STEP):
            counts.append(counts[-1] + _beginning(content[start : start + _STEP]))
        return counts

    def character(self, byte: int) -> int:
        """The character at a byte."""
        if self._bytes is None or byte <= 0:
            return max(0, byte)
        step = min(byte // _STEP, len(self._characters) - 1)
        return self._characters[step] + _beginning(self._bytes[step * _STEP : byte])


def _beginning(content: bytes) -> int:
    return len(content.translate(None, _CONTINUATION))


class Scanner:
    """One pass over an XML text: LimitError when a limit is passed or a DOCTYPE met, TextError for bad syntax."""

    def __init__(self, source: SourceText, *, deepest: int, most_elements: int) -> None:
        self.offsets = Offsets(source)
        self.depth = 0
        self._source = source
        self._deepest = deepest
        self._elements_left = most_elements
        self._names: set[str] = set()
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._start: Callable[[str, dict[str, str]], None] | None = None
        self._end: Callable[[str], None] | None = None

    def scan(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Hand over every element's begin and end, and on request the text between."""
        self._start, self._end = start, end
        self._parser.StartElementHandler = self._element
        self._parser.EndElementHandler = self._element_end
        if text is not None:
            self._parser.CharacterDataHandler = text
        self._refuse_long_tags()
        self._refuse_comments("<!--", "-->")
        self._refuse_comments("<?", "?>")
        content = self._source.text
        try:
            for position in range(0, len(content), _CHUNK):
                self._parser.Parse(content[position : position + _CHUNK].encode("utf-8", "surrogatepass"))
            self._parser.Parse(b"", True)  # noqa: FBT003 - the last
        except expat.ExpatError as error:
            raise self._failure(error) from None

    @property
    def byte(self) -> int:
        """Where the element at hand begins."""
        return self._parser.CurrentByteIndex

    def refuse(self, message: str) -> LimitError:
        """What to raise at the element at hand."""
        return LimitError(message, self.offsets.character(self.byte))

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self._elements_left -= 1
        if self.depth > self._deepest:
            raise self.refuse(f"elements are nested deeper than {self._deepest} levels")
        if self._elements_left < 0:
            raise self.refuse("there are more elements than any pool has")
        if name not in self._names or not self._names.issuperset(attributes):
            self._names.add(name)
            self._names.update(attributes)
            if len(self._names) > _MOST_NAMES:
                raise self.refuse(f"there are more than {_MOST_NAMES} different names of elements and attributes")
        if self._start:
            self._start(name, attributes)

    def _element_end(self, name: str) -> None:
        if self._end:
            self._end(name)
        self.depth -= 1

    def _doctype(self, *_: object) -> None:
        raise self.refuse("a DOCTYPE or an entity declaration, which no export has")

    def _refuse_long_tags(self) -> None:
        """No `<` within so many characters: a value that long would exhaust the parser."""
        content = self._source.text
        for position in range(0, len(content) - _LONGEST_TAG, _LONGEST_TAG):
            if content.find("<", position, position + _LONGEST_TAG) < 0:
                raise LimitError(f"a tag or text is longer than {_LONGEST_TAG // MIB} MiB", position)

    def _refuse_comments(self, opening: str, closing: str) -> None:
        """Few and short ones only: the parser goes over an unfinished one again and again."""
        content = self._source.text
        position = content.find(opening)
        for _ in range(_MOST_COMMENTS):
            if position < 0:
                return
            end = content.find(closing, position, position + _LONGEST_COMMENT)
            if end < 0 and len(content) - position > _LONGEST_COMMENT:
                raise LimitError("a comment is longer than any export has", position)
            position = content.find(opening, position + len(opening) if end < 0 else end)
        raise LimitError("there are more comments than any export has", position)

    def _failure(self, error: expat.ExpatError) -> TextError:
        offset = self.offsets.character(self._parser.ErrorByteIndex)
        return TextError(
            f"not XML: {expat.ErrorString(error.code)}", offset, "export the file again: it may be cut off"
        )
