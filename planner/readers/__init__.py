"""What do these bytes describe? One module per format; the format shows in the content, never in the name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.findings import Fault, Named
from planner.model.site import Site
from planner.readers import own
from planner.readers.loaded import Loaded, Reading, Rooted, joined
from planner.source import files, json_text
from planner.source.document import Document
from planner.source.limits import LARGEST_YAML, MIB, MOST_FAULTS, LimitError, TextError
from planner.source.text import Place, SourceText

if TYPE_CHECKING:
    from planner.readers.live.access import Access

_ADDRESS = re.compile(r"\s*xapi:", re.IGNORECASE)
"""What begins the address of a pool on the network."""
_XE_OUTPUT = re.compile(r"^[ \t]*[A-Za-z][\w-]{0,79} \([ SM]?R[OW]\)(?: \[DEPRECATED\])?[ \t]*:", re.MULTILINE)
"""A line that `xe` prints; commands and other lines may stand above it."""
_LINES = re.compile(r'\{.*"(?:\$pool|_xapiRef)".*\}[ \t]*\n\s*\{')
"""Objects of Xen Orchestra, one to a line."""
_ROOT_ELEMENT = re.compile(r"(?>(?:<\?.*?\?>|<!--.*?-->)\s*)*+<([A-Za-z][\w.-]*)", re.DOTALL)

_ANSWER = "methodResponse"
_BEGINNING = 2**16
"""How many characters tell what a text is."""
_UUIDS = re.compile(r"\s*[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:,|\s*$)")
_WRITE = "write at least a Pool into it"
_ReadParts = Callable[[list[Any]], Reading]


@dataclass(frozen=True, slots=True)
class _Text:
    """A file that was read as text, and its JSON value where it has one."""

    source: SourceText
    json: Document | None = None


def load(paths: Iterable[str], *, stdin_name: str | None = None, access: Access | None = None) -> Loaded:
    """Read files, folders, patterns and standard input (`-`) as one inventory.

    Paths such as `xapi://USER@HOST` are pools on the network, which `access` opens. `stdin_name` is what standard
    input is called in messages. Faults of the files are in the result;
    ReadError is raised only when a path means nothing, or cannot be opened or reached.
    """
    texts: list[_Text] = []
    readings: list[Reading] = []
    named = list(paths)
    live = {path for path in named if _ADDRESS.match(path)}
    for path in sorted(files.expand(path for path in named if path not in live)):
        name = (stdin_name or "<stdin>") if path == files.STDIN else path
        try:
            texts.append(_with_json(files.read(path, called=name)))
        except (LimitError, TextError) as error:
            readings.append(Reading(faults=(_unreadable(name, error),)))
    texts.extend(_with_json(source) for source in _answers(sorted(live), access))
    readings.extend(_readings(texts))
    whole = joined([_bounded(reading) for reading in readings])
    return Loaded(
        whole.roots, (*whole.faults, *_second_sites(whole.roots)), {text.source.path: text.source for text in texts}
    )


def _answers(addresses: list[str], access: Access | None) -> Iterator[SourceText]:
    """What pools on the network tell of themselves."""
    if addresses:
        from planner.readers.live import session  # noqa: PLC0415 - only for those who name such pools
        from planner.readers.live.access import Access  # noqa: PLC0415 - the same

        yield from (session.text(each, access or Access()) for each in addresses)


def _unreadable(path: str, error: LimitError | TextError) -> Fault:
    code = "LD003" if isinstance(error, LimitError) else "LD001"
    remedy = getattr(error, "remedy", "") or "give a smaller file"
    line = getattr(error, "line", 1)
    return Fault(code, str(error), remedy, Place(path, line, 1, line, 2), Named("document", path))


def _with_json(source: SourceText) -> _Text:
    """The text, with its JSON value when it begins as JSON does."""
    if source.text.lstrip()[:1] not in ("{", "["):
        return _Text(source)
    document = json_text.parse(source.text)
    if document.error is not None and _LINES.match(source.text[:_BEGINNING].lstrip()):
        document = json_text.parse_lines(source.text)
    return _Text(source, document if _ours(document.value) else json_text.within_depth(document))


def _readings(texts: list[_Text]) -> Iterator[Reading]:
    """Each file's reading; files of one export, which stand beside each other, are read together."""
    beside: dict[tuple[Path, _ReadParts], list[Any]] = {}
    for text in texts:
        found = _part(text)
        if isinstance(found, Reading):
            nothing = not found.roots and not found.faults
            yield _no_inventory(text.source, "LD013", "the file holds no document", _WRITE) if nothing else found
        else:
            yield own.repetitions(text.source, text.json) if text.json else Reading()
            read_parts, part = found
            beside.setdefault((Path(text.source.path).parent, read_parts), []).append(part)
    for (_, read_parts), parts in beside.items():
        yield read_parts(parts)


