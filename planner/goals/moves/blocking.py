"""What keeps VMs on the hosts that are to be emptied: each by itself, then all of them together for want of memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from planner.facts import host_limits
from planner.facts.footprint import largest_dynamic_min, largest_fixed
from planner.facts.lacking import Lacking
from planner.facts.memory import charged
from planner.facts.obstacles import Answer, Kind
from planner.facts.wishes import against, staying
from planner.goals.moves.assignment import left_out, possible, shortage
from planner.goals.moves.stand import Stand
from planner.goals.moves.wanted import Item, Wanted
from planner.goals.naming import shell
from planner.model.guest import VM
from planner.model.host import Host
from planner.plans import Cause
from planner.rules.placing import balloon_to, lower_to, reasons
from planner.rules.wording import listed, plural, uuid_of
from planner.units import MIB, mib_available, mib_consumed

_MOST_LACKING = 6


def by_itself(stand: Stand, vm: VM, source: Host) -> Cause | None:
    """Why a VM can go to none of the other hosts, memory aside; None where it can, or nothing is known against it."""
    bound = stand.bound(vm)
    if bound.obstacles:
        return Cause("", f"{vm.name} cannot be moved live from {source.name}: {reasons(bound)}")
    targets = stand.targets()
    answers = [(host, stand.arrival(vm, host)) for host in targets]
    allowed = {id(host) for host in targets if not against(stand.view, vm, host)}
    inside = [found for host, found in answers if id(host) in allowed]
    if bound.lacking or not any(found.can for found in inside):
        open_facts = [
            *bound.lacking,
            *(lack for found in inside if found.can is None for lack in found.lacking),
        ]
        if bound.lacking or any(found.can is None for found in inside):
            return Cause(
                "", f"whether {vm.name} can leave {source.name} is not known: {unsaid(open_facts)}", proven=False
            )
        return Cause("", f"{vm.name} cannot leave {source.name}: {by_host(stand, vm, answers)}")
    return None


def by_host(stand: Stand, vm: VM, answers: Iterable[tuple[Host, Answer]]) -> str:
    """The reasons by host, those that are the same told together."""
    grouped: dict[str, list[str]] = {}
    for host, found in answers:
        wish = against(stand.view, vm, host)
        told = [reasons(found), f"the wish {wish} does not allow it" if wish else ""]
        grouped.setdefault("; ".join(filter(None, told)), []).append(host.name)
    return "; ".join(f"{listed(hosts, 6)}: {why}" for why, hosts in grouped.items())


def unsaid(lacking: Iterable[Lacking]) -> str:
    """The fields that nobody gave, by their records."""
    told = dict.fromkeys(f"{lack.field} of {lack.record.label}" for lack in lacking)
    return listed(told, _MOST_LACKING)


def mend(stand: Stand, vm: VM, source: Host) -> str:
    """What gets a VM out of the way that cannot be moved."""
    shut = f"shut {vm.name} down for that time: `{shell('vm-shutdown', uuid=uuid_of('vm', vm))}`"
    kinds = {each.kind for host in stand.targets() for each in stand.arrival(vm, host).obstacles}
    kinds |= {each.kind for each in stand.bound(vm).obstacles}
    if kinds == {Kind.REPOSITORY_NOT_ATTACHED}:
        drives = [
            (drive, repository.name)
            for drive in vm.drives or ()
            if (repository := stand.view.disk_and_repository(drive)[1]) and not repository.shared
        ]
        if drives and all(drive.type == "cd" for drive, _ in drives):
            return f"eject its CD: `{shell('vm-cd-eject', uuid=uuid_of('vm', vm))}`, or {shut}"
        where = f" from {listed(dict.fromkeys(name for _, name in drives))}" if drives else ""
        return f"move its disks{where} to a shared repository, or {shut}"
    if kinds == {Kind.WISHED_TO_STAY}:
        return f"say `required: false` of the wish {staying(stand.view, vm)} for that time, or {shut}"
    if kinds == {Kind.NO_TOOLS}:
        return f"install the guest tools in {vm.name}, or {shut}"
    del source
    return shut


def together(stand: Stand, wanted: Wanted) -> Iterator[tuple[Cause, tuple[str, ...]]]:
    """Why the memory of the hosts is not enough: a smallest set of VMs, and what would be the least to change."""
    fewest = _smallest(wanted)
    items = _leaving(fewest)
    if len(items) == 1:
        yield _alone(stand, items[0], fewest), _ways_for_one(stand, items[0], fewest)
        return
    names = [stand.vm_of[item.key].name for item in items]
    needed = sum(min(item.comes[host] for host in _hosts(item, fewest)) for item in items)
    free = [
        f"{place_name(stand, place.key)} {mib_available(max(0, stand.free(place.key)))} MiB"
        for place in fewest.places
        if any(place.key in item.stays for item in items)
    ]
    told = f"{listed(names, 12)} cannot all find room: together they need {mib_consumed(needed)} MiB,"
    yield Cause("", f"{told} free is {listed(free, 12)}{_even_so(fewest)}"), ()


def wishes_in_the_way(stand: Stand, wanted: Wanted) -> Cause:
    """The fewest wishes that cannot be kept together with all the rest."""
    limits = (limit.name for limit in host_limits.limits(stand.view))
    kept = list(dict.fromkeys((*(tie.name for tie in wanted.ties), *limits)))
    for name in tuple(kept):
        fewer = [each for each in kept if each != name]
        found = possible(with_wishes(stand, wanted, fewer))
        if found.targets is None and found.proven:
            kept = fewer
    told = f"the {plural(kept, 'wish', 'wishes')} {listed(kept)} cannot be kept"
    return Cause("", f"{told}; give {plural(kept, 'it', 'one of them')} up")


def with_wishes(stand: Stand, wanted: Wanted, names: Collection[str] = ()) -> Wanted:
    """The same with no other wishes than those of some names, as far as they bind VMs to each other, or bound hosts."""
    ties = tuple(tie for tie in wanted.ties if tie.name in names)
    places = tuple(
        replace(place, most=host_limits.most_on(stand.view, stand.host_of[place.key], names)) for place in wanted.places
    )
    return replace(wanted, ties=ties, places=places)


def _leaving(wanted: Wanted) -> tuple[Item, ...]:
    return tuple(item for item in wanted.items if item.key in wanted.must_go)


def _even_so(wanted: Wanted) -> str:
    return "; moving others makes no room either" if len(wanted.items) > len(_leaving(wanted)) else ""


def ways_out(stand: Stand, wanted: Wanted) -> Iterator[str]:
    """The least memory that one host would have to have more, and the smallest VMs to shut down."""
    more = [(size, place.key) for place in wanted.places if (size := shortage(wanted, place.key))]
    if more:
        size, key = min(more)
        yield f"with {mib_consumed(size)} MiB more free on {place_name(stand, key)} all of them find room"
    left = left_out(wanted)
    if left:
        shut = (shell("vm-shutdown", uuid=uuid_of("vm", stand.vm_of[key])) for key in left)
        names = listed((stand.vm_of[key].name for key in left), 12)
        yield f"with {names} shut down the others find room: {listed((f'`{each}`' for each in shut), 12)}"


def place_name(stand: Stand, key: str) -> str:
    """A host's name."""
    return stand.host_of[key].name


