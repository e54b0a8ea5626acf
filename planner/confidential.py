"""What must never be printed or written: values of keys that speak of passwords, secrets and tokens."""

from __future__ import annotations

import re

_WORDS = r"password|passwd|secret|token"
_KEY = re.compile(_WORDS, re.IGNORECASE)
_INSIDE = re.compile(rf"(?:{_WORDS})\w*\s*[=:]", re.IGNORECASE)
_WRITTEN = re.compile(
    rf"""((?:{_WORDS})[\w.-]*["']?(?:\s|%\.)*[=:]?(?:\s|%\.)*)"""
    r"""("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^\n"',;)}\]]+)""",
    re.IGNORECASE,
)
"""A key, and the value behind it, as YAML, JSON, or the toolstack's database writes them."""


def is_secret(key: str, value: str = "") -> bool:
    """Whether a key speaks of something secret, or a value holds such a key."""
    return bool(_KEY.search(key)) or bool(_INSIDE.search(value))


def without_secrets(mapping: dict[str, str]) -> dict[str, str]:
    """The entries that may be known."""
    if not any(is_secret(key, value) for key, value in mapping.items()):
        return mapping
    return {key: value for key, value in mapping.items() if not is_secret(key, value)}


def masked(text: str) -> str:
    """A stretch of a file with asterisks in the place of secret values; nothing moves."""
    if not _KEY.search(text):
        return text
    return _WRITTEN.sub(lambda found: found[1] + "*" * len(found[2]), text)
