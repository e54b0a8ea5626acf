"""A toolstack that answers over XML-RPC and TLS, in a process of its own: it plays recorded records, and misbehaves.

`python -m tests.live.server SETTINGS` reads its settings from a JSON file, and prints the port once it listens.
"""

from __future__ import annotations

import json
import ssl
import sys
import time
import xmlrpc.client
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SETTINGS: dict[str, Any] = {}


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Play the part that the settings ask for."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        params, method = xmlrpc.client.loads(body)
        with Path(SETTINGS["log"]).open("a", encoding="utf-8") as log:
            log.write(f"{method}\n")
        play = SETTINGS["play"] if str(method).endswith("get_all_records") else ""
        if play == "slow":
            time.sleep(SETTINGS.get("seconds", 5))
        if play == "huge":
            self._endless()
        elif play == "cut":
            self._send(b"<methodResponse><params><param><value><struct>", length=10_000)
            self.close_connection = True
        elif play == "nonsense":
            self._send(b"<html><body>hello</body></html>")
        else:
            value = {"OpaqueRef:1": {"uuid": "@"}} if play == "deep" else None
            answer = self._answer(str(method), params) if value is None else _success(value)
            whole = xmlrpc.client.dumps((answer,), methodresponse=True)
            inner = "<value><array><data>" * 20_000 + "</data></array></value>" * 20_000
            self._send((whole.replace("<value><string>@</string></value>", inner) if value else whole).encode())

    def _answer(self, method: str, params: tuple[Any, ...]) -> dict[str, Any]:
        if method == "session.login_with_password":
            if SETTINGS.get("coordinator"):
                return _failure("HOST_IS_SLAVE", SETTINGS["coordinator"])
            if params[1] != SETTINGS["password"]:
                return _failure("SESSION_AUTHENTICATION_FAILED", params[0], params[1])
            return _success("OpaqueRef:session")
        return self._of_session(method, params)

    def _of_session(self, method: str, params: tuple[Any, ...]) -> dict[str, Any]:
        """What only those are told who have logged in."""
        if params[0] != "OpaqueRef:session":
            return _failure("SESSION_INVALID", params[0])
        if method == "session.logout":
            return _success("")
        kind = method.partition(".")[0]
        if kind in SETTINGS["records"]:
            return _success(SETTINGS["records"][kind])
        return _failure("MESSAGE_METHOD_UNKNOWN", method)

    def _send(self, content: bytes, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(content)

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(2**40))
        self.end_headers()
        self.wfile.write(b"<methodResponse><params><param><value><string>")
        try:
            while True:
                self.wfile.write(b"a" * 2**16)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _success(value: object) -> dict[str, Any]:
    return {"Status": "Success", "Value": value}


def _failure(*details: str) -> dict[str, Any]:
    return {"Status": "Failure", "ErrorDescription": list(details)}


def main() -> None:
    """Serve until somebody ends the process."""
    SETTINGS.update(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    server = ThreadingHTTPServer((SETTINGS["host"], SETTINGS.get("port", 0)), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SETTINGS["certificate"], SETTINGS["key"])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
