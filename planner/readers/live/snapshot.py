"""What of a pool's records is kept: what is read, without secrets."""

from __future__ import annotations

import re
from typing import Any

from planner.confidential import is_secret
from planner.readers.exports.classes import UNREAD

Records = dict[str, dict[str, Any]]
"""The records of one class, by their references."""

_KEY = re.compile(
    r"pass(?:wd|word|phrase)?(?:$|[^a-z])|token(?!_timeout)|secret|credential|(?:^|[^a-z0-9])(?:api|access|private|ssh)?[_-]?key(?:$|[^a-z])|(?:api|access|private|secret)key",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|^ssh-\w+ ", re.MULTILINE)
_LICENCE = ("restrict_", "enable_", "expiry", "sku_type")


def kept(records: Any) -> Records:  # noqa: ANN401 - what the toolstack answered
    """The records of one class as they are kept. Raises TypeError when the answer is no mapping of records."""
    if not isinstance(records, dict):
        raise TypeError
    return {str(ref): _record(record) for ref, record in records.items() if isinstance(record, dict)}


def _record(record: dict[str, Any]) -> dict[str, Any]:
    found = {
        name: _without_secrets(value)
        for name, value in record.items()
        if name not in UNREAD and not _tells(value, name)
    }
    licence = found.get("license_params")
    if isinstance(licence, dict):
        found["license_params"] = {key: value for key, value in licence.items() if str(key).startswith(_LICENCE)}
    return found


def _without_secrets(value: Any) -> Any:  # noqa: ANN401 - what the toolstack answered
    """A value without the entries of its maps that may be secret; times and the like as text."""
    match value:
        case dict():
            return {
                str(key): _without_secrets(each)
                for key, each in value.items()
                if not _KEY.search(str(key)) and not _tells(each, str(key))
            }
        case list():
            return [_without_secrets(each) for each in value if not _tells(each)]
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)


def _tells(value: object, name: str = "") -> bool:
    """Whether a text tells a secret, or is a key, or its name speaks of one."""
    said = value if isinstance(value, str) else ""
    return is_secret(name, said) or _PRIVATE.search(said) is not None
