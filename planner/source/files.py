"""From paths to texts: bounded, unpacked, decoded."""

from __future__ import annotations

import glob
import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from planner.errors import ReadError
from planner.source.limits import LARGEST_FILE, MIB, LimitError, TextError
from planner.source.text import SourceText

STDIN = "-"
SUFFIXES = frozenset({".yaml", ".yml", ".json", ".xml", ".db", ".gz"})
PRINTED = "-list.txt"
"""What is taken from a folder; a file that is named itself may be called anything."""


def expand(paths: Iterable[str]) -> list[str]:
    """Every file that the paths mean, each once: files, folders, patterns and `-` for standard input.

    Raises ReadError when a path means nothing.
    """
    found: dict[str, str] = {}
    for path in paths:
        for file in _expand_one(path):
            found.setdefault(file if file == STDIN else os.path.realpath(file), file)
    return list(found.values())


def _expand_one(path: str) -> list[str]:
    if path == STDIN:
        return [path]
    if not path:
        raise ReadError("one of the paths is empty; name a file, a folder or a pattern")
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return _matches(path)
    except (OSError, ValueError) as error:
        raise ReadError(f"{path}: cannot be looked at: {_reason(error)}") from None
    return _in_folder(path) if stat.S_ISDIR(mode) else [path]


def _matches(pattern: str) -> list[str]:
    files = sorted(path for path in glob.iglob(pattern, recursive=True) if Path(path).is_file())  # noqa: PTH207 - a whole pattern
    if files:
        return files
    if glob.has_magic(pattern):
        raise ReadError(f"{pattern}: no file matches this pattern; name a file, a folder or another pattern")
    raise ReadError(f"{pattern}: there is no such file or folder; see how the path is written")


def _in_folder(folder: str) -> list[str]:
    """All files of a folder and of the folders in it that end as they should, but for hidden ones.

    Links to folders are not followed. What is no regular file is among them, for whoever reads it to complain.
    """
    files: list[str] = []
    for here, folders, names in os.walk(folder, onerror=_no_folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files.extend(
            str(Path(here, name))
            for name in names
            if not name.startswith(".") and (Path(name).suffix.lower() in SUFFIXES or name.endswith(PRINTED))
        )
    if not files:
        endings = ", ".join(sorted(SUFFIXES))
        raise ReadError(f"{folder}: the folder holds no file that ends in {endings}; name the file itself")
    return sorted(files)


def _no_folder(error: OSError) -> None:
    raise ReadError(f"{error.filename}: the folder cannot be read: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def read(path: str, *, called: str | None = None) -> SourceText:
    """The text of a file, or of standard input for `-`; `called` is the name it gets in messages.

    Raises ReadError when it cannot be opened, LimitError when it is too large, TextError when it is no text.
    """
    content = _stdin() if path == STDIN else _file(path)
    return SourceText(called or path, decode(unpack(content)))


def _stdin() -> bytes:
    try:
        if sys.stdin is not None:
            return _bounded(sys.stdin.buffer)
    except OSError as error:
        raise ReadError(f"standard input cannot be read: {_reason(error)}") from None
    raise ReadError("standard input is closed; name a file, or pipe into planner")


def _file(path: str) -> bytes:
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            raise ReadError(f"{path}: this is no regular file; name a file, or pipe into planner and name it -")
        if status.st_size > LARGEST_FILE:
            raise LimitError(f"the file has more than {LARGEST_FILE // MIB} MiB")
        with Path(path).open("rb") as stream:
            return _bounded(stream)
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {_reason(error)}") from None


def _bounded(stream: BinaryIO | gzip.GzipFile) -> bytes:
    content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise LimitError(f"there are more than {LARGEST_FILE // MIB} MiB")
    return content


def unpack(content: bytes) -> bytes:
    """The content itself, or what it holds when it was packed by gzip."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return _bounded(gzip.GzipFile(fileobj=io.BytesIO(content)))
    except (OSError, EOFError, zlib.error) as error:
        raise TextError(f"packed by gzip, and damaged: {error}", 0, "copy or export the file again") from None


def decode(content: bytes) -> str:
    """The text of UTF-8 bytes (UTF-16 with its byte order mark does too), with one kind of line end."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise TextError(
            f"not UTF-8: byte 0x{byte:02x} begins no character", remedy="save the file in UTF-8", line=line
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise TextError("a NUL character, which no text has", remedy="export the file again as text", line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
