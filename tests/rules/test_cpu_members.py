import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.overviews.cpu import cpu
from planner.reports.cpu_overview import cpu_json, cpu_table
from tests.helpers import SHARED
from tests.rules.join.joins import Fields, lacking, problems, seen

STRONG = "77dafbbf-bfebfbff-00000021-2c100800"
WEAK = "0098e3fd-bfebfbff-00000001-28100800"
BOTH = "0098e3bd-bfebfbff-00000001-28100800"
RAW = SHARED / "data" / "cpu" / "cpuid-raw.json"


def pool(*hosts: Fields, version: str | None = "7.6.0", **more: Any) -> Inventory:
    """A pool of hosts h0, h1 and so on; the first manages it."""
    software = {"software": {"product_version": version}} if version else {}
    named = [{"name": f"h{number}", **host} for number, host in enumerate(hosts)]
    return Inventory([Pool.model_validate({"name": "lab", "coordinator": "h0", "hosts": named, **software, **more})])


def masked(features: str | None, **more: Any) -> Fields:
    return {"cpu": {"vendor": "GenuineIntel", "features": features, **more}}


def levelled(features: str | None, vendor: str | None = "GenuineIntel", **more: Any) -> Fields:
    return {"hvm": True, "cpu": {"vendor": vendor, "features_hvm": features, "features_pv": features}, **more}


def vm(features: str | None, on: str = "h0", name: str = "v", **more: Any) -> Fields:
    flags = {"vendor": "GenuineIntel", "features": features}
    return {"name": name, "power_state": "running", "runs_on": on, "domain_type": "hvm", "last_boot_cpu": flags} | more


def test_members_have_to_have_the_same_features_up_to_6_5() -> None:
    inventory = pool(masked(STRONG, maskable="full"), masked(WEAK, maskable="full"), version="6.2.0")

    (found,), unknown = seen("CP005", inventory)

    assert unknown == []
    assert found.subject.label == "h1"
    assert "h1 lacks pclmulqdq, sdbg" in found.message
    assert "h0 lacks smx, which h1 has" in found.message
    assert found.remedy.startswith(f"mask the CPUs to {BOTH}, one host after the other: on h0 run")
    assert problems("CP005", pool(masked(STRONG), masked(STRONG), version="6.2.0")) == []
    assert problems("CP005", pool(masked(STRONG), version="6.2.0")) == []
    assert problems("CP005", pool(masked(STRONG), masked(WEAK), version="7.0.0")) == []


def test_members_are_masked_once_the_licence_allows_it() -> None:
    hosts = masked(STRONG, maskable="full"), masked(WEAK, maskable="full")
    (found,), _ = seen("CP005", pool(*hosts, version="6.2.0", restrictions={"restrict_cpu_masking": "true"}))

    assert found.remedy.startswith("the licence of lab does not allow CPUs to be masked (FEATURE_RESTRICTED): apply")
    assert f"; then mask the CPUs to {BOTH}, one host after the other: on h0 run" in found.remedy


def test_members_that_cannot_be_masked_are_left_with_a_cold_move() -> None:
    (found,), _ = seen("CP005", pool(masked(STRONG, maskable="no"), masked(WEAK, maskable="full"), version="6.2.0"))

    assert found.remedy.startswith("move no running VM between h1 and h0")


def test_what_the_pool_does_not_compare_may_differ() -> None:
    inventory = pool(masked("000ce3bd-0-0-0"), masked("000ce33d-0-0-0"), version="6.2.0")
    all_compared = {"cpu_mask": "ffffffff-ffffffff-ffffffff-ffffffff"}

    assert problems("CP005", inventory) == []
    assert problems(
        "CP005", pool(masked("000ce3bd-0-0-0"), masked("000ce33d-0-0-0"), version="6.2.0", **all_compared)
    ) == [("h1", "cpu.features")]


def test_hosts_of_another_vendor_are_told_by_their_own_rule() -> None:
    amd = {"cpu": {"vendor": "AuthenticAMD", "features": WEAK}}

    assert problems("CP005", pool(masked(STRONG), amd, version="6.2.0")) == []


def test_without_a_coordinator_most_hosts_are_right() -> None:
    hosts = (masked(WEAK), masked(STRONG), masked(STRONG))

    assert problems("CP005", pool(*hosts, version="6.2.0", coordinator=None)) == [("h0", "cpu.features")]


