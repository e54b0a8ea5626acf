"""Guests that are alike are taken by the same hosts."""

from collections import defaultdict
from collections.abc import Hashable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.facts.likeness import likeness
from planner.facts.migration import Moves
from planner.facts.obstacles import answer
from planner.facts.placement import Placement
from planner.goals.moves.stand import Stand
from planner.model.guest import VM
from planner.model.inventory import PoolView
from tests.facts.test_toolstack_evacuation import host, view, vm
from tests.rules.made_up_pools import inventory, pools

SEEDS = st.integers(0, 1_000_000)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, distinct=st.booleans())
def test_the_same_hosts_take_guests_that_are_alike(seed: int, *, distinct: bool) -> None:
    for pool in inventory(pools(seed, distinct=distinct), seed).pools:
        # Each guest once as it is, and once as if it ran elsewhere and had another name and size.
        twins = [vm.model_copy(update={"runs_on": "gone", "memory": None}) for vm in pool.vms.records]
        moves, alike = Moves(Placement(pool)), defaultdict[Hashable, list[VM]](list)
        for guest in (*pool.vms.records, *twins):
            alike[likeness(pool, guest)].append(guest)
        for like, guests in alike.items():
            for to in pool.hosts.records if like is not None else ():
                found = {
                    answer(moves.arrival(guest, to)).can for guest in guests if pool.hosts.find(guest.runs_on) is not to
                }
                assert len(found) <= 1


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, distinct=st.booleans())
def test_hosts_that_are_open_are_those_that_take_each_by_itself(seed: int, *, distinct: bool) -> None:
    for pool in inventory(pools(seed, distinct=distinct), seed).pools:
        hosts = tuple(each.model_copy(update={"memory": None}) for each in pool.hosts.records)
        vms = tuple(each.model_copy(update={"memory": None}) for each in pool.vms.records)
        stand = Stand(PoolView(pool.pool.model_copy(update={"placement": (), "hosts": hosts, "vms": vms})))
        moves = Moves(Placement(stand.view))
        for guest in stand.view.vms.records:
            source = stand.view.hosts.find(guest.runs_on)
            taking = [to for to in stand.targets() if to is not source and answer(moves.arrival(guest, to)).can]
            assert list(stand.open_hosts(guest)) == taking


OTHERS: list[tuple[dict[str, Any], bool]] = [
    ({"name": "w", "uuid": "w", "runs_on": "b", "tags": ["x"]}, True),
    ({"vcpus": 65}, False),
    ({"domain_type": "pv"}, False),
    ({"drives": [{"device": "xvda", "disk": "local"}]}, False),
    ({"nics": [{"device": "0", "network": "other"}]}, False),
    ({"hardware_platform_version": 3}, False),
    ({"power_state": "halted"}, False),
    ({"platform": {"vcpu-unrestricted": "true"}}, False),
    ({"last_boot_cpu": {"vendor": "AuthenticAMD", "features": "ff"}}, False),
]


@pytest.mark.parametrize(("fields", "alike"), OTHERS)
def test_what_decides_where_a_guest_can_go_tells_it_from_others(fields: dict[str, Any], *, alike: bool) -> None:
    pool = view(
        [host("a", 8), host("b", 8)],
        [vm("v", 1), vm("v2", 1) | fields],
        networks=[{"name": "net"}, {"name": "other"}],
        repositories=[{"name": "nfs", "type": "nfs", "shared": True}, {"name": "ext", "type": "ext"}],
        disks=[{"name": "root", "repository": "nfs"}, {"name": "local", "repository": "ext"}],
    )
    one, other = pool.vms.records
    assert likeness(pool, one) is not None
    assert (likeness(pool, one) == likeness(pool, other)) is alike


@pytest.mark.parametrize(
    "fields",
    [
        {"vgpus": [{"group": "g", "type": "t"}]},
        {"usb_groups": ["u"]},
        {"driver_domain": True},
        {"drives": [{"device": "xvda", "disk": "gone"}]},
        {"drives": None},
        {"nics": [{"device": "0", "network": "gone"}]},
        {"vcpus": None},
        {"shadow_multiplier": 0.5},
    ],
)
def test_who_has_something_of_its_own_is_like_nobody(fields: dict[str, Any]) -> None:
    pool = view([host("a", 8)], [vm("v", 1) | fields])
    assert likeness(pool, pool.vms.records[0]) is None
