"""Sizes as people write them, and as integers of bytes."""

from __future__ import annotations

import re

BYTES = {
    "B": 1,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
    "PiB": 2**50,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "PB": 10**15,
}
"""How many bytes one of each unit is."""

SIZE_PATTERN = r"^[0-9]{1,19} ?(" + "|".join(BYTES) + ")$"
"""A whole number and a unit, as the schemas have it too."""

EXPECTED_SIZE = 'a whole number of bytes, or a whole number with a unit as in "64 GiB"'

MIB = BYTES["MiB"]

_SIZE = re.compile(SIZE_PATTERN)
_NUMBER = re.compile(r"[0-9]+")
_BINARY = ("PiB", "TiB", "GiB", "MiB", "KiB")


def parse_size(text: str) -> int:
    """The bytes that a text such as `64 GiB` means; `ValueError` says what was expected."""
    found = _SIZE.search(text)
    number = _NUMBER.match(text)
    if found is None or number is None:
        raise ValueError(f"expected {EXPECTED_SIZE}")
    return int(number[0]) * BYTES[found[1]]


def format_size(size: int) -> str:
    """A size in the largest binary unit that keeps it a whole number, so that nothing is lost."""
    for unit in _BINARY:
        if size and size % BYTES[unit] == 0:
            return f"{size // BYTES[unit]} {unit}"
    return f"{size} B"


def show_size(size: int) -> str:
    """A size for a message: whole MiB or GiB where it is one, else to a tenth of a unit, rounded down."""
    exact = format_size(size)
    if len(exact) <= len("1023 MiB") or size < MIB:
        return exact
    unit = next(unit for unit in _BINARY if size >= BYTES[unit])
    tenths = size * 10 // BYTES[unit]
    return f"{tenths // 10}.{tenths % 10} {unit}"


def mib_consumed(size: int) -> int:
    """Whole MiB that something consumes: rounded up."""
    return -(-size // MIB)


def mib_available(size: int) -> int:
    """Whole MiB that are there to be given: rounded down."""
    return size // MIB


def percent(thousandths: int) -> str:
    """Thousandths as people say them: `79.1 %`."""
    return f"{thousandths // 10}.{thousandths % 10} %"


def show_thousandths(thousandths: int) -> str:
    """Thousandths as a number with its fraction: `1.250`."""
    return f"{thousandths // 1000}.{thousandths % 1000:03}"
