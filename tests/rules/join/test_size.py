import pytest

from tests.rules.join.joins import Fields, joined, lacking, problems, seen


def members(number: int, **more: object) -> Fields:
    return {"hosts": [{"name": f"h{at}"} for at in range(number)], **more}


@pytest.mark.parametrize(("number", "expected"), [(63, []), (64, [("new", "host")])])
def test_a_pool_has_no_more_than_64_hosts(number: int, expected: list[tuple[str, str]]) -> None:
    on: Fields = {"ha": {"enabled": True}}

    assert problems("JN052", joined(pool=members(number))) == expected
    assert problems("JN064", joined(pool=members(number, **on))) == expected
    assert problems("JN052", joined(pool=members(number, **on))) == []
    assert problems("JN064", joined(pool=members(number, ha_plan={}))) == expected
    assert problems("JN064", joined(pool=members(number, ha={"enabled": False}))) == []


def test_whether_high_availability_is_on_matters_for_large_pools_only() -> None:
    assert lacking("JN064", joined(pool=members(64))) == [("lab", "ha.enabled")]
    assert lacking("JN064", joined(pool=members(1))) == []
    assert lacking("JN052", joined(pool={"hosts": None})) == []


def networks(*bridges: str | None) -> Fields:
    return {"networks": [{"name": f"n{at}", "bridge": bridge} for at, bridge in enumerate(bridges)]}


def nics(*names: str | None) -> Fields:
    return {"interfaces": [{"device": f"eth{at}", "network": name} for at, name in enumerate(names)]}


def test_networks_that_a_joining_host_has_no_nic_for_are_named() -> None:
    pool = networks("xenbr0", "xenbr1", "xapi0")
    (found,), _ = seen("JN053", joined(nics("n0"), nics("n0", "n1"), pool=pool, joiner=networks("xenbr0")))

    assert "new, which is to join lab, has no NIC for n1 (xenbr1)" in found.message
    two = networks("xenbr1", "xenbr0", "xenbr2")
    assert problems("JN053", joined(nics("n0", "n1", "n2"), nics("n0", "n1"), pool=pool, joiner=two)) == []


def test_where_nics_are_may_be_unknown() -> None:
    pool, old = networks("xenbr0"), nics("n0")

    assert lacking("JN053", joined(None, old, pool=pool)) == [("new", "interfaces")]
    assert lacking("JN053", joined(nics(None), old, pool=pool)) == [("eth0", "network")]
    assert lacking("JN053", joined(nics("n0"), old, pool=pool, joiner=networks(None))) == [("n0", "bridge")]
    assert lacking("JN053", joined(nics("n0"), old, pool=networks(None), joiner=pool)) == [("n0", "bridge")]
    assert lacking("JN053", joined(pool={"coordinator": "gone"})) == [("lab", "coordinator")]
    assert problems("JN053", joined()) == []
