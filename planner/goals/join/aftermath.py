"""What a join makes of the host and of the pool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.facts.access import Accesses
from planner.facts.cpu_level import by_masks, level, names, scopes
from planner.facts.cpu_moves import REFUSED, Fit, Guests, Verdict, guests, same_for_guests, verdicts
from planner.facts.feature_sets import difference
from planner.facts.join import editions
from planner.facts.merging import network_matches, reach_after_join
from planner.facts.movable import can_move_without_disks
from planner.facts.prospects import after_join
from planner.facts.reachability import Reach, State, reaches
from planner.goals.join.case import Case
from planner.goals.naming import name_of
from planner.model.guest import VM, CpuFlags
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Repository
from planner.plans.outcomes import (
    EditionOutcome,
    Guard,
    JoinOutcome,
    LevelOutcome,
    NetworkOutcome,
    RepositoryOutcome,
    Stranded,
)
from planner.rules.reaching import address_to_give, why_not
from planner.rules.wording import counted, listed

_Inherited = tuple[tuple[Repository, tuple[Reach, ...], Reach], ...]
"""The repositories that the new member gets a connection to, and what is to be expected of all hosts and of it."""


def outcome(start: PoolView, case: Case, after: Inventory) -> JoinOutcome:
    """What becomes of the host and the pool: from how that is today, over just before the join, to the last step."""
    inherited = reach_after_join(case.inventory, case.joining)
    return JoinOutcome(
        host=case.host.name,
        member=name_of(case.host),
        pool=case.pool.name,
        guard=Guard(
            coordinator=case.coordinator.name,
            coordinator_uuid=case.coordinator.uuid,
            members=tuple(sorted(host.name for host in case.pool.hosts.records)),
            host=case.host.name,
            host_uuid=case.host.uuid,
        ),
        networks=tuple(_networks(case)),
        made=tuple(_made(case)),
        lost=tuple(_lost(case)),
        kept=tuple(_kept(case)),
        repositories=tuple(_repositories(case, after, inherited)),
        levels=tuple(_levels(start, case)),
        stranded=tuple(_stranded(case)),
        edition=EditionOutcome(case.host.licence.edition if case.host.licence else None, editions(case.pool)),
        notes=tuple(_notes(case, inherited)),
    )


def _networks(case: Case) -> Iterator[NetworkOutcome]:
    for match in network_matches(case.joining):
        yield NetworkOutcome(
            own=match.own.name,
            bridge=match.own.bridge,
            device=match.interface.label if match.interface else "",
            becomes=match.theirs.name if match.theirs else None,
            known=not match.lacking,
        )


def _made(case: Case) -> Iterator[str]:
    """The bonds and VLANs of the coordinator that are made on the new member."""
    view, host = after_join(case.joining)
    own = {id(each) for each in case.host.interfaces or ()}
    for each in sorted(host.interfaces or (), key=lambda one: one.label):
        if id(each) in own or each.management or each.physical:
            continue
        network = view.networks.find(each.network)
        on = f" on {network.name}" if network else ""
        if each.bond:
            yield f"bond {each.label} of {listed(sorted(each.bond.members or ()))}{on}"
        elif each.vlan:
            yield f"VLAN {each.vlan.tag} over {each.vlan.on}{on}, without an address"


_SETTINGS = {
    "default_repository": "default repository",
    "suspend_repository": "repository for suspended VMs",
    "crash_dump_repository": "repository for crash dumps",
    "tags": "tags of its pool",
    "groups": "VM groups",
    "appliances": "appliances",
    "sdn_controllers": "SDN controllers",
    "vswitch_controller": "switch controller",
    "workload_balancing": "workload balancing",
}
"""What belongs to the host's own pool and does not come along."""


def _lost(case: Case) -> Iterator[str]:
    pool = case.joiner.pool
    for field, words in _SETTINGS.items():
        value = getattr(pool, field)
        if value:
            yield f"its {words}{f' ({value})' if isinstance(value, str) else ''}"
    yield "users and roles, alerts, and schedules of its own pool: those of the pool count"


def _kept(case: Case) -> Iterator[str]:
    local = sorted(each.name for each in case.joiner.repositories.records if not each.shared and not each.tools)
    if local:
        yield f"{listed(local)}, as local storage of {case.host.name} alone"
    vms = [vm for vm in case.joiner.vms.records if not vm.driver_domain]
    if vms:
        yield f"{counted(len(vms), 'VM')}: {listed(sorted(vm.name for vm in vms), 10)}"
    addressed = sorted(each.label for each in case.host.interfaces or () if each.physical and each.address)
    if addressed:
        yield f"the addresses of {listed(addressed)}"


def _repositories(case: Case, after: Inventory, inherited: _Inherited) -> Iterator[RepositoryOutcome]:
    inherits = {id(repository) for repository, _, _ in inherited}
    accesses, (view, _) = Accesses(case.inventory), after_join(case.joining)
    for repository, every, mine in inherited:
        access = accesses.missing(view, mine, every) if mine.state is State.WILL_FAIL else None
        fails = mine.state is State.WILL_FAIL
        yield RepositoryOutcome(
            repository.name,
            name_of(repository),
            inherited=True,
            state=mine.state,
            why=why_not(mine, access) if fails else _over(mine),
            remedy=address_to_give(mine, repository, access) if fails else "",
            final=final_state(case, after, repository),
        )
    for repository in sorted(case.pool.repositories.records, key=lambda each: (each.name, each.uuid or "")):
        if repository.shared and not repository.tools and id(repository) not in inherits:
            yield RepositoryOutcome(
                repository.name,
                name_of(repository),
                inherited=False,
                state=State.NOT_CONNECTED,
                why=_not_inherited(case),
                remedy="create the connection after the join with `xe pbd-create` and plug it",
                final=State.NOT_CONNECTED,
            )


