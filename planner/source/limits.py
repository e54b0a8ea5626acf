"""How much of a file is taken in: enough for the largest pools, too little to exhaust a machine."""

from __future__ import annotations

MIB = 2**20

LARGEST_FILE = 160 * MIB
"""Bytes, after unpacking."""
LARGEST_YAML = 48 * MIB
DEEPEST = 64
"""How deep mappings and lists may be nested."""
MOST_VALUES = 1_500_000
"""How many values a YAML document may hold, what aliases repeat counted each time."""
MOST_REPEATED = 200_000
"""How many of them may come from aliases."""
MOST_BYTES_IN_MEMORY = 512 * MIB
"""What the values of a file may take, estimated from its brackets and commas."""
MOST_DOCUMENTS = 1_000
"""How many documents one file may hold."""
MOST_FAULTS = 1_000
"""How many faults of one file are told one by one."""


class LimitError(Exception):
    """A text goes beyond a limit; the message says which, `offset` where."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


class TextError(Exception):
    """A text is not what its format asks for; `offset` says where that shows, or `line` where there is no text."""

    def __init__(self, message: str, offset: int = 0, remedy: str = "", line: int = 1) -> None:
        super().__init__(message)
        self.offset = offset
        self.remedy = remedy
        self.line = line
