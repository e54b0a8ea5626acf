from typing import Any

import pytest

from planner.model.inventory import Inventory
from planner.model.pool import Pool
from tests.rules.join.joins import Fields, joined, lacking, problems, seen

STRONG = "77dafbbf-bfebfbff-00000021-2c100800"
WEAK = "00000209-178bfbff-00000001-28100800"
OTHER = "0098e3fd-bfebfbff-00000001-28100800"
BOTH = "0098e3bd-bfebfbff-00000001-28100800"


def cpu(features: str | None, **more: Any) -> Fields:
    return {"cpu": {"vendor": "GenuineIntel", "features": features, **more}}


def test_features_have_to_be_the_same_up_to_6_5() -> None:
    inventory = joined(cpu(WEAK, maskable="no"), cpu(STRONG, maskable="no"), version="6.2.0")

    (found,), _ = seen("CP001", inventory)

    assert "new lacks pclmulqdq, dtes64" in found.message
    assert "abm and pdpe1gb, which old has" in found.message
    assert problems("CP001", joined(cpu(STRONG), cpu(STRONG), version="6.2.0")) == []
    assert problems("CP001", joined(cpu(WEAK), cpu(STRONG), version="7.0.0")) == []
    assert problems("CP001", joined(cpu(WEAK), cpu(STRONG), version="6.2.0", force=True)) == []


def test_more_features_are_refused_as_well() -> None:
    (found,), _ = seen("CP001", joined(cpu(STRONG), cpu(WEAK), version="6.2.0"))

    assert "old in lab differ: old lacks" in found.message


def test_the_pools_mask_is_held_against_the_features() -> None:
    power_saving = joined(cpu("040ce3bd-0-0-0"), cpu("040ce33d-0-0-0"), version="6.5.0")
    all_compared = {"cpu_mask": "ffffffff-ffffffff-ffffffff-ffffffff"}

    assert problems("CP001", power_saving) == []
    assert problems(
        "CP001", joined(cpu("040ce3bd-0-0-0"), cpu("040ce33d-0-0-0"), pool=all_compared, version="6.5.0")
    ) == [("new", "cpu.features")]


def test_another_vendor_is_told_by_its_own_rule() -> None:
    amd = {"cpu": {"vendor": "AuthenticAMD", "features": WEAK}}

    assert problems("CP001", joined(amd, cpu(STRONG), version="6.2.0")) == []


def test_features_have_to_be_known_up_to_6_5() -> None:
    assert lacking("CP001", joined({}, cpu(STRONG), version="6.2.0")) == [("new", "cpu.features")]
    assert lacking("CP001", joined(cpu(STRONG), cpu("1-2"), version="6.2.0")) == [("old", "cpu.features")]
    assert lacking("CP001", joined(cpu(WEAK), cpu(STRONG))) == [("new", "software.product_version")]
    assert lacking("CP001", joined()) == [("new", "software.product_version")]
    assert problems("CP001", joined(cpu(STRONG), cpu(STRONG))) == []
    assert problems("CP001", joined(version="7.0.0")) == []


def remedy(host: Fields, member: Fields, **more: Any) -> str:
    (found,), _ = seen("CP001", joined(host, member, version="6.2.0", **more))
    return found.remedy


def test_cpus_that_can_be_masked_are_masked_to_what_both_have() -> None:
    told = remedy(cpu(OTHER, maskable="full"), {"uuid": "u1", **cpu(STRONG, maskable="full")})

    assert told.startswith(f"mask the CPUs to {BOTH}: ")
    assert f"on old run `xe host-set-cpu-features features={BOTH} uuid=u1`, then restart old" in told
    assert f"on new run `xe host-set-cpu-features features={BOTH}`, then restart new" in told
    assert "`xe host-reset-cpu-features`" in told
    assert "force" not in told


def test_where_the_licence_forbids_masks_it_has_to_be_changed_first() -> None:
    sides = cpu(OTHER, maskable="full"), cpu(STRONG, maskable="full")
    told = remedy(*sides, pool={"restrictions": {"restrict_cpu_masking": "true"}})
    free = remedy(*sides, pool={"restrictions": {"restrict_cpu_masking": "false"}})

    assert told.startswith("the licence of lab does not allow CPUs to be masked (FEATURE_RESTRICTED): apply an edition")
    assert f"mask the CPUs to {BOTH}" in told
    assert free.startswith("mask the CPUs")


