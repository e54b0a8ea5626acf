"""What refers to something that is not there, or not there once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from planner.facts.references import (
    Reference,
    Target,
    ambiguous,
    astray,
    interface_names,
    interface_references,
    interfaces_meant,
    plain_interface_names,
    targets,
    unknown_lists,
)
from planner.facts.repeated import Repeated, repeated_hosts_and_pools, repeated_names, repeated_uuids
from planner.findings import Problem, Severity, Unknown
from planner.model.fields import Record
from planner.model.inventory import Inventory, PoolView
from planner.model.wishes import Join
from planner.rules import rule, seen_while_reading
from planner.rules.wording import listed

_MOST_COMPARISONS = 20_000
_FEW = 6


class _Suggestions:
    """Names that a wrong one could have been meant for. Very long lists are not searched: that takes too long."""

    def __init__(self, names: Iterable[str], wrong: Iterable[str]) -> None:
        distinct = sorted(set(names))
        self._searched = len(distinct) * len(set(wrong)) <= _MOST_COMPARISONS
        self._names = distinct

    def remedy(self, word: str, text: str) -> str:
        """What to do about a wrong name."""
        close = get_close_matches(text[:80], self._names, n=1) if self._searched else []
        if close:
            return f'did you mean "{close[0]}"? Else describe the {word} "{text}"'
        known = f": one of {listed(self._names)}" if 0 < len(self._names) <= _FEW else ""
        return f'correct the name{known}, or describe the {word} "{text}"'


def _missing(inventory: Inventory, target: Target) -> Iterator[Problem | Unknown]:
    """Every reference to objects of one kind that leads nowhere."""
    word = target.value
    for view in inventory.pools:
        wrong = astray(view, target)
        if not wrong:
            continue
        if unsaid := unknown_lists(view, target):
            yield from (Unknown(view.pool, field) for field in unsaid)
            continue
        names = _Suggestions((record.name for record in targets(view, target)), (reference.text for reference in wrong))
        for reference in wrong:
            yield _nowhere(reference, word, view.name, names)


def _nowhere(reference: Reference, word: str, where: str, names: _Suggestions) -> Problem:
    return Problem(
        reference.record,
        reference.field,
        f'{_told(reference)} says "{reference.text}", but {where} has no such {word}',
        names.remedy(word, reference.text),
    )


def _told(reference: Reference) -> str:
    return f"{reference.field} of {reference.record.label}"


@rule("RF001", Severity.ERROR, since="0.1")
def unknown_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host is named that its pool does not have.

    What was meant to be on that host is nowhere, and whatever is asked about it gets no answer.
    """
    yield from _missing(inventory, Target.HOST)