def _not_inherited(case: Case) -> str:
    if case.pool.pool.sync_connections is False:
        return f"{case.pool.name} is set not to give new members connections"
    return f"{case.coordinator.name} has no connection to it, and a new member gets what the coordinator has"


def final_state(case: Case, after: Inventory, repository: Repository) -> State:
    """What is to be expected of a repository on the new member after the last step."""
    view = pool_after(case, after)
    same = view.repositories.find(repository.uuid or repository.name)
    if same is None:
        return State.UNKNOWN
    member = case.host.uuid or case.host.name
    for reach in reaches(after, view, same):
        if member in (reach.link.host.uuid, reach.link.host.name):
            return reach.state
    return State.UNKNOWN


def pool_after(case: Case, after: Inventory) -> PoolView:
    """The pool in a later state."""
    return next(view for view in after.pools if (view.pool.uuid, view.name) == (case.pool.pool.uuid, case.pool.name))


def _over(reach: Reach) -> str:
    """Over which way a server is reached, or what is not known."""
    if reach.way and reach.endpoint:
        network = f" ({reach.way.interface.network})" if reach.way.interface.network else ""
        gateway = f" by its gateway {reach.way.gateway}" if reach.way.gateway else ""
        return f"{reach.endpoint} over {reach.way.interface.label}{network}{gateway}"
    lacking = listed(f"{each.field} of {each.record.label}" for each in reach.lacking)
    return f"{lacking} is not known" if lacking else f"addresses do not decide it: {reach.demand.medium.value} storage"


def _levels(start: PoolView, case: Case) -> Iterator[LevelOutcome]:
    for scope in scopes(case.pool):
        today, then = level(start, scope), level(case.pool, scope, (case.host,))
        before = None if today.features is None else names(scope, today.features)
        later = None if then.features is None else names(scope, then.features)
        known = today.features is not None and then.features is not None
        lost = names(scope, difference(today.features or (), then.features or ())) if known else None
        yield LevelOutcome(scope, before, later, lost)


def _stranded(case: Case) -> Iterator[Stranded]:
    """The running guests of the pool that cannot move to the new member, though their disks would let them."""
    if same_for_guests(after_join(case.joining)[0]):
        return
    for group in _seeing(case.pool):
        for host, verdict in verdicts(case.pool, group, (case.host,)):
            if verdict.fit in REFUSED or verdict.fit is Fit.UNKNOWN:
                vms = tuple(sorted(vm.name for vm in group.vms))
                yield Stranded(vms, host.name, _why_stranded(case, group, verdict), verdict.fit in REFUSED)


def _seeing(view: PoolView) -> Iterator[Guests]:
    """The running guests that could move, by what they have seen: up to 6.5 all that their host has."""
    masks = by_masks(view)
    for group in guests(view):
        vms = tuple(vm for vm in group.vms if can_move_without_disks(view, vm) is not False)
        if group.suspended or not vms:
            continue
        if group.flags or not masks:
            yield replace(group, vms=vms)
            continue
        by_host: dict[str, list[VM]] = {}
        for vm in vms:
            by_host.setdefault(vm.runs_on or "", []).append(vm)
        for name, theirs in sorted(by_host.items()):
            host = view.hosts.find(name)
            seen = CpuFlags(vendor=host.cpu.vendor, features=host.cpu.features) if host and host.cpu else None
            yield replace(group, flags=seen, vms=tuple(theirs))


def _why_stranded(case: Case, group: Guests, verdict: Verdict) -> str:
    if verdict.fit is Fit.UNKNOWN:
        fields = [f"{each} of {group.vms[0].name}" for each in verdict.of_guest]
        fields += [f"{each} of {case.host.name}" for each in verdict.of_host]
        return f"{listed(fields)} is not known"
    if verdict.fit is Fit.LACKS:
        return f"{case.host.name} lacks {listed(verdict.missing, most=len(verdict.missing))}"
    return f"{case.host.name} has {verdict.fit.value}"


_ADMISSION = (
    (("lvmoiscsi", "iscsi", "gfs2"), "the target of {names} has to let in {host} as {iqn}"),
    (("nfs",), "the server of {names} has to let in {host}"),
    (("lvmohba", "lvmofcoe", "hba"), "{names} has to be shown to the adapters of {host}"),
)
"""By driver: what the storage itself has to allow."""


def _notes(case: Case, inherited: _Inherited) -> Iterator[str]:
    """What the storage itself has to allow: no inventory tells it."""
    inherits = [repository for repository, _, _ in inherited]
    for kinds, sentence in _ADMISSION:
        names_of_kind = sorted(each.name for each in inherits if each.type in kinds)
        if names_of_kind:
            iqn = case.host.iscsi_iqn or "its initiator name"
            yield sentence.format(names=listed(names_of_kind), host=case.host.name, iqn=iqn)
