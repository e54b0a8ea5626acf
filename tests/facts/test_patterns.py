import time

import pytest

from planner.facts.patterns import LONGEST, PatternError, whole_match


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("xen[0-9]{2}", "xen01", True),
        ("xen[0-9]{2}", "xen1", False),
        ("xen[0-9]{2}", "xen012", False),
        ("xen[0-9]{2}", "xen01\n", False),
        ("^xen.*$", "xenA", True),
        (r"(web|db)-[0-9]+", "db-12", True),
        ("web|db", "webdb", False),
        ("", "", True),
        ("", "a", False),
        ("Xestión .", "Xestión é", True),
    ],
)
def test_a_pattern_fits_the_whole_text(pattern: str, text: str, *, fits: bool) -> None:
    assert whole_match(pattern)(text) is fits


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(a", "unclosed group"),
        ("a)(?:b", "unopened group"),
        ("[z-a]", "range"),
        ("*a", "missing expression"),
        ("(?=a)", "look-around"),
        (r"(a)\1", "backreferences"),
        ("a" * (LONGEST + 1), "characters"),
        ("a{1000}{1000}", "expression"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(pattern: str, words: str) -> None:
    with pytest.raises(PatternError, match=words):
        whole_match(pattern)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(.*)*(.*)*b", "a*a*a*a*a*a*a*a*a*a*b", "(a?){99}a{99}"])
def test_no_pattern_takes_long(pattern: str) -> None:
    begun = time.process_time()
    assert not whole_match(pattern)("a" * 90)
    assert time.process_time() - begun < 10
