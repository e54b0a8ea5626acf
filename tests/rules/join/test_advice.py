import pytest

from tests.rules.join.joins import Fields, joined, lacking, problems, seen


def managed(mode: str | None) -> Fields:
    return {"interfaces": [{"device": "eth0", "uuid": "p-1", "management": True, "mode": mode}]}


def test_a_management_address_is_better_static() -> None:
    (found,), _ = seen("JN047", joined(managed("dhcp")))

    assert "`xe pif-reconfigure-ip uuid=p-1 mode=static" in found.remedy
    assert "the toolstack does not check this" in found.message
    assert problems("JN047", joined(managed("static"), managed("dhcp"))) == []
    assert lacking("JN047", joined(managed(None))) == [("eth0", "mode")]
    assert lacking("JN047", joined()) == [("new", "interfaces")]


def guests(*kinds: str | None) -> Fields:
    return {"vms": [{"name": f"vm{at}", "domain_type": kind} for at, kind in enumerate(kinds)]}


def test_virtualisation_matters_where_guests_need_it() -> None:
    old: Fields = {"hvm": False}

    assert problems("JN051", joined(old, pool=guests("pv", "hvm"), joiner=guests())) == [("new", "hvm")]
    assert problems("JN051", joined(old, pool=guests("pv"), joiner=guests("pv"))) == []
    assert problems("JN051", joined({"hvm": True}, pool=guests("hvm"))) == problems("JN051", joined()) == []
    assert lacking("JN051", joined(old, pool=guests(None), joiner=guests())) == [("vm0", "domain_type")]
    assert lacking("JN051", joined(old)) == [("lab", "vms"), ("single", "vms")]


def packs(**described: str) -> Fields:
    return {"software": {"packs": described}}


def test_packs_for_all_hosts_are_on_both() -> None:
    asking, free = packs(a="A, homogeneous"), packs(b="B")
    (found,), _ = seen("JN054", joined(free, asking))

    assert "new lacks a" in found.message
    assert "old lacks a" in seen("JN054", joined(asking, free))[0][0].message
    assert problems("JN054", joined(asking, asking)) == problems("JN054", joined(free)) == []
    assert lacking("JN054", joined({}, asking)) == [("new", "software.packs")]
    assert lacking("JN054", joined(asking)) == [("old", "software.packs")]
    assert lacking("JN054", joined(pool={"coordinator": "gone"})) == [("lab", "coordinator")]


ISCSI: Fields = {"repositories": [{"name": "r", "type": "lvmoiscsi"}]}
NFS: Fields = {"repositories": [{"name": "r", "type": "nfs"}]}


def test_an_initiator_name_is_for_one_host() -> None:
    iqn: Fields = {"iscsi_iqn": "iqn.x"}

    assert problems("JN056", joined(iqn, iqn, pool=ISCSI)) == [("new", "iscsi_iqn")]
    assert problems("JN056", joined(iqn, {"iscsi_iqn": "iqn.y"}, pool=ISCSI)) == []
    assert problems("JN056", joined(iqn, iqn, pool=NFS)) == []
    assert lacking("JN056", joined(iqn, iqn)) == [("lab", "repositories")]
    assert lacking("JN056", joined(iqn, pool=ISCSI)) == [("old", "iscsi_iqn")]


def test_a_management_address_is_for_one_host() -> None:
    one: Fields = {"address": "10.0.0.1"}
    nic = {"device": "eth0", "management": True, "mode": "static", "address": "10.0.0.1/24"}
    by_nic: Fields = {"interfaces": [nic]}

    assert problems("JN058", joined(one, one)) == [("new", "address")]
    assert problems("JN058", joined(one, {"address": "10.0.0.2"})) == []
    assert problems("JN058", joined(by_nic, one)) == [("new", "address")]
    assert problems("JN058", joined({**by_nic, **one}, by_nic)) == [], "NW001 tells it"
    assert problems("JN058", joined({**one, "uuid": "u"}, {**one, "uuid": "u"})) == [], "one host, described twice"
    assert lacking("JN058", joined(one)) == [("old", "address")]


@pytest.mark.parametrize(("theirs", "expected"), [("h", [("new", "hostname")]), ("other", [])])
def test_a_hostname_is_for_one_host(theirs: str, expected: list[tuple[str, str]]) -> None:
    assert problems("JN063", joined({"hostname": "h"}, {"hostname": theirs})) == expected
    assert lacking("JN063", joined({"hostname": "h"})) == [("old", "hostname")]