def _part(text: _Text) -> tuple[_ReadParts, object] | Reading:
    """A file's reading; or how it is read with others that stand beside it, and its part of them."""
    source, document = text.source, text.json
    if document is not None and document.error is None and not _ours(document.value):
        return _json_part(source, document) or _reading(text)
    if _root_element(source) == _ANSWER:
        from planner.readers.exports import xenapi, xml_rpc  # noqa: PLC0415 - only for those who have such files

        opened = xml_rpc.answer(source)
        if isinstance(opened, Reading):
            return opened
        answer = xenapi.part(Path(source.path), source, *opened)
        return (xenapi.read_parts, answer) if answer else xenapi.reading(source, *opened)
    if (document is None or document.error is not None) and _XE_OUTPUT.search(source.text[:_BEGINNING]):
        from planner.readers.exports import xe_lists  # noqa: PLC0415 - only for those who have such files

        return xe_lists.read_parts, source
    return _reading(text)


def _json_part(source: SourceText, document: Document) -> tuple[_ReadParts, object] | None:
    from planner.readers.exports import xen_orchestra, xenapi  # noqa: PLC0415 - only for those who have such files

    if objects := xen_orchestra.part(source, document):
        return xen_orchestra.read_parts, objects
    records = xenapi.part(Path(source.path), source, xenapi.JsonFile(source, document), document.value)
    return (xenapi.read_parts, records) if records else None


def _ours(value: object) -> bool:
    return isinstance(value, dict) and "kind" in value


def _reading(text: _Text) -> Reading:
    source = text.source
    if source.text.lstrip()[:1] == "<":
        from planner.readers.exports import xapi_database  # noqa: PLC0415 - only for those who have such files

        return xapi_database.read(source)
    document = text.json
    if document is not None and document.error is None:
        return _read_json(source, document)
    if document is None and _UUIDS.match(source.text[:_BEGINNING]):
        from planner.readers.exports import xe_lists  # noqa: PLC0415 - only for those who have such files

        return xe_lists.minimal(source)
    if document is not None and isinstance(document.error, LimitError):
        return own.read(source, [document])
    documents = _yaml(source)
    if document is not None and (not documents or any(each.error for each in documents)):
        documents = [document]
    return own.read(source, documents)


def _no_inventory(source: SourceText, code: str, message: str, remedy: str) -> Reading:
    return Reading(faults=(Fault(code, message, remedy, source.place(0), Named("document", source.path)),))


def _yaml(source: SourceText) -> list[Document]:
    if len(source.text) > LARGEST_YAML:
        limit = LARGEST_YAML // MIB
        return [Document(error=LimitError(f"a YAML file has more than {limit} MiB; write it as JSON"))]
    from planner.source import yaml_text  # noqa: PLC0415 - it takes time to load

    return yaml_text.parse(source.text)


def _read_json(source: SourceText, document: Document) -> Reading:
    value = document.value
    if not _ours(value):
        from planner.readers.exports import xenapi  # noqa: PLC0415 - only for those who have such files

        if xenapi.is_bundle(value):
            reading = xenapi.read(source, document)
            return joined([own.repetitions(source, document), reading])
    return own.read(source, [document])


def _root_element(source: SourceText) -> str:
    """The name of the first element of an XML text, and nothing for other texts."""
    root = _ROOT_ELEMENT.match(source.text[:_BEGINNING].lstrip())
    return root[1] if root else ""


def _bounded(reading: Reading) -> Reading:
    """The reading with no more faults than anyone wants to read."""
    rest = len(reading.faults) - MOST_FAULTS + reading.untold
    if rest <= 0 or not reading.faults:
        return reading
    told, left = reading.faults[:MOST_FAULTS], reading.faults[MOST_FAULTS:]
    message = f"{rest} more faults of this file are not told"
    remedy = "mend the faults before this one first"
    loses = any(each.loses for each in left)
    more = Fault("LD014", message, remedy, told[-1].place, told[-1].about, loses=loses)
    return Reading(reading.roots, (*told, more))


def _second_sites(roots: tuple[Rooted, ...]) -> Iterator[Fault]:
    sites = [rooted for rooted in roots if isinstance(rooted.record, Site)]
    for rooted in sites[1:]:
        place = rooted.origin.place(rooted.record, (), "kind")
        yield Fault(
            "LD016",
            "another document of kind Site was read before this one and is used",
            "keep one Site for all files",
            place,
            Named("site", rooted.record.label),
            "kind",
        )


__all__ = ["Loaded", "load"]
