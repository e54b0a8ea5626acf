"""Our own format: documents with a `kind`, in YAML or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.findings import Fault, Named
from planner.model.fields import Record
from planner.model.pool import Pool
from planner.model.site import Site
from planner.model.walk import Pointer
from planner.model.wishes import Wishes
from planner.readers.loaded import Reading, Root, Rooted, joined
from planner.readers.pruning import Pruning, existing
from planner.readers.refusals import LONGEST_SHOWN, closest, model_at, refusal, secret, shown
from planner.source.document import Document, Node
from planner.source.limits import MOST_DOCUMENTS, MOST_FAULTS, LimitError
from planner.source.text import Place, SourceText

KINDS: dict[str, type[Root]] = {"Pool": Pool, "Wishes": Wishes, "Site": Site}
MOST_REFUSALS = 20_000
_ROUNDS = 8
"""How often what is left after pruning is tried again; new faults can show when old ones are gone."""


class DocumentOrigin:
    """Leads from records of one document back to its text."""

    def __init__(self, source: SourceText, document: Document, prefix: Pointer, pruning: Pruning) -> None:
        self._source = source
        self._document = document
        self._prefix = prefix
        self._pruning = pruning

    @property
    def path(self) -> str:
        """The file of the document."""
        return self._source.path

    def place(self, _record: Record, pointer: Pointer, field: str) -> Place:
        """The place of a field, or of the nearest part of its record that is written out."""
        steps = tuple(int(step) if step.isdigit() else step for step in field.split(".")) if field else ()
        node, written = self.node((*self._pruning.written(pointer), *steps))
        shown_by_key = node.key is not None and (node.holds or not (written and field))
        start, end = node.key if node.key and shown_by_key else (node.start, node.end)
        return self._source.place(start, end)

    def node(self, written: Pointer) -> tuple[Node, bool]:
        """The node of a pointer of the written document, or of its nearest holder."""
        return self._document.root.find(self._prefix + written)

    def hides(self, node: Node, start: int) -> bool:
        """Whether what is shown of it, from `start` on, may be a secret."""
        return self._source.hides(start, max(start + 1, min(node.end, start + LONGEST_SHOWN)))

    def text(self, node: Node) -> str:
        """What is written there."""
        return self._source.text[node.start : node.end].strip("\"' \n")


def unread(source: SourceText, document: Document) -> Fault | None:
    """The fault of a document that could not be read at all."""
    if document.error is None:
        return None
    code = "LD003" if isinstance(document.error, LimitError) else "LD002"
    message = str(document.error)
    remedy = getattr(document.error, "remedy", "") or "describe fewer pools in one file"
    offset = min(document.error.offset, len(source.text))
    if code == "LD002" and source.hides(offset, offset + 1):
        message, remedy = "a value that may be a secret cannot be read", "take it out: secrets are not used"
    return Fault(code, message, remedy, source.place(offset), Named("document", source.path))


def repetitions(source: SourceText, document: Document) -> Reading:
    """A fault for every key that its mapping already has."""
    faults = tuple(islice(_repeated_keys(source, document), MOST_FAULTS))
    return Reading(faults=faults, untold=len(document.repeated) - len(faults))


def _repeated_keys(source: SourceText, document: Document) -> Iterator[Fault]:
    for each in document.repeated:
        yield Fault(
            "LD008",
            f"the key {shown(each.key)} is given twice; the first one was used",
            "take one of the two out",
            source.place(each.start, each.end),
            Named("document", source.path),
            each.key,
        )


def read(source: SourceText, documents: Iterable[Document]) -> Reading:
    """The records of all documents of a text; a document that cannot be read does not keep the others out."""
    readings: list[Reading] = []
    parts = 0
    for document in documents:
        if fault := unread(source, document):
            readings.append(Reading(faults=(fault,)))
            continue
        readings.append(repetitions(source, document))
        for prefix, part in _parts(document.value):
            parts += 1
            if parts > MOST_DOCUMENTS:
                return Reading(faults=(_too_many_documents(source, document),))
            readings.append(_read_part(source, document, prefix, part))
    return joined(readings)


def _too_many_documents(source: SourceText, document: Document) -> Fault:
    return Fault(
        "LD003",
        f"the file holds more than {MOST_DOCUMENTS} documents",
        "see whether this is the file that was meant; describe fewer pools in one file",
        source.place(document.start),
        Named("document", source.path),
    )


def _parts(value: Any) -> Iterator[tuple[Pointer, Any]]:  # noqa: ANN401 - whatever it holds
    """The documents that a value is made of: itself, or the items of a list."""
    if isinstance(value, list):
        yield from (((position,), part) for position, part in enumerate(value) if part is not None)
    elif value is not None:
        yield (), value


def _read_part(
    source: SourceText,
    document: Document,
    prefix: Pointer,
    value: Any,  # noqa: ANN401 - whatever it holds
) -> Reading:
    pruning = Pruning(value)
    origin = DocumentOrigin(source, document, prefix, pruning)
    kind = value.get("kind") if isinstance(value, dict) else None
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        return Reading(faults=(_unknown_kind(source, origin, value),))
    faults: list[Fault] = []
    untold = 0
    for _ in range(_ROUNDS):
        try:
            root = model.model_validate(pruning.value)
        except ValidationError as error:
            if error.error_count() > MOST_REFUSALS:
                return Reading(faults=(*faults, _hopeless(source, document, error.error_count())))
            details = error.errors(include_url=False)
        else:
            return Reading((Rooted(root, origin),), _marked(faults, pruning), untold)
        remaining = pruning.value
        news = [detail for detail in details if not _follows(detail, pruning)]
        told, rest = news[:MOST_FAULTS], news[MOST_FAULTS:]
        faults.extend(_fault(detail, model, origin, pruning, remaining) for detail in told)
        untold += len(rest)
        wrong = [_to_leave_out(detail, pruning, remaining) for detail in details]
        for pointer in wrong:
            pruning.leave_out(pointer)
        if () in wrong:
            break
    return Reading((), _marked(faults, pruning), untold)


def _marked(faults: list[Fault], pruning: Pruning) -> tuple[Fault, ...]:
    """The faults of a document, the first of them marked when more than single values are left out."""
    if not faults or not pruning.loses_records:
        return tuple(faults)
    return replace(faults[0], loses=True), *faults[1:]


def _hopeless(source: SourceText, document: Document, count: int) -> Fault:
    return Fault(
        "LD014",
        f"the document has {count} faults, so none of it was used",
        "see whether this is the file that was meant",
        source.place(document.start),
        Named("document", source.path),
        loses=True,
    )


def _unknown_kind(source: SourceText, origin: DocumentOrigin, value: Any) -> Fault:  # noqa: ANN401 - whatever it holds
    kinds = ", ".join(KINDS)
    if not isinstance(value, dict):
        message, remedy = (
            f"a mapping with a kind is expected, found is {shown(value)}",
            f"write kind: and one of {kinds}",
        )
    elif "kind" not in value:
        message, remedy = "the document has no kind", f"add the key kind, one of {kinds}"
    else:
        message = f"{shown(value['kind'])} is no kind of document"
        remedy = closest(str(value["kind"])[:80], KINDS) or f"use one of {kinds}"
    node, _ = origin.node(("kind",))
    return Fault("LD004", message, remedy, source.place(*node.span()), Named("document", source.path), "kind")


def _follows(detail: ErrorDetails, pruning: Pruning) -> bool:
    """A key is missing only because its wrong value was left out, which was told."""
    *holder, key = detail["loc"] or ("",)
    return detail["type"] == "missing" and pruning.leaves_out((*pruning.written(tuple(holder)), key))


def _to_leave_out(detail: ErrorDetails, pruning: Pruning, remaining: Any) -> Pointer:  # noqa: ANN401 - whatever it holds
    """The smallest part without which the rest can be meant: a wrong value, or a record that lacks its name."""
    pointer = existing(remaining, detail["loc"])
    if pointer and isinstance(pointer[-1], int):
        holder = remaining
        for step in pointer:
            holder = holder[step]
        if not isinstance(holder, dict) and detail["type"] != "model_type":
            pointer = pointer[:-1]
    return pruning.written(pointer)


def _fault(
    detail: ErrorDetails,
    model: type[Record],
    origin: DocumentOrigin,
    pruning: Pruning,
    remaining: Any,  # noqa: ANN401
) -> Fault:
    pointer = existing(remaining, detail["loc"])
    written = pruning.written(pointer)
    node, _ = origin.node(written)
    unknown_key = detail["type"] == "extra_forbidden"
    record_pointer = pointer[:-1] if unknown_key else pointer
    start, end = node.key if unknown_key and node.key else node.span()
    hidden = origin.hides(node, start)
    told = secret(detail) if hidden else refusal(detail, model_at(model, record_pointer), origin.text(node))
    if detail["type"] == "missing":
        end = start + 1
    field = next((str(step) for step in reversed(detail["loc"]) if isinstance(step, str)), "")
    return Fault(
        told.code,
        told.message,
        told.remedy,
        origin._source.place(start, end),  # noqa: SLF001 - the same module
        _about(model, remaining, record_pointer),
        "" if hidden else field,
    )


def _about(model: type[Record], value: Any, pointer: Pointer) -> Named:  # noqa: ANN401 - whatever it holds
    """The innermost record on the way of a pointer, by the names that are written."""
    kind, names, pool = model.__name__.lower(), [], None
    root_name = _label(value)
    for length, step in enumerate(pointer, start=1):
        value = value[step]
        if isinstance(value, dict):
            kind = model_at(model, pointer[:length]).__name__.lower()
            if label := _label(value):
                names.append(label)
    if model is Pool:
        pool = root_name or None
    return Named(kind, "/".join(names) or root_name or kind, pool)


def _label(value: Any) -> str:  # noqa: ANN401 - whatever it holds
    if not isinstance(value, dict):
        return ""
    return next((str(value[key]) for key in ("name", "device", "host") if isinstance(value.get(key), str)), "")
