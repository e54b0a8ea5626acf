"""Which home server each VM should have, and what the toolstack makes of that when it starts one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.facts.home_loads import home_loads
from planner.facts.host_choice import Category, ranking
from planner.facts.host_memory import HostMemory
from planner.goals.homes.choosing import Choice, Chooser
from planner.goals.moves.conditions import Conditions
from planner.goals.moves.outcome import host_name, view_of
from planner.goals.naming import name_of, sets, shell
from planner.goals.pools import alike, one_pool
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.plans import Cause, NoPlan, Phase, Plan, Step
from planner.plans.applying import carried_out, reference
from planner.plans.homing import Home, HomeLoad, HomesOutcome
from planner.rules.wording import listed, uuid_of


@dataclass(frozen=True, slots=True)
class Homes:
    """Give each VM of a pool the home server with which starts go well, or none."""

    pool: str | None = None
    """By name or UUID; None where there is only one."""
    conditions: Conditions = field(default_factory=Conditions)
    """No VM is moved in any case."""


def homes(goal: Homes, inventory: Inventory) -> Plan | NoPlan:
    """The steps that give VMs their home servers, or why there are none. Raises GoalError where no pool is meant."""
    view = one_pool(goal.pool, inventory)
    told = f"home servers of {view.name}"
    causes = tuple(_in_the_way(view))
    if causes:
        return NoPlan(told, causes)
    chosen = Chooser(view).choose() if len(view.hosts.records) > 1 else ()
    if chosen and all(each.lacking for each in chosen):
        return NoPlan(told, tuple(Cause("", f"{each.vm.name}: {_unsaid(each)}", proven=False) for each in chosen))
    steps = (*_steps(view, chosen), *_templates(view))
    end = view_of(carried_out(inventory, steps), reference(view))
    return Plan(told, (), (), steps, _outcome(view, end, chosen))


def _in_the_way(view: PoolView) -> Iterator[Cause]:
    if view.pool.vms is None:
        yield Cause("", f"the VMs of {view.name} are not known", proven=False)
    yield from alike(("VMs", view.vms), ("hosts", view.hosts), ("templates", view.templates))


def _changing(view: PoolView, chosen: tuple[Choice, ...]) -> Iterator[Choice]:
    for each in chosen:
        now = view.hosts.find(each.vm.home)
        if not each.stays and (now is not each.host or (each.host is None and each.vm.home is not None)):
            yield each


def _steps(view: PoolView, chosen: tuple[Choice, ...]) -> Iterator[Step]:
    for each in _changing(view, chosen):
        what = f"give {each.vm.name} the home server {each.host.name}" if each.host else f"let {each.vm.name} have none"
        yield _set(view, "vm", each.vm, each.host, (what, each.why))


def _templates(view: PoolView) -> Iterator[Step]:
    for template in _with_home(view):
        why = "all VMs that are made from it would be started on one host"
        yield _set(view, "template", template, None, (f"let the template {template.name} have none", why))


def _with_home(view: PoolView) -> tuple[VM, ...]:
    """The templates that hand a home server on, by name."""
    found = (each for each in view.templates.records if len(view.hosts.records) > 1 and view.hosts.find(each.home))
    return tuple(sorted(found, key=lambda each: (each.name, each.uuid or "")))


def _set(view: PoolView, kind: str, guest: VM, home: Host | None, told: tuple[str, str]) -> Step:
    where = view.coordinator or view.hosts.records[0]
    affinity = uuid_of("host", home) if home else ""
    return Step(
        Phase.HOMES,
        *told,
        where.name,
        (shell(f"{kind}-param-set", uuid=uuid_of(kind, guest), affinity=affinity),),
        changes=sets(view, ((f"{kind}s", name_of(guest)),), home=name_of(home) if home else None),
    )


def _outcome(view: PoolView, end: PoolView, chosen: tuple[Choice, ...]) -> HomesOutcome:
    before, after, memory = home_loads(view), home_loads(end), HostMemory(end)
    loads = [
        HomeLoad(host_name(view, host), before[id(host)], after[id(then)])
        for host in view.hosts.records
        if (then := end.hosts.find(name_of(host)))
    ]
    changes = tuple(_changing(view, chosen))
    today = [("vm", each.vm.uuid, _uuid(view, each.vm)) for each in changes]
    today += [("template", each.uuid, _uuid(view, each)) for each in _with_home(view)]
    return HomesOutcome(
        view.name,
        reference(view),
        tuple(_home(view, end, memory, each) for each in chosen),
        tuple(each.name for each in _with_home(view)),
        tuple(sorted(loads, key=lambda each: each.host)),
        tuple((kind, uuid, home) for kind, uuid, home in today if uuid is not None and home is not None),
        tuple(f"{each.vm.name}: {_unsaid(each)}" for each in chosen if each.lacking),
        tuple(_notes(view)),
    )


def _unsaid(each: Choice) -> str:
    return listed(dict.fromkeys(f"{one.field} of {one.record.label}" for one in each.lacking), 3)


def _uuid(view: PoolView, guest: VM) -> str | None:
    """The UUID of the home server, nothing for none; None where it cannot be told."""
    home = view.hosts.find(guest.home)
    return home.uuid if home else "" if guest.home is None else None


def _home(view: PoolView, end: PoolView, memory: HostMemory, each: Choice) -> Home:
    now = view.hosts.find(each.vm.home)
    before = host_name(view, now) if now else None
    after = before if each.stays else host_name(view, each.host) if each.host else None
    vm = end.vms.find(name_of(each.vm))
    at_start = _at_start(end, memory, vm) if vm and not each.stays else "not known"
    return Home(each.vm.name, name_of(each.vm), before, after, each.why, at_start)


def _at_start(end: PoolView, memory: HostMemory, vm: VM) -> str:
    """The hosts among which the toolstack would choose, and by what."""
    open_hosts = [host for host in end.hosts.records if host.enabled is not False and host.live is not False]
    ranks = ranking(end, memory, vm, open_hosts)
    if not ranks:
        return "not known"
    if ranks[0].category is Category.HOME:
        return "its home server"
    return f"{listed(host_name(end, host) for host in ranks[0].hosts)}: {ranks[0].category.value}"


def _notes(view: PoolView) -> Iterator[str]:
    if len(view.hosts.records) == 1:
        yield "there is one host, so a home server changes nothing"
        return
    away = sorted(host.name for host in view.hosts.records if host.enabled is False or host.live is False)
    if away:
        yield f"{listed(away)} is out of service, so no VM is given it; plan anew when that is over"
    yield "a home server only counts at a start: a VM that runs elsewhere stays there until then"
    yield "where the home server is full or out of service, the toolstack starts the VM elsewhere without a word"
    yield "high availability does not look at home servers when it restarts VMs to which that is promised"
