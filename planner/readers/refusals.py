"""What the model refuses, told to a person: what was found, what was expected, what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from planner.confidential import is_secret, masked
from planner.model.fields import Record
from planner.units import EXPECTED_SIZE

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from planner.model.walk import Pointer

LONGEST_SHOWN = 40
"""How many characters of a value a message shows."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value was left out."""

    code: str
    message: str
    remedy: str


def shown(value: object) -> str:
    """A value as a message shows it: short, and never more than one line."""
    match value:
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case None:
            return "nothing"
    if isinstance(value, str):
        value = masked(value[:LONGEST_SHOWN])
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool | int | float) else str(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def closest(word: str, words: Iterable[str]) -> str:
    """A remedy's question, `did you mean "host"?`, or nothing when no word is close."""
    plain = {each.lower().replace("_", ""): each for each in sorted(words)}
    asked = re.sub(r"[\W_]+", "", word[:80].lower())
    found = [plain[each] for each in get_close_matches(asked, plain, n=1, cutoff=0.7)]
    return f'did you mean "{found[0]}"?' if found else ""


def model_at(model: type[Record], pointer: Pointer) -> type[Record]:
    """The model of the innermost record on the way of a pointer."""
    for step in pointer:
        field = model.model_fields.get(step) if isinstance(step, str) else None
        inner = _record_in(field.annotation) if field else None
        if inner is not None:
            model = inner
    return model


def _record_in(annotation: Any) -> type[Record] | None:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    return next((found for part in get_args(annotation) if (found := _record_in(part))), None)


def refusal(error: ErrorDetails, model: type[Record], written: str) -> Refusal:
    """What to say of a refusal; `model` is that of the record, `written` the value's text in the file."""
    field = next((str(step) for step in reversed(error["loc"]) if isinstance(step, str)), "the document")
    if is_secret(field):
        return secret(error)
    if isinstance(error["loc"][-1], int):
        field = f"an item of {field}"
    tell = _TELLERS.get(error["type"], _wrong_value)
    return tell(error, model, field, written)


def secret(error: ErrorDetails) -> Refusal:
    """What to say of a key or value that may be a secret: nothing of it."""
    code = "LD005" if error["type"] == "extra_forbidden" else "LD007"
    message = "a value that may be a secret stands where another is expected"
    return Refusal(code, message, "take it out: secrets are not used")


def _unknown_key(error: ErrorDetails, model: type[Record], _field: str, _written: str) -> Refusal:
    key = str(error["loc"][-1])
    if key == "<<":
        return Refusal("LD007", "<< refers to no mapping", "let it refer to a mapping, or to a list of mappings")
    fields = sorted(model.model_fields)
    remedy = closest(key, fields) or f"take it out, or use one of: {', '.join(fields)}"
    return Refusal("LD005", f"{shown(key)} is no key of a {model.__name__}", remedy)


def _missing_key(error: ErrorDetails, model: type[Record], _field: str, _written: str) -> Refusal:
    key = error["loc"][-1]
    return Refusal("LD006", f'this {model.__name__} has no "{key}"', f'add the key "{key}"')


def _no_text(error: ErrorDetails, _model: type[Record], field: str, written: str) -> Refusal:
    value = error["input"]
    if isinstance(value, bool):
        kind = "true or false"
    elif isinstance(value, int | float):
        kind = "a number"
    else:
        return Refusal("LD007", f"{field} is {shown(value)}; a text is expected", "write a text")
    if len(written) > LONGEST_SHOWN:
        return Refusal("LD010", f"{field} is {written[: LONGEST_SHOWN - 1]}…, which reads as {kind}", "quote it")
    return Refusal("LD010", f"{field} is {written}, which reads as {kind}", f'quote it: "{written}"')


def _wrong_choice(error: ErrorDetails, _model: type[Record], field: str, _written: str) -> Refusal:
    expected = error.get("ctx", {}).get("expected", "")
    words = str(expected).replace(" or ", ", ").replace("'", "").split(", ")
    remedy = closest(str(error["input"]).lower(), words) or f"write one of: {', '.join(words)}"
    return Refusal("LD007", f"{field} is {shown(error['input'])}; expected is {expected}", remedy)


def _no_flag(error: ErrorDetails, _model: type[Record], field: str, _written: str) -> Refusal:
    return Refusal(
        "LD007", f"{field} is {shown(error['input'])}; true or false is expected", "write true or false, without quotes"
    )


def _own_words(error: ErrorDetails, _model: type[Record], field: str, _written: str) -> Refusal:
    """A refusal by one of the model's own checks, which says what it expected."""
    reason = str(error.get("ctx", {}).get("error", error["msg"]))
    if EXPECTED_SIZE in reason:
        return Refusal("LD009", f"{field} is {shown(error['input'])}; {reason}", f"write {EXPECTED_SIZE}")
    return Refusal("LD007", f"{field} is {shown(error['input'])}; {reason}", reason.replace("expected", "write", 1))


def _expecting(what: str) -> Callable[[ErrorDetails, type[Record], str, str], Refusal]:
    def tell(error: ErrorDetails, _model: type[Record], field: str, _written: str) -> Refusal:
        return Refusal("LD007", f"{field} is {shown(error['input'])}; {what} is expected", f"write {what}")

    return tell


def _no_record(error: ErrorDetails, model: type[Record], field: str, written: str) -> Refusal:
    inner = model_at(model, error["loc"])
    return _expecting(inner.written_as)(error, model, field, written)


def _no_integer(error: ErrorDetails, _model: type[Record], field: str, _written: str) -> Refusal:
    return Refusal("LD007", f"{field} is {shown(error['input'])}; a whole number is expected", "write a whole number")


def _wrong_value(error: ErrorDetails, _model: type[Record], field: str, _written: str) -> Refusal:
    limits = {"ge": "at least", "le": "at most", "gt": "more than", "lt": "less than"}
    bounds = [f"{words} {error['ctx'][key]}" for key, words in limits.items() if key in error.get("ctx", {})]
    expected = " and ".join(bounds) or error["msg"].removeprefix("Input should be ").lower()
    return Refusal("LD007", f"{field} is {shown(error['input'])}; expected is {expected}", f"write {expected}")


_TELLERS: dict[str, Callable[[ErrorDetails, type[Record], str, str], Refusal]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing_key,
    "string_type": _no_text,
    "literal_error": _wrong_choice,
    "bool_type": _no_flag,
    "bool_parsing": _no_flag,
    "value_error": _own_words,
    "int_type": _no_integer,
    "int_from_float": _no_integer,
    "float_type": _expecting("a number"),
    "tuple_type": _expecting("a list"),
    "model_type": _no_record,
    "dict_type": _expecting("a mapping"),
    "string_too_short": _expecting("a text that is not empty"),
}