def test_the_licence_matters_only_of_a_pool_that_has_to_mask_a_host() -> None:
    bound = {"restrictions": {"restrict_cpu_masking": "true"}}
    sides = cpu(STRONG, maskable="full"), cpu(WEAK, maskable="no")

    assert remedy(*sides, pool=bound).startswith("mask the CPUs")
    assert remedy(*sides, joiner=bound).startswith("the licence of single does not allow CPUs to be masked")
    set_already = cpu(STRONG, maskable="full", features_after_reboot=WEAK)
    assert remedy(set_already, cpu(WEAK, maskable="no"), joiner=bound).startswith("mask the CPUs")


def test_only_the_stronger_host_is_masked() -> None:
    down = remedy(cpu(STRONG, maskable="full"), cpu(WEAK, maskable="no"))
    up = remedy(cpu(WEAK, maskable="no"), cpu(STRONG, maskable="full"))

    assert "on new run" in down
    assert "on old run" not in down
    assert "on old run" in up
    assert "on new run" not in up


def test_a_member_beside_the_coordinator_has_to_be_masked_too() -> None:
    members = {
        "coordinator": "a",
        "hosts": [{"name": name, **cpu(STRONG, maskable="full")} for name in ("a", "b")],
    }

    told = remedy(cpu(WEAK, maskable="no"), {}, pool=members)

    assert "on a run" in told
    assert "on b run" in told


def several(*joiners: Fields, forced: bool = False) -> list[str]:
    """What is told of each of several hosts that are to join one pool."""
    names = [f"n{number}" for number in range(len(joiners))]
    software = {"software": {"product_version": "6.2.0"}}
    joins = [{"host": name, "force": forced and name == "n1"} for name in names]
    lab = {"name": "lab", "joins": joins, "hosts": [{"name": "old", **cpu(STRONG, maskable="full")}], **software}
    singles = [
        {"name": name, "hosts": [{"name": name, **joiner}], **software}
        for name, joiner in zip(names, joiners, strict=True)
    ]
    found, _ = seen("CP001", Inventory([Pool.model_validate(each) for each in (lab, *singles)]))
    return [each.remedy for each in found]


def test_hosts_that_arrive_together_are_given_one_mask() -> None:
    first, second = several(cpu(OTHER, maskable="full"), cpu("00000209-bfebfbff-00000001-28100800", maskable="no"))

    assert first == second
    assert first.startswith("mask the CPUs to 00000209-bfebfbff-00000001-28100800: on old run")
    assert "on n0 run" in first


def test_a_host_that_fits_today_is_masked_with_the_others() -> None:
    (told,) = several(cpu(STRONG, maskable="full"), cpu(WEAK, maskable="no"))

    assert "on n0 run" in told
    assert "on old run" in told


def test_a_host_that_no_mask_helps_does_not_spoil_the_others() -> None:
    first, second = several(cpu(OTHER, maskable="full"), cpu("00000001-00000001-00000003-00000000", maskable=None))

    assert first.startswith(f"mask the CPUs to {BOTH}: ")
    assert "which is not known of n1" in second
    amd = {"cpu": {"vendor": "AuthenticAMD", "features": WEAK, "maskable": "full"}}
    assert several(cpu(OTHER, maskable="full"), amd)[0].startswith(f"mask the CPUs to {BOTH}: ")
    forced = several(cpu(OTHER, maskable="full"), cpu(WEAK, maskable="full"), forced=True)
    assert forced[0].startswith(f"mask the CPUs to {BOTH}: ")


def test_a_mask_never_asks_for_what_the_processor_lacks() -> None:
    without_power_saving = "77dafb3f-bfebfbff-00000021-2c100800"

    told = remedy(cpu(without_power_saving, maskable="full"), cpu(WEAK[:6] + "89" + WEAK[8:], maskable="no"))

    assert "features=00000209" in told


