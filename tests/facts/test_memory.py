import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.facts.lacking import Lacking
from planner.facts.memory import charges, control_domain_need, guest_need, host_need, overhead
from planner.model.guest import VM, Memory, Vcpus
from planner.model.host import ControlDomain, Host, Software
from planner.model.inventory import PoolView
from planner.model.pool import Pool
from planner.units import MIB

WORKED = [
    ("hvm", 2048, 1, 1.0, 20, 19),
    ("hvm", 4096, 4, 1.0, 39, 38),
    ("hvm", 4096, 4, 1.5, 57, 56),
    ("hvm", 8192, 2, 1.0, 69, 68),
    ("hvm", 16384, 8, 1.0, 140, 138),
    ("hvm", 65536, 16, 1.0, 533, 530),
    ("hvm", 1048576, 64, 1.0, 8268, 8258),
    ("pvh", 4096, 4, 1.0, 39, 38),
    ("hvm", 2048, 20, 1.0, 41, 38),
    ("pv", 0, 1, 0.5, 3, 2),
    ("pv", 1024, 2, 1.0, 12, 11),
    ("pv", 8192, 16, 1.0, 84, 81),
    ("pv_in_pvh", 2048, 2, 1.0, 66, 65),
    ("pv_in_pvh", 8192, 4, 1.0, 185, 184),
]


@pytest.mark.parametrize("case", WORKED)
def test_the_overhead_is_what_the_toolstack_computes(case: tuple[str, int, int, float, int, int]) -> None:
    kind, size, vcpus, multiplier, now, before = case
    assert overhead(kind, size * MIB, vcpus, multiplier, vcpus_charged=True) == now * MIB
    assert overhead(kind, size * MIB, vcpus, multiplier, vcpus_charged=False) == before * MIB


def test_what_is_consumed_is_rounded_up() -> None:
    assert overhead("hvm", 128 * MIB + 1, 1, 1.0, vcpus_charged=False) == 5 * MIB
    assert overhead("hvm", 128 * MIB, 1, 1.0, vcpus_charged=False) == 4 * MIB


@given(st.integers(0, 2**63 - 1), st.integers(-(2**63), 2**63 - 1), st.floats(0, 1e308))
def test_the_overhead_is_found_for_any_size(size: int, vcpus: int, multiplier: float) -> None:
    assert overhead("hvm", size, vcpus, multiplier, vcpus_charged=True) > 0


def guest(**fields: object) -> VM:
    whole: dict[str, object] = {"name": "web", "domain_type": "hvm", "vcpus": 1, "memory": {"static_max": 2048 * MIB}}
    return VM.model_validate(whole | fields)


def test_the_stored_overhead_counts_before_a_computed_one() -> None:
    memory = Memory(dynamic_min=MIB, static_max=2048 * MIB, overhead=7 * MIB)
    assert guest_need(guest(memory=memory), vcpus_charged=False).least == 8 * MIB


def test_an_overhead_of_zero_was_never_stored() -> None:
    memory = Memory(dynamic_min=MIB, static_max=2048 * MIB, overhead=0)
    assert guest_need(guest(memory=memory), vcpus_charged=False).least == 20 * MIB


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"domain_type": None}, ["domain_type"]),
        ({"vcpus": None}, ["vcpus.max"]),
        ({"memory": {"dynamic_min": MIB}}, ["memory.static_max"]),
        ({"memory": {"static_max": MIB}}, ["memory.dynamic_min"]),
        ({"memory": None}, ["memory.dynamic_min", "memory.static_max"]),
        ({"memory": None, "domain_type": None, "vcpus": None},
         ["memory.dynamic_min", "domain_type", "memory.static_max", "vcpus.max"]),
    ],
)  # fmt: skip
def test_what_is_lacking_for_an_overhead_is_named(changed: dict[str, object], fields: list[str]) -> None:
    vm = guest(**({"memory": {"dynamic_min": MIB, "static_max": MIB}} | changed))
    assert guest_need(vm, vcpus_charged=False).lacking == tuple(Lacking(vm, field) for field in fields)


