"""The database of a pool once a host has joined it: what the host brings, under names that mean one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.facts.cpu_level import level
from planner.facts.feature_sets import show_features
from planner.facts.inheritance import inherited
from planner.facts.interfaces import on_bridge
from planner.facts.leaving import without_repositories
from planner.facts.prospects import after_join
from planner.facts.reachability import Reach, State, reaches
from planner.facts.references import Target, lists_of
from planner.facts.rewriting import gone, rewritten
from planner.facts.versions import legacy
from planner.model.fields import Record
from planner.model.host import Host
from planner.model.inventory import Index, Inventory, Joining, Named
from planner.model.network import Interface, Network
from planner.model.pool import CpuLevel, Pool, Update
from planner.model.storage import Connection, Repository

_BROUGHT = (Target.HOST, Target.REPOSITORY, Target.DISK, Target.VM, Target.ORIGIN)
_ATTACHED = {State.ATTACHED: True, State.WOULD_ATTACH: True, State.WILL_FAIL: False, State.UNKNOWN: None}


@dataclass(frozen=True, slots=True)
class NetworkMatch:
    """A network of a joining host, and the pool's network that it becomes."""

    own: Network
    interface: Interface | None
    """The NIC by which the host is on it."""
    theirs: Network | None
    lacking: bool
    """Nobody says a bridge, so that the match is not known."""


def network_matches(joining: Joining) -> tuple[NetworkMatch, ...]:
    """What becomes of each network of a joining host: NICs are matched by bridge, names count for nothing."""
    return tuple(
        _match(joining, own) for own in sorted(joining.joiner.networks.records, key=lambda each: (each.name, str(each)))
    )


def _match(joining: Joining, own: Network) -> NetworkMatch:
    networks = joining.joiner.networks
    nics = [each for each in joining.host.interfaces or () if each.physical and networks.find(each.network) is own]
    if not nics and not own.host_internal_management:
        return NetworkMatch(own, None, None, lacking=joining.host.interfaces is None)
    theirs = on_bridge(joining.pool, own.bridge)
    untold = own.bridge is None or any(each.bridge is None for each in joining.pool.networks.records)
    return NetworkMatch(own, nics[0] if nics else None, theirs, lacking=theirs is None and untold)


def reach_after_join(inventory: Inventory, joining: Joining) -> tuple[tuple[Repository, tuple[Reach, ...], Reach], ...]:
    """For each shared repository that a new member inherits: what is to be expected of all hosts, and of the member."""
    view, host = after_join(joining)
    found = []
    for repository in view.repositories.records:
        if not repository.tools and inherited(joining, repository):
            every = reaches(inventory, view, repository)
            found.append((repository, every, next(each for each in every if each.link.host is host)))
    return tuple(sorted(found, key=lambda each: (each[0].name, each[0].uuid or "")))


def merged(inventory: Inventory, joining: Joining) -> Pool:
    """The pool with the host in it and all that it brings, after its first start."""
    _, host = after_join(joining)
    pool, own = joining.pool.pool, _distinct(joining)
    place = next(number for number, each in enumerate(joining.joiner.hosts.records) if each is joining.host)
    introduced = [each for each in network_matches(joining) if each.theirs is None and each.interface]
    host = _on_introduced(host, introduced)
    software = joining.joiner.software(joining.host)
    reached = {id(repository): mine for repository, _, mine in reach_after_join(inventory, joining)}
    repositories = [_with_connection(each, host, reached.get(id(each))) for each in pool.repositories or ()]
    update: dict[str, object] = {
        "hosts": (*(pool.hosts or ()), _as_member(own, place, host).model_copy(update={"software": software})),
        "networks": _more(pool.networks, [each.own for each in introduced]),
        "repositories": _more(
            None if pool.repositories is None else tuple(repositories),
            list(own.repositories or ()),
        ),
        "updates": _more(pool.updates, list(_unknown_updates(joining))),
        "cpu": _level(joining) if pool.cpu else None,
    }
    for field in ("disks", "vms", "templates", "snapshots"):
        update[field] = _more(getattr(pool, field), list(getattr(own, field) or ()))
    return pool.model_copy(update=update)


