"""A terminal as a person sits at it: what is typed, and all that is shown."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

from tests.helpers import ROOT

_TAKE = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
"""Makes the terminal that of the process, as a shell's is."""
_PATIENCE = 60
"""Seconds."""
_PAUSE = 0.1
"""Seconds before something is typed: nobody types so fast that a key comes before it is read."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How a command ended that ran at a terminal."""

    code: int
    screen: str
    """All that the terminal was sent, with one kind of line end."""
    out: str
    """What went to standard output, where that was not the terminal."""


def at_terminal(
    *arguments: str,
    typed: Sequence[tuple[str, str]] = (),
    columns: int = 80,
    cwd: Path = ROOT,
    apart: Path | None = None,
    **environment: str,
) -> Shown:
    """Run the command line at a terminal; `typed` are pairs of what has to be shown and what is typed then.

    `apart` is a file for standard output, which is the terminal else.
    """
    ours, theirs = os.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    known = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment}
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        known.pop(name, None) if name not in environment else None
    stdout = apart.open("wb") if apart else None
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", _TAKE, sys.executable, "-m", "planner", *arguments],
            stdin=theirs,
            stdout=stdout or theirs,
            stderr=theirs,
            cwd=cwd,
            env=known,
            start_new_session=True,
        )
        os.close(theirs)
        screen = _watch(ours, list(typed))
        return Shown(process.wait(_PATIENCE), screen.replace("\r\n", "\n"), apart.read_text() if apart else "")
    finally:
        os.close(ours)
        if stdout:
            stdout.close()


def _watch(terminal: int, typed: list[tuple[str, str]]) -> str:
    """All that is shown until nobody holds the terminal any more."""
    shown, end, seen = b"", time.monotonic() + _PATIENCE, 0
    while time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            try:
                piece = os.read(terminal, 2**16)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        if typed and typed[0][0].encode() in shown[seen:]:
            seen = len(shown)
            time.sleep(_PAUSE)
            os.write(terminal, typed.pop(0)[1].encode())
    return shown.decode(errors="replace")
