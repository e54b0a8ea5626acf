"""What is wrong with the repository that is to hold the heartbeat of high availability."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.heartbeat import Chosen, chosen
from planner.facts.high_availability import can_hold_heartbeat, room_for_heartbeat
from planner.facts.lacking import Lacking
from planner.facts.storage import Attachment, driver, links, settings
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Repository
from planner.model.wishes import HaPlan
from planner.rules import rule
from planner.rules.wording import listed
from planner.units import MIB, format_size, mib_consumed, show_size


@rule("HA002", Severity.ERROR, since="0.1", api_error="SR_HAS_NO_PBDS")
def heartbeat_repository_unfit(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The heartbeat repository is not on every host, or its driver cannot hold a heartbeat.

    Every host writes there that it is alive, disabled ones too. A host that cannot reach it fences itself, so the
    toolstack does not enable high availability until all can.
    """
    for view in inventory.pools:
        for plan in view.ha_plans:
            if plan.heartbeat is None:
                yield from _left_to_the_toolstack(view, plan)
    for place in chosen(inventory):
        yield from _not_on_every_host(place)
        match can_hold_heartbeat(place.view, place.repository):
            case Lacking(record, field):
                yield Unknown(record, field)
            case False:
                yield _unable(place)


def _left_to_the_toolstack(view: PoolView, plan: HaPlan) -> Iterator[Problem | Unknown]:
    """The toolstack takes any repository that will do, so there has to be one."""
    if view.pool.repositories is None:
        yield Unknown(view.pool, "repositories")
        return
    fit = {_fit(view, repository) for repository in view.repositories.records}
    if True in fit:
        return
    if None in fit:
        yield Unknown(plan, "heartbeat")
    else:
        yield Problem(
            plan,
            "heartbeat",
            message=f"no repository of {view.name} can hold the heartbeat of high availability",
            remedy="add a shared repository with room on NFS, iSCSI or Fibre Channel, and attach it on all hosts",
            api_error="CANNOT_CREATE_STATE_FILE",
        )


def _fit(view: PoolView, repository: Repository) -> bool | None:
    """Whether a repository would do for the heartbeat; None where something about it is unknown."""
    states = {link.attachment for link in links(view, repository)}
    able = can_hold_heartbeat(view, repository)
    if able is False or states & {Attachment.DETACHED, Attachment.MISSING}:
        return False
    room = room_for_heartbeat(view, repository).enough
    return room if room is False or (able is True and states == {Attachment.ATTACHED}) else None


def _unable(place: Chosen) -> Problem:
    return Problem(
        place.subject,
        place.field,
        message=f"{place.repository.name} cannot hold the heartbeat: its driver {place.repository.type} "
        f"attaches no disk while the toolstack is down",
        remedy="choose a shared repository on NFS, iSCSI or Fibre Channel for the heartbeat",
        related=(place.repository,),
        api_error="SR_OPERATION_NOT_SUPPORTED",
    )


def _not_on_every_host(place: Chosen) -> Iterator[Problem | Unknown]:
    repository = place.repository
    if place.view.pool.hosts is None:
        yield Unknown(place.view.pool, "hosts")
    apart = [link for link in links(place.view, repository) if link.attachment is not Attachment.ATTACHED]
    surely = [link.host for link in apart if link.attachment is not Attachment.UNKNOWN]
    if repository.connections is None and apart:
        yield Unknown(repository, "connections")
    for link in apart:
        if link.attachment is Attachment.UNKNOWN:
            yield from (Unknown(each, "attached") for each in link.connections if each.attached is None)
    if surely:
        names = listed(host.name for host in surely)
        yield Problem(
            place.subject,
            place.field,
            message=f"{repository.name} cannot hold the heartbeat: it is not attached on {names}",
            remedy=f"attach {repository.name} on {names}, or choose a repository that all hosts have",
            related=(repository, *surely),
        )


@rule("HA003", Severity.ERROR, since="0.1", api_error="SR_SOURCE_SPACE_INSUFFICIENT")
def heartbeat_repository_too_small(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The heartbeat repository has no room for the disks of heartbeat and metadata.

    One holds the hosts' signs of life, the other a log of the pool's database. How large they are depends on
    the release. Disks that are there already are used again.
    """
    for place in chosen(inventory):
        room = room_for_heartbeat(place.view, place.repository)
        if room.enough is None:
            yield from (Unknown(lack.record, lack.field) for lack in room.lacking)
        elif not room.enough and room.free is not None:
            missing = format_size(mib_consumed(room.needed - room.free) * MIB)
            free = f"{show_size(room.free)} are" if room.free > 0 else "nothing is"
            yield Problem(
                place.subject,
                place.field,
                message=f"{free} free on {place.repository.name}, but the disks of heartbeat and metadata "
                f"need {show_size(room.needed)}",
                remedy=f"free {missing} on {place.repository.name}, or choose a repository with more room",
                related=(place.repository,),
            )


@rule("HA007", Severity.WARNING, since="0.1")
def heartbeat_repository_unsupported(inventory: Inventory) -> Iterator[Problem]:
    """The heartbeat is on a kind of storage that vendors do not support for it.

    The toolstack accepts a heartbeat over SMB, or over iSCSI with a password (CHAP). Vendors do not: when it fails
    there, nobody will help.
    """
    for place in chosen(inventory):
        if words := _unsupported(place.repository):
            yield Problem(
                place.subject,
                place.field,
                message=f"the heartbeat is on {place.repository.name}, which is {words}",
                remedy="choose a repository on NFS, on iSCSI without a password, or on Fibre Channel for the heartbeat",
                related=(place.repository,),
            )


def _unsupported(repository: Repository) -> str:
    if driver(repository) == "smb":
        return "on SMB"
    configs = [repository.device_config or {}, *(settings(repository, each) for each in repository.connections or ())]
    return "on iSCSI with a password" if any(config.get("chapuser") for config in configs) else ""
