"""How a pool goes down: high availability off, VMs, members, and the coordinator last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.facts.power_order import CLEAN_SHUTDOWN, starting
from planner.facts.servers import server_addresses
from planner.facts.serving import Serving
from planner.goals.high_availability import switched_off
from planner.goals.moves.outcome import guard
from planner.goals.naming import sets, shell, way_to_host
from planner.goals.pools import one_pool
from planner.goals.power.case import (
    Case,
    attaches,
    blocked,
    goes_down,
    hosts,
    in_the_way,
    linked,
    ring_in_the_way,
    running,
    unsaid,
)
from planner.goals.power.goal import Shutdown
from planner.goals.power.timing import Timing, timed
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.model.storage import Repository
from planner.plans import NoPlan, Phase, Plan, Step
from planner.plans.applying import reference
from planner.plans.powering import Power, PowerOutcome
from planner.rules.connecting import connection_of
from planner.rules.wording import listed, uuid_of


def shutdown(goal: Shutdown, inventory: Inventory) -> Plan | NoPlan:
    """The steps that bring a pool down, or why it cannot be. Raises GoalError where the pool is not clear."""
    view = one_pool(goal.pool, inventory)
    told = f"shut down {view.name}" + ("" if goal.within is None else f" within {goal.within} min")
    causes = tuple(in_the_way(view))
    if causes or view.coordinator is None:
        return NoPlan(told, causes)
    case = Case(inventory, view, view.coordinator, Serving(inventory.site, view))
    vms = running(view)
    order = starting(case.serving, vms)
    rings = (ring_in_the_way(case, order.ring),) if order.ring else ()
    if causes := (*rings, *blocked(vms, "clean_shutdown")):
        return NoPlan(told, causes)
    rounds = order.rounds[::-1]
    timing = timed(rounds, goal.within)
    if isinstance(timing, NoPlan):
        return NoPlan(told, timing.because, (), timing.ways_out)
    steps = (*_unprotected(case), *_guests(case, rounds, timing), *_hosts(case, len(rounds) + 1))
    outcome = PowerOutcome(
        view.name,
        reference(view),
        Power.DOWN,
        guard(view),
        timing.rounds,
        timing.delays,
        timing.most,
        None if goal.within is None else goal.within * 60,
        timing.patience,
        (*unsaid(case, vms), *timing.lacking),
        tuple(_notes(case, vms)),
    )
    return Plan(told, (), (), steps, outcome)


def down(case: Case) -> tuple[Step, ...]:
    """The same steps without a limit of time; none where there is no right order."""
    rounds = starting(case.serving, running(case.view)).rounds[::-1]
    timing = timed(rounds, None)
    if isinstance(timing, NoPlan):
        return ()
    return (*_unprotected(case), *_guests(case, rounds, timing), *_hosts(case, len(rounds) + 1))


def _unprotected(case: Case) -> Iterator[Step]:
    return switched_off(case.view, case.coordinator, "it would take hosts that go down for failed ones")


def _guests(case: Case, rounds: Sequence[Sequence[VM]], timing: Timing) -> Iterator[Step]:
    detached: set[int] = set()
    for number, vms in enumerate(rounds, start=1):
        for vm in vms:
            for each in case.serving.repositories(vm):
                if id(each) not in detached and any(linked(case, each)):
                    yield _detached(case, vm, each)
                detached.add(id(each))
        yield from (_stopped(case, vm, number, timing) for vm in vms)


def _detached(case: Case, vm: VM, repository: Repository) -> Step:
    return Step(
        Phase.STORAGE,
        f"detach {repository.name} from its hosts",
        f"{vm.name}, which serves it, goes down next, and a host that still has it attached would hang",
        case.coordinator.name,
        tuple(f"xe pbd-unplug uuid={connection_of(repository, host, each)}" for host, each in linked(case, repository)),
        changes=attaches(case, repository, attached=False),
    )


def _stopped(case: Case, vm: VM, number: int, timing: Timing) -> Step:
    uuid = uuid_of("vm", vm)
    clean, hard = shell("vm-shutdown", uuid=uuid), shell("vm-shutdown", uuid=uuid, force="true")
    if timing.patience is not None:
        wait = timing.patience + max(0, vm.shutdown_delay or 0)
        limited = clean if timing.patience >= CLEAN_SHUTDOWN else f"timeout {wait} {clean}"
        clean = f"{limited} || {hard}" if timing.patience else hard
    paused = (shell("vm-unpause", uuid=uuid),) if vm.power_state == "paused" else ()
    mute = _mute(vm) and timing.patience != 0
    return Step(
        Phase.GUESTS,
        f"shut down {vm.name}" + (" hard" if timing.patience == 0 else ""),
        _why(case, vm),
        case.coordinator.name,
        (*paused, clean),
        changes=goes_down(case, vm),
        loses=("what it has not written to its disks, if it runs when its time is over",)
        * (timing.patience is not None),
        by_hand=(f"shut {vm.name} down from inside: it has no guest tools, so it may not do as it is asked",) * mute,
        round=number,
    )


def _mute(vm: VM) -> bool:
    """A guest without the tools that would answer the toolstack; the kernel of a PV guest does that by itself."""
    return vm.domain_type != "pv" and vm.tools is not None and vm.tools.installed is False


def _why(case: Case, vm: VM) -> str:
    if served := case.serving.repositories(vm):
        return f"it serves {listed((each.name for each in served), 3)}, and nobody who needs that runs any more"
    if vm.order is None:
        return "its start order is not known, so it is taken for the last to be started"
    return f"its start order is {vm.order}, and what is started after it is down"


def _hosts(case: Case, number: int) -> Iterator[Step]:
    for host in case.members:
        if host.live is not False:
            yield _off(case, host, "no VM runs any more, and the coordinator goes last", number)
    if case.coordinator.live is not False:
        yield _off(case, case.coordinator, "all other hosts are down", number + 1)


def _off(case: Case, host: Host, why: str, number: int) -> Step:
    uuid = uuid_of("host", host)
    disabled = () if host.enabled is False else (shell("host-disable", uuid=uuid),)
    return Step(
        Phase.HOSTS,
        f"shut down {host.name}",
        why,
        case.coordinator.name,
        (*disabled, shell("host-shutdown", uuid=uuid)),
        changes=sets(case.view, way_to_host(host), enabled=False, live=False),
        round=number,
    )


def _notes(case: Case, vms: Sequence[VM]) -> Iterator[str]:
    view = case.view
    for host in hosts(view):
        if host.live is False:
            yield f"{host.name} is not heard of today; see that it is off"
    asleep = sorted(vm.name for vm in view.vms.records if vm.power_state == "suspended")
    if asleep:
        yield f"{listed(asleep, 12)} stay suspended"
    for other in case.inventory.pools:
        served = server_addresses(case.inventory, other) if other is not view else {}
        for vm in vms:
            for repository in sorted({served[each] for each in vm.addresses or () if each in served}):
                yield f"{vm.name} serves {repository} of {other.name}: shut down there first what needs it"
    yield "storage and switches go down after the hosts, and come up before them"
