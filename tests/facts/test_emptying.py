from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.facts.emptying import bound_by_storage, emptying
from planner.facts.evacuation import Evacuation
from planner.facts.migration import Moves
from planner.facts.obstacles import Kind
from planner.facts.placement import Placement
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.pool import Pool
from tests.rules.made_up_pools import inventory, pools

NEW = {"product_version": "8.2.1", "platform_version": "3.2.1"}
OLDER = {"software": {"product_version": "8.0.0", "platform_version": "3.0.0"}}
LOOKED_AT = {Kind.NO_HOST, Kind.REPOSITORY_NOT_ATTACHED, Kind.CPU}


def view(*attached: str, hosts: str = "abc", **vm: Any) -> PoolView:
    guest = {"name": "x", "power_state": "running", "runs_on": "a", "domain_type": "pv", "vgpus": [], "nics": []}
    document = {
        "name": "lab",
        "software": {"product_version": "8.2.1"},
        "hosts": [{"name": each, "enabled": True} for each in hosts],
        "repositories": [{"name": "r", "connections": [{"host": each, "attached": True} for each in attached]}],
        "vms": [{**guest, "drives": [{"device": "xvda", "repository": "r"}], **vm}],
    }
    return PoolView(Pool.model_validate(document))


@pytest.mark.parametrize(("attached", "bound"), [("abc", False), ("ab", True), ("a", True), ("bc", False), ("", True)])
def test_a_guest_has_to_find_its_disks_on_every_other_host(attached: str, *, bound: bool) -> None:
    pool = view(*attached)
    assert bool(list(bound_by_storage(pool))) is bound
    assert [each.kinds for found in emptying(pool) for each in found.held] == (
        [(Kind.REPOSITORY_NOT_ATTACHED,)] if bound else []
    )


def test_a_host_by_itself_and_a_guest_that_serves_its_host_are_left_alone() -> None:
    assert list(emptying(view("a", hosts="a"))) == []
    assert list(bound_by_storage(view("a", driver_domain=True))) == []


def test_what_keeps_a_guest_from_being_moved_at_all_counts_too() -> None:
    (found,) = emptying(view("a", "b", "c", pci_devices=["0000:04:00.0"]))
    assert [each.kinds for each in found.held] == [(Kind.PCI_ATTACHED,)]


@pytest.mark.parametrize(
    ("others", "held"),
    [
        ([{"enabled": False}, {"enabled": False}], True),
        ([{"enabled": None}, {"enabled": False}], False),
        ([OLDER, OLDER], True),
        ([OLDER, {}], False),
        ([OLDER, {"software": {}}], False),
    ],
)
def test_a_guest_goes_to_enabled_hosts_with_software_that_is_not_older(
    others: list[dict[str, Any]], *, held: bool
) -> None:
    pool = view("a", "b", "c").pool
    hosts = [
        Host.model_validate({"name": name, "enabled": True, "software": NEW} | each)
        for name, each in zip("abc", ({}, *others), strict=True)
    ]
    found = [
        each.kinds for host in emptying(PoolView(pool.model_copy(update={"hosts": tuple(hosts)}))) for each in host.held
    ]
    assert found == ([(Kind.NO_HOST,)] if held else [])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
@example(261)
@example(1117)
def test_it_is_as_what_stands_in_the_way_of_an_evacuation(seed: int) -> None:
    for pool in inventory(pools(seed), seed).pools:
        moves = Moves(Placement(pool))
        for each in emptying(pool):
            evacuation = Evacuation(moves, each.host)
            held = {id(one.vm): set(one.kinds) for one in each.held}
            assert each.targets == evacuation.targets
            for vm in evacuation.guests():
                there = {obstacle.kind for obstacle in evacuation.stands_in_the_way(vm).obstacles}
                assert held.get(id(vm), set()) <= there
                assert there & LOOKED_AT <= held.get(id(vm), set())


@pytest.mark.parametrize(
    ("seen", "there", "held"),
    [
        ("000ce3bd-0-0-0", "000ce33d-0-0-0", False),
        ("000ce3bd-0-0-0", "040ce33d-0-0-0", False),
        ("040ce3bd-0-0-0", "000ce3bd-0-0-0", True),
    ],
)
def test_up_to_6_5_a_guest_leaves_for_hosts_that_show_all_it_has_seen(seen: str, there: str, *, held: bool) -> None:
    flags = {"vendor": "GenuineIntel", "features": seen}
    hosts = [
        {"name": name, "enabled": True, "cpu": {"vendor": "GenuineIntel", "features": features}}
        for name, features in (("a", seen), ("b", there))
    ]
    guest = {"name": "x", "power_state": "running", "runs_on": "a", "domain_type": "pv", "last_boot_cpu": flags}
    document = {"name": "lab", "software": {"product_version": "6.2.0"}, "hosts": hosts, "vms": [guest]}
    (found,) = emptying(PoolView(Pool.model_validate(document)))
    assert [each.kinds for each in found.held] == ([(Kind.CPU,)] if held else [])