def _more(theirs: tuple[Record, ...] | None, brought: list[Record]) -> tuple[Record, ...] | None:
    """What a pool knows of one kind, with what comes; unknown stays unknown."""
    return None if theirs is None else (*theirs, *brought)


def _with_connection(repository: Repository, host: Host, reach: Reach | None) -> Repository:
    """A repository with the connection of the new member: one that it inherits, or that to the tools."""
    if repository.connections is None or (reach is None and not repository.tools):
        return repository
    attached = True if reach is None else _ATTACHED[reach.state]
    connection = Connection(host=host.uuid or host.name, attached=attached)
    return repository.model_copy(update={"connections": (*repository.connections, connection)})


def _level(joining: Joining) -> CpuLevel | None:
    """The level that the toolstack computes when the new member starts."""
    stated = joining.pool.pool.cpu
    if stated is None or legacy(joining.joiner.software(joining.host)):
        return stated
    found = {scope: level(joining.pool, scope, (joining.host,)).features for scope in ("hvm", "pv")}
    told = {f"features_{scope}": None if words is None else show_features(words) for scope, words in found.items()}
    return stated.model_copy(update=told)


def _unknown_updates(joining: Joining) -> Iterator[Record]:
    known = joining.joiner.updates
    for update in known.records:
        if joining.pool.updates.find(update.uuid or update.name) is None:
            yield update
    for name in sorted(set(joining.host.updates or ())):
        if known.find(name) is None and joining.pool.updates.find(name) is None:
            yield Update(name=name)


def _on_introduced(host: Host, introduced: list[NetworkMatch]) -> Host:
    """The host with its NICs on networks that it brings, because the pool has none of their bridge."""
    networks = {each.interface.label: each.own for each in introduced if each.interface}
    interfaces = tuple(
        each.model_copy(update={"network": own.uuid or own.name})
        if each.network is None and each.physical and (own := networks.get(each.label))
        else each
        for each in host.interfaces or ()
    )
    return host if host.interfaces is None else host.model_copy(update={"interfaces": interfaces})


def _distinct(joining: Joining) -> Pool:
    """The joining host's own pool with names that nothing in the other pool bears."""
    view, other, suffix = joining.joiner, joining.pool, f" ({joining.host.name})"
    left = tuple(each for each in view.repositories.records if each.shared or each.tools)
    own = without_repositories(view.pool, left)
    names: dict[Target, dict[str, str | None]] = {
        Target.NETWORK: dict(_network_names(joining)),
        **gone(Target.GROUP, view.groups.records),
        **gone(Target.APPLIANCE, view.appliances.records),
    }
    update: dict[str, object] = {}
    for target in _BROUGHT:
        for field in lists_of(target):
            taken = {each.name for each in getattr(other.pool, field) or ()}
            records = getattr(own, field)
            clashing = {each.name for each in records or () if each.name in taken}
            names.setdefault(target, {}).update({name: name + suffix for name in clashing})
            if clashing:
                update[field] = tuple(_called(each, suffix) if each.name in clashing else each for each in records)
    return rewritten(own.model_copy(update=update), names)


def _called(record: Record, suffix: str) -> Record:
    return record.model_copy(update={"name": f"{record.label}{suffix}"})


def _network_names(joining: Joining) -> Iterator[tuple[str, str | None]]:
    """What the networks of the joining host are called in the pool: VMs find theirs by name, else by bridge."""
    theirs: Index[Network] = joining.pool.networks
    for match in network_matches(joining):
        found = theirs.find(match.own.name) or match.theirs
        new = match.own.uuid or match.own.name if found is None and match.interface else _name_of(found)
        yield match.own.name, new
        if match.own.uuid:
            yield match.own.uuid, new


def _name_of(record: Named | None) -> str | None:
    return None if record is None else record.uuid or record.name


def _as_member(own: Pool, place: int, host: Host) -> Host:
    """The host as it is after the join, with the names that it and the repositories of its own have then."""
    mine = own.hosts[place] if own.hosts else host
    fields = ("name", "suspend_repository", "crash_dump_repository", "local_cache_repository")
    return host.model_copy(update={field: getattr(mine, field) for field in fields})
