import pytest

from tests.rules.join.joins import Fields, joined, lacking, problems, seen

CA: Fields = {"name": "ca.pem", "type": "ca", "fingerprint_sha256": "01"}
PINNED: Fields = {"type": "pinned", "fingerprint_sha256": "01", "purpose": ["a", "b"]}
RECENT: Fields = {"software": {"product_version": "8.4.0", "xapi": "26.1"}}
NEW = [("new", "software.xapi")]


def trusts(*certificates: Fields) -> Fields:
    return {"certificates": list(certificates)}


def test_one_name_has_to_mean_one_authority() -> None:
    other = trusts({**CA, "fingerprint_sha256": "02"})
    (found,), _ = seen("JN032", joined(joiner=trusts(CA), pool=other, version="8.3.0"))

    assert "`xe pool-uninstall-ca-certificate name=ca.pem`" in found.remedy
    assert problems("JN032", joined(joiner=trusts(CA), pool=trusts(CA), version="8.3.0")) == []
    assert problems("JN032", joined(joiner=trusts(CA), pool=other, version="8.2.1")) == []
    assert (
        problems("JN032", joined(joiner=trusts(CA), pool=trusts({**PINNED, "name": "ca.pem"}), version="8.3.0")) == []
    )
    assert lacking("JN032", joined(joiner=trusts(CA), pool=other)) == [("new", "software.product_version")]


@pytest.mark.parametrize("code", ["JN032", "JN033"])
def test_the_certificates_have_to_be_known_unless_one_side_has_none(code: str) -> None:
    both = CA if code == "JN032" else PINNED

    assert lacking(code, joined(RECENT)) == [("single", "certificates"), ("lab", "certificates")]
    assert lacking(code, joined(RECENT, joiner=trusts(both))) == [("lab", "certificates")]
    assert problems(code, joined(RECENT, joiner=trusts())) == []
    untold = {**both, "fingerprint_sha256": None}
    found = lacking(code, joined(RECENT, joiner=trusts(both), pool=trusts(untold)))
    assert [field for _, field in found] == ["fingerprint_sha256"]


@pytest.mark.parametrize(
    ("purposes", "refused"), [(["a", "b"], False), (["c"], False), ([], False), (["a"], True), (["b", "c"], True)]
)
def test_purposes_are_the_same_or_have_nothing_in_common(purposes: list[str], *, refused: bool) -> None:
    inventory = joined(RECENT, joiner=trusts({**PINNED, "purpose": purposes}), pool=trusts(PINNED))

    assert bool(problems("JN033", inventory)) is refused


def test_purposes_count_since_26_1_where_they_are_known() -> None:
    one, other = trusts({**PINNED, "purpose": ["a"]}), trusts(PINNED)
    before: Fields = {"software": {"product_version": "8.4.0", "xapi": "26.0"}}
    unknown: Fields = {"software": {"product_version": "8.4.0"}}

    assert problems("JN033", joined(before, joiner=one, pool=other)) == []
    assert lacking("JN033", joined(unknown, joiner=one, pool=other)) == NEW
    unsaid = joined(RECENT, joiner=one, pool=trusts({**PINNED, "purpose": None}))
    assert [field for _, field in lacking("JN033", unsaid)] == ["purpose"]
    elsewhere = trusts({**PINNED, "fingerprint_sha256": "02"})
    assert problems("JN033", joined(RECENT, joiner=one, pool=elsewhere)) == []


def drivers(*described: Fields) -> Fields:
    return {"drivers": list(described)}


NFS: Fields = {"type": "nfs", "features": {"A": 1, "B": 2}}


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (drivers(NFS), []),
        (drivers({**NFS, "features": {"A": 1, "B": 3, "C": 1}}), []),
        (drivers({**NFS, "features": {"A": 1, "B": 1}}), [("nfs", "features")]),
        (drivers({**NFS, "features": {"B": 2}}), [("nfs", "features")]),
        (drivers(), [("single", "drivers")]),
        (drivers(NFS, NFS), [("single", "drivers")]),
    ],
)
def test_every_driver_of_the_pool_has_to_be_there_as_able(mine: Fields, expected: list[tuple[str, str]]) -> None:
    assert problems("JN036", joined(RECENT, joiner=mine, pool=drivers(NFS))) == expected
    assert problems("JN036", joined(RECENT, joiner=drivers(NFS, {"type": "gfs2"}), pool=drivers(NFS))) == []


def test_drivers_count_since_24_37_where_they_are_known() -> None:
    before: Fields = {"software": {"product_version": "8.4.0", "xapi": "24.36"}}

    assert problems("JN036", joined(before, joiner=drivers(), pool=drivers(NFS))) == []
    assert lacking("JN036", joined(joiner=drivers(), pool=drivers(NFS))) == [("new", "software.product_version")]
    assert lacking("JN036", joined(RECENT)) == [("single", "drivers"), ("lab", "drivers")]
    unsaid = joined(RECENT, joiner=drivers({"type": "nfs"}), pool=drivers(NFS))
    assert lacking("JN036", unsaid) == [("nfs", "features")]