def test_a_pool_that_is_masked_already_stays_as_it_is() -> None:
    masked = cpu(WEAK, maskable="full", physical_features=STRONG)

    told = remedy(cpu(STRONG, maskable="full"), masked)

    assert told.startswith(f"mask the CPUs to {WEAK}: on new run")
    assert "on old" not in told


def test_a_mask_that_waits_for_a_restart_needs_just_that() -> None:
    told = remedy(cpu(STRONG, maskable="full", features_after_reboot=WEAK), cpu(WEAK, maskable="no"))

    assert told.startswith(f"mask the CPUs to {WEAK}: restart new, whose mask is set already; then join")


def test_where_no_mask_helps_the_join_can_be_forced() -> None:
    told = remedy(cpu(WEAK, maskable="no"), {"address": "10.0.0.1", **cpu(STRONG, maskable="no")})

    assert told.startswith(f"masking needs CPUs that support it, and old cannot be masked to {WEAK}; `xe pool-join ")
    assert "master-address=10.0.0.1 master-username=root master-password=PASSWORD force=true` on new" in told


def test_the_address_of_the_management_interface_will_do() -> None:
    interface = {"device": "eth0", "management": True, "address": "10.0.0.1/24"}

    told = remedy(cpu(WEAK), {"interfaces": [interface], **cpu(STRONG)})

    assert "which is not known of old" in told
    assert "master-address=10.0.0.1 " in told


def test_partly_maskable_cpus_keep_their_last_words() -> None:
    told = remedy(cpu("00000001-1-1-1", maskable="no"), cpu("00000003-3-1-1", maskable="base"))
    refused = remedy(cpu("00000001-1-1-1", maskable="no"), cpu("00000003-3-3-1", maskable="base"))

    assert "on old run `xe host-set-cpu-features features=00000001-00000001-00000001-00000001`" in told
    assert "old cannot be masked" in refused


SHARED: Fields = {
    "repositories": [{"name": "nas", "shared": True}, {"name": "local", "shared": False}],
    "vms": [
        {"name": "movable", "drives": [{"device": "xvda", "repository": "nas"}]},
        {"name": "bound", "drives": [{"device": "xvda", "repository": "local"}]},
    ],
}


def forced(host: Fields, member: Fields, version: str | None = "6.2.0", **more: Any) -> Inventory:
    return joined(host, member, pool={**SHARED, **more}, force=True, version=version)


def test_a_forced_join_names_vms_and_direction() -> None:
    (found,), unknown = seen("CP002", forced(cpu(WEAK), cpu(STRONG)))

    assert unknown == []
    assert (found.subject.label, found.field) == ("new", "force")
    assert "from old to new, which lacks pclmulqdq" in found.message
    assert "from new to old" not in found.message
    assert found.message.endswith("VMs at risk: movable")


def test_hosts_that_each_lack_something_are_unsafe_in_both_directions() -> None:
    (found,), _ = seen("CP002", forced(cpu(OTHER), cpu(STRONG)))

    assert "from old to new, which lacks" in found.message
    assert "or from new to old, which lacks smx; VMs" in found.message


def test_a_forced_join_of_equal_cpus_is_no_matter() -> None:
    assert problems("CP002", forced(cpu(STRONG), cpu(STRONG))) == []
    assert problems("CP002", forced(cpu(WEAK), cpu(STRONG), "7.0.0")) == []
    assert problems("CP002", joined(cpu(WEAK), cpu(STRONG), version="6.2.0")) == []


@pytest.mark.parametrize("version", ["6.2.0", "8.2.0", None])
def test_other_vendors_never_mix(version: str | None) -> None:
    amd = {"cpu": {"vendor": "AuthenticAMD", "features": WEAK}}

    (found,), _ = seen("CP002", forced(amd, cpu(STRONG), version))

    assert "between old and new" in found.message


def test_what_a_forced_join_needs_to_know() -> None:
    assert lacking("CP002", forced({"cpu": {"features": WEAK}}, cpu(WEAK))) == [("new", "cpu.vendor")]
    assert lacking("CP002", forced(cpu(None), cpu(STRONG))) == [("new", "cpu.features")]
    assert lacking("CP002", forced(cpu(WEAK), cpu(STRONG), None)) == [("new", "software.product_version")]
    _, unknown = seen("CP002", forced(cpu(WEAK), cpu(STRONG), vms=[{"name": "x"}]))
    assert [(each.subject.label, each.field) for each in unknown] == [("x", "drives")]
    _, unknown = seen("CP002", forced(cpu(WEAK), cpu(STRONG), vms=None))
    assert [(each.subject.label, each.field) for each in unknown] == [("lab", "vms")]


