"""What is unsafe about how traffic is spread over cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.facts.network_guests import networks_of_guests
from planner.facts.storage import hosts_by_name
from planner.facts.traffic import has_network_storage, single_card
from planner.facts.wiring import Wiring
from planner.findings import Problem, Severity
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.wording import UNTOLD, listed, plural, xe


def _pools_of_several(inventory: Inventory) -> Iterator[PoolView]:
    yield from (view for view in inventory.pools if len(view.hosts.records) > 1)


@rule("NW033", Severity.WARNING, since="0.1")
def one_card_carries_everything(inventory: Inventory) -> Iterator[Problem]:
    """One network card carries all traffic of a host: management, storage and VMs.

    When it, its cable or its switch fails, the pool loses the host, the host its storage, and its VMs their network,
    all at once. Busy storage or VMs slow management down, until the pool takes the host for dead.
    """
    for view in _pools_of_several(inventory):
        guests, storage = networks_of_guests(view), has_network_storage(view)
        found: defaultdict[tuple[str, tuple[str, ...]], list[Host]] = defaultdict(list)
        for host in hosts_by_name(view):
            if traffic := single_card(Wiring(host), view, guests, storage=storage):
                found[traffic.card.label, traffic.kinds].append(host)
        for (card, kinds), hosts in found.items():
            yield Problem(
                hosts[0],
                "interfaces",
                message=f"{card} alone carries all traffic of {listed(each.name for each in hosts)}: {listed(kinds)}",
                remedy=f"give {plural(hosts, 'the host', 'each of the hosts')} a second card: bond it with {card} "
                f"({xe('bond-create', network_uuid=UNTOLD, pif_uuids=UNTOLD, mode='active-backup')}), "
                f"or put storage on it, with an address and a network of its own",
                related=tuple(hosts[1:]),
            )
