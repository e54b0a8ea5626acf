"""By what a joining host would be taken for another host of the pool."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.facts.addresses import address
from planner.facts.joining_together import Together
from planner.facts.management import management_interface
from planner.facts.storage import hosts_by_name
from planner.facts.storage_settings import may_need_initiator
from planner.model.host import Host
from planner.model.inventory import Joining, PoolView


def others(joining: Joining, together: Together) -> Iterator[Host]:
    """The members of the pool and who joins it too, less what describes the joining host itself once more."""
    for member in hosts_by_name(joining.pool):
        if member.uuid is None or member.uuid != joining.host.uuid:
            yield member
    yield from (other.host for other in together.others(joining))


def management_address(host: Host) -> str | None:
    """The address under which a host is managed, without a prefix."""
    if host.address:
        return host.address
    interface = management_interface(host)
    return address(interface) if interface else None


def told_by_interfaces(host: Host, text: str) -> bool:
    """Whether an interface of a host is said to have an address."""
    return any(address(each) == text for each in host.interfaces or ())


def same_as(joining: Joining, together: Together, value: Callable[[Host], str | None]) -> tuple[Host, ...]:
    """The other hosts of which something is just as it is of the joining host."""
    mine = value(joining.host)
    return tuple(each for each in others(joining, together) if mine and value(each) == mine)


def untold(joining: Joining, together: Together, value: Callable[[Host], str | None]) -> tuple[Host, ...]:
    """The hosts of a join of which something is unknown."""
    return tuple(host for host in (joining.host, *others(joining, together)) if value(host) is None)


def uses_iscsi(view: PoolView) -> bool | None:
    """Whether a pool has repositories that its hosts reach as iSCSI initiators."""
    if any(may_need_initiator(each) for each in view.repositories.records):
        return True
    return None if view.pool.repositories is None else False
