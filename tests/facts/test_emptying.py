from typing import Any

import pytest

from planner.facts.emptying import bound_by_storage, emptying
from planner.facts.obstacles import Kind
from planner.model.inventory import PoolView
from planner.model.pool import Pool


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