@pytest.mark.parametrize(
    ("domain", "least", "lacking"),
    [
        (None, 0, ["control_domain"]),
        (ControlDomain(), 0, ["control_domain.memory"]),
        (ControlDomain(memory=8192 * MIB), 8192, ["control_domain.vcpus"]),
        (ControlDomain(memory=8192 * MIB, vcpus=16), 8192 + 84, []),
        (ControlDomain(memory=8192 * MIB, memory_overhead=MIB), 8193, []),
    ],
)
def test_the_control_domain_is_charged_as_a_guest(domain: ControlDomain | None, least: int, lacking: list[str]) -> None:
    host = Host(name="xen00", control_domain=domain)
    need = control_domain_need(host, vcpus_charged=True)
    assert (need.least, need.lacking) == (least * MIB, tuple(Lacking(host, field) for field in lacking))


STATES = [
    ("running", 1, 0),
    ("paused", 1, 0),
    ("halted", 0, 0),
    ("suspended", 0, 0),
    (None, 1, 0),
]


@pytest.mark.parametrize(("state", "here", "adrift"), STATES)
def test_a_host_is_charged_for_what_it_holds(state: str | None, here: int, adrift: int) -> None:
    vm = VM.model_validate({"name": "web", "power_state": state, "runs_on": "a"})
    view = PoolView(Pool(name="lab", hosts=(Host(name="a"), Host(name="b")), vms=(vm,)))
    charged = charges(view)
    assert (len(charged.on(view.hosts.records[0])), len(charged.adrift)) == (here, adrift)
    assert charged.on(view.hosts.records[1]) == []


def test_a_vm_on_its_way_is_charged_twice() -> None:
    vm = VM(name="web", power_state="running", runs_on="a", scheduled_on="b")
    view = PoolView(Pool(name="lab", hosts=(Host(name="a"), Host(name="b")), vms=(vm,)))
    charged = charges(view)
    assert [len(charged.on(host)) for host in view.hosts.records] == [1, 1]


@pytest.mark.parametrize(
    ("state", "host", "field"),
    [
        ("running", None, "runs_on"),
        (None, None, "power_state"),
        (None, "gone", "runs_on"),
        ("paused", "gone", "runs_on"),
    ],
)
def test_a_guest_of_unknown_whereabouts_is_adrift(state: str | None, host: str | None, field: str) -> None:
    vm = VM.model_validate({"name": "web", "power_state": state, "runs_on": host})
    assert charges(PoolView(Pool(name="lab", vms=(vm,)))).adrift == (Lacking(vm, field),)


def full_host(**software: str) -> tuple[PoolView, Host, VM]:
    host = Host(
        name="a",
        memory_overhead=1272 * MIB,
        control_domain=ControlDomain(memory=8192 * MIB, vcpus=16),
        software=Software(**software) if software else None,
    )
    vm = guest(memory=16384 * MIB, vcpus=Vcpus(max=8, at_startup=1))
    return PoolView(Pool(name="lab", hosts=(host,), vms=(vm,))), host, vm


def test_seven_large_guests_fill_a_host() -> None:
    view, host, vm = full_host(xapi="26.3", product_version="8.4.0")
    need = host_need(view, host, [vm] * 7)
    assert (need.least, need.lacking) == ((1272 + 8276 + 115668) * MIB, ())


def test_older_toolstacks_do_not_charge_for_vcpus() -> None:
    view, host, vm = full_host(product_version="6.2.0")
    need = host_need(view, host, [vm])
    assert (need.least, need.lacking) == ((1272 + 8273 + 16522) * MIB, ())


@pytest.mark.parametrize(("software", "field"), [({}, "software"), ({"product_version": "8.3.0"}, "software.xapi")])
def test_an_unknown_toolstack_leaves_a_computed_sum_open(software: dict[str, str], field: str) -> None:
    view, host, vm = full_host(**software)
    assert host_need(view, host, [vm]).lacking == (Lacking(host, field),)


@pytest.mark.parametrize(
    ("domain", "guests", "open_"),
    [(MIB, [MIB], False), (MIB, [], False), (MIB, [MIB, 0], True), (None, [MIB], True), (None, [], True)],
)
def test_the_toolstack_does_not_matter_where_every_overhead_is_stored(
    domain: int | None, guests: list[int], *, open_: bool
) -> None:
    host = Host(
        name="a", memory_overhead=MIB, control_domain=ControlDomain(memory=MIB, memory_overhead=domain, vcpus=1)
    )
    vms = [guest(memory=Memory(dynamic_min=MIB, static_max=MIB, overhead=overhead)) for overhead in guests]
    need = host_need(PoolView(Pool(name="lab", hosts=(host,))), host, vms)
    assert need.lacking == ((Lacking(host, "software"),) if open_ else ())
