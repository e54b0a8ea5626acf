"""By which interface a host gets to an address.

The toolstack never asks this: it finds out when it attaches. This follows what the host's own routing would do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, ip_address

from planner.facts.addresses import gateway, inside, subnet, with_gateway_that_counts
from planner.facts.interfaces import bonded
from planner.facts.lacking import Lacking
from planner.facts.wiring import Wiring
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.network import Interface


class Kind(Enum):
    """How an address is reached; the first that fits counts."""

    DIRECT = "direct"
    STATIC = "static route"
    DEFAULT = "default gateway"


@dataclass(frozen=True, slots=True)
class Way:
    """The interface by which a host gets to an address, and the gateway where there is one."""

    kind: Kind
    interface: Interface
    gateway: str | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """The way that counts, if any; the interfaces that would lead there if they were up; what is lacking."""

    way: Way | None
    down: tuple[Interface, ...] = ()
    lacking: tuple[Lacking, ...] = ()


def usable(wiring: Wiring, interface: Interface) -> bool | Lacking:
    """Whether an interface with an address can be used now; what is lacking, where that is not known."""
    if interface.attached is False or interface.managed is False:
        return False
    up = wiring.link_up(interface)
    if up is False:
        return False
    if interface.attached is None:
        return Lacking(interface, "attached")
    return Lacking(interface, "carrier") if up is None else True


class Routes:
    """The ways of the hosts of a pool; each is followed once, however many repositories a server has."""

    def __init__(self, view: PoolView) -> None:
        self._view = view
        self._found: dict[tuple[int, str], Ways] = {}

    def ways(self, host: Host, target: str) -> Ways:
        """How a host gets to an IPv4 address, given as text."""
        key = id(host), target
        if key not in self._found:
            self._found[key] = ways(self._view, host, target)
        return self._found[key]


def ways(view: PoolView, host: Host, target: str) -> Ways:
    """How a host gets to an IPv4 address, given as text."""
    if host.interfaces is None:
        return Ways(None, lacking=(Lacking(host, "interfaces"),))
    wiring = Wiring(host)
    down: list[Interface] = []
    for kind, candidates in (
        (Kind.DIRECT, _direct(host, target)),
        (Kind.STATIC, _static(view, host, target)),
        (Kind.DEFAULT, _default(host)),
    ):
        open_questions: list[Lacking] = []
        for way in candidates:
            state = usable(wiring, way.interface)
            if state is True:
                return Ways(way, tuple(down))
            if isinstance(state, Lacking):
                open_questions.append(state)
            elif kind is Kind.DIRECT:
                down.append(way.interface)
        if open_questions:
            return Ways(None, tuple(down), tuple(open_questions))
    return Ways(None, tuple(down), tuple(_unsaid(host)))


def _configured(host: Host) -> list[Interface]:
    """The interfaces that may have an address, by name."""
    members = bonded(host)
    return sorted((each for each in host.interfaces or () if id(each) not in members), key=lambda each: each.label)


def _direct(host: Host, target: str) -> list[Way]:
    """Interfaces in whose subnet the address is, the narrowest subnet first."""
    found = [(network, each) for each in _configured(host) if (network := subnet(each)) and inside(target, network)]
    found.sort(key=lambda pair: -pair[0].prefixlen)
    return [Way(Kind.DIRECT, each) for _, each in found]


def _static(view: PoolView, host: Host, target: str) -> list[Way]:
    """Interfaces whose network has a route to the address, over a gateway in their own subnet."""
    found: list[tuple[int, Way]] = []
    for each in _configured(host):
        network = view.networks.find(each.network)
        for text in network.static_routes or () if network else ():
            led = route(text)
            own = subnet(each)
            if led and own and inside(target, led[0]) and inside(led[1], own):
                found.append((led[0].prefixlen, Way(Kind.STATIC, each, led[1])))
    return [way for _, way in sorted(found, key=lambda pair: -pair[0])]


def route(text: str) -> tuple[IPv4Network, str] | None:
    """Subnet and gateway of `SUBNET/PREFIX/GATEWAY`."""
    parts = text.split("/")
    try:
        subnet_text, prefix, gateway_text = parts
        return IPv4Network(f"{subnet_text}/{prefix}", strict=False), str(IPv4Address(gateway_text))
    except ValueError:
        return None


def _default(host: Host) -> list[Way]:
    """The interface whose gateway is the host's default."""
    return [Way(Kind.DEFAULT, each, gateway(each)) for each in with_gateway_that_counts(host) if gateway(each)]


def _unsaid(host: Host) -> list[Lacking]:
    """Interfaces that could have an address in the right subnet, because nobody says what address they have."""
    for each in _configured(host):
        if each.mode is None and each.address is None:
            return [Lacking(each, "mode")]
        if each.mode in ("static", "dhcp") and subnet(each) is None:
            return [Lacking(each, "address")]
    return []


def is_ipv4(text: str) -> bool | None:
    """Whether a text is an IPv4 address; None where it is no address but a name."""
    try:
        return ip_address(text).version == 4  # noqa: PLR2004 - the version's own number
    except ValueError:
        return None
