"""What is still to do once a host has joined."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.access import Access, Accesses
from planner.facts.reachability import State, reaches
from planner.facts.storage import link_of
from planner.goals.join.aftermath import pool_after
from planner.goals.join.case import Case, interface_name
from planner.goals.naming import name_of, sets
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface
from planner.model.storage import Repository
from planner.plans import Phase, Step
from planner.plans.applying import applied
from planner.rules.reaching import configure_command, pif_plug_command, plug_command
from planner.rules.wording import UNTOLD, listed, plural, quoted, uuid_of


def steps_after(case: Case, joined: Inventory, *, with_ha: bool) -> tuple[tuple[Step, ...], Inventory]:
    """Addresses on storage networks, then the connections that attach with them, then high availability again."""
    steps: list[Step] = []
    state = joined
    while addressing := next(_addresses(case, state, [each.what for each in steps]), None):
        steps.append(addressing)
        state = applied(state, addressing.changes)
    for making in (_plugs, _ha) if with_ha else (_plugs,):
        for step in making(case, state):
            steps.append(step)
            state = applied(state, step.changes)
    return tuple(steps), state


def _member(case: Case, view: PoolView) -> Host | None:
    return view.hosts.find(case.host.uuid or case.host.name)


def _detached(case: Case, view: PoolView) -> list[Repository]:
    """The shared repositories that the new member is connected to and has not attached, by name."""
    member = _member(case, view)
    found = [
        repository
        for repository in view.repositories.records
        if repository.shared
        and member
        and (own := link_of(view, repository, member).connections)
        and not _attached(own)
    ]
    return sorted(found, key=lambda each: (each.name, each.uuid or ""))


def _attached(connections: tuple[object, ...]) -> bool:
    return any(getattr(each, "attached", None) is not False for each in connections)


def _addresses(case: Case, state: Inventory, done: list[str]) -> Iterator[Step]:
    """For each network over which others reach what the new member does not: an address on it."""
    view, accesses = pool_after(case, state), Accesses(state)
    member = _member(case, view)
    for repository in _detached(case, view):
        every = reaches(state, view, repository)
        mine = next(each for each in every if each.link.host is member)
        if mine.state is not State.WILL_FAIL or mine.down:
            continue
        access = accesses.missing(view, mine, every)
        if access and access.free and access.interface and member:
            step = _address(case, view, member, access, access.interface)
            if step.what not in done:
                yield step


def _address(case: Case, view: PoolView, member: Host, access: Access, interface: Interface) -> Step:
    up = interface.attached is True
    fields = {"mode": "static", "address": f"{access.free}/{access.subnet.prefixlen}", "attached": True}
    way = (("hosts", name_of(member)), ("interfaces", interface_name(interface)))
    commands = (configure_command(member, access), *(() if up else (pif_plug_command(member, access),)))
    return Step(
        Phase.AFTER,
        f"give {interface.label} of {case.host.name} the address {access.free} on {access.network.name}",
        f"{access.model.name} reaches its storage over this network, and addresses are never copied from other hosts",
        case.coordinator.name,
        commands,
        changes=sets(view, way, **fields),
    )


def _plugs(case: Case, state: Inventory) -> Iterator[Step]:
    """The connections that failed at the first start, and attach now."""
    view = pool_after(case, state)
    member = _member(case, view)
    ready = [
        repository
        for repository in _detached(case, view)
        for each in reaches(state, view, repository)
        if each.link.host is member and each.state is State.WOULD_ATTACH
    ]
    if ready and member:
        yield Step(
            Phase.AFTER,
            f"attach {listed(each.name for each in ready)} on {case.host.name}",
            f"{plural(ready, 'it', 'they')} could not be attached when {case.host.name} started for the first time",
            case.coordinator.name,
            tuple(plug_command(member, each) for each in ready),
            changes=tuple(
                change
                for each in ready
                for change in sets(
                    view,
                    (("repositories", name_of(each)), ("connections", member.uuid or member.name)),
                    attached=True,
                )
            ),
            mends=("JN076",),
        )


def heartbeats(view: PoolView) -> tuple[Repository, ...]:
    """The repositories that hold the heartbeat of a pool, as far as they are known."""
    ha = view.pool.ha
    disks = [view.disks.find(each) for each in (ha.statefiles or () if ha else ())]
    named = [ha.heartbeat if ha else None, *(disk.repository for disk in disks if disk)]
    found = {id(each): each for name in named if (each := view.repositories.find(name))}
    return tuple(sorted(found.values(), key=lambda each: (each.name, each.uuid or "")))


def _ha(case: Case, state: Inventory) -> Iterator[Step]:
    """High availability again: it needs the heartbeat attached on the new member too."""
    view = pool_after(case, state)
    member, found = _member(case, view), heartbeats(view)
    links = (link_of(view, repository, member) for repository in found) if member else ()
    has = all(link.connections and link.connections[0].attached for link in links)
    uuids = ",".join(quoted(uuid_of("sr", each)) for each in found) or UNTOLD
    names = listed(each.name for each in found) or "the heartbeat's repository"
    yield Step(
        Phase.AFTER,
        f"enable high availability on {view.name} again",
        f"it was disabled for the join; {names} has to be attached on {case.host.name} for it",
        case.coordinator.name,
        (f"xe pool-ha-enable heartbeat-sr-uuids={uuids}",),
        () if found and has else (f"see first that {names} is attached on {case.host.name}: this is not certain",),
        sets(view, (), ha__enabled=True) if found and has else (),
    )
