"""Which sums guests can have: sets of sums as the bits of one large integer."""

from __future__ import annotations

LONGEST = 1 << 21
"""Bits beyond which such a set costs more than it gives."""


def with_class(sums: int, size: int, count: int, limit: int) -> int:
    """The sums up to a limit when up to `count` guests of one size are added to them."""
    mask = (1 << (limit + 1)) - 1
    count, step = min(count, limit // size), 1
    while count > 0:
        step = min(step, count)
        sums |= (sums << (size * step)) & mask
        count -= step
        step *= 2
    return sums


def largest(sums: int, limit: int) -> int:
    """The largest sum that does not exceed the limit."""
    return (sums & ((1 << (limit + 1)) - 1)).bit_length() - 1


def least_above(sums: int, bound: int) -> int | None:
    """The least sum greater than the bound, if there is one."""
    rest = sums >> (bound + 1)
    return None if not rest else (rest & -rest).bit_length() + bound
