"""The person at a terminal who waits for a plan: they see how far it is, and Ctrl-C gives them the best so far."""

from __future__ import annotations

import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from planner.cli.streams import tell
from planner.patience import Waiting, waited_for

FIRST = 1.0
"""Seconds after which somebody is told how far a search is."""
_ERASE = "\r\x1b[K"


class AtTerminal(Waiting):
    """Whoever started the command. Progress is shown where standard error is a terminal, and leaves no trace."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()
        self._watches = sys.stderr is not None and sys.stderr.isatty()
        self._shown = False

    def told(self, what: str, best: str, bound: str) -> None:
        """Show how far a search is, in place of what was shown before."""
        elapsed = time.monotonic() - self._began
        if not self._watches or elapsed < FIRST:
            return
        parts = [what, best and f"best {best}", bound and f"bound {bound}", f"{elapsed:.0f} s"]
        line = "searching: " + ", ".join(filter(None, parts))
        tell(_ERASE + line[: shutil.get_terminal_size().columns - 1])
        self._shown = True

    def gone(self) -> None:
        """Take away what is shown."""
        if self._shown:
            tell(_ERASE)
        self._shown = False

    def leaves(self) -> None:
        """Have the search end with what it has."""
        self.gone()
        tell("planner: ending with the best so far; press Ctrl-C once more to stop at once\n")
        self.ended = True


@contextmanager
def patiently() -> Iterator[AtTerminal]:
    """Search while somebody waits; what the first Ctrl-C does is their affair, the second does what it did before."""
    person = AtTerminal()
    before = signal.getsignal(signal.SIGINT)

    def interrupted(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        person.leaves()

    signal.signal(signal.SIGINT, interrupted)
    try:
        with waited_for(person):
            yield person
    finally:
        signal.signal(signal.SIGINT, before)
        person.gone()
