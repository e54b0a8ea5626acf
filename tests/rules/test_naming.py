import time
from typing import Any

import pytest

from planner.model.pool import Pool
from planner.model.site import NamePatterns, Site
from tests.rules.asking import faults, problems


def vms(*named: tuple[str, str | None]) -> Pool:
    return Pool.model_validate({"name": "lab", "vms": [{"name": name, "uuid": uuid} for name, uuid in named]})


def test_vms_of_one_name_are_told_once() -> None:
    (problem,) = problems("NM001", vms(("web", "u-3"), ("web", "u-1"), ("web", "u-2"), ("mail", "u-4")))
    assert getattr(problem.subject, "uuid", None) == "u-2"
    assert [getattr(each, "uuid", None) for each in problem.related] == ["u-1", "u-3"]
    assert problem.message == "3 VMs of lab are called web"


def test_two_vms_of_one_name_are_enough() -> None:
    assert faults("NM001", vms(("web", None), ("web", None), ("mail", None))) == [("web", "name")]


def test_vms_of_different_pools_may_have_one_name() -> None:
    assert faults("NM001", vms(("web", None)), vms(("web", None))) == []


LAB: dict[str, Any] = {
    "name": "lab",
    "hosts": [{"name": "xen00"}, {"name": "xenA"}],
    "vms": [{"name": "web"}, {"name": "x" * 5000}],
    "templates": [{"name": "Other install media"}],
    "networks": [{"name": "Xestión"}],
    "repositories": [{"name": "Local storage"}],
}


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ({"host": "xen[0-9]+"}, [("xenA", "name")]),
        ({"host": "xen"}, [("xen00", "name"), ("xenA", "name")]),
        ({"vm": "[a-z]{1,9}"}, [("x" * 5000, "name")]),
        ({"network": "[a-z]+"}, [("Xestión", "name")]),
        ({"repository": "[A-Z][a-z]+"}, [("Local storage", "name")]),
        ({"host": "xen.*", "network": "X.*"}, []),
        ({"host": ""}, []),
        ({}, []),
    ],
)
def test_a_name_fits_the_pattern_of_the_site(patterns: dict[str, str], found: list[tuple[str, str]]) -> None:
    site = Site(names=NamePatterns(**patterns))
    assert faults("NM002", Pool.model_validate(LAB), site=site) == found


@pytest.mark.parametrize("pattern", ["[a-z", "(?=a)", "*a", "\\"])
def test_a_pattern_that_cannot_be_used_is_a_fault_of_the_site(pattern: str) -> None:
    site = Site(names=NamePatterns(vm=pattern, host="xen.*"))
    assert faults("NM002", Pool.model_validate(LAB), site=site) == [("site", "names.vm")]


def test_no_pattern_stops_the_program() -> None:
    lab = Pool.model_validate({"name": "lab", "vms": [{"name": "a" * 900 + str(number)} for number in range(50)]})
    begun = time.process_time()
    assert len(faults("NM002", lab, site=Site(names=NamePatterns(vm="(a+)+b")))) == 50
    assert time.process_time() - begun < 20
