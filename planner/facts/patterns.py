"""Regular expressions that whole names are held against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import SchemaError

LONGEST = 1000
"""How long a pattern may be."""


class PatternError(ValueError):
    """A pattern that cannot be used, and why."""


def whole_match(pattern: str) -> Callable[[str], bool]:
    """The question whether the whole of a text is as the pattern says.

    The patterns are those of pydantic's own engine, which never needs more time than the text is long.
    Raises PatternError when the pattern cannot be used.
    """
    if len(pattern) > LONGEST:
        raise PatternError(f"it has more than {LONGEST} characters")
    _compiled(pattern)
    adapter = _compiled(rf"\A(?:{pattern})\z")

    def matches(text: str) -> bool:
        try:
            adapter.validate_python(text)
        except ValidationError:
            return False
        return True

    return matches


def _compiled(pattern: str) -> TypeAdapter[str]:
    try:
        return TypeAdapter(Annotated[str, Field(pattern=pattern)])
    except SchemaError as error:
        raise PatternError(_reason(str(error))) from None


def _reason(text: str) -> str:
    """The engine's own words: the last line that says what is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("error:")]
    return lines[-1].removeprefix("error:").strip() if lines else "it is no regular expression"
