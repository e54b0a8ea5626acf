"""Which findings are known already, so that they are not told again: by suppressions, and by a baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.baseline import Known
from planner.checker import with_faults
from planner.choice import codes_of
from planner.errors import ConfigError
from planner.findings import Fault, Finding, Named, Report, Suppression
from planner.readers.loaded import Loaded
from planner.suppressions import Written, written, wrong

NEVER_HIDDEN = ("LD017", "LD018", "LD019")
"""What is said of suppressions themselves."""


@dataclass(frozen=True)
class _Valid:
    """A suppression, with the codes that it chooses."""

    written: Written
    codes: frozenset[str]


def pardoned(
    report: Report, loaded: Loaded, *, today: str | None = None, baseline: Known | None = None, demand: bool = False
) -> Report:
    """The report with what is known set apart, and with what is to be said of suppressions and of the baseline.

    `today` is the day (`YYYY-MM-DD`) by which end dates are judged, the site's own when not given; without a day all
    hold. `demand` is whether a suppression needs a reason.
    """
    day = today or loaded.inventory.site.as_of
    faults: list[Fault] = []
    valid: list[_Valid] = []
    for each in written(loaded):
        judged = each if isinstance(each, Fault) else _judged(each, day, demand=demand)
        faults.append(judged) if isinstance(judged, Fault) else valid.append(judged)
    used: set[int] = set()
    hidden = tuple(_hidden(finding, valid, used) for finding in report.findings)
    faults += _unused(report, valid, used)
    whole = with_faults(replace(report, findings=hidden), faults, loaded).findings
    known = {entry.fingerprint for entry in baseline.baseline.findings} if baseline else set()
    findings = [_known(finding, known) for finding in whole]
    return replace(
        report,
        findings=tuple(each for each in findings if each.suppression is None),
        suppressed=tuple(each for each in findings if each.suppression is not None),
        gone=tuple(_gone(report, whole, baseline)) if baseline else (),
    )


def _judged(each: Written, day: str | None, *, demand: bool) -> _Valid | Fault:
    """A suppression that holds, or why it does not."""
    until, about = each.suppression.until, Named("document", each.place.path)
    try:
        codes = codes_of(each.word)
    except ConfigError as error:
        return wrong(each.place, str(error))
    if demand and not each.suppression.reason:
        return wrong(each.place, f"the suppression of {each.word} gives no reason")
    if until and day and until < day:
        message = f"the suppression of {each.word} ended on {until}"
        return Fault("LD019", message, "mend what it hid, or set another day", each.place, about, each.word)
    return _Valid(each, frozenset(codes))


def _hidden(finding: Finding, valid: list[_Valid], used: set[int]) -> Finding:
    """A finding with the first suppression that covers it; all that cover it count as used."""
    if finding.code in NEVER_HIDDEN:
        return finding
    covering = [
        number
        for number, each in enumerate(valid)
        if finding.code in each.codes and each.written.covers(finding, finding.subject)
    ]
    used.update(covering)
    return replace(finding, suppression=valid[covering[0]].written.suppression) if covering else finding


def _unused(report: Report, valid: list[_Valid], used: set[int]) -> Iterator[Fault]:
    """A fault for each suppression that hid nothing, though its rules were run."""
    ran = {rule.code for rule in report.ran}
    for number, each in enumerate(valid):
        if number not in used and each.codes & ran:
            place, word = each.written.place, each.written.word
            message = f"the suppression of {word} hides nothing"
            yield Fault("LD017", message, "take it out", place, Named("document", place.path), word)


def _known(finding: Finding, known: set[str]) -> Finding:
    if finding.suppression or finding.fingerprint not in known:
        return finding
    return replace(finding, suppression=Suppression("baseline"))


def _gone(report: Report, found: tuple[Finding, ...], baseline: Known) -> Iterator[str]:
    """Entries of the baseline that are no longer found, of those whose rules were run."""
    ran, fingerprints = {rule.code for rule in report.ran}, {finding.fingerprint for finding in found}
    for entry in baseline.baseline.findings:
        if entry.code in ran and entry.fingerprint not in fingerprints:
            field = f", {entry.field}" if entry.field else ""
            yield f"{baseline.path}: {entry.code} of {entry.object}{field} no longer occurs"