def _smallest(wanted: Wanted) -> Wanted:
    """The same with as few VMs as make it impossible: without any one of them it would be possible."""
    items = list(wanted.items)
    for item in sorted(_leaving(wanted), key=lambda each: (each.moves, each.key)):
        fewer = replace(wanted, items=tuple(each for each in items if each is not item))
        found = possible(fewer)
        if found.targets is None and found.proven:
            items.remove(item)
    return replace(wanted, items=tuple(items))


def _hosts(item: Item, wanted: Wanted) -> list[str]:
    return [place.key for place in wanted.places if place.key in item.comes and place.key != item.source]


def _alone(stand: Stand, item: Item, wanted: Wanted) -> Cause:
    """A VM that is too large for each host that could take it."""
    vm = stand.vm_of[item.key]
    told = [
        f"{place_name(stand, host)}: {mib_consumed(item.comes[host])} MiB needed,"
        f" {mib_available(max(0, stand.free(host)))} MiB free"
        for host in _hosts(item, wanted)
    ]
    others = [
        (host, stand.arrival(vm, host))
        for host in stand.targets()
        if stand.key(host) not in item.comes and stand.arrival(vm, host).obstacles
    ]
    rest = f"; {by_host(stand, vm, others)}" if others else ""
    return Cause("", f"{vm.name} finds no room: {'; '.join(told)}{rest}{_even_so(wanted)}")


def _ways_for_one(stand: Stand, item: Item, wanted: Wanted) -> tuple[str, ...]:
    """To what the memory of a VM could be lowered, where it would have most."""
    vm = stand.vm_of[item.key]
    rooms = [(stand.free(host), host) for host in _hosts(item, wanted)]
    if not rooms:
        return ()
    room, key = max(rooms)
    name, rule = place_name(stand, key), charged(stand.view, stand.host_of[key]) is not False
    fixed = largest_fixed(vm, room, vcpus_charged=rule)
    dynamic = largest_dynamic_min(vm, room, vcpus_charged=rule)
    found = []
    if dynamic:
        found.append(
            f"on {name} {vm.name} fits with a dynamic minimum of {dynamic // MIB} MiB: {balloon_to(vm, dynamic)}"
        )
    if fixed:
        size = f"{fixed // MIB} MiB"
        found.append(f"on {name} {vm.name} fits with its memory fixed at {size}, shut down: {lower_to(vm, fixed)}")
    return tuple(found)
