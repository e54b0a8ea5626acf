"""Addresses of pools: `xapi://USER@HOST` and `xapi://USER@HOST:PORT`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.errors import ReadError

_SCHEME = re.compile(r"\s*xapi:", re.IGNORECASE)
_WHOLE = re.compile(
    r"\s*xapi://([^\s/@:]{1,255})@([\w.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::([0-9]{1,5}))?/?\s*", re.IGNORECASE
)
_HOST = re.compile(r"[\w.-]{1,253}|[0-9a-f:.]{2,45}", re.IGNORECASE)
_HTTPS = 443
_HIGHEST = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """Where a pool's toolstack answers, and to whom."""

    user: str
    host: str
    """A name or an address; an IPv6 address stands in brackets."""
    port: int = _HTTPS

    def __str__(self) -> str:
        """The address as a person writes it."""
        return f"xapi://{self.user}@{self.host}{'' if self.port == _HTTPS else f':{self.port}'}"

    @property
    def url(self) -> str:
        """Where requests go."""
        return f"https://{self.host}:{self.port}"

    def at(self, host: str) -> Address | None:
        """The same at another host; None when that is no host."""
        if not _HOST.fullmatch(host):
            return None
        return Address(self.user, f"[{host}]" if ":" in host else host, self.port)


def is_address(path: str) -> bool:
    """Whether a path names a pool on the network."""
    return _SCHEME.match(path) is not None


def address(path: str) -> Address:
    """The address that a path is. Raises ReadError, which repeats nothing of it, for there may be a password in it."""
    found = _WHOLE.fullmatch(path)
    if found and int(found[3] or _HTTPS) <= _HIGHEST:
        return Address(found[1], found[2], int(found[3] or _HTTPS))
    before, at, _ = path.partition("://")[2].rpartition("@")
    if at and ":" in before:
        raise ReadError(
            "an address must not hold a password, which others could read: leave it out, and set PLANNER_PASSWORD or"
            " give --password-file"
        )
    raise ReadError(
        "the address of a pool is not written as it should be: write xapi://USER@HOST or xapi://USER@HOST:PORT"
    )
