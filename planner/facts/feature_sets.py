"""Sets of CPU features, as words of 32 bits, and what can be asked of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from itertools import zip_longest

Words = tuple[int, ...]

LEGACY_WORDS = 4
"""Words of a set up to 6.5."""

_WORD = re.compile(r"[0-9A-Fa-f]{1,8}")
_DIGITS_OF_A_MASK = re.compile(r"(.{8})(.{8})(.{8})(.{8})")
_BETWEEN_DIGITS = str.maketrans("", "", "- ")


def parse_features(text: str | None) -> Words | None:
    """The words of a feature text; none for an empty text; None for what is no such text, or no text."""
    if text is None:
        return None
    parts = text.split("-") if text else []
    if not all(_WORD.fullmatch(part) for part in parts):
        return None
    return tuple(int(part, 16) for part in parts)


def parse_mask(text: str | None) -> Words | None:
    """The four words of a text as up to 6.5: also 32 digits with dashes or blanks anywhere between them."""
    whole = _DIGITS_OF_A_MASK.fullmatch(text.translate(_BETWEEN_DIGITS)) if text else None
    found = parse_features("-".join(whole.groups()) if whole else text)
    return found if found is not None and len(found) == LEGACY_WORDS else None


def show_features(features: Words) -> str:
    """The words as the toolstack writes them."""
    return "-".join(f"{word:08x}" for word in features)


def zero_extend(features: Words, length: int) -> Words:
    """Exactly that many words: padded with empty ones, or cut."""
    return (features + (0,) * length)[:length]


def extend(features: Words, other: Words) -> Words:
    """As many words as the other has; those that are missing come from the other."""
    return features[: len(other)] + other[len(features) :]


def intersect(one: Words, other: Words) -> Words:
    """What both have. A set without any word counts as unknown: it takes nothing from the other."""
    if not one or not other:
        return one or other
    return tuple(left & right for left, right in zip_longest(one, other, fillvalue=0))


def difference(one: Words, other: Words) -> Words:
    """What the first has and the other lacks."""
    return tuple(left & ~right for left, right in zip_longest(one, other, fillvalue=0))


def equal(one: Words, other: Words) -> bool:
    """Whether both have the same features; words that are not there are empty."""
    return not any(left ^ right for left, right in zip_longest(one, other, fillvalue=0))


def is_subset(one: Words, other: Words) -> bool:
    """Whether the other has all that the first has. All is within a set without any word."""
    return equal(intersect(one, other), one)


def is_strict_subset(one: Words, other: Words) -> bool:
    """Whether it is a subset, and the other has more."""
    return is_subset(one, other) and not equal(one, other)


def common(sets: Iterable[Words]) -> Words:
    """What all of the sets have."""
    return reduce(intersect, sets, ())