def test_features_of_members_have_to_be_known_since_5_6() -> None:
    assert lacking("CP005", pool(masked(STRONG), {}, version="6.2.0")) == [("h1", "cpu.features")]
    assert lacking("CP005", pool(masked(STRONG), {}, version="5.5.0")) == []
    assert lacking("CP005", pool(masked(STRONG), {}, version=None)) == [("lab", "software.product_version")]
    assert lacking("CP005", pool(masked(STRONG), masked(WEAK), version=None)) == [("lab", "software.product_version")]
    assert lacking("CP005", pool(masked(STRONG), masked(STRONG), version=None)) == []
    assert lacking("CP005", pool(levelled("1"), {}, version=None)) == []


def test_missing_features_are_named_with_the_hosts_that_fit() -> None:
    full, less = "0-0-0-0-0-120", "0-0-0-0-0-20"
    hosts = (levelled(full), levelled(less), levelled(full), levelled(less))
    (found,), _ = seen("CP006", pool(*hosts, vms=[vm(full)]))

    assert "v has seen CPU features that other hosts lack: h1 and h3 lack bmi2; hosts known to fit: h2" in found.message
    assert "xe vm-reboot" in found.remedy
    assert [each.label for each in found.related] == ["h1", "h3"]
    assert problems("CP006", pool(*hosts, vms=[vm(less)])) == []
    assert problems("CP006", pool(*hosts, vms=[vm(full)], version="6.5.0")) == []


def test_thousands_of_vms_are_told_once() -> None:
    full, less = "0-0-0-0-0-120", "0-0-0-0-0-20"
    hosts = (levelled(full), levelled(full), levelled(less))
    vms = [vm(full, on=f"h{number % 2}", name=f"v{number:04}") for number in range(2000)]

    (found,), _ = seen("CP006", pool(*hosts, vms=vms))

    assert "1970 more have seen" in found.message
    assert "hosts known to fit: h0 and h1" in found.message
    assert found.remedy.startswith("shut each down and start it again")


def test_vms_that_do_not_run_and_hosts_in_maintenance_do_not_count() -> None:
    full, less = "0-0-0-0-0-120", "0-0-0-0-0-20"
    hosts = (levelled(full), levelled(less))

    assert problems("CP006", pool(*hosts, vms=[vm(full, power_state="halted", runs_on=None)])) == []
    assert problems("CP006", pool(*hosts, vms=[vm(full, power_state="suspended", runs_on=None)])) == []
    assert problems("CP006", pool(*hosts, vms=[vm(full, driver_domain=True)])) == []
    assert problems("CP006", pool(levelled(full), levelled(less, enabled=False), vms=[vm(full)])) == []
    assert problems("CP006", pool(levelled(less), levelled(full), vms=[vm(full)])) == []


def test_features_that_add_up_over_a_pool_are_not_missed() -> None:
    zeros = "-".join("0" * 9)

    assert problems("CP006", pool(levelled(f"{zeros}-400"), levelled(zeros), vms=[vm(f"{zeros}-400")])) == []


def test_what_is_written_down_for_a_vm_is_to_be_taken_out() -> None:
    hosts = (levelled("0-0-0-0-0-120"), levelled("0-0-0-0-0-20"))
    (found,), _ = seen("CP006", pool(*hosts, vms=[vm("0-0-0-0-0-120", platform={"featureset": "0"}, uuid="u")]))

    assert "xe vm-param-remove uuid=u param-name=platform param-key=featureset" in found.remedy


def test_what_a_vm_has_seen_matters_only_where_hosts_differ() -> None:
    alike, unlike = (levelled("3"), levelled("3")), (levelled("3"), levelled("1"))
    silent = vm(None, last_boot_cpu=None)

    assert lacking("CP006", pool(*alike, vms=[silent])) == []
    assert lacking("CP006", pool(*unlike, vms=[silent])) == [("v", "last_boot_cpu")]
    assert lacking("CP006", pool(*unlike, vms=[vm(None)])) == [("v", "last_boot_cpu.features")]
    assert lacking("CP006", pool(levelled("3"), levelled(None), vms=[vm("1")])) == [("h1", "cpu.features_hvm")]
    assert lacking("CP006", pool(levelled("3"), levelled("3", None), vms=[vm("1")])) == [("h1", "cpu.vendor")]
    assert lacking("CP006", pool({}, {}, vms=[vm("1")], version=None)) == [("lab", "software.product_version")]


