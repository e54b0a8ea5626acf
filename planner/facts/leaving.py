"""What is left when a repository is forgotten, an interface removed, or a host ejected from its pool."""

from __future__ import annotations

from planner.facts.interfaces import interfaces_named
from planner.facts.join import management_interfaces
from planner.facts.prospects import members_without
from planner.facts.references import Target
from planner.facts.rewriting import gone, rewritten
from planner.facts.updates import applied_records
from planner.model.host import ExternalAuth, Host
from planner.model.inventory import PoolView
from planner.model.network import Interface
from planner.model.pool import HighAvailability, Pool
from planner.model.storage import Repository


def without_interface(host: Host, interface: Interface) -> Host:
    """A host without a bond, a VLAN, a tunnel or SR-IOV of it."""
    moved = members_without(host, interface)
    left = tuple(moved.get(id(each), each) for each in host.interfaces or () if each is not interface)
    return host.model_copy(update={"interfaces": left})


def without_repositories(pool: Pool, lost: tuple[Repository, ...]) -> Pool:
    """A pool that no longer knows some repositories, nor the disks in them."""
    view = PoolView(pool)
    identities = {id(each) for each in lost}
    disks = tuple(each for each in pool.disks or () if id(view.repositories.find(each.repository)) in identities)
    lost_disks = {id(each) for each in disks}
    fewer: dict[str, object] = {
        "repositories": tuple(each for each in pool.repositories or () if id(each) not in identities),
        "disks": None if pool.disks is None else tuple(each for each in pool.disks if id(each) not in lost_disks),
    }
    names = gone(Target.REPOSITORY, lost) | gone(Target.DISK, disks)
    return rewritten(pool.model_copy(update=fewer), names)


def only_on(view: PoolView, host: Host) -> tuple[Repository, ...]:
    """The repositories that no other host of the pool is connected to: forgotten when the host is ejected."""
    return tuple(
        repository
        for repository in view.repositories.records
        if repository.connections
        and not repository.tools
        and all(view.hosts.find(each.host) is host for each in repository.connections)
    )


def without_host(view: PoolView, host: Host) -> Pool:
    """The pool that a host leaves behind. Records of VMs stay, their disks on its local storage are gone."""
    pool = without_repositories(view.pool, only_on(view, host))
    names = gone(Target.HOST, (host,))
    left = tuple(
        each.model_copy(
            update={
                "connections": None
                if each.connections is None
                else tuple(one for one in each.connections if view.hosts.find(one.host) is not host)
            }
        )
        for each in pool.repositories or ()
    )
    cluster = pool.cluster
    if cluster and cluster.members:
        members = tuple(each for each in cluster.members if view.hosts.find(each.host) is not host)
        cluster = cluster.model_copy(update={"members": members})
    fewer = {
        "hosts": tuple(each for each in view.hosts.records if each is not host),
        "repositories": None if pool.repositories is None else left,
        "cluster": cluster,
        "certificates": None
        if pool.certificates is None
        else tuple(each for each in pool.certificates if each.host not in (host.name, host.uuid) or each.host is None),
    }
    return rewritten(pool.model_copy(update=fewer), names)


def alone(view: PoolView, host: Host, name: str) -> Pool:
    """The pool that an ejected host makes up by itself: as after its installation, with its management address."""
    interfaces = None if host.interfaces is None else tuple(_as_installed(host))
    networks = {
        id(found): found for each in interfaces or () if (found := view.networks.find(each.network)) is not None
    }
    fresh = host.model_copy(
        update={
            "interfaces": interfaces,
            "software": view.software(host),
            "external_auth": ExternalAuth(type=""),
            "operations": (),
            "suspend_repository": None,
            "crash_dump_repository": None,
            "local_cache_repository": None,
            "ha_statefiles": (),
            "ha_network_peers": (),
        }
    )
    nothing = ("repositories", "disks", "vms", "templates", "snapshots", "groups", "appliances")
    return Pool(
        name=name,
        coordinator=host.uuid or host.name,
        hosts=(fresh,),
        networks=tuple(networks.values()),
        updates=applied_records(view, host),
        drivers=view.pool.drivers,
        ha=HighAvailability(enabled=False),
        operations=(),
        certificates=(),
        sdn_controllers=(),
        vswitch_controller="",
        **dict.fromkeys(nothing, ()),
    )


def _as_installed(host: Host) -> list[Interface]:
    """The NICs without bonds, and the interface of the management; all other addresses are gone."""
    whole = host
    for bond in [each for each in host.interfaces or () if each.bond]:
        whole = without_interface(whole, bond)
    managing = {id(each) for each in management_interfaces(whole)}
    nothing = {"mode": "none", "address": None, "gateway": None, "dns": (), "purpose": None}
    return [
        each if id(each) in managing else each.model_copy(update=nothing)
        for each in whole.interfaces or ()
        if each.physical or (each.vlan and id(each) in managing)
    ]


def interface_of(host: Host, reference: str) -> Interface | None:
    """The interface of a host that a label or UUID means, if it is just one."""
    found = interfaces_named(host, reference)
    return found[0] if len(found) == 1 else None
