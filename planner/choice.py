"""Which rules to run: chosen by code, by prefix of a code, or by name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from planner.errors import ConfigError
from planner.rules import CATALOGUE, Rule


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


def _matching(word: str) -> set[str]:
    """The codes of a code, a prefix of codes, or a name."""
    codes = {
        rule.code for rule in CATALOGUE.values() if rule.code.startswith(word.upper()) or rule.name == word.lower()
    }
    if not word or not codes:
        raise ConfigError(f"{word or 'nothing'} chooses no rule{_suggestion(word)}; planner rules lists them all")
    return codes


def chosen(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules to run, by code: those selected (all, when nothing is) less those ignored.

    Where both name a rule, the longer word wins, so that `select JN012, ignore JN` runs JN012.
    Raises ConfigError when a word chooses nothing.
    """
    wanted = {word: _matching(word) for word in select}
    unwanted = {word: _matching(word) for word in ignore}

    def runs(code: str) -> bool:
        named = _longest(wanted, code)
        return named > _longest(unwanted, code) if wanted else not _longest(unwanted, code)

    return tuple(rule for code, rule in sorted(CATALOGUE.items()) if runs(code))


def _longest(words: dict[str, set[str]], code: str) -> int:
    """The length of the longest word that chooses a code; 0 when none does."""
    return max((len(word) for word, codes in words.items() if code in codes), default=0)