@pytest.mark.skipif(not RAW.exists(), reason="the data is not there")
def test_a_haswell_guest_cannot_go_to_an_ivy_bridge() -> None:
    raw = {each["cpu_model"]: each["raw_featureset"] for each in json.loads(RAW.read_text())["entries"]}
    haswell, ivy = raw["Intel(R) Xeon(R) CPU E5-2696 v3 @ 2.30GHz"], raw["Intel(R) Xeon(R) CPU E5-2697 v2 @ 2.70GHz"]
    (found,), _ = seen("CP006", pool(levelled(haswell), levelled(ivy), vms=[vm(haswell)]))

    lacked = found.message.replace(",", "").split()
    assert {"avx2", "bmi2", "fma"} <= set(lacked)


WORDS = ["", "1", "3-1", "0-0-183f3ff", "1-2-3-4", "3-2-3-4", "f-f-f-f-f-ffff"]
FEATURES = st.one_of(st.none(), st.sampled_from(WORDS))
CPUS = st.fixed_dictionaries(
    {
        "vendor": st.sampled_from([None, "GenuineIntel", "AuthenticAMD"]),
        "maskable": st.sampled_from([None, "no", "base", "full"]),
        "features": FEATURES,
        "physical_features": FEATURES,
        "features_hvm": FEATURES,
        "features_pv": FEATURES,
        "features_hvm_host": FEATURES,
    }
)
FLAGS = st.fixed_dictionaries({"vendor": st.sampled_from([None, "GenuineIntel"]), "features": FEATURES})
MAYBE = st.sampled_from([None, True, False])
HOSTS = st.fixed_dictionaries({"hvm": MAYBE, "enabled": MAYBE, "cpu": st.one_of(st.none(), CPUS)})
GUESTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["v", "w"]),
        "power_state": st.sampled_from([None, "running", "paused", "suspended", "halted"]),
        "runs_on": st.sampled_from([None, "h0", "h1", "gone"]),
        "domain_type": st.sampled_from([None, "hvm", "pv", "pvh"]),
        "last_boot_cpu": st.one_of(st.none(), FLAGS),
        "platform": st.sampled_from([None, {}, {"featureset": "3-1"}, {"featureset": "-"}, {"featureset": ""}]),
    }
)
VERSIONS = st.sampled_from([None, "5.5.0", "6.2.0", "7.6.0", "x"])


def told(inventory: Inventory) -> list[tuple[str, ...]]:
    said: list[tuple[str, ...]] = []
    for code in ("CP005", "CP006", "CP009"):
        found, unknown = seen(code, inventory)
        said += [(code, each.subject.label, each.field, each.message, each.remedy) for each in found]
        said += [(code, each.subject.label, each.field, "?", "") for each in unknown]
    return sorted(said)


@settings(max_examples=200, deadline=None)
@given(st.lists(HOSTS, max_size=3), st.lists(GUESTS, max_size=4), VERSIONS, st.sampled_from([None, "h0", "gone"]))
def test_nothing_raises_and_order_changes_nothing(
    hosts: list[Fields], vms: list[Fields], version: str | None, coordinator: str | None
) -> None:
    software = {"product_version": version} if version else None
    named = [{"name": f"h{number}", **host} for number, host in enumerate(hosts)]
    lab = {"name": "lab", "coordinator": coordinator, "software": software}

    def made(hosts: list[Fields], vms: list[Fields]) -> Inventory:
        joined = {"name": "lone", "hosts": [{**(named[0] if named else {}), "name": "new"}]}
        whole = lab | {"hosts": hosts, "vms": vms, "joins": [{"host": "new"}]}
        return Inventory([Pool.model_validate(whole), Pool.model_validate(joined)])

    first = told(made(named, vms))
    for order in permutations(named):
        other = made(list(order), vms[::-1])
        assert told(other) == first
        overviews = cpu(other)
        assert cpu_table(overviews)
        assert json.loads(cpu_json(overviews))["kind"] == "cpu"
