"""What people wrote into inventories of findings that they know: in comments, and in keys of records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from planner.errors import ConfigError
from planner.findings import Fault, Finding, Named, Suppression
from planner.readers.loaded import Loaded
from planner.source.text import Place, SourceText

FORM = "# planner: ignore[JN012] until 2027-01-31: reason"
_COMMENT = re.compile(r"(?:^|(?<=\s))#[ \t]*planner:[ \t]*(?P<what>[^\n#]*)", re.MULTILINE)
_WHAT = re.compile(r"ignore\[(?P<rules>[^\]]*)\][ \t]*(?P<rest>.*)")
_REST = re.compile(r"(?:until\s+(?P<until>[^\s:]*):?\s*)?(?P<reason>.*)", re.DOTALL)


@dataclass(frozen=True)
class Written:
    """A suppression of one rule, or of several with one beginning, as it stands in a file."""

    place: Place
    word: str
    """The rule, by code, beginning of a code, or name."""
    line: int | None
    """The line that a comment speaks of."""
    record: int | None
    """The identity of the record that has the key."""
    suppression: Suppression

    def covers(self, finding: Finding, record: int | None) -> bool:
        """Whether it speaks of the place or the object of a finding."""
        if self.line is None:
            return self.record is not None and self.record == record
        return finding.place is not None and (finding.place.path, finding.place.line) == (self.place.path, self.line)


def written(loaded: Loaded) -> Iterator[Written | Fault]:
    """Every suppression, and a fault for each that cannot be understood."""
    for path in sorted(loaded.texts):
        text = loaded.texts[path]
        if "planner:" in text.text and text.text.lstrip()[:1] not in ("{", "[", "<"):
            yield from _comments(text)
    for identity, (rooted, spot, record) in loaded.spots.items():
        for word, rest in (record.ignore or {}).items():
            place = rooted.origin.place(record, spot.pointer, f"ignore.{word}")
            yield _understood(place, word, rest, None, identity)


def _comments(text: SourceText) -> Iterator[Written | Fault]:
    for found in _COMMENT.finditer(text.text):
        place = text.place(found.start(), found.end("what"))
        what = _WHAT.fullmatch(found["what"].strip())
        if what is None:
            yield wrong(place, f"{found['what'].strip() or 'nothing'} is no suppression")
            continue
        line = _line(text, found.start(), place.line)
        for word in what["rules"].split(","):
            yield _understood(place, word.strip(), what["rest"], line, None)


def _line(text: SourceText, start: int, line: int) -> int:
    """The line that a comment speaks of: its own, or the next that holds something when it stands alone."""
    before = text.text[text.text.rfind("\n", 0, start) + 1 : start]
    if before.strip():
        return line
    for further, each in enumerate(text.text[start:].split("\n")[1:], start=1):
        if each.strip() and not each.lstrip().startswith("#"):
            return line + further
    return line


def _understood(place: Place, word: str, rest: str, line: int | None, record: int | None) -> Written | Fault:
    said = _REST.fullmatch(rest.strip())
    until = said["until"] if said else None
    if until is not None and not _is_day(until):
        return wrong(place, f"{until or 'nothing'} is no day")
    reason = said["reason"].strip() if said else ""
    kind = "record" if line is None else "comment"
    return Written(place, word, line, record, Suppression(kind, reason, until))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def day(text: str) -> str:
    """A day that an option names. Raises ConfigError when it is none."""
    if not _is_day(text):
        raise ConfigError(f"{text} is no day; write it as 2027-01-31")
    return text


def wrong(place: Place, message: str) -> Fault:
    """That a suppression cannot be understood."""
    return Fault("LD018", message, f"write it as `{FORM}`", place, Named("document", place.path), message)