def level(of_hvm: str, of_pv: str = "1", **more: Any) -> Fields:
    return {"cpu": {"features_hvm": of_hvm, "features_pv_host": of_pv}, **more}


def test_a_weaker_host_takes_features_from_the_pool() -> None:
    (found,), unknown = seen("CP003", joined(level("3"), level("7"), version="7.6.0"))

    assert unknown == []
    assert "no longer offers its guests de" in found.message
    assert problems("CP003", joined(level("7"), level("3"), version="7.6.0")) == []
    assert problems("CP003", joined(level("3"), level("7"), version="6.5.0")) == []


def test_a_host_of_another_vendor_takes_nothing_unless_forced() -> None:
    amd, intel = ({"cpu": {**level(words)["cpu"], "vendor": vendor}} for words, vendor in (("3", "A"), ("7", "B")))

    assert problems("CP003", joined(amd, intel, version="7.6.0")) == []
    assert problems("CP003", joined(amd, intel, version="7.6.0", force=True)) == [("new", "cpu")]
    assert lacking("CP003", joined(level("3"), pool={"hosts": None}, version="7.6.0")) == [("lab", "hosts")] * 2


def test_features_of_both_kinds_of_guest_are_told_once() -> None:
    (found,), _ = seen("CP003", joined(level("1", "1"), level("7", "b"), version="7.6.0"))

    assert "its guests vme, de and pse" in found.message


def test_a_pool_that_has_lost_a_feature_cannot_lose_it_again() -> None:
    members = {"hosts": [{"name": "a", **level("7")}, {"name": "b", **level("3")}]}
    stated = {"hosts": None, "cpu": {"features_hvm": "3", "features_pv": "1"}}

    for pool in (members, stated):
        assert problems("CP003", joined(level("3"), pool=pool, version="7.6.0")) == []
        assert problems("CP003", joined(level("1"), pool=pool, version="7.6.0")) == [("new", "cpu")]


def test_a_host_without_virtualisation_takes_nothing_from_hvm_guests() -> None:
    assert problems("CP003", joined(level("1", hvm=False), level("7"), version="7.6.0")) == []
    members = {"hosts": [{"name": "a", **level("7")}, {"name": "b", **level("1", hvm=False)}]}
    assert problems("CP003", joined(level("3"), pool=members, version="7.6.0")) == [("new", "cpu")]


def test_what_a_pool_offers_has_to_be_known() -> None:
    hvm, pv = "cpu.features_hvm_host", "cpu.features_pv_host"

    assert lacking("CP003", joined({}, level("7"), version="7.6.0")) == [("new", hvm), ("new", pv)]
    assert lacking("CP003", joined(level("7"), {}, version="7.6.0")) == [("old", hvm), ("old", pv)]
    assert lacking("CP003", joined(level("7"), pool={"hosts": None}, version="7.6.0")) == [
        ("lab", "hosts"),
        ("lab", "hosts"),
    ]


def members(*vendors: str | None, coordinator: str | None = None) -> Inventory:
    hosts = [{"name": f"h{number}", "cpu": {"vendor": vendor}} for number, vendor in enumerate(vendors)]
    return Inventory([Pool.model_validate({"name": "lab", "coordinator": coordinator, "hosts": hosts})])


def test_members_should_have_cpus_of_one_vendor() -> None:
    intel, amd = "GenuineIntel", "AuthenticAMD"

    assert problems("CP004", members(intel, intel)) == []
    assert problems("CP004", members(intel, amd, coordinator="h0")) == [("h1", "cpu.vendor")]
    assert problems("CP004", members(intel, amd, coordinator="h1")) == [("h0", "cpu.vendor")]
    assert problems("CP004", members(intel, amd, amd)) == [("h0", "cpu.vendor")]
    assert problems("CP004", members(None)) == []
    assert lacking("CP004", members(intel, None)) == [("h1", "cpu.vendor")]
