"""Several hosts that are to join at once: what each does to the others is told."""

from __future__ import annotations

from itertools import permutations

import pytest

from planner.model.inventory import Inventory
from planner.model.pool import Pool
from tests.rules.join.joins import Fields, lacking, problems, seen

RECENT: Fields = {"product_version": "8.4.0", "xapi": "26.1"}


def joined_by(new: Fields | None = None, newer: Fields | None = None, *, pool: Fields | None = None) -> list[Fields]:
    """Pool `lab` with host `old`, and the hosts `new` and `newer`, each by itself, that are to join it."""
    lab = {"name": "lab", "joins": [{"host": "new"}, {"host": "newer"}], "hosts": [{"name": "old"}]}
    sides = [(lab, pool), ({"name": "one", "hosts": [{"name": "new"}]}, new)]
    sides.append(({"name": "two", "hosts": [{"name": "newer"}]}, newer))
    return [{"software": RECENT, **side, **(given or {})} for side, given in sides]


def read(documents: list[Fields]) -> Inventory:
    return Inventory([Pool.model_validate(each) for each in documents])


def hosts(name: str, **fields: object) -> Fields:
    return {"hosts": [{"name": name, **fields}]}


ISCSI: Fields = {"repositories": [{"name": "r", "type": "lvmoiscsi"}]}
NIC: Fields = {"device": "eth0", "management": True, "mode": "static", "address": "10.0.0.9/24"}


@pytest.mark.parametrize(
    ("code", "field", "value"),
    [("JN056", "iscsi_iqn", "iqn.x"), ("JN058", "address", "10.0.0.9"), ("JN063", "hostname", "h")],
)
def test_what_has_to_be_unique_is_compared_between_hosts_that_join_together(code: str, field: str, value: str) -> None:
    other = f"{value}9"
    pool = {**ISCSI, **hosts("old", **{field: f"{value}0"})}

    alike = read(joined_by(hosts("new", **{field: value}), hosts("newer", **{field: value}), pool=pool))
    apart = read(joined_by(hosts("new", **{field: value}), hosts("newer", **{field: other}), pool=pool))
    untold = read(joined_by(hosts("new", **{field: value}), pool=pool))

    assert sorted(problems(code, alike)) == [("new", field), ("newer", field)]
    messages = sorted(each.message for each in seen(code, alike)[0])
    assert "newer (to join as well)" in messages[0]
    assert problems(code, apart) == []
    assert set(lacking(code, untold)) == {("newer", field)}


def test_a_host_that_two_documents_describe_is_no_twin_of_itself() -> None:
    alike = {"uuid": "u", "hostname": "h"}
    documents = joined_by(hosts("new", **alike), hosts("newer", **alike), pool=hosts("old", hostname="o"))

    assert problems("JN063", read(documents)) == []


def test_two_wishes_for_one_host_are_one_host() -> None:
    documents = joined_by(hosts("new", hostname="h"), hosts("newer", hostname="h"), pool=hosts("old", hostname="o"))
    documents[0]["joins"] = [{"host": "new"}, {"host": "newer"}, {"host": "newer"}]

    messages = {each.message for each in seen("JN063", read(documents))[0] if each.subject.label == "new"}
    (message,) = messages
    assert message.count("newer") == 1


def test_hosts_that_join_different_pools_do_not_meet() -> None:
    documents = joined_by(hosts("new", hostname="h"), hosts("newer", hostname="h"), pool=hosts("old", hostname="o"))
    documents[0]["joins"] = [{"host": "new"}]
    documents.append({"name": "lab2", "joins": [{"host": "newer"}], "hosts": [{"name": "far", "hostname": "f"}]})

    assert problems("JN063", read(documents)) == []


def test_addresses_that_interfaces_tell_are_left_to_the_rule_about_them() -> None:
    documents = joined_by(
        hosts("new", interfaces=[NIC]), hosts("newer", interfaces=[NIC]), pool=hosts("old", address="10.0.0.1")
    )

    assert problems("JN058", read(documents)) == []
    assert len(problems("NW001", read(documents))) == 1


def purposes(*names: str) -> Fields:
    return {"networks": [{"name": "n", "purpose": list(names)}]}


def test_one_of_two_hosts_that_serve_disks_differently_is_refused() -> None:
    plain, encrypted = purposes("insecure_nbd"), purposes("nbd")

    assert sorted(problems("JN030", read(joined_by(plain, encrypted, pool=purposes())))) == [("n", "purpose")] * 2
    assert problems("JN030", read(joined_by(plain, plain, pool=purposes()))) == []
    assert problems("JN030", read(joined_by(plain, purposes(), pool=purposes()))) == []
    (found,) = seen("JN030", read(joined_by(plain, encrypted, pool=encrypted)))[0]
    assert "networks of lab, which it is to join, have nbd" in found.message, "the other one fits"
    first, _ = seen("JN030", read(joined_by(plain, encrypted, pool=purposes())))[0]
    assert "newer, which is to join lab too, has nbd" in first.message


