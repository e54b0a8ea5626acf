import json
import tracemalloc

import pytest
from hypothesis import assume, given

from planner.source.json_text import parse, within_depth
from planner.source.limits import DEEPEST, LimitError, TextError

from .test_yaml_text import VALUES


@given(VALUES)
def test_values_are_those_of_the_standard_library(value: object) -> None:
    text = json.dumps(value)
    assume("Infinity" not in text)
    assert parse(text).value == value


def test_values_have_places() -> None:
    text = '{"a\\u00e9": [1, {"b": "x,]"}, []], "c": -1.5e3}'
    root = parse(text).root
    assert text[slice(*root.find(("aé", 1, "b"))[0].span())] == '"x,]"'
    assert text[slice(*root.find(("c",))[0].span())] == "-1.5e3"
    assert text[slice(*root.find(("aé", 1))[0].span())] == '{"b": "x,]"}'
    assert root.find(("aé", 5)) == (root.find(("aé",))[0], False)


def test_a_repeated_key_is_told_and_the_first_one_counts() -> None:
    text = '{"a": 1, "b": {"c": 1, "c": 2}, "a": {"d": 1}}'
    document = parse(text)
    assert document.value == {"a": 1, "b": {"c": 1}}
    assert [text[each.start : each.end] for each in document.repeated] == ['"c"', '"a"']


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("[1,", TextError, "Expecting"),
        ("[1] 2", TextError, "Extra"),
        ('["\\ud800"]', TextError, "surrogate"),
        ('{"\\udfff": 1}', TextError, "surrogate"),
        ("[NaN]", TextError, "NaN"),
        ("[-Infinity]", TextError, "Infinity"),
        ("[" + "1" * 5000 + "]", TextError, "digits"),
        ("[" * 100_000, LimitError, "nested"),
        ('{"a":' * 100_000, LimitError, "nested"),
    ],
)
def test_what_is_refused(text: str, kind: type[Exception], words: str) -> None:
    error = parse(text).error
    assert isinstance(error, kind)
    assert words in str(error)


def test_nesting_is_bounded_where_no_model_bounds_it() -> None:
    for depth, refused in ((DEEPEST, False), (DEEPEST + 2, True), (900, True)):
        document = within_depth(parse("[" * depth + "]" * depth))
        assert isinstance(document.error, LimitError) is refused
        assert isinstance(within_depth(parse('{"a":' * depth + "1" + "}" * depth)).error, LimitError) is refused


def test_a_text_that_would_fill_the_memory_is_not_read() -> None:
    assert isinstance(parse("[" + "[]," * 4_000_000 + "1]").error, LimitError)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('{"NaN": "NaN", "x": [1, NaN]}', 24),
        ('{"a": -Infinity}', 6),
        ('{"a": "' + "9" * 5000 + '", "b": ' + "9" * 5000 + "}", 5015),
        ('{"a": "\\ud83d\\ude00", "b": "\\ud800"}', 28),
        ('{"a": "\\ud83d\\ude00", "b": "\\udc00"}', 28),
    ],
)
def test_a_value_that_is_none_is_told_where_it_stands(text: str, at: int) -> None:
    error = parse(text).error
    assert error is not None
    assert error.offset == at


def test_places_in_long_texts_take_little_memory() -> None:
    text = '{"a": "' + "\\n" * 2_000_000 + '", "b": 1}'
    tracemalloc.start()
    node, written = parse(text).root.find(("b",))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (text[node.start : node.end], written) == ("1", True)
    assert peak < 20 * len(text)
