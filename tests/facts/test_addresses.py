import pytest

from planner.facts.addresses import address, gateway, inside, subnet, with_gateway_that_counts
from planner.model.host import Host
from planner.model.network import Interface


def nic(device: str = "eth0", **fields: object) -> Interface:
    return Interface.model_validate({"device": device, **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"address": "10.42.0.200/16"}, ("10.42.0.200", "10.42.0.0/16")),
        ({"address": "10.42.0.200/16", "mode": "dhcp"}, ("10.42.0.200", "10.42.0.0/16")),
        ({"address": "10.42.0.200"}, ("10.42.0.200", "None")),
        ({"address": "10.42.0.200/16", "mode": "none"}, (None, "None")),
        ({"address": "0.0.0.0/0"}, (None, "None")),
        ({"address": "10.42.0.200/32"}, ("10.42.0.200", "10.42.0.200/32")),
        ({}, (None, "None")),
    ],
)
def test_an_interface_has_an_address_and_a_subnet(fields: dict[str, str], expected: tuple[str | None, str]) -> None:
    interface = nic(**fields)
    assert (address(interface), str(subnet(interface))) == expected


@pytest.mark.parametrize(("text", "is_inside"), [("10.42.255.254", True), ("10.43.0.1", False)])
def test_an_address_is_in_a_subnet_or_not(text: str, *, is_inside: bool) -> None:
    network = subnet(nic(address="10.42.0.200/16"))
    assert network
    assert inside(text, network) is is_inside


def test_a_gateway_of_zeros_is_none() -> None:
    assert gateway(nic(gateway="0.0.0.0")) is None  # noqa: S104 - what databases write for none
    assert gateway(nic(gateway="10.0.0.1")) == "10.0.0.1"


MANAGEMENT = nic("eth0", address="10.0.0.1/24", management=True)
STORAGE = nic("eth1", address="10.0.1.1/24", management=False)
DEFAULT = nic("eth2", address="10.0.2.1/24", management=False, default_route=True)
SECOND_DEFAULT = nic("eth3", address="10.0.3.1/24", default_route=True)
DEFAULT_WITHOUT_ADDRESS = nic("eth4", default_route=True)
DEFAULT_OF_IPV6 = nic("eth5", address="10.0.5.1/24", default_route=True, primary_address_type="IPv6")


@pytest.mark.parametrize(
    ("interfaces", "chosen"),
    [
        ((STORAGE, MANAGEMENT), [MANAGEMENT]),
        ((STORAGE, MANAGEMENT, DEFAULT), [DEFAULT]),
        ((DEFAULT, SECOND_DEFAULT, MANAGEMENT), [DEFAULT, SECOND_DEFAULT]),
        ((MANAGEMENT, DEFAULT_WITHOUT_ADDRESS, DEFAULT_OF_IPV6), [MANAGEMENT]),
        ((STORAGE,), [STORAGE]),
        ((), []),
        (None, []),
    ],
)
def test_the_default_route_goes_before_management(
    interfaces: tuple[Interface, ...] | None, chosen: list[Interface]
) -> None:
    assert list(with_gateway_that_counts(Host(name="a", interfaces=interfaces))) == chosen
