"""How a pool comes up: the coordinator, members, VMs by order and need, and high availability last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.facts.high_availability import to_be_restarted
from planner.facts.power_order import longest, starting
from planner.facts.serving import Serving
from planner.goals.high_availability import switched_on
from planner.goals.moves.outcome import guard, view_of
from planner.goals.naming import name_of, sets, shell, way_to_host
from planner.goals.pools import one_pool
from planner.goals.power.case import Case, blocked, hosts, in_the_way, ring_in_the_way, running, unsaid
from planner.goals.power.goal import Startup
from planner.goals.power.shutdown import down
from planner.goals.power.timing import total
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Connection, Repository
from planner.plans import NoPlan, Phase, Plan, Step
from planner.plans.applying import applied, reference
from planner.plans.changes import Change
from planner.plans.powering import Power, PowerOutcome, PowerRound
from planner.rules.connecting import connection_of
from planner.rules.wording import listed, uuid_of

_MOST = 12


@dataclass(frozen=True, slots=True)
class _Rise:
    """A pool that is down, and how it was before."""

    case: Case
    """As the inventory has it."""
    off: PoolView
    """As it is when it is down."""
    cold: bool
    """No VM runs in the inventory, so it was made when the pool was down."""


def startup(goal: Startup, inventory: Inventory) -> Plan | NoPlan:
    """The steps that bring a pool up, or why it cannot be. Raises GoalError where the pool is not clear."""
    view = one_pool(goal.pool, inventory)
    told = f"start up {view.name}"
    causes = tuple(in_the_way(view))
    if causes or view.coordinator is None:
        return NoPlan(told, causes)
    case = Case(inventory, view, view.coordinator, Serving(inventory.site, view))
    ran = running(view)
    vms = ran or _asking(view)
    order = starting(case.serving, vms)
    rings = (ring_in_the_way(case, order.ring),) if order.ring else ()
    if causes := (*rings, *blocked(vms, "start")):
        return NoPlan(told, causes)
    wish = tuple(change for step in down(case) for change in step.changes) if ran else ()
    rise = _Rise(case, view_of(applied(inventory, wish), reference(view)), cold=not ran)
    first = tuple(_hosts(rise))
    steps = (*first, *_guests(rise, order.rounds, first), *_protected(rise))
    return Plan(told, wish, (), steps, _outcome(rise, vms, order.rounds))


def _asking(view: PoolView) -> tuple[VM, ...]:
    """The VMs of a pool that is down which are to run by what is said of them."""
    by_itself = view.pool.auto_start is not False
    found = (
        vm
        for vm in view.vms.records
        if vm.power_state == "halted"
        and not vm.driver_domain
        and ((by_itself and vm.auto_start is True) or to_be_restarted(vm))
    )
    return tuple(sorted(found, key=lambda vm: (vm.name, vm.uuid or "")))


def _to_be_powered(rise: _Rise) -> Iterator[Host]:
    """The hosts that are off, those aside that were off while VMs ran."""
    for host in hosts(rise.case.view):
        is_off = rise.off.hosts.find(name_of(host))
        missing = not rise.cold and host.live is False and host is not rise.case.coordinator
        if is_off is not None and is_off.live is not True and not missing:
            yield host


def _hosts(rise: _Rise) -> Iterator[Step]:
    case = rise.case
    powered = tuple(_to_be_powered(rise))
    if any(host is case.coordinator for host in powered):
        wait = f"power {case.coordinator.name} on, unless it is on, and wait until `xe host-list` answers there"
        yield _on(case, case.coordinator, "the members wait for their coordinator", 1, by_hand=(wait,))
    for host in powered:
        if host is not case.coordinator:
            remote = (shell("host-power-on", uuid=uuid_of("host", host)),) if host.power_on_mode else ()
            by_hand = () if remote else (f"power {host.name} on, and wait until it is live",)
            yield _on(case, host, "its coordinator is up", 2, remote, by_hand)
    for host in powered:
        if not rise.cold and host.enabled is False:
            yield Step(
                Phase.HOSTS,
                f"take {host.name} out of service again",
                "it was out of service, and starting puts it back",
                case.coordinator.name,
                (shell("host-disable", uuid=uuid_of("host", host)),),
                changes=sets(case.view, way_to_host(host), enabled=False),
            )


def _on(  # noqa: PLR0913, PLR0917 - the parts of a step
    case: Case, host: Host, why: str, number: int, commands: tuple[str, ...] = (), by_hand: tuple[str, ...] = ()
) -> Step:
    return Step(
        Phase.HOSTS,
        f"power on {host.name}",
        why,
        case.coordinator.name,
        commands,
        by_hand,
        sets(case.view, way_to_host(host), live=True, enabled=True),
        round=number,
    )


def _guests(rise: _Rise, rounds: Sequence[Sequence[VM]], before: Sequence[Step]) -> Iterator[Step]:
    case = rise.case
    last = {id(each): vm for vms in rounds for vm in vms for each in case.serving.repositories(vm)}
    first = 1 + max((step.round or 0 for step in before), default=0)
    for number, vms in enumerate(rounds, start=first):
        yield from (_started(rise, vm, number) for vm in vms)
        for vm in vms:
            for repository in case.serving.repositories(vm):
                links = tuple(_to_be_linked(rise, repository))
                if links and last[id(repository)] is vm:
                    yield _attached(case, vm, repository, links)


def _started(rise: _Rise, vm: VM, number: int) -> Step:
    case = rise.case
    host = case.view.hosts.find(vm.runs_on)
    if host is not None and host.live is False:
        host = None
    where = {"on": uuid_of("host", host)} if host else {}
    promised = {"ha_always_run": True} if to_be_restarted(vm) else {}
    return Step(
        Phase.GUESTS,
        f"start {vm.name}" + (f" on {host.name}" if host else ""),
        _why(case, vm),
        case.coordinator.name,
        (shell("vm-start", uuid=uuid_of("vm", vm), **where),),
        changes=sets(
            case.view,
            (("vms", name_of(vm)),),
            power_state="running",
            runs_on=name_of(host) if host else None,
            **promised,
        ),
        round=number,
    )


def _why(case: Case, vm: VM) -> str:
    if served := case.serving.repositories(vm):
        return f"it serves {listed((each.name for each in served), 3)}, which others need"
    if vm.order is None:
        return "its start order is not known, so it is started last"
    return f"its start order is {vm.order}"


def _to_be_linked(rise: _Rise, repository: Repository) -> Iterator[tuple[Host, Connection]]:
    """The connections of a repository that wait for its server."""
    now = rise.off.repositories.find(name_of(repository))
    for host in hosts(rise.case.view):
        before = rise.case.view.connection(repository, host)
        there = rise.off.hosts.find(name_of(host))
        after = rise.off.connection(now, there) if now and there else None
        if before and after and after.attached is not True and (rise.cold or before.attached is not False):
            yield host, before


def _attached(case: Case, vm: VM, repository: Repository, links: Sequence[tuple[Host, Connection]]) -> Step:
    changes: list[Change] = []
    for _, each in links:
        way = (("repositories", name_of(repository)), ("connections", each.uuid or each.label))
        changes += sets(case.view, way, attached=True)
    return Step(
        Phase.STORAGE,
        f"attach {repository.name} to its hosts",
        f"{vm.name}, which serves it, has been started; this waits until it answers",
        case.coordinator.name,
        tuple(
            f"until xe pbd-plug uuid={connection_of(repository, host, each)}; do sleep 10; done" for host, each in links
        ),
        changes=tuple(changes),
    )


def _protected(rise: _Rise) -> Iterator[Step]:
    if not rise.cold:
        yield from switched_on(rise.case.view, rise.case.coordinator, "all hosts and VMs are up")


def _outcome(rise: _Rise, vms: tuple[VM, ...], rounds: Sequence[Sequence[VM]]) -> PowerOutcome:
    case = rise.case
    told = tuple(
        PowerRound(number, tuple(vm.name for vm in each), longest(vm.start_delay for vm in each), None)
        for number, each in enumerate(rounds, start=1)
    )
    unknown = sorted(vm.name for vm in vms if vm.start_delay is None)
    delays = (f"start_delay of {listed(unknown, 6)}: how long what follows waits",) if unknown else ()
    return PowerOutcome(
        case.view.name,
        reference(case.view),
        Power.UP,
        guard(case.view),
        told,
        total([each.delay for each in told]),
        None,
        None,
        None,
        (*unsaid(case, vms), *delays),
        tuple(_notes(rise, vms)),
    )


def _notes(rise: _Rise, vms: tuple[VM, ...]) -> Iterator[str]:
    view = rise.case.view
    if rise.cold:
        yield "no VM runs in the inventory: started are those that ask for it, the toolstack chooses their hosts"
    for host in hosts(view):
        if not rise.cold and host.live is False and host is not rise.case.coordinator:
            yield f"{host.name} was off while VMs ran, and stays off"
    early = sorted(vm.name for vm in vms if vm.auto_start and view.pool.auto_start is not False)
    if early:
        yield f"{listed(early, _MOST)} start by themselves as soon as their host is up, whatever their order"
    paused = sorted(vm.name for vm in vms if vm.power_state == "paused")
    if paused:
        yield f"{listed(paused, _MOST)} {'was' if len(paused) == 1 else 'were'} paused, and will run"
    if view.pool.ha is None or view.pool.ha.enabled is None:
        yield "whether high availability was on is not known; switch it on again if it was"
    yield "how long hosts and guests take to start is not known; the times are those of the delays"
