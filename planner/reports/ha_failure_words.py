"""Parts of what is told of a failure that is played through."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.failure_alerts import Alert, Promise
from planner.facts.failure_timeline import NEXT_ATTEMPT
from planner.facts.fencing import Failure, Fate
from planner.facts.high_availability import BEST_EFFORT
from planner.facts.rescue import Rescue
from planner.facts.trial import How, Started
from planner.failover.answers import FailureCapacity
from planner.model.host import Host
from planner.overviews.ha_failure import HaFailure, Mode
from planner.rules.placing import reasons
from planner.rules.wording import listed, plural

_MOST_NAMED = 8
_MOST_HOSTS = 4


def struck(failure: Failure) -> str:
    """What fails: `a and b fail and the repository c is lost on d`."""
    parts = []
    if failure.hosts:
        names = listed((host.name for host in failure.hosts), _MOST_NAMED)
        parts.append(f"{names} {plural(failure.hosts, 'fails', 'fail')}")
    where = f" on {listed((host.name for host in failure.on), _MOST_NAMED)}" if failure.on else ""
    for kind, records in (("repository", failure.repositories), ("network", failure.networks)):
        parts += [f"the {kind} {record.name} is lost{where}" for record in records]
    return listed(parts)


def how(each: Started) -> str:
    """Whether and where a VM is started, and how that host is chosen."""
    if each.starts is None and each.lacking:
        return "not known"
    if each.starts is False:
        room = "there is room, but the promise to survive more failures forbids it" if each.refused else "not started"
        return f"{room}, tried again every {NEXT_ATTEMPT} s" if each.how is How.PLANNED else room
    if each.target:
        chosen = "as the toolstack plans" if each.how is How.PLANNED else "the only host that can take it"
        late = f", at attempt {each.attempt}, {NEXT_ATTEMPT} s later each" if each.attempt > 1 else ""
        return f"{'started on' if each.starts else 'perhaps on'} {each.target.name}, {chosen}{late}"
    hosts = listed((host.name for host in each.candidates), _MOST_NAMED)
    if each.starts:
        return f"started; drawn by chance from {hosts}, the first ones more often"
    return f"a matter of chance: whether others leave room on {hosts}"


def why_not(each: Started) -> Iterator[str]:
    """What stands in the way of a VM that is not surely started, by host."""
    if each.starts and each.attempt == 1:
        return
    told = [(host, answer) for host, answer in each.answers if answer.can is not True]
    for host, answer in told[:_MOST_HOSTS]:
        unsaid = listed((f"{lack.field} of {lack.record.label}" for lack in answer.lacking), _MOST_HOSTS)
        yield f"{host.name}: {reasons(answer) or f'not known: {unsaid}'}"
    if len(told) > _MOST_HOSTS:
        yield f"and {len(told) - _MOST_HOSTS} more hosts"


def exact(found: Rescue) -> Iterator[str]:
    """The plan that would have worked, or why there is none."""
    if found.targets is not None:
        yield "this would have worked:"
        yield from (f"  {vm.name} on {host.name}" for vm, host in found.targets)
    elif not found.proven:
        yield "whether there is a way to start all of them is not known"
    else:
        names = listed(sorted(vm.name for vm in found.in_the_way), _MOST_NAMED)
        one = len(found.in_the_way) == 1
        yield f"there is no way: {f'no host can take {names}' if one else f'{names} do not fit on the hosts together'}"


def alert(each: Alert) -> tuple[str, str]:
    """An alert by its name, and when it is raised where that is not at once and in any case."""
    when = ", when back" if each.on_return else ""
    return f"{each.name} (priority {each.priority})", f"{when}{'' if each.sure else ', perhaps'}"


def survived(capacity: FailureCapacity | None) -> str:
    """How many failures are survived."""
    if capacity is None:
        return "not known, since it is chance where VMs are"
    if capacity.lower == capacity.upper:
        return str(capacity.lower)
    return f"at least {capacity.lower}, at most {capacity.upper} (not decided)"


def promise(found: Promise | None) -> Iterator[str]:
    """What the toolstack goes on to promise."""
    if found is None:
        return
    if found.holds:
        yield f"the failures to tolerate stay {found.wanted}, for which there is a plan"
    else:
        yield f"the failures to tolerate stay {found.wanted}; the pool is overcommitted, with a plan for {found.after}"


def off(found: HaFailure) -> Iterator[str]:
    """What a failure means without high availability."""
    before = found.election.before
    if before is None:
        yield "not told"
    elif any(host is before for host in found.living):
        yield f"{before.name}, as before; it takes a host for dead when it has not heard from it for 600 s"
    elif found.living:
        yield f"none: {before.name} is lost; the others stay in emergency mode until somebody makes one the coordinator"
    else:
        yield f"none: {before.name} is lost"
    if found.down:
        yield "nothing is restarted by itself: VMs of dead hosts are told to run until somebody declares the host dead"


def returning(found: HaFailure) -> Iterator[str]:
    """What happens when the hosts that went down come back."""
    gone = found.fencing.of(Fate.FAILED, Fate.FENCED)
    if not gone:
        return
    if found.mode is Mode.OFF:
        yield from _returning_unwatched(found, gone)
        return
    if not found.living:
        yield "the hosts wait for each other and for the heartbeat disk, and try every 10 s until they see it"
        return
    joins = plural(gone, "joins again as a member", "join again as members")
    yield f"{_hosts(gone)} {joins}, within {found.times.joining} s of the start"
    if found.election.changed:
        after = found.election.after
        yield f"{after.name if after else 'the new coordinator'} stays the coordinator"
    if found.restarts and found.restarts.vms:
        yield "VMs stay where they were restarted"
    if any(vm.ha_restart_priority == BEST_EFFORT for vm in found.view.vms.records):
        yield "with more hosts than before, all best-effort VMs that are down are tried, once all protected ones run"
    if found.restarts and any(not each.starts for each in found.restarts.vms):
        yield "protected VMs that are still down are tried again"


def _hosts(hosts: tuple[Host, ...]) -> str:
    return listed((host.name for host in hosts), _MOST_NAMED)


def _returning_unwatched(found: HaFailure, gone: tuple[Host, ...]) -> Iterator[str]:
    before = found.election.before
    if before is None or any(host is before for host in gone):
        yield "the old coordinator manages the pool again, unless another answers as coordinator: then it is a member"
    if found.down:
        yield "VMs stay down until somebody starts them"
