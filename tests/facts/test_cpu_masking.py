"""How hosts are made to show the same CPU features, up to 6.5."""

from typing import Any

from planner.facts.cpu import DEFAULT_MASK
from planner.facts.cpu_masking import maskings, masks_to_set, never_alike
from planner.model.host import Cpu, Host

RICH, POOR = "0000000f-0000000f-00000001-00000001", "00000007-0000000f-00000001-00000001"
SHARED = (7, 15, 1, 1)


def host(name: str, features: str, maskable: Any = "full", **fields: Any) -> Host:
    cpu = Cpu(vendor="GenuineIntel", features=features, physical_features=features, maskable=maskable, **fields)
    return Host(name=name, cpu=cpu)


def test_only_hosts_that_show_more_are_masked() -> None:
    rich, poor = host("rich", RICH), host("poor", POOR)
    target, found = maskings([rich, poor], rich, DEFAULT_MASK)
    assert target == SHARED
    assert found is not None
    assert [(each.host.name, each.mask, each.is_set) for each in found] == [("rich", SHARED, False)]


def test_what_the_coordinator_shows_already_is_kept() -> None:
    rich, poor = host("rich", RICH), host("poor", POOR)
    target, found = maskings([rich, poor], poor, DEFAULT_MASK)
    assert target == SHARED
    assert [each.host.name for each in found or ()] == ["rich"]


def test_a_mask_that_is_set_only_lacks_a_restart() -> None:
    (found,) = masks_to_set([host("rich", RICH, features_after_reboot=POOR)], SHARED, DEFAULT_MASK) or ()
    assert found.is_set


def test_cpus_that_cannot_be_masked_are_never_alike() -> None:
    hosts = [host("rich", RICH, "no"), host("poor", POOR)]
    assert maskings(hosts, hosts[1], DEFAULT_MASK)[1] is None
    assert never_alike(hosts, DEFAULT_MASK)


def test_cpus_of_which_nobody_says_it_may_be_alike_yet() -> None:
    hosts = [Host(name="rich", cpu=Cpu(features=RICH)), host("poor", POOR)]
    assert maskings(hosts, hosts[1], DEFAULT_MASK)[1] is None
    assert not never_alike(hosts, DEFAULT_MASK)
