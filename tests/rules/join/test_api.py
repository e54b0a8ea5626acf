from collections.abc import Callable

import pytest

from tests.rules.join.joins import Fields, joined, lacking, problems, seen


def api(version: str) -> Fields:
    return {"api_version": version}


def test_the_api_version_has_to_be_the_same_since_7_2() -> None:
    assert problems("JN026", joined(api("2.14"), api("2.15"), version="8.2.1")) == [("new", "api_version")]
    assert problems("JN026", joined(api("2.15"), api("2.15"), version="8.2.1")) == []
    assert problems("JN026", joined(api("2.0"), api("2.1"), version="6.2.0")) == []
    assert lacking("JN026", joined(api("2.14"), version="8.2.1")) == [("old", "api_version")]
    assert lacking("JN026", joined(api("2.14"), api("2.15"))) == [("new", "software.product_version")]


def schema(number: str | None, product: str | None = "8.2.1", **more: str) -> Fields:
    return {"software": {"db_schema": number, "product_version": product, **more}}


def test_the_database_schema_has_to_be_the_same_since_7_2() -> None:
    assert problems("JN027", joined(schema("5.601"), schema("5.602"))) == [("new", "software.db_schema")]
    assert problems("JN027", joined(schema("5.601"), schema("5.601"))) == []
    assert problems("JN027", joined(schema("5.1", "7.0.0"), schema("5.2", "7.0.0"))) == []
    assert lacking("JN027", joined(schema("5.1"), schema(None))) == [("old", "software.db_schema")]
    assert lacking("JN027", joined(schema("5.1", None), schema("5.2"))) == [("new", "software.product_version")]


@pytest.mark.parametrize(("code", "fields"), [("JN026", api), ("JN027", lambda text: schema(text, "7.1.0"))])
def test_not_all_builds_of_7_1_compare_them(code: str, fields: Callable[[str], Fields]) -> None:
    (found,), _ = seen(code, joined(fields("1.1"), fields("1.2"), version="7.1.0"))
    assert found.message.endswith("; early builds of 7.1 do not compare this")


def test_of_another_version_this_is_told_too_where_both_sides_say_it() -> None:
    new, old = schema("5.1", platform_version="3.1.0"), schema("5.2", platform_version="3.2.0")
    inventory = joined({**new, **api("2.14")}, {**old, **api("2.15")})

    assert problems("JN026", inventory) == [("new", "api_version")]
    assert problems("JN027", inventory) == [("new", "software.db_schema")]
    (found,), _ = seen("JN027", inventory)
    assert found.remedy == "bring new and old to the same version and updates before the join"
    untold = joined(schema(None, platform_version="3.1.0"), old)
    assert seen("JN026", untold) == seen("JN027", untold) == ([], [])
    assert problems("JN027", joined(schema("5.1"), schema("5.2"), pool={"coordinator": "gone"})) == []


def networks(*purposes: list[str] | None) -> Fields:
    return {"networks": [{"name": f"n{at}", "purpose": purpose} for at, purpose in enumerate(purposes)]}


def test_disks_are_served_with_encryption_on_both_sides_or_on_none() -> None:
    inventory = joined(joiner=networks([], ["nbd"]), pool=networks(["insecure_nbd"]), version="7.3.0")
    (found,), _ = seen("JN030", inventory)

    assert found.subject.label == "n1"
    assert "param-name=purpose param-key=nbd`" in found.remedy
    assert problems("JN030", joined(joiner=networks(["nbd"]), pool=networks([], ["nbd"]), version="7.3.0")) == []
    assert problems("JN030", joined(joiner=networks(["nbd"]), pool=networks(["insecure_nbd"]), version="7.2.0")) == []


def test_what_networks_are_for_may_be_unknown() -> None:
    nbd, unsaid, nothing = networks(["nbd"]), networks(None), networks([])

    assert lacking("JN030", joined(joiner=nbd, pool=unsaid, version="7.3.0")) == [("n0", "purpose")]
    assert lacking("JN030", joined(joiner=nbd, version="7.3.0")) == [("lab", "networks")]
    assert lacking("JN030", joined(joiner=nothing, pool=unsaid, version="7.3.0")) == []
    assert lacking("JN030", joined(joiner=nbd, pool=networks(["insecure_nbd"]))) == [
        ("new", "software.product_version")
    ]


def verifies(*, on: bool) -> Fields:
    return {"tls_verification": on}


def test_certificates_are_verified_on_both_sides_or_on_none() -> None:
    yes, no = verifies(on=True), verifies(on=False)
    (found,), _ = seen("JN031", joined(joiner=yes, pool=no, version="8.3.0"))

    assert found.remedy == "on lab run `xe pool-enable-tls-verification` before the join"
    assert problems("JN031", joined(joiner=no, pool=yes, version="8.3.0")) != []
    assert problems("JN031", joined(joiner=yes, pool=yes, version="8.3.0")) == []
    assert problems("JN031", joined(joiner=yes, pool=no, version="8.2.1")) == []
    assert lacking("JN031", joined(joiner=yes, version="8.3.0")) == [("lab", "tls_verification")]
    assert lacking("JN031", joined(joiner=yes, pool=no)) == [("new", "software.product_version")]
