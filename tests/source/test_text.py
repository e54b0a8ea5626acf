from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.source import text as texts
from planner.source.text import Place, SourceText

HIDDEN = "hunter2"


@given(st.text("ab\n", max_size=200), st.integers(1, 20))
def test_lines_and_columns_are_right_however_the_text_is_cut_into_stretches(content: str, stretch: int) -> None:
    whole, texts.STRETCH = texts.STRETCH, stretch
    try:
        source = SourceText("x", content)
        for offset in range(len(content) + 1):
            before = content[:offset]
            expected = before.count("\n") + 1, offset - before.rfind("\n")
            assert source.line_and_column(offset) == expected
            assert source.line_offset(expected[0]) == before.rfind("\n") + 1
    finally:
        texts.STRETCH = whole


def test_a_line_as_long_as_a_file_costs_no_more_than_a_short_one() -> None:
    source = SourceText("x", "y\n" + "a" * 50_000_000)
    for offset in range(49_990_000, 50_000_000):
        assert source.line_and_column(offset) == (2, offset - 1)
        assert not source.hides(offset, offset + 5)


@pytest.mark.parametrize(("above", "indent"), [*product(["password:", "  secret: |", "x: {token: ["], ["  ", "    "])])
def test_the_lines_of_a_secret_are_hidden_whole(above: str, indent: str) -> None:
    lines = [above, f"  {indent}first", "", f"  {indent}{HIDDEN}", "name: x"]
    source = SourceText("x", "\n".join(lines))
    assert source.snippet(Place("x", 4, 5, 4, 8)).text == "*" * len(lines[3])
    assert source.snippet(Place("x", 5, 1, 5, 4)).text == "name: x"
    assert source.hides(source.text.index(HIDDEN), source.text.index(HIDDEN) + 1)
    assert not source.hides(source.text.index("name"), len(source.text))


@pytest.mark.parametrize(
    "content",
    [
        f"? password\n: {HIDDEN}",
        f'"password":\n"{HIDDEN}"',
        f"password:\n- {HIDDEN}",
        f"<name>password</name>\n<value>{HIDDEN}</value>",
        f'<table name="secret">\n<row value="{HIDDEN}"/>',
    ],
)
def test_the_line_below_a_secret_key_is_hidden(content: str) -> None:
    assert HIDDEN not in SourceText("x", content).snippet(Place("x", 2, 1, 2, 9)).text


def test_a_name_that_speaks_of_secrets_hides_nothing() -> None:
    source = SourceText("x", "vms:\n- name: token-server\n  memory: 5x\n  vcpus: 1")
    assert source.snippet(Place("x", 3, 11, 3, 13)).text == "  memory: 5x"


def test_a_secret_hides_no_more_than_its_own_lines() -> None:
    source = SourceText("x", "host:\n  password: x\n  disks:\n    - size: 5x")
    assert source.snippet(Place("x", 4, 13, 4, 15)).text == "    - size: 5x"
