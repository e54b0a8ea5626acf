"""Sets and maps as the database writes them."""

from __future__ import annotations

import pytest

from planner.readers.exports.s_expressions import Salvaged, parse, parse_map, parse_set, unprotect


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a%.b%%c", "a b%c"),
        ("a b", "a b"),
        ("%t%n%r", "\t\n\r"),
        ("x%_y", "x  y"),
        ("100%x", "100%x"),
        ("%", "%"),
        ("%%.", "%."),
    ],
)
def test_spaces_are_freed_of_their_protection(text: str, meaning: str) -> None:
    assert unprotect(text) == meaning


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("()", []),
        ("('a' 'b')", ["a", "b"]),
        ("('hvm-3.0-x86_64' '')", ["hvm-3.0-x86_64", ""]),
        ("(bare 'quoted')", ["bare", "quoted"]),
        ("(\"it's\" '\"')", ["it's", '"']),
        (r"('it\'s' 'a\\b')", ["it's", "a\\b"]),
        ("  ( 'a'\n'b' )  ", ["a", "b"]),
        ("", None),
        ("a", None),
        ("('a'", None),
        ("('a'))", None),
        ("('a') 'b'", None),
        ("(('a' 'b'))", None),
        ("((((((", None),
    ],
)
def test_a_set_is_read(text: str, members: list[str] | None) -> None:
    assert parse_set(text) == members


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("()", {}),
        (r"(('k' 'it\'s') ('z' ''))", {"k": "it's", "z": ""}),
        ("(('k' '1') ('k' '2'))", {"k": "1"}),
        ("(('k'))", None),
        ("('k' 'v')", None),
        ("(('k' ('a' 'b')))", None),
    ],
)
def test_a_map_is_read(text: str, entries: dict[str, str] | None) -> None:
    assert parse_map(text) == entries


def test_what_was_whole_is_salvaged_of_a_list_that_breaks_off() -> None:
    assert parse("('a' 'b") == Salvaged(["a"])
