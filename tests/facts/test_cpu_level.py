import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.facts.cpu_level import by_masks, level, names
from planner.facts.cpu_moves import Fit, guests, verdicts
from planner.facts.feature_sets import difference, equal, parse_features
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.pool import Pool
from tests.helpers import SHARED

REAL = SHARED / "data" / "cpu" / "features.json"


def view(*cpus: dict[str, Any], version: str | None = "7.6.0", **more: Any) -> PoolView:
    hosts = [{"name": f"h{number}", "cpu": cpu} for number, cpu in enumerate(cpus)]
    software = {"product_version": version} if version else None
    return PoolView(Pool.model_validate({"name": "lab", "hosts": hosts, "software": software, **more}))


def hvm(features: str | None) -> dict[str, Any]:
    return {"vendor": "GenuineIntel", "features_hvm": features}


def test_a_pool_offers_what_all_hosts_have() -> None:
    found = level(view(hvm("7"), hvm("3"), hvm("b")), "hvm")

    assert found.features == (0x3,)
    assert [each.beyond for each in found.offers] == [(0x4,), (0,), (0x8,)]
    assert [each.held_back for each in found.offers] == [(0,), (0,), (0,)]
    assert [each.held_back for each in level(view(hvm("7"), hvm("3"), hvm("7")), "hvm").offers][1] == (0x4,)


def test_hosts_that_are_alike_hold_a_pool_back_together() -> None:
    found = level(view(hvm("7"), hvm("3"), hvm("3-0"), hvm("5")), "hvm")

    assert found.features == (0x1, 0)
    assert [each.held_back for each in found.offers] == [(0, 0)] * 3 + [(0x2, 0)]
    assert [each.held_back_together for each in found.offers] == [(0, 0), (0x4, 0), (0x4, 0), (0x2, 0)]
    wordless = level(view(hvm(""), hvm("0"), hvm("3")), "hvm")
    assert [each.held_back_together for each in wordless.offers] == [(0,), (0x3,), (0,)]
    assert [each.held_back_together for each in level(view(hvm("7"), hvm("7")), "hvm").offers] == [(0,)] * 2
    assert [each.held_back_together for each in level(view(hvm("7"), hvm(None)), "hvm").offers] == [None] * 2


@given(st.lists(st.lists(st.integers(0, 7), max_size=3), min_size=1, max_size=5))
def test_what_a_pool_gains_is_what_it_then_offers(sets: list[list[int]]) -> None:
    texts = ["-".join(f"{word:x}" for word in words) for words in sets]
    found = level(view(*map(hvm, texts)), "hvm")

    for number, offer in enumerate(found.offers):
        others = [text for place, text in enumerate(texts) if place != number]
        assert offer.held_back is not None
        assert found.features is not None
        left = level(view(*map(hvm, others)), "hvm").features or ()
        assert equal(offer.held_back, difference(left, found.features))


def test_what_a_new_guest_is_given_makes_the_level_and_what_a_host_can_do_decides_moves() -> None:
    cpu = {"vendor": "GenuineIntel", "features_hvm": "0-0-0-0-0-810", "features_hvm_host": "0-0-0-0-0-0"}
    flags = [{"vendor": "GenuineIntel", "features": f"0-0-0-0-0-{word}"} for word in ("810", "811")]
    vms = [
        {"name": f"v{number}", "power_state": "running", "domain_type": "hvm", "last_boot_cpu": each}
        for number, each in enumerate(flags)
    ]
    pool = view(cpu, vms=vms)
    answers = [verdicts(pool, group, pool.hosts.records)[0][1] for group in guests(pool)]

    assert level(pool, "hvm").features == (0,) * 6
    assert [each.fit for each in answers] == [Fit.FITS, Fit.LACKS]
    assert answers[1].missing == ("fsgsbase",)


def test_what_the_pool_says_itself_comes_first() -> None:
    pool = view(hvm("7"), {}, cpu={"features_hvm": "1"})
    arriving = Host.model_validate({"name": "new", "cpu": hvm("2")})

    assert level(pool, "hvm").features == (0x1,)
    assert level(pool, "hvm", (arriving,)).features == (0,)
    assert level(pool, "hvm").offers[0].held_back is None


def test_one_unknown_host_leaves_the_level_unknown() -> None:
    found = level(view(hvm("7"), {}), "hvm")

    assert found.features is None
    assert [(each.record.label, each.field) for each in found.lacking] == [("h1", "cpu.features_hvm_host")]
    assert level(PoolView(Pool(name="lab")), "hvm").lacking[0].field == "hosts"


def test_a_host_without_virtualisation_says_nothing_of_hvm_guests() -> None:
    hosts = [{"name": "a", "cpu": hvm("7")}, {"name": "b", "hvm": False, "cpu": hvm("")}]

    assert level(PoolView(Pool.model_validate({"name": "lab", "hosts": hosts})), "hvm").features == (0x7,)


def test_the_release_decides_how_cpus_are_made_alike() -> None:
    assert by_masks(view({}, version="6.5.0")) is True
    assert by_masks(view({}, version="7.0.0")) is False
    assert by_masks(view({}, version=None)) is None
    assert by_masks(view(hvm("1"), version=None)) is False


@pytest.mark.skipif(not REAL.exists(), reason="the data is not there")
def test_real_hosts_offer_new_guests_no_more_than_they_can_do() -> None:
    entries = json.loads(REAL.read_text())["entries"]
    modern = {(each["cpu_model"], each["key"]): parse_features(each["features"]) for each in entries}
    pairs = [
        (given, able)
        for (model, key), given in modern.items()
        if key.endswith("_host") and given and (able := modern.get((model, key.removesuffix("_host"))))
    ]

    assert pairs
    for new, able in pairs:
        assert set(names("hvm", new)) <= set(names("hvm", able))
