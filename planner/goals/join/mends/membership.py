"""How a host gets out of what it belongs to, and a pool ready to take it in."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.join import editions, feature_off
from planner.facts.leaving import only_on
from planner.facts.storage import driver
from planner.findings import Problem
from planner.goals.join.case import Case, before, mends, refused
from planner.goals.naming import name_of, sets, shell
from planner.model.guest import VM
from planner.model.inventory import PoolView
from planner.model.storage import Repository
from planner.plans import Cause, Phase, Step
from planner.plans.applying import reference
from planner.plans.changes import FieldChange, HostEjected, RepositoryForgotten
from planner.rules.wording import UNTOLD, listed, plural, quoted, uuid_of


@mends("JN006")
def disable_ha_on_joiner(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step]:
    """The joining host no longer guards its VMs."""
    yield before(
        f"disable high availability on {case.joiner.name}",
        "a host that joins a pool may not have high availability enabled",
        case.joiner.coordinator or case.host,
        (shell("pool-ha-disable"),),
        sets(case.joiner, (), ha__enabled=False),
    )


@mends("JN009")
def disable_ha_on_pool(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step]:
    """The pool lets a host in."""
    yield before(
        f"disable high availability on {case.pool.name}",
        "a pool with high availability lets no host in; until it is enabled again nothing restarts VMs that fail",
        case.coordinator,
        (shell("pool-ha-disable"),),
        sets(case.pool, (), ha__enabled=False),
    )


@mends("JN035")
def wait_for_pool(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step]:
    """The pool has been updated."""
    left = tuple(each for each in case.pool.pool.operations or () if each != "apply_updates")
    yield before(
        f"wait until {case.pool.name} has its updates",
        "a pool takes in no host while updates are applied to it",
        case.coordinator,
        (shell("task-list"),),
        sets(case.pool, (), operations=left),
        by_hand=(f"wait for the end of the updates of {case.pool.name}",),
    )


@mends("JN064")
def too_many_hosts(_case: Case, found: tuple[Problem, ...]) -> Iterator[Cause]:
    """The heartbeat disk does not grow."""
    yield from refused("JN064", found)


@mends("JN002", "JN004", "JN043")
def apply_edition(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """The joining host gets the edition of the pool, where that is one and allows what is lacking."""
    wanted = editions(case.pool)
    own = case.host.licence.edition if case.host.licence else None
    models = [each.licence for each in case.pool.hosts.records if each.licence and each.licence.edition in wanted]
    restricted = any(feature_off(case.pool, each) for each in ("restrict_pooling", "restrict_pool_size"))
    if len(wanted) != 1 or wanted == (own,) or (restricted and own is not None and not _only_edition(found)):
        yield from (Cause("", f"{problem.message}; {problem.remedy}") for problem in found)
        return
    told = max(models, key=str)
    yield before(
        f"apply the edition {wanted[0]} to {case.host.name}",
        f"all hosts of {case.pool.name} have it, and a host that joins needs the same",
        case.host,
        (shell("host-apply-edition", edition=wanted[0], host_uuid=uuid_of("host", case.host)),),
        (
            *sets(case.joiner, (("hosts", name_of(case.host)),), licence=told),
            *sets(case.joiner, (), restrictions=case.pool.pool.restrictions),
        ),
    )


def _only_edition(found: tuple[Problem, ...]) -> bool:
    return all(problem.field == "licence.edition" for problem in found)


@mends("JN007")
def destroy_cluster(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step]:
    """The joining host is in no cluster any more."""
    cluster = case.joiner.pool.cluster
    uuid = (cluster and cluster.uuid) or UNTOLD
    yield before(
        f"destroy the cluster of {case.joiner.name}",
        "a host can be in one cluster only",
        case.host,
        (shell("cluster-pool-destroy", cluster_uuid=uuid),),
        sets(case.joiner, (), cluster=None),
    )


@mends("JN017")
def forget_shared_storage(case: Case, found: tuple[Problem, ...]) -> Iterator[Step]:
    """The joining host has no shared storage of its own any more; what is in it stays."""
    lost = sorted(
        (each.subject for each in found if isinstance(each.subject, Repository)),
        key=lambda each: (each.name, each.uuid or ""),
    )
    names = listed(each.name for each in lost)
    yield Step(
        Phase.BEFORE,
        f"detach and forget {names}",
        "a host that joins a pool may not have shared storage; what is in it stays, and the pool can be given it later",
        case.host.name,
        tuple(command for repository in lost for command in _forget(repository)),
        changes=tuple(RepositoryForgotten(reference(case.joiner), name_of(each)) for each in lost),
        loses=_disks_lost(case.joiner, tuple(lost)),
    )


def _forget(repository: Repository) -> Iterator[str]:
    for connection in repository.connections or ():
        if connection.attached is not False:
            pbd = connection.uuid or f"$(xe pbd-list sr-uuid={quoted(uuid_of('sr', repository))} --minimal)"
            yield shell("pbd-unplug", uuid=connection.uuid) if connection.uuid else f"xe pbd-unplug uuid={pbd}"
    yield shell("sr-forget", uuid=uuid_of("sr", repository))


def _disks_lost(view: PoolView, lost: tuple[Repository, ...]) -> tuple[str, ...]:
    vms = _vms_with_disks_in(view, lost)
    if not vms:
        return ()
    return (f"the drives of {listed(vm.name for vm in vms)} in {listed(each.name for each in lost)}",)


def _vms_with_disks_in(view: PoolView, repositories: tuple[Repository, ...]) -> list[VM]:
    identities = {id(each) for each in repositories}
    found = [
        vm
        for vm in view.vms.records
        if any(id(view.disk_and_repository(drive)[1]) in identities for drive in vm.drives or () if drive.type != "cd")
    ]
    return sorted(found, key=lambda vm: (vm.name, vm.uuid or ""))


@mends("JN011")
def eject(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """The joining host leaves its pool, once another host coordinates that."""
    others = [each for each in case.joiner.hosts.records if each is not case.host]
    if not others or case.host.uuid in {each.uuid for each in case.pool.hosts.records if each.uuid}:
        yield from refused("JN011", found)
        return
    yield from _copied_away(case)
    commands, coordinator = [], case.joiner.coordinator
    new = min(others, key=lambda other: (other.name, other.uuid or ""))
    changes: tuple[FieldChange, ...] = ()
    if coordinator is case.host or coordinator is None:
        commands.append(shell("pool-designate-new-master", host_uuid=uuid_of("host", new)))
        changes, coordinator = sets(case.joiner, (), coordinator=name_of(new)), new
    alone = _unused_name(case)
    left = HostEjected(reference(case.joiner), name_of(case.host), alone)
    lost = [each.name for each in only_on(case.joiner, case.host) if driver(each) != "udev"]
    yield Step(
        Phase.BEFORE,
        f"eject {case.host.name} from {case.joiner.name}",
        f"a host belongs to one pool; {case.host.name} is then as after its installation",
        coordinator.name,
        (*commands, shell("pool-eject", host_uuid=uuid_of("host", case.host))),
        changes=(*changes, left, *sets(case.pool, (), joins=_wish(case, alone))),
        loses=(f"all that is on the local storage of {case.host.name}: {listed(sorted(lost))}",) if lost else (),
    )


def _copied_away(case: Case) -> Iterator[Step]:
    """VMs are exported before their disks are wiped; nobody but the administrator knows which are to be kept."""
    vms = _vms_with_disks_in(case.joiner, only_on(case.joiner, case.host))
    if vms:
        yield before(
            f"copy away what is to be kept of {listed(vm.name for vm in vms)}",
            f"{plural(vms, 'its disks are', 'their disks are')} on local storage of {case.host.name},"
            " which is wiped when it leaves its pool",
            case.host,
            tuple(shell("vm-export", uuid=uuid_of("vm", vm), filename=f"{vm.name}.xva") for vm in vms),
        )


def _unused_name(case: Case) -> str:
    taken = {text for view in case.inventory.pools for text in (view.name, view.pool.uuid)}
    name = case.host.name
    while name in taken:
        name += " alone"
    return name


def _wish(case: Case, alone: str) -> tuple[object, ...]:
    return (case.joining.join.model_copy(update={"pool": alone}),)
