"""What a joining host will find amiss in the repositories and networks that it inherits."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.inherited_settings import (
    MULTIPATHED,
    demanding_frames,
    inherited_repositories,
    name_servers,
    passed_over,
    server_names,
)
from planner.facts.storage import driver
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, Joining
from planner.model.storage import Repository
from planner.rules import rule
from planner.rules.wording import UNTOLD, joining_to, listed, plural, unknown_coordinator, uuid_of, xe


@rule("JN065", Severity.WARNING, since="0.1")
def multipathing_differs(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host uses multipathing and the pool does not, or the other way round.

    The repositories of the pool will be attached all the same, but the new member has fewer paths than the others, or
    paths that nobody watches. The toolstack does not check this at a join. It can be changed only while no repository
    over iSCSI or Fibre Channel is attached.
    """
    for joining in inventory.joins:
        host, coordinator = joining.host, joining.pool.coordinator
        found = [each.repository for each in inherited_repositories(joining)]
        concerned = [each for each in found if driver(each) in MULTIPATHED]
        if coordinator is None or not concerned:
            continue
        if host.multipathing is None or coordinator.multipathing is None:
            yield from (Unknown(side, "multipathing") for side in (host, coordinator) if side.multipathing is None)
        elif host.multipathing != coordinator.multipathing:
            wanted = "true" if coordinator.multipathing else "false"
            turn = xe("host-param-set", uuid=uuid_of("host", host), multipathing=wanted)
            who = "uses" if host.multipathing else "does not use"
            yield Problem(
                host,
                "multipathing",
                f"{joining_to(joining)}, {who} multipathing, as {coordinator.name} there"
                f" {'does not' if host.multipathing else 'does'}; it will inherit {listed(_names(concerned))};"
                " the toolstack does not check this at a join",
                f"before the join run {turn} on {host.name}",
                (joining.join, coordinator, *concerned),
            )


def _names(repositories: list[Repository]) -> list[str]:
    return sorted(each.name for each in repositories)


@rule("JN067", Severity.WARNING, since="0.1")
def initiator_name_in_settings(inventory: Inventory) -> Iterator[Problem]:
    """A repository that a joining host will inherit names one initiator for all hosts.

    The new member gets a copy of the coordinator's settings, with the initiator name in them. Two hosts of one name
    throw each other out of their sessions, and what is on the disks may be damaged.
    """
    for joining in inventory.joins:
        for each in inherited_repositories(joining):
            if name := each.settings.get("localIQN"):
                connect = xe(
                    "pbd-create", host_uuid=uuid_of("host", joining.host), sr_uuid=uuid_of("sr", each.repository)
                )
                yield Problem(
                    each.repository,
                    "device_config",
                    f"every host logs in to {each.repository.name} as {name}, and so would {joining_to(joining)}",
                    f"before the join connect {each.repository.name} anew without localIQN, or give {joining.host.name}"
                    f" a connection of its own after it with {connect}",
                    (joining.join, joining.host),
                )


