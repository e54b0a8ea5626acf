from typing import Any

import pytest

from planner.model.pool import Pool
from planner.model.site import Site
from planner.units import MIB
from tests.rules.asking import faults, lacks, problems


def guest(kind: str = "vms", /, **memory: int) -> Pool:
    return Pool.model_validate({"name": "lab", kind: [{"name": "web", "memory": memory}]})


@pytest.mark.parametrize(
    ("memory", "fields"),
    [
        ({"static_min": 1, "dynamic_min": 2, "dynamic_max": 3, "static_max": 4}, []),
        ({"static_min": 1, "dynamic_min": 1, "dynamic_max": 1, "static_max": 1}, []),
        ({"static_min": 2, "dynamic_min": 1, "dynamic_max": 4, "static_max": 3}, ["static_min", "dynamic_max"]),
        ({"static_min": 4, "dynamic_min": 3, "dynamic_max": 2, "static_max": 1},
         ["static_min", "dynamic_min", "dynamic_max"]),
        ({"static_min": 2, "static_max": 1}, ["static_min"]),
        ({"static_max": 1}, []),
        ({}, []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["vms", "templates"])
def test_limits_are_in_order(kind: str, memory: dict[str, int], fields: list[str]) -> None:
    assert faults("MM001", guest(kind, **memory)) == [("web", f"memory.{field}") for field in fields]


def test_snapshots_are_as_they_were() -> None:
    assert faults("MM001", guest("snapshots", static_min=2, static_max=1)) == []


def test_a_guest_without_memory_is_undecided() -> None:
    pool = Pool.model_validate({"name": "lab", "vms": [{"name": "web"}]})
    assert lacks("MM001", pool) == lacks("MM002", pool) == [("web", "memory")]


@pytest.mark.parametrize(
    ("limits", "percent", "found"),
    [
        ((25, 100, 100), 25, False),
        ((24, 100, 100), 25, True),
        ((24, 100, 100), 20, False),
        ((24, 24, 100), 25, False),
        ((0, 10, 100), 0, False),
        ((2499, 10000, 10000), 25, True),
    ],
)
def test_ballooning_has_a_floor(limits: tuple[int, int, int], percent: int, *, found: bool) -> None:
    pool = guest(**dict(zip(("dynamic_min", "dynamic_max", "static_max"), limits, strict=True)))
    assert bool(faults("MM002", pool, site=Site(memory_ratio_percent=percent))) is found


def test_templates_of_the_product_are_left_alone() -> None:
    template = {"name": "CentOS", "memory": {"dynamic_min": 16, "dynamic_max": 256, "static_max": 256}}
    for default, found in ((True, []), (False, [("CentOS", "memory.dynamic_min")])):
        lab = Pool.model_validate({"name": "lab", "templates": [template | {"default_template": default}]})
        assert faults("MM002", lab) == found


def test_the_remedy_raises_the_dynamic_range_to_whole_mebibytes() -> None:
    pool = guest(dynamic_min=MIB, dynamic_max=2 * MIB, static_max=9 * MIB)
    assert problems("MM002", pool)[0].remedy.endswith(f"min={3 * MIB} max={3 * MIB}`")
    pool = guest(dynamic_min=MIB, dynamic_max=4096 * MIB, static_max=4096 * MIB)
    assert problems("MM002", pool)[0].remedy.endswith(f"min={1024 * MIB} max={4096 * MIB}`")


@pytest.mark.parametrize(
    ("memory", "field"),
    [
        ({"dynamic_max": 2}, "dynamic_min"),
        ({"dynamic_min": 2}, "dynamic_max"),
        ({"dynamic_min": 1, "dynamic_max": 2}, "static_max"),
    ],
)
def test_unknown_limits_leave_the_floor_undecided(memory: dict[str, int], field: str) -> None:
    assert lacks("MM002", guest(**memory)) == [("web", f"memory.{field}")]


HOST: dict[str, Any] = {
    "name": "a",
    "memory": 1000 * MIB,
    "memory_overhead": 100 * MIB,
    "control_domain": {"memory": 200 * MIB, "memory_overhead": 10 * MIB},
}
VM: dict[str, Any] = {
    "name": "web",
    "power_state": "running",
    "runs_on": "a",
    "memory": {"dynamic_min": 680 * MIB, "dynamic_max": 900 * MIB, "overhead": 10 * MIB},
}


def pool(host: dict[str, Any], *vms: dict[str, Any], **fields: Any) -> Pool:
    return Pool.model_validate({"name": "lab", "hosts": [HOST | host], "vms": [VM | vm for vm in vms], **fields})


@pytest.mark.parametrize(
    ("host", "vms", "found"),
    [
        ({}, [{}], False),
        ({"memory": 1000 * MIB - 1}, [{}], True),
        ({}, [{}, {"name": "b"}], True),
        ({}, [{}, {"name": "b", "power_state": "halted"}], False),
        ({}, [{"scheduled_on": "a"}], True),
        ({}, [{}, {"name": "b", "power_state": "suspended", "runs_on": None, "scheduled_on": "a"}], True),
        ({"memory_overhead": None, "control_domain": None, "memory": 600 * MIB}, [{}], True),
    ],
)
def test_a_host_has_room_for_its_guests(host: dict[str, Any], vms: list[dict[str, Any]], *, found: bool) -> None:
    assert faults("MM003", pool(host, *vms)) == ([("a", "memory")] if found else [])
    if not found:
        assert lacks("MM003", pool(host, *vms)) == []


def test_an_overcommitted_host_is_told_by_how_much() -> None:
    (problem,) = problems("MM003", pool({"memory": 900 * MIB}, {}))
    assert problem.message.endswith("need 1000 MiB, 100 MiB more")


def test_what_is_unknown_only_adds_to_the_need() -> None:
    (problem,) = problems("MM003", pool({"memory": 500 * MIB, "memory_overhead": None}, {}))
    assert "at least 900 MiB, 400 MiB more" in problem.message


@pytest.mark.parametrize(
    ("host", "vm", "expected"),
    [
        ({"memory": None}, {}, ("a", "memory")),
        ({"memory_overhead": None}, {}, ("a", "memory_overhead")),
        ({"control_domain": None}, {}, ("a", "control_domain")),
        ({}, {"memory": {"overhead": 1}}, ("web", "memory.dynamic_min")),
        ({}, {"runs_on": None}, ("web", "runs_on")),
        ({}, {"runs_on": None, "power_state": None}, ("web", "power_state")),
    ],
)
def test_an_unknown_figure_leaves_the_room_undecided(
    host: dict[str, Any], vm: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert expected in lacks("MM003", pool(host, vm))
    assert faults("MM003", pool(host, vm)) == []


def test_unknown_vms_leave_the_room_undecided() -> None:
    assert lacks("MM003", Pool.model_validate({"name": "lab", "hosts": [HOST]}))[-1] == ("lab", "vms")


RANGE, FIXED = {"dynamic_min": MIB, "dynamic_max": 2 * MIB, "static_max": 2 * MIB}, 2 * MIB
NESTED = {"nested_virtualisation": True}
FUNCTIONS = {"vgpus": [{"implementation": "nvidia_sriov"}]}


@pytest.mark.parametrize(
    ("fields", "found", "unknown"),
    [
        (NESTED | {"memory": RANGE}, True, []),
        (FUNCTIONS | {"memory": RANGE}, True, []),
        ({"memory": RANGE}, False, []),
        (NESTED | {"memory": FIXED}, False, []),
        (NESTED | {"memory": {"dynamic_min": MIB, "static_max": MIB}}, False, ["memory.dynamic_max"]),
        (NESTED, False, []),
    ],
)
def test_memory_is_fixed_where_it_has_to_be(fields: dict[str, Any], found: bool, unknown: list[str]) -> None:  # noqa: FBT001 - a case
    one = Pool.model_validate({"name": "lab", "vms": [{"name": "x"} | fields]})
    assert faults("MM004", one) == ([("x", "memory.dynamic_min")] if found else [])
    assert lacks("MM004", one) == [("x", field) for field in unknown]


@pytest.mark.parametrize(
    ("restrictions", "memory", "found"),
    [
        ({"restrict_dmc": "true"}, RANGE, True),
        ({"restrict_dmc": "true"}, FIXED, False),
        ({"restrict_dmc": "false"}, RANGE, False),
        ({}, RANGE, False),
        (None, RANGE, False),
    ],
)
def test_ballooning_is_licensed(restrictions: dict[str, str] | None, memory: Any, *, found: bool) -> None:
    one = Pool.model_validate({"name": "lab", "restrictions": restrictions, "vms": [{"name": "x", "memory": memory}]})
    assert bool(faults("MM005", one)) is found
