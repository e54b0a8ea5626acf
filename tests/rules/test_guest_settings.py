from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, problems


def pool(*vms: dict[str, Any], kind: str = "vms", **fields: Any) -> Pool:
    named = [{"name": name} | vm for name, vm in zip("xyz", vms, strict=False)]
    return Pool.model_validate({"name": "lab", kind: named} | fields)


@pytest.mark.parametrize(
    ("vcpus", "fields"),
    [
        ({"max": 2, "at_startup": 2}, []),
        ({"max": 2, "at_startup": 3}, ["at_startup"]),
        ({"max": 0, "at_startup": 1}, ["max"]),
        ({"max": 0, "at_startup": 0}, ["max", "at_startup"]),
        ({"max": -1, "at_startup": 3}, ["max", "at_startup"]),
        ({"at_startup": 3}, []),
        ({"max": 1}, []),
        (None, []),
    ],
)
@pytest.mark.parametrize("kind", ["vms", "templates"])
def test_virtual_cpus_are_in_order(kind: str, vcpus: dict[str, int] | None, fields: list[str]) -> None:
    assert faults("VM001", pool({"vcpus": vcpus}, kind=kind)) == [("x", f"vcpus.{field}") for field in fields]


def test_each_fault_of_virtual_cpus_has_its_own_answer() -> None:
    assert [each.api_error for each in problems("VM001", pool({"vcpus": 0}))] == ["INVALID_VALUE"] * 2
    assert problems("VM001", pool({"vcpus": {"max": 1, "at_startup": 2}}))[0].api_error == ""


@pytest.mark.parametrize(("multiplier", "found"), [(1, False), (1.0, False), (0.99, True), (0, True), (None, False)])
@pytest.mark.parametrize("kind", ["vms", "templates"])
def test_the_shadow_multiplier_is_at_least_one(kind: str, multiplier: float | None, *, found: bool) -> None:
    assert bool(faults("VM005", pool({"shadow_multiplier": multiplier}, kind=kind))) is found


@pytest.mark.parametrize(
    ("code", "fields", "field"),
    [
        ("VM011", {"vcpus": 6, "platform": {"cores-per-socket": "4"}}, "platform"),
        ("VM011", {"vcpus": 6, "platform": {"cores-per-socket": "many"}}, "platform"),
        ("VM011", {"vcpus": 6, "platform": {"cores-per-socket": "3"}}, None),
        ("VM011", {"vcpus": 6, "platform": {}}, None),
        ("VM011", {"platform": {"cores-per-socket": "4"}}, None),
        ("VM011", {"vcpus": 6, "domain_type": "pv", "platform": {"cores-per-socket": "4"}}, None),
        ("VM012", {"actions_after_crash": "rename_restart"}, "actions_after_crash"),
        ("VM012", {"actions_after_crash": "coredump_and_destroy", "domain_type": "hvm"}, "actions_after_crash"),
        ("VM012", {"actions_after_crash": "coredump_and_destroy", "domain_type": "pv"}, None),
        ("VM012", {"actions_after_crash": "coredump_and_destroy"}, None),
        ("VM012", {"actions_after_crash": "destroy"}, None),
        ("VM013", {"firmware": "uefi", "platform": {"device-model": "qemu-trad"}}, "platform"),
        ("VM013", {"firmware": "bios", "vtpms": 1}, "platform"),
        ("VM013", {"firmware": "bios", "vtpms": 0}, None),
        ("VM013", {"usb_groups": ["g"], "platform": {"device-model": "qemu-trad"}}, "platform"),
        ("VM013", {"usb_groups": ["g"], "platform": {"device-model": "qemu-upstream-compat"}}, None),
        ("VM013", {"usb_groups": ["g"]}, None),
    ],
)
@pytest.mark.parametrize("kind", ["vms", "templates"])
def test_settings_let_a_guest_start(kind: str, code: str, fields: dict[str, Any], field: str | None) -> None:
    assert faults(code, pool(fields, kind=kind)) == ([("x", field)] if field else [])


def test_all_that_a_device_model_lacks_is_told() -> None:
    fields = {"firmware": "uefi", "usb_groups": ["g"], "platform": {"device-model": "qemu-trad"}}
    assert [each.message for each in problems("VM013", pool(fields))] == [
        "x: qemu-trad does not go with USB devices",
        "x: qemu-trad does not go with UEFI",
    ]


def test_a_tpm_has_an_answer_of_its_own() -> None:
    (problem,) = problems("VM013", pool({"firmware": "bios", "vtpms": 1}))
    assert problem.api_error == "NOT_IMPLEMENTED"
