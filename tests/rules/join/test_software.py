from typing import Any

import pytest

from tests.rules.join.joins import Fields, joined, lacking, problems, seen

BRAND = {"product_brand": "XenServer"}


def test_another_version_is_refused_even_by_force() -> None:
    mine = {"software": {**BRAND, "platform_version": "1.8.0"}}
    theirs = {"software": {**BRAND, "platform_version": "1.9.0"}}

    for force in (False, True):
        assert problems("JN015", joined(mine, theirs, force=force)) == [("new", "software.platform_version")]
    assert problems("JN015", joined(mine, mine)) == []
    assert lacking("JN015", joined(mine, {"software": BRAND})) == [("old", "software.platform_version")]
    assert lacking("JN015", joined(mine)) == [("old", "software.product_brand"), ("old", "software.platform_version")]
    assert lacking("JN015", joined(mine, pool={"hosts": None})) == [("lab", "hosts")]
    assert lacking("JN015", joined(mine, pool={"hosts": [{"name": "a"}, {"name": "b"}]})) == [("lab", "coordinator")]


def test_the_pool_speaks_for_a_host_that_does_not_say_what_it_runs() -> None:
    mine, theirs = {**BRAND, "platform_version": "1.8.0"}, {**BRAND, "platform_version": "1.9.0"}

    inventory = joined(joiner={"software": mine}, pool={"software": theirs})

    assert problems("JN015", inventory) == [("single", "software.platform_version")]


def software(version: str, **fields: Any) -> Fields:
    same = {**BRAND, "product_version": version, "platform_version": "1", "linux_pack": False, "git_id": "a"}
    return {"software": {**same, "build_number": "1", "xapi": "1.0", **fields}}


@pytest.mark.parametrize(
    ("version", "field", "value", "refused"),
    [
        ("6.2.0", "build_number", "2", True),
        ("7.1.0", "build_number", "2", True),
        ("7.2.0", "build_number", "2", False),
        ("6.2.0", "git_id", "b", True),
        ("8.3.0", "git_id", "b", True),
        ("8.2.0", "linux_pack", True, True),
        ("8.2.0", "xapi", "1.1", False),
        ("8.3.0", "xapi", "1.1", True),
        ("6.2.0", "xen", "4.1.6", False),
    ],
)
def test_another_build_is_refused_unless_forced(version: str, field: str, value: object, refused: bool) -> None:  # noqa: FBT001
    mine, theirs = software(version, **{field: value}), software(version)

    assert problems("JN016", joined(mine, theirs)) == ([("new", f"software.{field}")] if refused else [])
    assert problems("JN016", joined(mine, theirs, force=True)) == []


def test_the_build_does_not_matter_where_the_version_differs() -> None:
    mine = software("6.2.0", build_number="2", platform_version="0")

    assert problems("JN016", joined(mine, software("6.2.0"))) == []


def test_one_build_comes_from_one_source() -> None:
    unsaid = software("6.2.0", git_id=None)

    assert problems("JN016", joined(unsaid, unsaid)) == []
    assert lacking("JN016", joined(unsaid, software("6.2.0"))) == [("new", "software.git_id")]
    assert lacking("JN016", joined(software("8.2.0", linux_pack=None), software("8.2.0"))) == [
        ("new", "software.linux_pack")
    ]
    assert lacking("JN016", joined({"software": BRAND}, {"software": BRAND})) == [("new", "software.product_version")]


def test_cpus_of_another_vendor_are_refused_unless_forced() -> None:
    intel, amd = {"cpu": {"vendor": "GenuineIntel"}}, {"cpu": {"vendor": "AuthenticAMD"}}

    assert problems("JN024", joined(intel, intel)) == []
    assert problems("JN024", joined(intel, amd)) == [("new", "cpu.vendor")]
    assert problems("JN024", joined(intel, amd, force=True)) == []
    assert problems("JN024", joined(intel, amd, pool=amd)) == [("new", "cpu.vendor")]
    assert problems("JN024", joined(intel, amd, pool=intel)) == []
    assert lacking("JN024", joined(intel)) == [("old", "cpu.vendor")]
    assert lacking("JN024", joined({"cpu": {}}, amd)) == [("new", "cpu.vendor")]


def test_editions_have_to_be_equal() -> None:
    free, paid = {"licence": {"edition": "free"}}, {"licence": {"edition": "paid"}}
    mixed = {"coordinator": "a", "hosts": [{"name": "a", **free}, {"name": "b", **paid}]}

    assert problems("JN043", joined(free, free)) == []
    assert problems("JN043", joined(free, paid)) == [("new", "licence.edition")]
    assert problems("JN043", joined(free, pool=mixed)) == [("new", "licence.edition")]
    assert lacking("JN043", joined(free)) == [("old", "licence.edition")]
    assert lacking("JN043", joined({}, free)) == [("new", "licence.edition")]
    assert lacking("JN043", joined(free, pool={"hosts": None})) == [("lab", "hosts")]


@pytest.mark.parametrize(("version", "answer"), [("6.5.0", "LICENCE_RESTRICTION"), ("7.0.0", ""), (None, "")])
def test_the_answer_to_another_edition_changed(version: str | None, answer: str) -> None:
    found, _ = seen("JN043", joined({"licence": {"edition": "a"}}, {"licence": {"edition": "b"}}, version=version))

    assert [each.api_error for each in found] == [answer]


def test_what_differs_is_told_in_words() -> None:
    mine = software("6.2.0", build_number="1", linux_pack=True)
    theirs = software("6.2.0", build_number="2", linux_pack=False)

    found, _ = seen("JN016", joined(mine, theirs))

    assert [each.message for each in found] == [
        "new has build 1, old in lab has build 2",
        "new has the Linux pack, old in lab has no Linux pack",
    ]
