from typing import Any

import pytest

from planner.model.pool import Pool
from planner.model.wishes import PlacementRule, Wishes
from tests.facts.test_wishes import ALL, limited, view
from tests.rules.asking import faults, lacks, problems


def pool(on: str, *wishes: dict[str, Any], **fields: Any) -> Pool:
    return view(on, *wishes, **fields).pool


def message(code: str, of: Pool) -> str:
    (found,) = problems(code, of)
    return found.message


@pytest.mark.parametrize(("code", "required"), [("PL001", True), ("PL002", False)])
@pytest.mark.parametrize(
    ("wish", "on", "told"),
    [
        (
            {"relation": "apart"},
            "aab",
            "the wish wish 0 lets one host have 1 VM, and there are v on a, w on a and x on b",
        ),
        (
            {"relation": "apart", "by": "rack"},
            "ab",
            "the wish wish 0 lets one rack have 1 VM, and there are v on a and w on b",
        ),
        ({"relation": "together"}, "ab", "the wish wish 0 keeps VMs together that are not: v on a and w on b"),
        ({"hosts": ["b"]}, "ab", "the wish wish 0 keeps VMs from hosts on which they are: v on a"),
    ],
)
def test_wishes_that_are_not_kept_are_told_as_they_are_meant(
    code: str, wish: dict[str, Any], on: str, told: str, *, required: bool
) -> None:
    given = pool(on, ALL | wish | {"required": required})
    assert message(code, given) == told
    assert problems("PL002" if required else "PL001", given) == []


def test_limits_that_are_not_kept_are_told_with_what_is_too_much() -> None:
    assert message("PL001", limited({"vcpus_per_cpu": 0.5, "free_memory": 13 * 2**30}).pool) == (
        "a has 7250 MiB too little free and 2 virtual CPUs too many for the wish limit 0"
    )
    soft = limited({"vcpus_per_cpu": 0.5, "required": False}).pool
    assert message("PL002", soft) == "a has 2 virtual CPUs too many for the wish limit 0"


def test_what_is_lacking_to_say_so_is_named() -> None:
    assert lacks("PL001", limited({"vcpus_per_cpu": 1.0}, cpus=None).pool) == [("a", "cpu.count"), ("b", "cpu.count")]
    vms = [{"name": "v"}, {"name": "w", "power_state": "running"}, {"name": "x", "power_state": "halted"}]
    assert lacks("PL001", pool("", ALL | {"relation": "apart"}, vms=vms)) == [("v", "power_state"), ("w", "runs_on")]
    assert lacks("PL002", pool("", ALL | {"relation": "apart"}, vms=vms)) == []


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"hosts": ["a"], "not_hosts": ["a"]}, "the wish wish 0 leaves v, w, x and y no host"),
        ({"relation": "apart", "by": "rack"}, "the wish wish 0 keeps 4 VMs apart by rack, and there are 3 for them"),
        ({"relation": "apart", "hosts": ["a"]}, "the wish wish 0 keeps 4 VMs apart by host, and there is 1 for them"),
    ],
)
def test_wishes_that_nobody_can_keep(wish: dict[str, Any], told: str) -> None:
    assert message("PL003", pool("----", ALL | wish)) == told
    assert problems("PL003", pool("----", ALL | wish | {"required": False})) == []


def test_wishes_that_can_be_kept_are_left_alone() -> None:
    for wish in ({"relation": "apart"}, {"relation": "spread", "by": "rack"}, {"hosts": ["a"], "not_hosts": ["b"]}):
        assert problems("PL003", pool("aaaa", ALL | wish)) == []
    assert lacks("PL003", pool("", ALL, hosts=None)) == [("p", "hosts")]
    assert lacks("PL003", pool("", hosts=None)) == []


def test_more_is_to_be_free_than_a_host_has() -> None:
    assert message("PL003", limited({"free_memory": 17 * 2**30}).pool) == (
        "the wish limit 0 keeps 17408 MiB free, more than a and b have"
    )
    assert problems("PL003", limited({"free_memory": 16 * 2**30}).pool) == []
    assert problems("PL003", limited({"free_memory": 17 * 2**30, "hosts": ["gone"]}).pool) == []


def test_hosts_without_the_tag_are_named() -> None:
    by_rack = ALL | {"relation": "apart", "by": "rack"}
    assert message("PL004", pool("", by_rack)) == "d has no tag rack:…, which the wish wish 0 counts by"
    assert problems("PL004", pool("", ALL | {"relation": "apart"}, ALL | {"by": "rack"})) == []
    assert lacks("PL004", pool("", by_rack, hosts=[{"name": "a"}])) == [("a", "tags")]


def test_wishes_of_a_document_beside_the_pool_count_too() -> None:
    wish = PlacementRule(name="w", vms=("v", "w"), relation="apart")
    assert faults("PL001", pool("aa"), wishes=[Wishes(pool="p", placement=(wish,))]) == [("w", "")]
