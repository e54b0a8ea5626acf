"""How a pool on the network is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from planner.errors import ReadError
from planner.source.limits import LARGEST_FILE


def _no_password(whom: str) -> str:
    raise ReadError(f"{whom}: no password is given")


@dataclass(frozen=True, slots=True)
class Access:
    """Whom to trust, and what to say to be let in."""

    password: Callable[[str], str] = _no_password
    """Gives the password for an address; it is asked once a source, just before it is needed."""
    ca: Path | None = None
    """Certificates that are trusted; those of the system when there is none."""
    insecure: bool = False
    """Any certificate is taken: whoever sits in between can read the password."""
    seconds: float = 60
    """How long to wait for each next piece of an answer."""
    longest: float = 600
    """How many seconds a whole source may take."""
    most_bytes: int = LARGEST_FILE
    """How much a whole source may answer."""
