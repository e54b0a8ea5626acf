"""From a pool and a wish to what is asked in plain numbers: who may go where, and what nobody tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from planner.facts import host_limits
from planner.facts.failover_problem import Guarded, as_configured, problems
from planner.facts.high_availability import protected
from planner.facts.lacking import Lacking
from planner.facts.wishes import against, allows, members, related_wrongly, required
from planner.goals.moves.disks import NOTHING, Freed
from planner.goals.moves.outcome import view_of
from planner.goals.moves.stand import Stand
from planner.goals.moves.wanted import Item, Wanted
from planner.goals.naming import name_of
from planner.goals.place.asked import Asked, caps, softs
from planner.goals.place.goal import Place, meant
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.model.wishes import PlacementRule, Wished
from planner.plans.applying import carried_out, reference

W = TypeVar("W", bound=Wished)


@dataclass(frozen=True, slots=True)
class Stays:
    """A VM that stays where it is though it was to be placed, and whether something else was possible."""

    vm: VM
    lacking: tuple[Lacking, ...]
    """What is not known, so that it might be moved; none where it surely cannot be."""


class Question:
    """A pool with the new VMs in it, and the VMs that are to be placed, once some disks have been moved."""

    def __init__(self, goal: Place, begun: Inventory, pool: str, new: tuple[VM, ...], disks: Freed = NOTHING) -> None:
        self.goal, self.begun, self.pool, self.new, self.disks = goal, begun, pool, new, disks
        self.state = carried_out(begun, disks.steps) if disks.steps else begun
        self.view = view_of(self.state, pool)
        self.meant = meant(goal, self.view, new)
        self.stand = Stand(self.view)
        self.homeless: list[VM] = []
        """Those to be started that no host surely takes."""
        self.unclear: list[tuple[VM, tuple[Lacking, ...]]] = []
        """Those to be started of which it is not known."""
        self.stays: list[Stays] = []
        self.items = tuple(sorted((*self._running(), *self._starting()), key=lambda item: item.key))

    def _running(self) -> Iterator[Item]:
        """The VMs that run and could be elsewhere."""
        for vm in self.meant.running:
            bound = self.stand.bound(vm)
            item = self.stand.item(vm) if bound.can and self.stand.open_hosts(vm) else None
            if isinstance(item, Item):
                yield replace(item, moves=item.moves + self.disks.sizes.get(name_of(vm), 0))
            elif name_of(vm) not in self.disks.beside:
                self.stays.append(Stays(vm, item or self._unsaid(vm)))

    def _unsaid(self, vm: VM) -> tuple[Lacking, ...]:
        """What would tell whether a VM can be moved somewhere."""
        bound = self.stand.bound(vm)
        if bound.can is False:
            return ()
        hosts = [host for host in self.stand.hosts if self.view.hosts.find(vm.runs_on) is not host]
        arrivals = [self.stand.arrival(vm, host) for host in hosts]
        return (*bound.lacking, *(lack for found in arrivals if found.can is None for lack in found.lacking))

    def _starting(self) -> Iterator[Item]:
        for vm in self.meant.starting:
            item = self.stand.starting(vm)
            if not isinstance(item, Item):
                self.unclear.append((vm, item))
            elif item.stays:
                yield item
            else:
                answers = [self.stand.start(vm, host) for host in self.stand.hosts]
                lacking = tuple(lack for found in answers if found.can is None for lack in found.lacking)
                self.unclear += [(vm, lacking)] if lacking else []
                self.homeless += [] if lacking else [vm]

    def unsaid(self) -> tuple[str, ...]:
        """The facts that would tell of further places for VMs: what is best is not proven without them."""
        return self._untold

    @cached_property
    def _untold(self) -> tuple[str, ...]:
        lacking = [*self.stand.unsaid(), *(lack for each in self.stays for lack in each.lacking)]
        for item in self.items:
            vm = self.stand.vm_of[item.key]
            arrives = self.stand.arrival if item.source else self.stand.start
            for host in self.stand.hosts if len(item.stays) < len(self.stand.hosts) else ():
                found = None if self.stand.key(host) in item.stays else arrives(vm, host)
                lacking += found.lacking if found is not None and found.can is None else ()
        return tuple(dict.fromkeys(f"{lack.field} of {lack.record.label}" for lack in lacking))

    def unsure(self) -> tuple[str, ...]:
        """What has to be known before anything can be said: the VMs, and what the hosts have."""
        lacking = [*self.stand.adrift()]
        for host in self.stand.hosts:
            lacking += self.stand.unsure(host)
        return tuple(dict.fromkeys(f"{lack.field} of {lack.record.label}" for lack in lacking))

    @cached_property
    def asked(self) -> Asked:
        """What is asked of the placement, without limits and failures."""
        stand, items = self.stand, self.items
        places = tuple(sorted((stand.place(host, items) for host in stand.hosts), key=lambda each: each.key))
        wanted = Wanted(items, places, frozenset(self._must_go()), self._guarded, ties=stand.ties(items))
        usable = frozenset(stand.key(host) for host in stand.pool.usable)
        return Asked(wanted, tuple(softs(stand, items)), usable, tuple(caps(stand)))

    def _must_go(self) -> Iterator[str]:
        """Those that are where a wish does not allow them."""
        for item in self.items:
            if item.source and against(self.view, self.stand.vm_of[item.key], self.stand.host_of[item.source]):
                yield item.key

    @cached_property
    def _guarded(self) -> tuple[Guarded, ...]:
        """The protected VMs, with those that are started; none where it cannot be said where all of them are."""
        starting = [vm for vm in self.meant.starting if protected(self.view, vm)]
        others = [vm for vm in as_configured(self.view) if all(vm is not each for each in starting)]
        found = self.stand.pool.guarded((*others, *starting))
        placed = {item.key for item in self.items if not item.source}
        known = all(each.host is not None or each.key in placed for each in found)
        unsaid = any(each.lacking for each in found) or self._lacking
        return found if known and not unsaid else ()

    def untold_of_failures(self) -> tuple[str, ...]:
        """What has to be known before hosts that may fail can be counted; none where nobody is protected."""
        lacking = self._lacking if self.promised else ()
        return tuple(dict.fromkeys(f"{lack.field} of {lack.record.label}" for lack in lacking))

    @cached_property
    def _lacking(self) -> tuple[Lacking, ...]:
        return problems(self.stand.pool, as_configured(self.view)).lacking

    @property
    def counts_failures(self) -> bool:
        """Failures are counted: nobody is protected, or it is known of all who are where they are."""
        return bool(self._guarded) or not self.promised

    @property
    def least(self) -> int:
        """So many hosts have to be able to fail; none where nobody is protected, for nothing is promised then."""
        return (self.goal.conditions.keep_failures or 0) if self.promised else 0

    @property
    def promised(self) -> bool:
        """Somebody is protected, or will be once it runs."""
        return any(protected(self.view, vm) for vm in (*as_configured(self.view), *self.meant.starting))

    def with_disks(self, disks: Freed) -> Question:
        """The same once some disks have been moved."""
        return Question(self.goal, self.begun, self.pool, self.new, disks)

    def without(self, names: Iterable[str]) -> Question:
        """The same without some wishes that have to be kept, by name."""
        gone = set(names)
        pools = [_without(each.pool, gone) if each is self.view else each.pool for each in self.state.pools]
        ours = (self.view.name, self.view.pool.uuid)
        wishes = [_without(each, gone) if each.pool in ours else each for each in self.state.wishes]
        return Question(self.goal, Inventory(pools, wishes, self.state.site), reference(self.view), self.new)

    @property
    def concerned(self) -> tuple[str, ...]:
        """The wishes that have to be kept of VMs that are to be placed, and of hosts; their names, each once."""
        limits = (limit.name for limit in host_limits.limits(self.view))
        return tuple(dict.fromkeys((*(rule.name for rule in self._of_placed()), *limits)))

    def _of_placed(self) -> Iterator[PlacementRule]:
        placed = {id(vm) for vm in (*self.meant.running, *self.meant.starting)}
        for rule in required(self.view):
            if any(id(vm) in placed for vm in members(self.view, rule)):
                yield rule

    def full_for_good(self) -> Iterator[tuple[str, Host]]:
        """The limits that are not kept whatever is done, by name, as what stays on a host takes more."""
        for place in self.asked.wanted.places:
            host = self.stand.host_of[place.key]
            for limit in host_limits.limits(self.view) if place.limit != place.most else ():
                most = host_limits.most_of(limit, host)
                if host_limits.is_about(self.view, limit, host) and most.exceeded(place.taken, place.vcpus):
                    yield limit.name, host

    def broken_for_good(self) -> Iterator[tuple[VM, ...]]:
        """For each of these wishes that VMs break which stay where they are, those VMs.

        Where others stay because they were not named, what they take of hosts is not held against a limit.
        """
        moving = {item.key for item in self.items}
        for rule in self._of_placed():
            staying = [vm for vm in members(self.view, rule) if self.stand.key(vm) not in moving]
            on = [(vm, host) for vm in staying if (host := self.view.hosts.find(vm.runs_on))]
            wrong = tuple(vm for vm, host in on if not allows(self.view, rule, host))
            if wrong or related_wrongly(self.view, rule, (host for _, host in on)):
                yield wrong or tuple(vm for vm, _ in on)
        for _, host in () if self.meant.partly else self.full_for_good():
            yield tuple(vm for vm in self.stand.guests((host,)) if self.stand.key(vm) not in moving)


def _without(wished: W, names: set[str]) -> W:
    rules = tuple(rule for rule in wished.placement if not (rule.required and rule.name in names))
    limits = tuple(limit for limit in wished.host_limits if not (limit.required and limit.name in names))
    return wished.model_copy(update={"placement": rules, "host_limits": limits})
