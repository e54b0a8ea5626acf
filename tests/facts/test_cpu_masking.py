"""How hosts are made to show the same CPU features, up to 6.5."""

from typing import Any

from planner.facts.cpu import DEFAULT_MASK
from planner.facts.cpu_masking import masks_to_set, never_alike, never_shown, targets
from planner.model.host import Cpu, Host

RICH, POOR = "0000000f-0000000f-00000001-00000001", "00000007-0000000f-00000001-00000001"
SHARED = (7, 15, 1, 1)


def host(name: str, features: str, maskable: Any = "full", **fields: Any) -> Host:
    cpu = Cpu(vendor="GenuineIntel", features=features, physical_features=features, maskable=maskable, **fields)
    return Host(name=name, cpu=cpu)


def test_only_hosts_that_show_more_are_masked() -> None:
    found = masks_to_set([host("rich", RICH), host("poor", POOR)], SHARED, DEFAULT_MASK)
    assert found is not None
    assert [(each.host.name, each.mask, each.is_set) for each in found] == [("rich", SHARED, False)]


def test_what_the_coordinator_shows_comes_first_then_what_all_have_then_what_a_host_shows() -> None:
    rich, poor = host("rich", RICH), host("poor", POOR)
    assert targets([rich, poor], poor) == (SHARED, (15, 15, 1, 1))
    assert targets([rich, poor], rich) == ((15, 15, 1, 1), SHARED)
    waiting = host("odd", RICH, features_after_reboot="00000003-0000000f-00000001-00000001")
    assert targets([waiting], waiting) == ((15, 15, 1, 1), (3, 15, 1, 1))
    assert targets([Host(name="mute")], Host(name="mute")) == ()


def test_a_host_never_shows_what_it_has_not() -> None:
    assert never_shown([host("poor", POOR)], (15, 15, 1, 1), DEFAULT_MASK)
    assert not never_shown([host("rich", RICH), Host(name="mute")], SHARED, DEFAULT_MASK)


def test_a_mask_that_is_set_only_lacks_a_restart() -> None:
    (found,) = masks_to_set([host("rich", RICH, features_after_reboot=POOR)], SHARED, DEFAULT_MASK) or ()
    assert found.is_set


def test_cpus_that_cannot_be_masked_are_never_alike() -> None:
    hosts = [host("rich", RICH, "no"), host("poor", POOR)]
    assert all(masks_to_set(hosts, target, DEFAULT_MASK) is None for target in targets(hosts, hosts[1]))
    assert never_alike(hosts, DEFAULT_MASK)


def test_cpus_of_which_nobody_says_it_may_be_alike_yet() -> None:
    hosts = [Host(name="rich", cpu=Cpu(features=RICH)), host("poor", POOR)]
    assert all(masks_to_set(hosts, target, DEFAULT_MASK) is None for target in targets(hosts, hosts[1]))
    assert not never_alike(hosts, DEFAULT_MASK)