@rule("JN068", Severity.WARNING, since="0.1")
def clustered_repository_without_cluster_membership(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host will not enter the cluster that repositories of the pool need.

    Such a repository can be attached only by members of the cluster. Where new hosts do not enter it by themselves,
    the new member fails to attach the repository until it is added.
    """
    for joining in inventory.joins:
        clustered = [each.repository for each in inherited_repositories(joining) if driver(each.repository) == "gfs2"]
        cluster = joining.pool.pool.cluster
        if not clustered:
            continue
        if cluster is None or cluster.pool_auto_join is None:
            yield Unknown(cluster or joining.pool.pool, "pool_auto_join" if cluster else "cluster")
        elif not cluster.pool_auto_join:
            enter = xe(
                "cluster-host-create", cluster_uuid=cluster.uuid or UNTOLD, host_uuid=uuid_of("host", joining.host)
            )
            yield Problem(
                cluster,
                "pool_auto_join",
                f"{joining_to(joining)}, will not enter the cluster there by itself, and"
                f" {listed(_names(clustered))} {plural(clustered, 'needs', 'need')} it",
                f"after the join run {enter} pif-uuid={UNTOLD}",
                (joining.join, *clustered),
            )


@rule("JN069", Severity.WARNING, since="0.1")
def shared_library_in_a_folder_of_one_host(inventory: Inventory) -> Iterator[Problem]:
    """A library of images that a joining host will inherit is a folder of each host.

    Such a repository is marked as shared, but each host attaches a folder of its own at that path. The new member has
    none there and fails, or has other images in it.
    """
    for joining in inventory.joins:
        for each in inherited_repositories(joining):
            if driver(each.repository) == "iso" and each.settings.get("legacy_mode") == "true":
                folder = each.settings.get("location", UNTOLD)
                yield Problem(
                    each.repository,
                    "device_config",
                    f"{joining_to(joining)}, will inherit {each.repository.name}, which is the folder {folder} of each"
                    " host",
                    f"make {folder} on {joining.host.name} with the same images, or put them on a server",
                    (joining.join, joining.host),
                )


@rule("JN070", Severity.NOTE, since="0.1")
def server_by_name_and_other_name_servers(inventory: Inventory) -> Iterator[Problem]:
    """A joining host asks other servers for the name of a storage server than the pool.

    The name is resolved by each host for itself. If the name servers of the new member do not know it, or know another
    address for it, the repository is not attached there.
    """
    for joining in inventory.joins:
        coordinator = joining.pool.coordinator
        mine, theirs = name_servers(joining.host), name_servers(coordinator) if coordinator else None
        if mine is None or theirs is None or mine == theirs:
            continue
        for each in inherited_repositories(joining):
            if names := server_names(each):
                yield Problem(
                    joining.host,
                    "interfaces",
                    f"{joining_to(joining)}, will inherit {each.repository.name} on {listed(names)}, and asks"
                    f" {listed(sorted(mine)) or 'no server'} for names, where the pool asks"
                    f" {listed(sorted(theirs)) or 'none'}",
                    f"see that {joining.host.name} resolves {listed(names)} as the pool does, or give it the same name"
                    " servers",
                    (joining.join, each.repository),
                )


@rule("JN071", Severity.WARNING, since="0.1")
def repository_passed_over_at_join(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host will not get a shared repository that the coordinator lacks.

    A new member gets a connection to those shared repositories that the coordinator is connected to, and no others.
    Guests with disks on such a repository cannot run on it.
    """
    for joining in inventory.joins:
        coordinator = joining.pool.coordinator
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        for repository in passed_over(joining):
            create = xe("pbd-create", sr_uuid=uuid_of("sr", repository), host_uuid=uuid_of("host", coordinator))
            yield Problem(
                repository,
                "connections",
                f"{coordinator.name} is not connected to {repository.name}, so {joining_to(joining)}, will get no"
                " connection to it either",
                f"connect {coordinator.name} to it before the join with {create}, with the device-config that other"
                " hosts have",
                (joining.join, coordinator),
            )


@rule("JN072", Severity.WARNING, since="0.1")
def shorter_frames_on_joining_host(inventory: Inventory) -> Iterator[Problem]:
    """A NIC of a joining host carries shorter frames than its network of the pool.

    Longer frames that others send are lost on the way to it: connections come up and then stall. The toolstack does
    not check this at a join.
    """
    for joining in inventory.joins:
        for nic, network, carried, wanted in demanding_frames(joining):
            yield Problem(
                nic,
                "mtu",
                f"{nic.label} of {joining_to(joining)}, carries frames of {carried} bytes, {network.name} there has"
                f" frames of {wanted}",
                f"see that the switch port of {nic.label} takes frames of {wanted} bytes, and set the MTU of its"
                f" network to {wanted} with"
                f" {xe('network-param-set', uuid=_own_network(joining, nic.network), MTU=str(wanted))} before the join",
                (joining.join, network),
            )


def _own_network(joining: Joining, reference: str | None) -> str:
    network = joining.joiner.networks.find(reference)
    return uuid_of("network", network) if network else UNTOLD