@rule("RF002", Severity.ERROR, since="0.1")
def unknown_network(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A network is named that its pool does not have.

    Nobody can tell then which hosts reach it, nor where a guest that needs it can run.
    """
    yield from _missing(inventory, Target.NETWORK)


@rule("RF003", Severity.ERROR, since="0.1")
def unknown_repository(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A storage repository is named that its pool does not have.

    Whether it is shared decides where guests can run; of one that is not described nobody can tell.
    """
    yield from _missing(inventory, Target.REPOSITORY)


@rule("RF004", Severity.ERROR, since="0.1")
def unknown_disk(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A disk is named that its pool does not have.

    A guest cannot start without its disks, and which hosts reach a disk depends on its repository.
    """
    yield from _missing(inventory, Target.DISK)


@rule("RF005", Severity.ERROR, since="0.1")
def unknown_vm(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM is named that its pool does not have.

    A wish for a VM that is not there is never held against anything.
    """
    yield from _missing(inventory, Target.VM)
    yield from _missing(inventory, Target.ORIGIN)


@rule("RF006", Severity.ERROR, since="0.1")
def unknown_group(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM group is named that its pool does not have.

    The VM is placed without regard to others, though somebody wanted otherwise.
    """
    yield from _missing(inventory, Target.GROUP)


@rule("RF007", Severity.ERROR, since="0.1")
def unknown_appliance(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """An appliance is named that its pool does not have.

    The VM would not be started together with those it belongs to.
    """
    yield from _missing(inventory, Target.APPLIANCE)


@rule("RF008", Severity.ERROR, since="0.1")
def unknown_update(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host has an update that is not among those its pool knows.

    Either the name is misspelt, or the list of the pool's updates is not whole. Hosts are then taken
    to differ, or to be equal, for the wrong reason.
    """
    for found in _missing(inventory, Target.UPDATE):
        if isinstance(found, Problem):
            yield found


@rule("RF009", Severity.ERROR, since="0.1")
def unknown_interface(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """An interface is named that its host does not have.

    A bond without its members or a VLAN without its NIC carries nothing.
    """
    for view in inventory.pools:
        known: dict[int, frozenset[str]] = {}
        for host, reference in interface_references(view):
            if host.interfaces is None:
                yield Unknown(host, "interfaces")
                continue
            if id(host) not in known:
                known[id(host)] = interface_names(host)
            if reference.text not in known[id(host)]:
                names = _Suggestions((interface.label for interface in host.interfaces), (reference.text,))
                yield _nowhere(reference, "interface", host.name, names)


@rule("RF010", Severity.ERROR, since="0.1")
def ambiguous_reference(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A name is used for an object, and several bear that name.

    Names need not be unique in a pool, but then the UUID has to say which one is meant.
    """
    for view in inventory.pools:
        for target in Target:
            for reference, meant in ambiguous(view, target):
                uuids = sorted(record.uuid for record in meant if record.uuid is not None)
                bearers = tuple(record for record in meant if isinstance(record, Record))
                yield _several(reference, f"{target.value}s of {view.name}", bearers, uuids)
        twice = {id(host) for host in view.hosts.records if _repeats(plain_interface_names(host))}
        for host, reference in interface_references(view) if twice else ():
            interfaces = interfaces_meant(host, reference.text)
            if id(host) in twice and len(interfaces) > 1:
                uuids = sorted(interface.uuid for interface in interfaces if interface.uuid is not None)
                yield _several(reference, f"interfaces of {host.name}", interfaces, uuids)


def _repeats(names: tuple[str, ...]) -> bool:
    return len(set(names)) < len(names)


def _several(reference: Reference, what: str, bearers: Repeated, uuids: list[str]) -> Problem:
    return Problem(
        reference.record,
        reference.field,
        f'{_told(reference)} says "{reference.text}", which is the name of {len(bearers)} {what}',
        f"write the UUID of the one that is meant: {listed(uuids) or 'none of them has one yet'}",
        tuple(record for record in bearers if record is not reference.record),
    )


@rule("RF011", Severity.ERROR, since="0.1")
def repeated_identity(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """Two objects have one UUID, or one name and no UUID.

    Nobody can tell which of them is meant. Hosts with one UUID are copies of one installation,
    and would take each other's place in a pool.
    """
    for alike in repeated_hosts_and_pools(inventory.pools):
        yield from _each(alike, "uuid", "give each its own UUID, or remove the copies: a host is described once")
    for view in inventory.pools:
        for alike in repeated_uuids(view):
            yield from _each(alike, "uuid", "give each its own UUID, or remove the copies")
        for alike in repeated_names(view):
            yield from _each(alike, "name", "give each its own name, or each a UUID")


def _each(alike: Repeated, field: str, remedy: str) -> Iterator[Problem]:
    """The same fault at each of the objects: which came first says nothing."""
    for record in alike:
        others = tuple(other for other in alike if other is not record)
        names = listed(sorted(other.label for other in others))
        word = "UUID" if field == "uuid" else field
        what = f"{record.label} has the {word} {getattr(record, field)}, and so has {names}"
        yield Problem(record, field, what, remedy, others)


@rule("RF012", Severity.ERROR, since="0.1")
def unknown_pool(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A wish names a pool or a host that no document describes, or that several describe.

    Nothing is held against such a wish, so its silence would say nothing.
    """
    names = [name for view in inventory.pools for name in (view.name, view.pool.uuid) if name]
    for wish in inventory.wishes:
        yield from _named_pool(inventory, Reference(wish, "pool", wish.pool), names)
    for view in inventory.pools:
        for join in view.joins:
            if join.pool is not None:
                yield from _named_pool(inventory, Reference(join, "pool", join.pool), names)
            yield from _host_of(inventory, join, view)


def _named_pool(inventory: Inventory, reference: Reference, names: list[str]) -> Iterator[Problem]:
    meant = tuple(view for view in inventory.pools if reference.text in (view.name, view.pool.uuid))
    if not meant:
        yield _nowhere(reference, "pool", "the inventory", _Suggestions(names, (reference.text,)))
    elif len(meant) > 1:
        uuids = sorted(view.pool.uuid for view in meant if view.pool.uuid)
        yield _several(reference, "pools", tuple(view.pool for view in meant), uuids)


def _host_of(inventory: Inventory, join: Join, pool: PoolView) -> Iterator[Problem | Unknown]:
    """What is wrong with the host of a join."""
    describing = inventory.pools_describing(join, pool)
    reference = Reference(join, "host", join.host)
    if len(describing) > 1:
        pools = listed(sorted(view.name for view in describing))
        yield Problem(
            join,
            "host",
            f'{len(describing)} pools describe a host "{join.host}": {pools}',
            f'say which one is meant, for example `pool: "{min(view.name for view in describing)}"` beside the host',
            tuple(view.pool for view in describing),
        )
    elif not describing and not pool.hosts.find(join.host):
        others = [
            view for view in inventory.pools if view is not pool and join.pool in (None, view.name, view.pool.uuid)
        ]
        unsaid = [view for view in others if view.pool.hosts is None]
        yield from (Unknown(view.pool, "hosts") for view in unsaid)
        if not unsaid and (others or join.pool is None):
            hosts = [host.name for view in others for host in view.hosts.records]
            yield _nowhere(
                reference, "host", join.pool or "no other pool of the inventory", _Suggestions(hosts, (join.host,))
            )


seen_while_reading(
    "RF020",
    "stale-reference",
    Severity.NOTE,
    since="0.1",
    page="""A reference leads to an object that is gone, and the toolstack reads it as nothing.

    The database of a live pool keeps such remains, for example the host on which a halted guest
    ran last. They do no harm: the field counts as empty here too.
    """,
)
