import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from planner.source.limits import DEEPEST, LimitError, TextError
from planner.source.yaml_text import parse
from planner.source.yaml_writer import dump


def only(text: str) -> Any:
    (document,) = parse(text)
    assert document.error is None
    return document.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("22:30", "22:30"),
        ("52:54:10:12:34:56", "52:54:10:12:34:56"),
        ("8.10", 8.1),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("6.2.0", "6.2.0"),
        ("-7", -7),
        ("2026-11-22", "2026-11-22"),
        ("'8.10'", "8.10"),
        ('"true"', "true"),
        ("!!str 8.10", "8.10"),
        ("64 GiB", "64 GiB"),
        ("=", "="),
    ],
)
def test_plain_values_have_the_core_types_of_yaml_1_2(written: str, value: object) -> None:
    got = only(f"key: {written}\n")["key"]
    assert got == value
    assert type(got) is type(value)


def test_infinity_and_not_a_number_are_floats() -> None:
    value = only("[.inf, -.INF, .nan]")
    assert value[:2] == [float("inf"), float("-inf")]
    assert value[2] != value[2]


def test_keys_are_texts_whatever_they_look_like() -> None:
    assert only("0: a\ntrue: b\n8.10: c\n") == {"0": "a", "true": "b", "8.10": "c"}


def test_a_repeated_key_is_told_and_the_first_one_counts() -> None:
    text = "a: 1\nb: {c: 1, c: 2}\na: 3\n"
    (document,) = parse(text)
    assert document.value == {"a": 1, "b": {"c": 1}}
    assert [(each.key, text[each.start : each.end], each.start) for each in document.repeated] == [
        ("c", "c", text.index("c: 2")),
        ("a", "a", text.index("a: 3")),
    ]


def test_aliases_and_merges_are_followed() -> None:
    text = "base: &base {x: 1, y: 2}\none: {<<: *base, y: 3}\ntwo: {<<: [{x: 9}, *base]}\nthree: *base\n"
    assert only(text) == {
        "base": {"x": 1, "y": 2},
        "one": {"x": 1, "y": 3},
        "two": {"x": 9, "y": 2},
        "three": {"x": 1, "y": 2},
    }


def test_every_document_of_a_stream_is_read() -> None:
    assert [document.value for document in parse("a: 1\n---\n- 2\n---\n---\nb: 3\n...\n")] == [
        {"a": 1},
        [2],
        None,
        {"b": 3},
    ]


def test_a_document_that_cannot_be_read_does_not_keep_the_others_out() -> None:
    good, broken, after = parse("a: 1\n---\nb: [\n---\nc: 3\n")
    assert (good.value, after.value) == ({"a": 1}, {"c": 3})
    assert isinstance(broken.error, TextError)
    assert "c: 3\n"[0] == "a: 1\n---\nb: [\n---\nc: 3\n"[after.start + 4]


@pytest.mark.parametrize(
    ("text", "words", "offset"),
    [
        ("a: !!python/name:os.system x", "tag", 3),
        ("a: !!set {b}", "tag", 3),
        ("a: *nobody", "anchor", 3),
        ("a: &a [*a]", "anchor", 7),
        ("? [b]\n: c", "key", 2),
        ("? *a\n: c", "anchor", 2),
        ("a: 'x", "not YAML", 6),
        ("a: \x07", "control", 3),
    ],
)
def test_what_is_refused_has_a_place(text: str, words: str, offset: int) -> None:
    (document,) = parse(text)
    assert isinstance(document.error, TextError)
    assert words in str(document.error)
    assert abs(document.error.offset - offset) <= 1


def test_nesting_is_bounded() -> None:
    assert only("[" * DEEPEST + "]" * DEEPEST)
    (document,) = parse("[" * (DEEPEST + 1))
    assert isinstance(document.error, LimitError)


def test_aliases_cannot_multiply_without_bound() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (document,) = parse("\n".join(lines))
    assert isinstance(document.error, LimitError)
    assert "alias" in str(document.error)


