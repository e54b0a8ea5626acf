"""Which rules to run: chosen by code, by prefix of a code, or by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from planner.errors import ConfigError
from planner.findings import Finding, Named, Report, Severity
from planner.rules import CATALOGUE, Rule
from planner.settings import Exceptional, Level, Profile, Resolved, Settings, matching

Codes = Mapping[str, set[str]]
"""The codes that each word chooses."""
PROFILES: dict[Profile, tuple[str, ...]] = {
    "join": ("LD", "RF", "JN", "CP", "NW", "ST", "UP"),
    "ha": ("LD", "RF", "HA", "MM", "NW", "ST", "VM"),
    "update": ("LD", "RF", "UP", "VM", "MM", "HA"),
    "all": (),
}
"""The families that matter to what a person is about; none for all of them."""


def find(word: str) -> Rule:
    """The rule of a code or name. Raises ConfigError, with the closest words, when there is none."""
    for rule in CATALOGUE.values():
        if word.upper() == rule.code or word.lower() == rule.name:
            return rule
    raise ConfigError(f"{word} is no rule{_suggestion(word)}; planner rules lists them all")


def _suggestion(word: str) -> str:
    words = [each for rule in CATALOGUE.values() for each in (rule.code, rule.name)]
    close = get_close_matches(word.upper(), words, n=1) or get_close_matches(word.lower(), words, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def codes_of(word: str) -> set[str]:
    """The codes of a code, a beginning of codes, or a name. Raises ConfigError when it chooses nothing."""
    codes = {
        rule.code for rule in CATALOGUE.values() if rule.code.startswith(word.upper()) or rule.name == word.lower()
    }
    if not word or not codes:
        raise ConfigError(f"{word or 'nothing'} chooses no rule{_suggestion(word)}; planner rules lists them all")
    return codes


def chosen(select: Iterable[str] = (), ignore: Iterable[str] = (), extend: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules to run, by code: those selected (all, when nothing is) and those of `extend`, less those ignored.

    Where both name a rule, the longer word wins, so that `select JN012, ignore JN` runs JN012.
    Raises ConfigError when a word chooses nothing.
    """
    wanted, extended, unwanted = ({word: codes_of(word) for word in words} for words in (select, extend, ignore))

    def runs(code: str) -> bool:
        named, unnamed = _longest(wanted | extended, code), _longest(unwanted, code)
        return named > unnamed or not (wanted or unnamed)

    return tuple(rule for code, rule in sorted(CATALOGUE.items()) if runs(code))


def of_settings(settings: Settings) -> tuple[Rule, ...]:
    """The rules that settings choose, each with the severity that they give it."""
    rules = chosen(settings.select or PROFILES[settings.profile], settings.ignore, settings.extend_select)
    codes = {word: codes_of(word) for word in settings.severity}
    return tuple(replace(rule, severity=_severity(rule, settings.severity, codes)) for rule in rules)


def excepted(report: Report, resolved: Resolved) -> Report:
    """The report with what the settings say of single files and objects."""
    settings = resolved.settings
    exceptions = (*settings.per_file.values(), *settings.per_object.values())
    if not exceptions:
        return report
    codes = {word: codes_of(word) for each in exceptions for word in (*each.ignore, *each.severity)}
    of_file = {path: matching(settings.per_file, _below(path, resolved.folder)) for path in _paths(report)}

    def holding(about: Named, path: str) -> list[Exceptional]:
        return [*of_file.get(path, ()), *matching(settings.per_object, f"{about.kind} {about.name}")]

    findings = (_changed(each, holding(each.about, _path(each, report)), codes) for each in report.findings)
    unknown = (
        each
        for each in report.unknown
        if not _ignored(each.code, holding(each.about, _path_of(each.document, report)), codes)
    )
    return replace(report, findings=tuple(filter(None, findings)), unknown=tuple(unknown))


def _changed(finding: Finding, exceptions: list[Exceptional], codes: Codes) -> Finding | None:
    """A finding as the exceptions want it; None when they leave its rule out."""
    if _ignored(finding.code, exceptions, codes):
        return None
    for each in exceptions:
        finding = replace(finding, severity=_severity(finding, each.severity, codes))
    return finding


def _ignored(code: str, exceptions: list[Exceptional], codes: Codes) -> bool:
    return any(code in codes[word] for each in exceptions for word in each.ignore)


def _severity(about: Rule | Finding, severities: Mapping[str, Level], codes: Codes) -> Severity:
    """The severity that the longest word gives a rule; its own when none does."""
    words = [word for word in severities if about.code in codes[word]]
    return Severity(severities[max(words, key=len)]) if words else about.severity


def _paths(report: Report) -> set[str]:
    return {each.place.path for each in report.findings if each.place} | {each.path for each in report.documents}


def _path(finding: Finding, report: Report) -> str:
    return finding.place.path if finding.place else _path_of(finding.document, report)


def _path_of(document: int | None, report: Report) -> str:
    return "" if document is None else report.documents[document].path


def _below(path: str, folder: str) -> str:
    """A path as patterns see it: from the folder of the settings, where it is below that."""
    whole = Path(path).absolute()
    return whole.relative_to(folder).as_posix() if folder and whole.is_relative_to(folder) else Path(path).as_posix()


def _longest(words: dict[str, set[str]], code: str) -> int:
    """The length of the longest word that chooses a code; 0 when none does."""
    return max((len(word) for word, codes in words.items() if code in codes), default=0)
