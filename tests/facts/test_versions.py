import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.facts.versions import (
    Version,
    legacy,
    parse_version,
    release,
    rolling,
    rolling_since,
    same_version,
    since,
    toolstack,
)
from planner.model.host import Software


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6.2.0", (6, 2, 0)),
        ("8.3", (8, 3)),
        (" v7.1.2", (7, 1, 2)),
        ("6.2.0-70446c", (6, 2, 0)),
        ("24.19.2-1.xs8", (24, 19, 2)),
        ("1..2", (1,)),
        ("unknown", None),
        ("", None),
        (None, None),
        ("9" * 5000, (999_999_999,)),
    ],
)
def test_a_version_is_the_numbers_that_a_text_begins_with(text: str | None, expected: Version | None) -> None:
    assert parse_version(text) == expected


@given(st.text())
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    software = Software(product_version=text or None, xapi=text or None)
    for answer in (release, toolstack, rolling, legacy):
        answer(software)
    assert same_version(text, text)


def test_what_is_not_given_is_unknown() -> None:
    for software in (None, Software()):
        assert release(software) is None
        assert toolstack(software) is None
        assert since(software, (7, 3)) is None
        assert rolling(software) is None
        assert rolling_since(software, (24, 31)) is None
        assert legacy(software) is None


@pytest.mark.parametrize(
    ("product", "is_legacy", "has_7_3_rules"),
    [
        ("6.1.0", True, False),
        ("6.5.0", True, False),
        ("7.0.0", False, False),
        ("7.2.0", False, False),
        ("7.3", False, True),
        ("7.3.0", False, True),
        ("8.2.1", False, True),
        ("8.3.0", False, True),
        ("10.0", False, True),
    ],
)
def test_rules_come_with_releases(product: str, is_legacy: bool, has_7_3_rules: bool) -> None:  # noqa: FBT001
    software = Software(product_version=product)

    assert legacy(software) is is_legacy
    assert since(software, (7, 3)) is has_7_3_rules


@pytest.mark.parametrize(
    ("software", "expected"),
    [
        (Software(product_version="8.2.1", xapi="1.249"), False),
        (Software(product_version="8.2.50", xapi="22.20"), True),
        (Software(product_version="8.3.0"), True),
        (Software(product_version="8.4.0", xapi_build="25.6.0"), True),
        (Software(xapi="24.19"), True),
        (Software(xapi="1.20"), None),
    ],
)
def test_the_rolling_line_is_known_by_release_or_toolstack(software: Software, expected: bool | None) -> None:  # noqa: FBT001
    assert rolling(software) is expected


@pytest.mark.parametrize(
    ("software", "expected"),
    [
        (Software(product_version="8.3.0", xapi="24.30"), False),
        (Software(product_version="8.3.0", xapi="24.31"), True),
        (Software(product_version="8.3.0", xapi_build="25.6.0"), True),
        (Software(product_version="8.3.0"), None),
        (Software(product_version="8.2.1"), False),
    ],
)
def test_an_update_brings_a_rule_to_the_rolling_line(software: Software, expected: bool | None) -> None:  # noqa: FBT001
    assert rolling_since(software, (24, 31)) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("6.2", "6.2.0", True), ("6.2.0", "6.2.1", False), ("6.2", "6.20", False), ("x", "x", True), ("x", "6.2", False)],
)
def test_trailing_zeros_make_no_other_version(one: str, other: str, expected: bool) -> None:  # noqa: FBT001
    assert same_version(one, other) is expected
    assert same_version(other, one) is expected
