from typing import Any

from tests.rules.join.joins import Fields, joined, lacking, problems, seen


def software(version: str = "7.1.0", **fields: Any) -> Fields:
    alike = {"product_brand": "XenServer", "product_version": version, "platform_version": "2"}
    return {"software": {**alike, "build_number": "1", "git_id": "g", "linux_pack": False, **fields}}


def test_force_passes_over_another_build() -> None:
    inventory = joined(software(build_number="2", linux_pack=True), software(), force=True)

    (found,), unknown = seen("JN062", inventory)

    assert unknown == []
    assert (found.subject.label, found.field) == ("new", "force")
    assert found.message.startswith("new has build 2 and the Linux pack, old in lab has build 1 and no Linux pack")
    assert "force skips the check that would refuse these differences" in found.message
    assert [each.label for each in found.related] == ["new", "old"]


def test_without_force_and_with_equal_builds_there_is_nothing_to_tell() -> None:
    assert problems("JN062", joined(software(), software(), force=True)) == []
    assert problems("JN062", joined(software(git_id="h"), software())) == []
    assert problems("JN062", joined(software(platform_version="3"), software(), force=True)) == []


def test_what_is_compared_depends_on_the_release() -> None:
    def forced(version: str, **fields: Any) -> list[tuple[str, str]]:
        xapi = "24.19" if version == "8.3.0" else "1.2"
        old = software(version, xapi=xapi)
        return problems("JN062", joined(software(version, **{"xapi": xapi, **fields}), old, force=True))

    assert forced("7.1.0", build_number="2") == [("new", "force")]
    assert forced("7.6.0", build_number="2") == forced("8.3.0", build_number="2") == []
    assert forced("7.6.0", git_id="h") == [("new", "force")]
    assert forced("8.3.0", xapi="24.20") == [("new", "force")]
    assert forced("7.6.0", xapi="1.3") == []


def test_what_is_compared_has_to_be_known() -> None:
    assert lacking("JN062", joined(force=True)) == [("new", "software.product_version")]
    assert lacking("JN062", joined(software(linux_pack=None), software(), force=True)) == [
        ("new", "software.linux_pack")
    ]
    assert lacking("JN062", joined(software(git_id=None), software(git_id=None), force=True)) == []
    both = joined(software(), pool={"coordinator": "gone"}, force=True)
    assert lacking("JN062", both) == [("lab", "coordinator")]
