from typing import Any

import pytest

from planner.model.host import Host
from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems

STRONG, WEAK = "0-0-0-0-0-120", "0-0-0-0-0-20"


def pool(*vms: dict[str, Any], sets: tuple[str | None, ...] = (STRONG, WEAK), version: str = "8.2.1") -> Pool:
    hosts = [
        {"name": f"h{at}", "hvm": True, "cpu": {"vendor": "GenuineIntel", "features_hvm": each, "features_pv": WEAK}}
        for at, each in enumerate(sets)
    ]
    return Pool.model_validate(
        {"name": "lab", "software": {"product_version": version}, "hosts": hosts, "vms": list(vms)}
    )


def vm(features: str | None = STRONG, name: str = "v", **more: Any) -> dict[str, Any]:
    platform = {} if features is None else {"featureset": features}
    return {"name": name, "power_state": "halted", "domain_type": "hvm", "platform": platform} | more


def test_what_is_written_down_is_held_against_all_hosts() -> None:
    (found,) = problems("CP009", pool(vm(uuid="u1")))

    assert (found.subject.label, found.field) == ("v", "platform.featureset")
    assert found.message.endswith("written down for v are not on all hosts of lab: h1 lacks bmi2")
    assert "`xe vm-param-remove uuid=u1 param-name=platform param-key=featureset`" in found.remedy
    assert problems("CP009", pool(vm(WEAK))) == []
    assert problems("CP009", pool(vm(None))) == []
    assert problems("CP009", pool(vm(), sets=(STRONG, STRONG))) == []


def test_many_vms_with_the_same_features_are_told_once() -> None:
    (found,) = problems("CP009", pool(vm(name="b"), vm(name="a"), vm(WEAK, name="c"), sets=(WEAK, STRONG, WEAK)))

    assert "for a and b are not on all hosts of lab: h0 and h2 lack bmi2" in found.message
    assert [each.label for each in found.related] == ["b"]


@pytest.mark.parametrize(
    ("state", "seen", "number"),
    [("running", STRONG, 0), ("suspended", STRONG, 0), ("halted", STRONG, 1), ("running", WEAK, 1)],
)
def test_a_vm_that_runs_with_them_is_told_by_what_it_has_seen(state: str, seen: str, number: int) -> None:
    ran = {"power_state": state, "last_boot_cpu": {"vendor": "GenuineIntel", "features": seen}}

    assert len(faults("CP009", pool(vm(**ran)))) == number


def test_what_is_no_set_of_features_is_told_of_each_vm() -> None:
    found = problems("CP009", pool(vm("avx2", name="a"), vm("avx2", name="b")))

    assert [each.subject.label for each in found] == ["a", "b"]
    assert "its CPU features, avx2, is no set of features" in found[0].message


def test_up_to_6_5_nothing_is_written_down() -> None:
    assert problems("CP009", pool(vm(), version="6.5.0")) == []
    assert lacks("CP009", pool(vm(), version="6.5.0")) == []


def test_the_release_matters_only_where_something_is_written_down() -> None:
    silent = {"name": "lab", "hosts": [{"name": "h0"}]}
    written, plain = ({**silent, "vms": [each]} for each in (vm(), vm(None)))
    assert lacks("CP009", Pool.model_validate(written)) == [("lab", "software.product_version")]
    assert lacks("CP009", Pool.model_validate(plain)) == []


def test_what_a_host_does_not_tell_is_unknown() -> None:
    assert lacks("CP009", pool(vm(), sets=(STRONG, None))) == [("h1", "cpu.features_hvm")]
    assert lacks("CP009", pool(vm(domain_type=None))) == [("v", "domain_type")]
    assert lacks("CP009", pool(vm(None), sets=(STRONG, None))) == []
    anyone = {"name": "h0", "hvm": True, "cpu": {"features_hvm": STRONG}}
    assert lacks("CP009", pool(vm()).model_copy(update={"hosts": (Host.model_validate(anyone),)})) == []
