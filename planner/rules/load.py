"""What is wrong with a file itself: it shows while the file is read."""

from __future__ import annotations

from functools import partial

from planner.findings import Severity
from planner.rules import seen_while_reading

_error = partial(seen_while_reading, severity=Severity.ERROR, since="0.1")
_warning = partial(seen_while_reading, severity=Severity.WARNING, since="0.1")
_note = partial(seen_while_reading, severity=Severity.NOTE, since="0.1")

_error(
    "LD001",
    "unreadable-text",
    page="""A file is no text.

    Inventories are text in UTF-8, plain or packed by gzip. A byte that begins no
    character, a NUL, or a damaged archive means that the file was not exported whole.
    """,
)
_error(
    "LD002",
    "broken-syntax",
    page="""A document does not follow the rules of YAML, JSON or XML.

    Nothing is known of what such a document describes, so nothing about it was checked.
    The other documents of the run were checked all the same.
    """,
)
_error(
    "LD003",
    "beyond-limits",
    page="""A document is larger or deeper than any pool.

    Files come from elsewhere, so size, nesting and repetition by aliases are bounded.
    The largest pools stay far below the limits.
    """,
)
_error(
    "LD004",
    "unknown-format",
    page="""A document is of no kind that is known.

    A document of our own says `kind: Pool`, `kind: Wishes` or `kind: Site`. The toolstack's
    database in XML, XenAPI records, objects of Xen Orchestra and lists that `xe` prints are
    recognised by their content.
    """,
)
_error(
    "LD005",
    "unknown-key",
    page="""A key is not one that its record has.

    A misspelt key is a fact that never arrives: what it was to say stays unknown.
    """,
)
_error(
    "LD006",
    "missing-key",
    page="""A record lacks a key without which it cannot be used.

    Little is required: what a record is called, and what makes it the kind it is.
    The record was left out; all else was checked.
    """,
)
_error(
    "LD007",
    "wrong-value",
    page="""A value is not of the kind that its key takes.

    The value was left out, as if nobody had said it; all else was checked.
    """,
)
_error(
    "LD008",
    "repeated-key",
    page="""A mapping has the same key twice.

    Only one of the two values can be meant. The first one was used.
    """,
)
_error(
    "LD009",
    "wrong-size",
    page="""A size has no unit that is known.

    A size is a whole number of bytes, or a whole number and a unit: `64 GiB`, `512 MiB`, `100 GB`.
    A bare `64G` means different things to different people.
    """,
)
_error(
    "LD010",
    "unquoted-text",
    page="""A text without quotes reads as a number or as true or false.

    `8.10` is the number 8.1 until it is quoted; a build number loses its zeros.
    """,
)
_warning(
    "LD011",
    "wrong-stored-value",
    page="""A field of an exported record cannot be read.

    The field counts as unknown. It happens in files that were edited or cut.
    """,
)
_note(
    "LD012",
    "absent-class",
    page="""An export lacks records that others refer to.

    What those records would say is unknown: without `host_metrics` nobody knows how much memory a
    host has. Export the class too, if a rule needs it.
    """,
)
_error(
    "LD013",
    "empty-file",
    page="""A file holds no document.

    Nothing was checked where something was expected.
    """,
)
_error(
    "LD014",
    "too-many-faults",
    page="""A file has more faults than anyone wants to read.

    The first ones are told; mend these, and check again.
    """,
)
_warning(
    "LD015",
    "contradicting-relation",
    page="""Two exported records disagree about their relation.

    Each says of the other what the other does not say. The relation was taken to hold where either says so.
    """,
)
_error(
    "LD016",
    "second-site",
    page="""There is more than one document of kind Site.

    A run has one site. The first one was used.
    """,
)
_warning(
    "LD017",
    "unused-suppression",
    page="""A suppression hides nothing.

    What it spoke of is mended, or stands elsewhere. Left in place it would hide the next fault of that kind.
    """,
)
_warning(
    "LD018",
    "wrong-suppression",
    page="""A suppression cannot be understood.

    A comment is written `# planner: ignore[JN012] until 2027-01-31: reason`, a record has the key `ignore` with
    codes and reasons. The day may be left out, and so may the reason unless the settings demand one. It holds nothing
    back until it is mended.
    """,
)
_warning(
    "LD019",
    "expired-suppression",
    page="""A suppression has reached its end.

    Its last day is over, so what it hid is told again. Mend it, or say anew why it has to stay.
    """,
)
_note(
    "LD020",
    "source-tells-in-part",
    page="""A source does not tell all that the toolstack knows of a pool.

    Xen Orchestra leaves out or rounds much of it, and a printed list has only the columns that were
    asked for. What is not told counts as unknown: rules that need it say that they could not decide.
    XenAPI records and the toolstack's database tell all.
    """,
)
