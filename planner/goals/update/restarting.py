"""The steps in which a host that is empty is updated, restarted, and put back into service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.facts.rolling_update import known_updates, upgraded
from planner.goals.moves.steps import put_back
from planner.goals.naming import name_of, sets, shell, way_to_host
from planner.goals.update.task import Moment, Task
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.plans import Phase, Step
from planner.rules.updates import apply_command
from planner.rules.wording import listed, uuid_of


def restarted(task: Task, at: Moment, hosts: Sequence[Host], *, last: bool) -> Iterator[Step]:
    """That hosts are updated and restarted, all are waited for, and those that were in service are put back."""
    view = at.view(task)
    now = [host for each in hosts if (host := view.hosts.find(name_of(each)))]
    for host in now:
        yield _upgraded(task, view, host) if task.goal.to is not None else _updated(task, view, host)
    for place, host in enumerate(now, start=1):
        yield _waited_for(task, view, host, ends=last and place == len(now))
    for host in now:
        was = task.today.hosts.find(name_of(host))
        if was is None or was.enabled is not False:
            (step,) = put_back(view, [host])
            yield replace(step, phase=Phase.HOSTS, why="it is up to date")


def _updated(task: Task, view: PoolView, host: Host) -> Step:
    missing = known_updates(view, host)
    names = [each.uuid or each.name for each in missing]
    updates = {} if host.updates is None else {"updates": (*host.updates, *names)}
    what = listed(sorted(each.name for each in missing)) if missing else ""
    return Step(
        Phase.HOSTS,
        f"apply {what} to {host.name} and restart it" if what else f"update {host.name} and restart it",
        _why(task, host),
        task.coordinator.name,
        (
            *(apply_command(view, each, host)[1:-1] for each in missing),
            shell("host-reboot", uuid=uuid_of("host", host)),
        ),
        () if missing else (f"install the updates on {host.name}, the same as on all hosts",),
        sets(view, way_to_host(host), **updates, **_clean(host), live=False),
    )


def _upgraded(task: Task, view: PoolView, host: Host) -> Step:
    release = task.goal.to or ""
    medium = (
        f"restart {host.name} from the installation medium of {release} and choose the upgrade of what is there,"
        " by way of the releases between where the vendor asks for them"
    )
    software = upgraded(view.software(host), release, task.every_software())
    fields: dict[str, object] = {"software": software}
    if host.updates is not None:
        fields["updates"] = ()
    return Step(
        Phase.HOSTS,
        f"upgrade {host.name} to {release}",
        _why(task, host),
        task.coordinator.name,
        (),
        (medium,),
        sets(view, way_to_host(host), **fields, **_clean(host), live=False),
    )


def _clean(host: Host) -> dict[str, object]:
    """What of a host is no longer so once it is up to date and restarted."""
    found: dict[str, object] = {}
    for field in ("updates_requiring_reboot", "pending_guidances"):
        if getattr(host, field) is not None:
            found[field] = ()
    if host.update_hash is not None:
        found["update_hash"] = None
    if host.latest_updates_applied is not None:
        found["latest_updates_applied"] = "yes"
    return found


def _why(task: Task, host: Host) -> str:
    if name_of(host) == name_of(task.coordinator):
        return "no VM is on it; it is the coordinator, which comes before all others"
    return "no VM is on it"


def _waited_for(task: Task, view: PoolView, host: Host, *, ends: bool) -> Step:
    asked = shell("host-list", uuid=uuid_of("host", host), params="host-metrics-live")
    over = sets(view, (), rolling_upgrade=False) if ends and view.pool.rolling_upgrade else ()
    return Step(
        Phase.HOSTS,
        f"wait until {host.name} is up again",
        "until then it takes no VM",
        task.coordinator.name,
        (),
        (f"wait until {host.name} has restarted and the pool hears from it again: `{asked}`",),
        (*sets(view, way_to_host(host), live=True), *over),
    )
