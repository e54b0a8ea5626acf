from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems

FULL = "17cbfbff-f7fa3223-2d93fbff-00000023-00000001-000007ab-00000000-00000000-00001000-9c000400"
LESS = "17cbfbff-f7fa3223-2d93fbff-00000023-00000001-000003ab-00000000-00000000-00001000-9c000400"
WITHOUT_MD_CLEAR = "17cbfbff-f7fa3223-2d93fbff-00000023-00000001-000007ab-00000000-00000000-00001000-9c000000"
WORDS, MASKED = "77dafbbf-bfebfbff-00000021-2c100800", "77dafbbf-bfebfbff-00000001-2c100800"


def modern(level: str | None, *sets: str | None, **host: Any) -> Pool:
    hosts = [{"name": f"h{at}", "cpu": {"features_hvm_host": each}, **host} for at, each in enumerate(sets)]
    software = {"product_version": "8.2.1"}
    return Pool.model_validate({"name": "lab", "software": software, "cpu": {"features_hvm": level}, "hosts": hosts})


@pytest.mark.parametrize(
    ("level", "sets", "said"),
    [
        (FULL, (FULL, LESS), "still has invpcid"),
        (LESS, (FULL, FULL), "lacks invpcid"),
        (LESS, (FULL, LESS), None),
        (FULL, (FULL, None), None),
        (None, (FULL, LESS), None),
        (WITHOUT_MD_CLEAR, (FULL, FULL), None),
    ],
)
def test_a_pool_offers_what_its_hosts_have_in_common(
    level: str | None, sets: tuple[str | None, ...], said: str | None
) -> None:
    found = problems("CP007", modern(level, *sets))
    assert [said in each.message for each in found if said] == ([True] if said else [])
    assert bool(found) is bool(said)


def test_a_host_without_hardware_virtualisation_does_not_count_for_hvm_guests() -> None:
    assert problems("CP007", modern(LESS, FULL, hvm=False)) == []


@pytest.mark.parametrize(
    ("version", "after", "found"),
    [
        ("6.2.0", MASKED, [("xen01", "cpu.features_after_reboot")]),
        ("6.2.0", WORDS, []),
        ("6.2.0", None, []),
        ("7.0.0", MASKED, []),
    ],
)
def test_a_mask_that_waits_for_a_restart_is_told(version: str, after: str | None, found: list[tuple[str, str]]) -> None:
    host = {"name": "xen01", "cpu": {"features": WORDS, "features_after_reboot": after}}
    pool = Pool.model_validate({"name": "lab", "software": {"product_version": version}, "hosts": [host]})
    assert faults("CP008", pool) == found
    for each in problems("CP008", pool):
        assert "without abm" in each.message


def test_what_hosts_offer_has_to_be_told_where_the_pool_tells_it() -> None:
    assert lacks("CP007", modern(FULL, FULL, None)) == [("h1", "cpu.features_hvm_host")]
    assert lacks("CP007", modern(None, FULL, None)) == []
    assert lacks("CP007", modern(FULL, FULL, None, hvm=False)) == []


@pytest.mark.parametrize(
    ("cpu", "lacking"),
    [
        ({"features": WORDS}, [("xen01", "cpu.features_after_reboot")]),
        ({"features": WORDS, "maskable": "no"}, []),
        ({"features": WORDS, "features_after_reboot": "1-2-3"}, [("xen01", "cpu.features_after_reboot")]),
        ({}, []),
    ],
)
def test_what_comes_with_a_restart_has_to_be_told_of_a_cpu_that_can_be_masked(
    cpu: dict[str, Any], lacking: list[tuple[str, str]]
) -> None:
    pool = {"name": "lab", "software": {"product_version": "6.2.0"}, "hosts": [{"name": "xen01", "cpu": cpu}]}
    assert lacks("CP008", Pool.model_validate(pool)) == lacking