def test_values_have_places() -> None:
    text = "# é\nhosts:\n  - name: a\n    memory: 64 GiB\n  - {name: b}\n---\nkind: Pool\n"
    first, second = parse(text)

    def at(pointer: tuple[str | int, ...]) -> str:
        node, written = first.root.find(pointer)
        assert written
        return text[slice(*node.span())]

    assert at(("hosts", 0, "memory")) == "64 GiB"
    assert at(("hosts", 1, "name")) == "b"
    assert at(("hosts",)) == "hosts"
    node, written = first.root.find(("hosts", 1, "memory"))
    assert (text[node.start : node.start + 9], written) == ("{name: b}", False)
    assert text[slice(*second.root.find(("kind",))[0].span())] == "Pool"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_reads_as_the_same(value: object) -> None:
    assert only(dump({"value": value})) == {"value": value}


@given(
    st.dictionaries(
        st.text(st.characters(codec="ascii", exclude_characters="\0")), st.text("0123456789.eEoOxX:-+_yYnN ~<=")
    )
)
def test_what_is_written_reads_the_same_in_yaml_1_1(value: dict[str, str]) -> None:
    assert yaml.safe_load(dump(value)) == value == only(dump(value))


@given(st.text("ab:- \n[]{}&*!|>'\"%#,?\t0"))
def test_any_text_gives_values_or_an_error(text: str) -> None:
    for document in parse(text):
        document.root.find(("a", 0))
        assert document.error is None or 0 <= document.error.offset <= len(text) + 1


def test_each_document_is_placed_by_its_own_text() -> None:
    text = (
        "%YAML 1.1\n---\n# é\na: 1\n...\n%TAG !e! tag:x\n---\nb: |\n  x\n\n--- {c: 1}\n"
        "--- # x\nd: &d 1\n...\n---\n---\né𝄞: [*d, e]\n"
    ).replace("*d, ", "")
    for document, key in zip((each for each in parse(text) if each.value), ("a", "b", "c", "d", "é𝄞"), strict=True):
        node, written = document.root.find((key,))
        assert written
        assert node.key is not None
        assert text[slice(*node.key)] == key


def test_the_places_of_many_documents_are_found_in_time() -> None:
    documents = parse("---\na: [" + "1, " * 1000 + "]\n" + ("---\na: [" + "1, " * 1000 + "]\n") * 600)
    begun = time.process_time()
    assert all(document.root.find(("a", 5))[1] for document in documents)
    assert time.process_time() - begun < 30


@pytest.mark.parametrize("text", ["---\n" * 2000, "--- [\n" * 2000, "--- a\n" * 2000])
def test_more_documents_than_anyone_has_are_one_fault(text: str) -> None:
    (document,) = parse(text)
    assert isinstance(document.error, LimitError)


def test_what_is_merged_is_placed_where_it_is_merged() -> None:
    text = "- &a {b: 1}\n- {<<: *a, c: 2}\n- {<<: {b: 3}, c: 4}\n"
    (document,) = parse(text)
    assert document.value[1:] == [{"c": 2, "b": 1}, {"c": 4, "b": 3}]
    first, _ = document.root.find((1, "b"))
    second, _ = document.root.find((2, "b"))
    assert (text[slice(*first.span())], text[slice(*second.span())]) == ("*a", "3")


def test_a_tab_is_told_as_one() -> None:
    (document,) = parse("a:\n\tb: 1\n")
    assert isinstance(document.error, TextError)
    assert ("tab" in str(document.error), document.error.offset) == (True, 3)


@pytest.mark.parametrize("digits", ["9" * 5000, "0x" + "f" * 3999, "0o" + "7" * 4500])
def test_a_number_that_long_is_infinite_and_its_text_is_quoted(digits: str) -> None:
    assert only(f"a: {digits}")["a"] == float("inf")
    assert only(dump({"a": digits}))["a"] == digits
    assert yaml.safe_load(dump({"a": "9" * 4000})) == {"a": "9" * 4000}
