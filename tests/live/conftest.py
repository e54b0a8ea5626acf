"""Certificates made up for the tests, and servers that are ended after each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import ROOT

PASSWORD = "corr3ct-hörse-b@ttery"  # noqa: S105 - made up
"""What the servers want to hear."""


@dataclass(frozen=True)
class Certificates:
    """A certificate authority, and what it signed."""

    ca: Path
    key: Path
    good: Path
    expired: Path
    other_host: Path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl here")
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments: str) -> None:
        subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)

    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=lab", "-days", "30", *usage)
    openssl("req", *curve, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=xcp")
    kinds = {
        "good": ("IP:127.0.0.1,IP:127.0.0.2", "30"),
        "expired": ("IP:127.0.0.1", "-1"),
        "other": ("DNS:elsewhere.example", "30"),
    }
    for number, (name, (names, days)) in enumerate(kinds.items(), 1):
        (folder / f"{name}.ext").write_text(f"subjectAltName={names}\nauthorityKeyIdentifier=keyid\n")
        signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", str(number), "-extfile", f"{name}.ext")
        openssl("x509", "-req", "-in", "server.csr", "-out", f"{name}.pem", "-days", days, *signed)
    return Certificates(
        folder / "ca.pem", folder / "server.key", folder / "good.pem", folder / "expired.pem", folder / "other.pem"
    )


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    host: str
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"xapi://root@{self.host}:{self.port}"

    def calls(self) -> list[str]:
        """The methods that were called, in order."""
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


Serve = Callable[..., Server]


@pytest.fixture
def serve(tmp_path: Path, certificates: Certificates) -> Iterator[Serve]:
    running: list[subprocess.Popen[str]] = []

    def start(records: object, *, play: str = "", host: str = "127.0.0.1", port: int = 0, **more: Any) -> Server:
        number = len(running)
        log, settings = tmp_path / f"calls-{number}.txt", tmp_path / f"server-{number}.json"
        values = {
            "records": records,
            "play": play,
            "host": host,
            "port": port,
            "log": str(log),
            "password": PASSWORD,
            "certificate": str(certificates.good),
            "key": str(certificates.key),
        }
        settings.write_text(json.dumps(values | more), encoding="utf-8")
        command = [sys.executable, "-m", "tests.live.server", str(settings)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        return Server(host, int(process.stdout.readline()), log)

    yield start
    for process in running:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