def test_whether_another_host_serves_disks_has_to_be_said() -> None:
    documents = joined_by(purposes("nbd"), {"networks": [{"name": "m"}]}, pool=purposes())

    assert set(lacking("JN030", read(documents))) == {("m", "purpose")}


def trusts(*certificates: Fields) -> Fields:
    return {"certificates": list(certificates)}


CA: Fields = {"name": "ca.pem", "type": "ca", "fingerprint_sha256": "01"}
OTHER_CA: Fields = {**CA, "fingerprint_sha256": "02"}


def test_authorities_of_hosts_that_join_together_are_compared() -> None:
    found, unknown = seen("JN032", read(joined_by(trusts(CA), trusts(OTHER_CA), pool=trusts())))

    assert unknown == []
    assert len(found) == 2
    assert "and another one on newer (to join as well)" in found[0].message
    assert problems("JN032", read(joined_by(trusts(CA), trusts(CA), pool=trusts()))) == []
    both, _ = seen("JN032", read(joined_by(trusts(CA), trusts(OTHER_CA), pool=trusts(CA))))
    assert [each.subject.label for each in both] == ["ca.pem"]
    assert "and another one there and on new (to join as well)" in both[0].message
    assert set(lacking("JN032", read(joined_by(trusts(CA), None, pool=trusts())))) == {("two", "certificates")}


def test_trusted_certificates_of_hosts_that_join_together_are_compared() -> None:
    one: Fields = {"type": "pinned", "fingerprint_sha256": "01", "purpose": ["a", "b"]}
    other: Fields = {**one, "purpose": ["a"]}

    found, unknown = seen("JN033", read(joined_by(trusts(one), trusts(other), pool=trusts())))

    assert unknown == []
    assert len(found) == 2
    assert "by newer (to join as well) for a" in found[0].message
    assert problems("JN033", read(joined_by(trusts(one), trusts(one), pool=trusts()))) == []
    fitting, _ = seen("JN033", read(joined_by(trusts(one), trusts(other), pool=trusts(one))))
    assert [each.message.partition(" and by ")[2] for each in fitting] == [
        "lab for a and b",
        "new (to join as well) for a and b",
    ]


def test_a_pool_that_is_joined_cannot_join_another() -> None:
    documents = joined_by()
    documents[0]["joins"] = [{"host": "newer"}]
    documents[2]["joins"] = [{"host": "new"}]

    (found,) = seen("JN011", read(documents))[0]

    assert found.message == "newer is to join lab, and new is to join two, of which newer is the only host"
    assert found.remedy == "let new join lab too, or remove one of the two wishes"


def test_two_hosts_cannot_join_each_other() -> None:
    documents = joined_by()[1:]
    documents[0]["joins"], documents[1]["joins"] = [{"host": "newer"}], [{"host": "new"}]

    found, _ = seen("JN011", read(documents))

    assert [each.message for each in found] == [
        "newer is to join one, and new is to join two, of which newer is the only host",
        "new is to join two, and newer is to join one, of which new is the only host",
    ]
    assert [each.remedy for each in found] == ["remove one of the two wishes"] * 2


def test_the_size_counts_all_that_join() -> None:
    bound = {"restrictions": {"restrict_pool_size": "true"}}
    members = {"hosts": [{"name": "a"}, {"name": "b"}]}

    assert problems("JN004", read(joined_by(bound, bound, pool={**members, **bound}))) == [
        ("new", "host"),
        ("newer", "host"),
    ]
    alone = joined_by(bound, bound, pool={**members, **bound})
    alone[0]["joins"] = [{"host": "new"}]
    assert problems("JN004", read(alone)) == []


def test_the_order_of_documents_and_wishes_changes_nothing() -> None:
    documents = joined_by(
        {**hosts("new", hostname="h"), **trusts(CA), **purposes("nbd")},
        {**hosts("newer", hostname="h"), **trusts(OTHER_CA), **purposes("insecure_nbd")},
        pool={**trusts(), **purposes(), **hosts("old", hostname="o")},
    )

    def told(inventory: Inventory) -> list[str]:
        found = [each for code in ("JN030", "JN032", "JN063") for each in seen(code, inventory)[0]]
        return sorted(f"{each.message}|{each.remedy}" for each in found)

    expected = told(read(documents))
    assert len(expected) == 6
    for order in permutations(documents):
        turned = [{**each, "joins": each.get("joins", [])[::-1]} for each in order]
        assert told(read(turned)) == expected
