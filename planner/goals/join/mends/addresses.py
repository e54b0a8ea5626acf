"""How the addresses of a joining host become such that it can join."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.access import Accesses
from planner.facts.addresses import address, subnet
from planner.facts.clusters import ClusterNetwork, cluster_network
from planner.facts.management import management_interface
from planner.findings import Problem
from planner.goals.join.case import Case, before, interface_name, mends, refused
from planner.goals.naming import sets, shell, way_to_host
from planner.model.network import Interface
from planner.plans import Cause, Step
from planner.plans.changes import Way
from planner.rules.wording import UNTOLD, listed


def way(case: Case, interface: Interface) -> Way:
    """From the pool of the joining host to one of its interfaces."""
    return (*way_to_host(case.host), ("interfaces", interface_name(interface)))


def management_address(case: Case) -> tuple[str | None, str, str]:
    """An address that nothing has beside that of the coordinator: with its prefix, its netmask, and alone."""
    theirs = management_interface(case.coordinator)
    network = subnet(theirs) if theirs else None
    free = Accesses(case.inventory).free_address(network, address(theirs)) if network and theirs else None
    if network is None or free is None:
        return None, UNTOLD, UNTOLD
    return f"{free}/{network.prefixlen}", str(network.netmask), free


@mends("JN058")
def change_address(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """The joining host is managed at an address that no other host has."""
    mine = management_interface(case.host)
    given, mask, bare = management_address(case)
    if mine is None:
        return  # that comes first, and is mended or refused for itself
    if given is None:
        yield from (Cause("JN058", f"{each.message}; {each.remedy}", proven=False) for each in found)
        return
    uuid = mine.uuid or UNTOLD
    yield before(
        f"manage {case.host.name} at {bare}",
        "; ".join(problem.message.partition(";")[0] for problem in found),
        case.host,
        (shell("pif-reconfigure-ip", uuid=uuid, mode="static", IP=bare, netmask=mask),),
        (
            *sets(case.joiner, way(case, mine), mode="static", address=given),
            *sets(case.joiner, way_to_host(case.host), address=bare),
        ),
        by_hand=(f"work at the console of {case.host.name}: its address changes",),
    )


@mends("NW001")
def change_other_address(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """An interface of the joining host no longer has the address of another host."""
    for problem in found:
        own = [each for each in case.host.interfaces or () if each is problem.subject]
        network = subnet(own[0]) if own else None
        free = Accesses(case.inventory).free_address(network, address(own[0])) if network else None
        if network is None or free is None:
            yield Cause("NW001", f"{problem.message}; {problem.remedy}", proven=False)
            continue
        given = {"mode": "static", "address": f"{free}/{network.prefixlen}"}
        mask, uuid = str(network.netmask), own[0].uuid or UNTOLD
        managing = sets(case.joiner, way_to_host(case.host), address=free) if own[0].management else ()
        yield before(
            f"give {own[0].label} of {case.host.name} the address {free}",
            problem.message,
            case.host,
            (shell("pif-reconfigure-ip", uuid=uuid, mode="static", IP=free, netmask=mask),),
            (*sets(case.joiner, way(case, own[0]), **given), *managing),
            by_hand=(f"work at the console of {case.host.name}: its address changes",) if managing else (),
        )


@mends("JN008")
def one_cluster_address(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """The joining host has just one address on the network of the pool's cluster."""
    network = cluster_network(case.pool)
    if not isinstance(network, ClusterNetwork) or any(problem.field != "interfaces" for problem in found):
        yield from refused("JN008", found)
        return
    networks = case.joiner.networks
    nics = [
        each
        for each in case.host.interfaces or ()
        if (own := networks.find(each.network)) and own.bridge in network.bridges
    ]
    addressed = sorted((each for each in nics if address(each)), key=lambda each: (not each.management, each.label))
    if addressed:
        yield _fewer_addresses(case, addressed[1:])
    elif nics:
        yield _cluster_address(case, network, min(nics, key=lambda each: each.label))
    else:
        yield from refused("JN008", found)


def _fewer_addresses(case: Case, spare: list[Interface]) -> Step:
    return before(
        f"take the address from {listed(each.label for each in spare)} of {case.host.name}",
        "a new member of the cluster needs just one address on its network",
        case.host,
        tuple(shell("pif-reconfigure-ip", uuid=each.uuid or UNTOLD, mode="none") for each in spare),
        tuple(change for each in spare for change in sets(case.joiner, way(case, each), mode="none", address=None)),
    )


def _cluster_address(case: Case, network: ClusterNetwork, nic: Interface) -> Step | Cause:
    there = subnet(network.interface)
    free = Accesses(case.inventory).free_address(there, address(network.interface)) if there else None
    if there is None or free is None:
        return Cause(
            "JN008",
            f"nobody says which address on the network of the cluster {case.host.name} could have",
            proven=False,
        )
    mask = str(there.netmask)
    return before(
        f"give {nic.label} of {case.host.name} the address {free}",
        "a new member of the cluster needs an address on its network",
        case.host,
        (shell("pif-reconfigure-ip", uuid=nic.uuid or UNTOLD, mode="static", IP=free, netmask=mask),),
        sets(case.joiner, way(case, nic), mode="static", address=f"{free}/{there.prefixlen}"),
    )
