from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.facts.footprint import Question, footprint, guest_policy, largest_dynamic_min, largest_fixed
from planner.facts.memory import Policy, overhead
from planner.model.guest import VM
from planner.units import MIB

WORKED = [
    ("hvm", 2048, 1, 1.0, 2068),
    ("hvm", 4096, 4, 1.0, 4135),
    ("hvm", 4096, 4, 1.5, 4153),
    ("hvm", 8192, 2, 1.0, 8261),
    ("hvm", 16384, 8, 1.0, 16524),
    ("hvm", 65536, 16, 1.0, 66069),
    ("hvm", 1048576, 64, 1.0, 1056844),
    ("pv", 1024, 2, 1.0, 1036),
    ("pv", 8192, 16, 1.0, 8276),
    ("pv_in_pvh", 2048, 2, 1.0, 2114),
    ("pv_in_pvh", 8192, 4, 1.0, 8377),
]
"""Kind, MiB, virtual CPUs, multiplier, and what it takes of its host in MiB."""


def guest(kind: str | None, size: int, vcpus: int = 1, multiplier: float = 1.0, **memory: int) -> VM:
    limits = {"dynamic_min": size, "dynamic_max": size, "static_max": size} | memory
    fields: dict[str, Any] = {"memory": limits, "vcpus": vcpus, "shadow_multiplier": multiplier, "domain_type": kind}
    return VM.model_validate({"name": "web"} | fields)


@pytest.mark.parametrize("case", WORKED)
@pytest.mark.parametrize("question", Question)
def test_what_a_guest_takes_is_what_the_toolstack_computes(
    question: Question, case: tuple[str, int, int, float, int]
) -> None:
    kind, size, vcpus, multiplier, whole = case
    need = footprint(guest(kind, size * MIB, vcpus, multiplier), question, vcpus_charged=True)
    assert (need.least, need.lacking) == (whole * MIB, ())


def test_the_overhead_does_not_shrink_when_a_guest_is_ballooned() -> None:
    ballooned = guest("hvm", 4096 * MIB, 4, dynamic_min=1024 * MIB)
    assert footprint(ballooned, Question.START, vcpus_charged=True).least == 1063 * MIB
    assert footprint(ballooned, Question.HA_PLAN, vcpus_charged=True).least == 4135 * MIB


@pytest.mark.parametrize(
    ("question", "kind", "policy"),
    [
        (Question.START, "hvm", Policy.DYNAMIC_MIN),
        (Question.START, "pv", Policy.DYNAMIC_MIN),
        (Question.START, "pvh", Policy.DYNAMIC_MIN),
        (Question.START, "pv_in_pvh", Policy.STATIC_MAX),
        (Question.EVACUATION, "hvm", Policy.DYNAMIC_MIN),
        (Question.EVACUATION, "pv", Policy.DYNAMIC_MIN),
        (Question.EVACUATION, "pvh", Policy.STATIC_MAX),
        (Question.EVACUATION, "pv_in_pvh", Policy.STATIC_MAX),
        (Question.HA_PLAN, "hvm", Policy.STATIC_MAX),
        (Question.HA_PLAN, "pv", Policy.STATIC_MAX),
    ],
)
def test_which_limit_counts_for_which_question(question: Question, kind: str, policy: Policy) -> None:
    assert guest_policy(question, kind) is policy


def test_a_paravirtual_guest_comes_without_its_multiplier() -> None:
    plain, multiplied = (
        footprint(guest("pv", 1024 * MIB, 2, each), Question.START, vcpus_charged=True) for each in (1.0, 3.0)
    )
    assert plain == multiplied


def test_what_comes_is_counted_in_whole_units() -> None:
    more = footprint(guest("hvm", 2048 * MIB + 1), Question.START, vcpus_charged=False)
    assert more.least % MIB == 0
    assert more.least > 2067 * MIB


def test_the_stored_overhead_does_where_it_cannot_be_computed() -> None:
    vm = VM.model_validate({"name": "web", "memory": {"dynamic_min": 64 * MIB, "overhead": 5 * MIB}})
    need = footprint(vm, Question.START, vcpus_charged=True)
    assert need.least == 69 * MIB
    assert [each.field for each in need.lacking] == ["domain_type"]


def test_all_that_is_lacking_is_named_once() -> None:
    need = footprint(VM(name="web"), Question.HA_PLAN, vcpus_charged=True)
    assert (need.least, sorted(each.field for each in need.lacking)) == (
        0,
        ["domain_type", "memory.static_max", "vcpus.max"],
    )


KINDS = st.sampled_from(["hvm", "pv", "pvh", "pv_in_pvh"])
SIZES = st.integers(0, 2**20)


@given(KINDS, SIZES, st.integers(1, 64), st.booleans())
def test_the_largest_size_fits_and_the_next_does_not(kind: str, free: int, vcpus: int, charged: bool) -> None:  # noqa: FBT001 - drawn
    size = largest_fixed(guest(kind, MIB, vcpus), free * MIB, vcpus_charged=charged)
    assert size is not None

    def whole(size: int) -> int:
        return size + overhead(kind, size, vcpus, 1.0, vcpus_charged=charged)

    assert size == 0 or whole(size) <= free * MIB
    assert whole(size + MIB) > free * MIB


@given(KINDS, SIZES, SIZES)
def test_the_largest_dynamic_minimum_fits_and_the_next_does_not(kind: str, free: int, static_max: int) -> None:
    vm = guest(kind, static_max * MIB)
    least = largest_dynamic_min(vm, free * MIB, vcpus_charged=True)
    if kind == "pv_in_pvh":
        assert least == 0
        return
    assert least is not None
    for size, fits in ((least, True), (least + MIB, False)):
        lowered = guest(kind, static_max * MIB, dynamic_min=size)
        need = footprint(lowered, Question.START, vcpus_charged=True).least
        assert (need <= free * MIB) is fits or (least == 0 and fits)


def test_what_fits_is_not_told_of_a_guest_of_unknown_kind() -> None:
    vm = guest(None, MIB)
    assert largest_fixed(vm, 2**30, vcpus_charged=True) is None
    assert largest_dynamic_min(vm, 2**30, vcpus_charged=True) is None
