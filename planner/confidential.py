"""What must never be printed or written: values of keys that speak of passwords, secrets and tokens."""

from __future__ import annotations

import re

_WORDS = r"password|passwd|secret|token(?!_timeout)"
_KEY = re.compile(_WORDS, re.IGNORECASE)
_LOGIN = r"://[^\s/@:]*:(?=[^\s/@]+@)"
"""The beginning of an address that holds a name and a password."""
_INSIDE = re.compile(rf"(?:{_WORDS})\w*\s*[=:]|{_LOGIN}", re.IGNORECASE)
_GAP = r"(?:\s|%\.)"
_QUOTE = r"(?:[\"']|&apos;|&quot;)"
_WRITTEN = re.compile(
    rf"""((?:{_WORDS})[\w.-]*(?:{_QUOTE}?{_GAP}*[=:]{_GAP}*|{_QUOTE}{_GAP}+(?={_QUOTE})|{_QUOTE}>|</name>))"""
    r"""("[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:(?:\\.|'')[^'\\\n]*)*'|[^\n]+)"""
    rf"""|({_LOGIN})([^\s@]+)""",
    re.IGNORECASE,
)
"""A key, and the value behind it, as YAML, JSON, XML-RPC or the toolstack's database write them.

A value without quotes, or whose quotes do not close, may reach as far as the line does.
"""
_OPENS = re.compile(rf"(?:{_WORDS})[\w.-]*[\"']?\s*(?:[=:]|$|>|</name>)", re.IGNORECASE)
_OPTION = re.compile(r"(\s-pw[\s=]+)(\S+)")
"""The password among the options of a command line."""
_SPELT_OUT = re.compile(r"\\u00[4-7]|\\x[4-7]|&#(?:x[4-7]|6[5-9]|[7-9][0-9]|1[0-2][0-9]);?", re.IGNORECASE)
"""Letters written as numbers: the key may be any."""


def opens_secret(line: str) -> bool:
    """Whether a line has a secret key whose value may go on in the lines below."""
    return bool(_OPENS.search(line))


def is_secret(key: str, value: str = "") -> bool:
    """Whether a key speaks of something secret, or a value holds such a key."""
    return bool(_KEY.search(key)) or bool(_INSIDE.search(value))


def without_secrets(mapping: dict[str, str]) -> dict[str, str]:
    """The entries that may be known."""
    if not any(is_secret(key, value) for key, value in mapping.items()):
        return mapping
    return {key: value for key, value in mapping.items() if not is_secret(key, value)}


def masked(text: str, mask: str = "*") -> str:
    """A stretch of a file with asterisks in the place of secret values; nothing moves."""
    if _SPELT_OUT.search(text):
        return mask * len(text)
    text = _OPTION.sub(lambda found: found[1] + mask * len(found[2]), text)
    if "://" not in text and not _KEY.search(text):
        return text
    return _WRITTEN.sub(lambda found: (found[1] or found[3]) + mask * len(found[2] or found[4]), text)
