"""Standard output, standard error and the files that are written: whole, or with one line that says why not."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from planner.errors import PlannerError


def spare(read: Iterable[str], output: Path | None) -> None:
    """Complain when a result is to be written over a file that was read in this run."""
    if output is None or not output.exists():
        return
    if any(Path(path).exists() and output.samefile(path) for path in read):
        raise PlannerError(f"{output}: this file was read in the same run; write to another")


def write(text: str, output: Path | None) -> None:
    """Write a result: to standard output, or whole or not at all to a file."""
    content = text.encode(errors="backslashreplace")
    try:
        if output is None:
            _print(content)
        else:
            _replace(output, content)
    except OSError as error:
        name = "standard output" if output is None else str(output)
        raise PlannerError(f"{name}: cannot be written: {error.strerror}") from None


def _replace(output: Path, content: bytes) -> None:
    """Write a file beside the one that is wanted and put it in its place; devices and pipes are written to."""
    if output.exists() and not output.is_file():
        output.write_bytes(content)
        return
    target = output.resolve()
    beside = target.with_name(f".{target.name[:200]}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        if target.exists():
            beside.chmod(target.stat().st_mode)
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _print(content: bytes) -> None:
    """Write to standard output; when whoever read it has gone, that is no fault."""
    if sys.stdout is None:
        raise PlannerError("standard output is closed; leave it open, or write to a file")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _let_go(sys.stdout)
    except OSError:
        _let_go(sys.stdout)
        raise


def _let_go(stream: TextIO) -> None:
    """Let what is still to be written to a stream go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def tell(text: str) -> None:
    """Write to standard error; a result does not depend on whether anyone hears that."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _let_go(sys.stderr)
