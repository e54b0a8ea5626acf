"""Hold an inventory against the rules."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from planner.findings import Declared, Described, Fault, Finding, Named, Problem, Related, Report, Undecided, Unknown
from planner.model.fields import Record
from planner.model.pool import Pool
from planner.readers.loaded import Loaded, Rooted
from planner.rules import CATALOGUE, Rule
from planner.source.text import Place, Snippet

Numbers = dict[Described, int]
"""Every document, with its number."""


def check(loaded: Loaded, rules: Iterable[Rule] | None = None) -> Report:
    """Everything the rules find, sorted by place; faults of the files are among it.

    `rules` are those to run, all of the catalogue when not given.
    """
    chosen = {rule.code: rule for rule in (CATALOGUE.values() if rules is None else rules)}
    numbers = _documents(loaded)
    found: list[Finding] = [
        _told_while_reading(fault, CATALOGUE[fault.code], loaded, numbers)
        for fault in loaded.faults
        if fault.code in chosen
    ]
    unknown: set[Undecided] = set()
    for rule in chosen.values():
        for seen in rule.check(loaded.inventory) if rule.check else ():
            if isinstance(seen, Unknown):
                document = _document(seen.subject, loaded, numbers)
                unknown.add(Undecided(rule.code, _about(seen.subject, loaded), seen.field, document))
            else:
                found.append(_told(seen, rule, loaded, numbers))
    return Report(
        findings=tuple(sorted(_numbered(found), key=_order)),
        unknown=tuple(sorted(unknown, key=_undecided_order)),
        ran=tuple(chosen[code] for code in sorted(chosen)),
        objects=dict(sorted(loaded.inventory.counts.items())),
        documents=tuple(numbers),
    )


def with_faults(report: Report, faults: Iterable[Fault], loaded: Loaded) -> Report:
    """The report with more faults of its files, as far as their rules were run."""
    rules = {rule.code: rule for rule in report.ran}
    numbers = {each: number for number, each in enumerate(report.documents)}
    more = [_told_while_reading(fault, rules[fault.code], loaded, numbers) for fault in faults if fault.code in rules]
    findings = (*report.findings, *_numbered(more))
    return replace(report, findings=tuple(sorted(findings, key=_order))) if more else report


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.place or Place("")
    return place, finding.code, finding.about.kind, finding.about.name, finding.field, finding.message


def _undecided_order(undecided: Undecided) -> tuple[str, ...]:
    about = undecided.about
    return undecided.code, about.pool or "", about.kind, about.name, undecided.field


def _documents(loaded: Loaded) -> Numbers:
    """Every document that was read, and every file of which none could be, numbered."""
    read = {_described(rooted) for rooted in loaded.roots}
    paths = {document.path for document in read}
    unread = {fault.place.path for fault in loaded.faults} - paths
    return {each: number for number, each in enumerate(sorted(read | {_file(path) for path in unread}))}


def _described(rooted: Rooted) -> Described:
    return Described(rooted.origin.path, type(rooted.record).__name__.lower(), rooted.record.label)


def _file(path: str) -> Described:
    return Described(path, "file", "")


def _document(record: Record, loaded: Loaded, numbers: Numbers) -> int | None:
    """The number of the document that holds a record."""
    return numbers[_described(loaded.spots[id(record)][0])] if id(record) in loaded.spots else None


def _document_of_fault(fault: Fault, numbers: Numbers) -> int | None:
    """The number of the document that a fault is in: the one it names, or else the first of its file."""
    path, about = fault.place.path, fault.about
    likely = [_file(path), *(Described(path, "pool", name) for name in (about.pool, about.name) if name)]
    likely.append(Described(path, about.kind, about.name))
    return next((numbers[each] for each in (*likely, *numbers) if each in numbers and each.path == path), None)


def _told_while_reading(fault: Fault, rule: Declared, loaded: Loaded, numbers: Numbers) -> Finding:
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        message=fault.message,
        remedy=fault.remedy,
        about=fault.about,
        field=fault.field,
        place=fault.place,
        related=(),
        api_error=rule.api_error,
        fingerprint=_fingerprint(rule, fault.about, fault.uuid, fault.field, ()),
        snippet=_snippet(fault.place, loaded),
        document=_document_of_fault(fault, numbers),
    )


def _told(problem: Problem, rule: Rule, loaded: Loaded, numbers: Numbers) -> Finding:
    about, place = _about(problem.subject, loaded), _place(problem.subject, problem.field, loaded)
    related = tuple(
        Related(_about(record, loaded), there := _place(record, "", loaded), _snippet(there, loaded))
        for record in problem.related
    )
    uuid = getattr(problem.subject, "uuid", None)
    others = tuple(each.about.name for each in related)
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        message=problem.message,
        remedy=problem.remedy,
        about=about,
        field=problem.field,
        place=place,
        related=related,
        api_error=problem.api_error or rule.api_error,
        fingerprint=_fingerprint(rule, about, uuid, problem.field, others),
        snippet=_snippet(place, loaded),
        document=_document(problem.subject, loaded, numbers),
        subject=id(problem.subject),
    )


def _about(record: Record, loaded: Loaded) -> Named:
    """What a person calls a record."""
    kind = type(record).__name__.lower()
    if id(record) not in loaded.spots:
        return Named(kind, record.label)
    rooted, spot, _ = loaded.spots[id(record)]
    pool = rooted.record.name if isinstance(rooted.record, Pool) else getattr(rooted.record, "pool", None)
    return Named(kind, spot.name(record), pool)


def _place(record: Record, field: str, loaded: Loaded) -> Place | None:
    if id(record) not in loaded.spots:
        return None
    rooted, spot, _ = loaded.spots[id(record)]
    return rooted.origin.place(record, spot.pointer, field)


def _snippet(place: Place | None, loaded: Loaded) -> Snippet | None:
    text = loaded.texts.get(place.path) if place else None
    return text.snippet(place) if text and place else None


def _fingerprint(rule: Declared, about: Named, uuid: str | None, field: str, others: tuple[str, ...]) -> str:
    """What stays the same when files are moved or written anew: the rule, the object, the field."""
    name = "" if about.kind == "document" else uuid or about.name
    parts = (rule.code, about.kind, about.pool or "", name, field, *sorted(others))
    return hashlib.sha256("\x1f".join(parts).encode(errors="backslashreplace")).hexdigest()[:32]


def _numbered(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, with a number behind a fingerprint that others have too; where they stand does not count."""
    seen: Counter[str] = Counter()
    for finding in sorted(findings, key=lambda each: (each.code, each.message, each.about.name, _order(each))):
        seen[finding.fingerprint] += 1
        times = seen[finding.fingerprint]
        yield finding if times == 1 else replace(finding, fingerprint=f"{finding.fingerprint}-{times}")
