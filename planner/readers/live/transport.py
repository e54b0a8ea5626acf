"""XML-RPC over TLS with limits: how long an answer may take, how much it may hold, and whose certificate is trusted."""

from __future__ import annotations

import http.client
import ssl
import time
import xmlrpc.client
from typing import TYPE_CHECKING, Any

from planner.errors import ReadError
from planner.readers.live.access import Access
from planner.source.limits import MIB, LimitError

if TYPE_CHECKING:
    from xmlrpc.client import _HostType, _Marshallable

_PIECE = 2**16
_PARTING = 10.0
"""Seconds and MiB that are left for the logout, whatever came before."""


class Transport(xmlrpc.client.SafeTransport):
    """Carries requests to one host, and what they may cost."""

    accept_gzip_encoding = False
    user_agent = "planner"

    def __init__(self, context: ssl.SSLContext, access: Access) -> None:
        super().__init__(context=context)
        self._trust = context
        self._seconds = access.seconds
        self._left = self._most = access.most_bytes
        self._end = time.monotonic() + access.longest

    def last_words(self) -> None:
        """Grant a little time more, to take leave."""
        self.close()
        self._left = int(_PARTING) * MIB
        self._seconds = min(self._seconds, _PARTING)
        self._end = time.monotonic() + _PARTING

    def make_connection(self, host: _HostType) -> http.client.HTTPSConnection:
        """A connection that waits no longer than is granted."""
        connection: Any = self._connection[1]
        if connection is None or self._connection[0] != host:
            plain, self._extra_headers, _ = self.get_host_info(host)
            connection = http.client.HTTPSConnection(plain, context=self._trust, timeout=self._seconds)
            self._connection = host, connection
        return connection  # type: ignore[no-any-return]

    def parse_response(self, response: http.client.HTTPResponse) -> tuple[_Marshallable, ...]:
        """What an answer holds. Raises LimitError and TimeoutError when it goes beyond what is granted."""
        parser, unmarshaller = self.getparser()
        while piece := response.read1(_PIECE):
            self._left -= len(piece)
            if self._left < 0:
                raise LimitError(f"it answers with more than {self._most // MIB} MiB")
            if time.monotonic() > self._end:
                raise TimeoutError
            parser.feed(piece)
        response.read()
        parser.close()
        return unmarshaller.close()


def trust(access: Access) -> ssl.SSLContext:
    """Which certificates are believed. Raises ReadError when the file of them cannot be used."""
    try:
        context = ssl.create_default_context(cafile=str(access.ca) if access.ca else None)
    except OSError as error:
        raise ReadError(f"{access.ca}: no certificates can be read from it: {error.strerror or 'not PEM'}") from None
    if access.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
