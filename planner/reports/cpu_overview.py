"""What the CPUs of a pool's hosts offer, and where its guests can go on: as a table, or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from string import ascii_letters

from planner.facts.cpu_moves import REFUSED, Fit, Verdict
from planner.overviews.cpu import CpuOverview, GuestRow, HostRow, Names, ScopeOfPool
from planner.reports.words import visible
from planner.rules.wording import counted

_WIDTH = 110
_MOST_NAMED = 4
_MOST_COLUMNS = 24
_FOR = {"all": "all guests", "hvm": "HVM guests", "pv": "PV guests"}
_BEYOND = {"all": "has beyond what all hosts have", "hvm": "lost on it", "pv": "lost on it"}
_WAYS = {
    True: "its hosts have to have the same features",
    False: "guests that start are offered what all hosts have",
    None: "levels not known: software.product_version is not known",
}

Groups = dict[str, list[HostRow]]
"""Hosts with the same CPUs, by the letter of their column."""


def cpu_table(overviews: Iterable[CpuOverview]) -> str:
    """For each pool its hosts by their CPUs, what these differ in, and the hosts where guests can go on."""
    return "\n".join("".join(_pool(overview)) for overview in overviews) or "no host is described\n"


def _pool(overview: CpuOverview) -> Iterator[str]:
    members = sum(not host.joining for host in overview.hosts)
    number = sum(len(row.guests.vms) for row in overview.guests)
    vendor = visible(overview.vendor or "vendor not known")
    active = f"{counted(number, 'VM')} not halted"
    size = f"{counted(members, 'host')}, {vendor}, {active}"
    yield _wrapped("", f"{visible(overview.pool)}: {size}; {_WAYS[overview.masks]}", 2) + "\n"
    groups = _groups(overview)
    for letter, hosts in groups.items():
        yield from _hosts(letter, hosts)
    bodies: dict[str, list[str]] = {}
    for scope in overview.scopes:
        bodies.setdefault("".join(_scope(scope, groups)), []).append(_FOR[scope.scope])
    yield from (f"\n  {' and '.join(labels)}: {body}" for body, labels in bodies.items())
    if overview.guests:
        yield "\n  VMs that are not halted, and the hosts whose CPUs have what they have seen\n"
        for row in overview.guests:
            yield from _guests(row, overview.masks)


def _groups(overview: CpuOverview) -> Groups:
    alike: dict[tuple[object, ...], list[HostRow]] = {}
    for host in overview.hosts:
        cpu = host.cpu
        key = (host.joining, cpu.vendor, cpu.model_name, cpu.sockets, cpu.count, host.scopes)
        alike.setdefault(key, []).append(host)
    return {_letter(number): hosts for number, hosts in enumerate(alike.values())}


def _letter(number: int) -> str:
    """`A` to `Z`, `a` to `z`, then `A1` and so on."""
    turn, place = divmod(number, len(ascii_letters))
    return ascii_letters[place].swapcase() + (str(turn) if turn else "")


def _wrapped(first: str, text: str, behind: int) -> str:
    """Lines of a table; those that go on are set in."""
    lines = textwrap.wrap(
        first + text, _WIDTH, subsequent_indent=" " * behind, break_long_words=False, break_on_hyphens=False
    )
    return "".join(f"{line}\n" for line in lines)


def _shortened(names: list[str]) -> str:
    """Names; of very many only the first ones and how many more."""
    few = names if len(names) <= _MOST_NAMED + 1 else [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED} more"]
    return ", ".join(visible(name) for name in few)


def _hosts(letter: str, hosts: list[HostRow]) -> Iterator[str]:
    one, cpu = hosts[0], hosts[0].cpu
    parts = [
        visible(cpu.vendor or "vendor not known") + (" (another vendor than the pool's)" if one.other_vendor else ""),
        visible(" ".join((cpu.model_name or "model not known").split())),
        "sockets not known" if cpu.sockets is None else counted(cpu.sockets, "socket"),
        "threads not known" if cpu.count is None else counted(cpu.count, "thread"),
    ]
    joining = " (after the join)" if one.joining else ""
    yield _wrapped(f"  {letter}  ", f"{_shortened([host.host for host in hosts])}{joining}: {', '.join(parts)}", 5)
    beyond = [(scope.scope, scope.beyond) for scope in one.scopes]
    back = [(scope.scope, scope.held_back) for scope in one.scopes]
    jointly = [(scope.scope, scope.held_back_together) for scope in one.scopes if not scope.held_back]
    for told, by_scope in (
        (_BEYOND[beyond[0][0]] if beyond else "", beyond),
        ("it holds the pool back in", back),
        ("all hosts with these features together hold the pool back in", jointly),
    ):
        labels: dict[Names, list[str]] = {}
        for scope, features in by_scope:
            if features:
                labels.setdefault(features, []).append(_FOR[scope])
        if labels:
            found = (f"{', '.join(features)} ({' and '.join(guests)})" for features, guests in labels.items())
            yield _wrapped("       ", f"{told}: {'; '.join(found)}", 9)


def _scope(scope: ScopeOfPool, groups: Groups) -> Iterator[str]:
    """What a pool offers, and a table of what its hosts differ in."""
    yield f"{_offered(scope)}\n"
    for each in scope.lacking:
        yield _wrapped("    ? ", f"{visible(each.record.label)}: {each.field} is not known", 6)
    if scope.lost:
        yield _wrapped("    ! ", f"lost by the joins: {', '.join(scope.lost)}", 6)
    sets = {letter: _features(scope, hosts[0]) for letter, hosts in groups.items()}
    known = {letter: frozenset(features) for letter, features in sets.items() if features is not None}
    order = list(dict.fromkeys(name for features in sets.values() for name in features or ()))
    patterns: dict[tuple[str, ...], list[str]] = {}
    for name in order:
        having = tuple(letter for letter, features in known.items() if name in features)
        if len(having) < len(known):
            patterns.setdefault(having, []).append(name)
    for start in range(0, len(groups) if patterns else 0, _MOST_COLUMNS):
        yield from _matrix([*groups][start : start + _MOST_COLUMNS], patterns, known)
    if not patterns and len(known) == len(groups):
        yield "    all hosts have the same features\n"


def _offered(scope: ScopeOfPool) -> str:
    """How much all hosts have: up to 6.5 a guest still sees all of its host, later just this."""
    told = "all hosts have" if scope.scope == "all" else "the pool offers"
    same = scope.today == scope.after
    return f"{told} {_number(scope.today)}{'' if same else f', after the joins {_number(scope.after)}'}"


def _number(names: Names | None) -> str:
    return "features that are not all known" if names is None else counted(len(names), "feature")


def _features(scope: ScopeOfPool, host: HostRow) -> Names | None:
    return next((each.features for each in host.scopes if each.scope == scope.scope), None)


def _matrix(
    letters: list[str], patterns: dict[tuple[str, ...], list[str]], known: dict[str, frozenset[str]]
) -> Iterator[str]:
    """One line for features that the same hosts have: `+` where they are, `-` where not, `?` where that is unknown."""
    yield f"    {' '.join(letters)}  features on which hosts differ\n"
    for having, names in patterns.items():
        signs = ("?" if each not in known else "+" if each in having else "-" for each in letters)
        marks = " ".join(sign.ljust(len(letter)) for sign, letter in zip(signs, letters, strict=True))
        yield _wrapped(f"    {marks}  ", ", ".join(names), 6 + len(marks))


def _guests(row: GuestRow, masks: bool | None) -> Iterator[str]:  # noqa: FBT001 - what the overview says
    names = sorted(vm.name for vm in row.guests.vms)
    homes = sorted({vm.runs_on for vm in row.guests.vms if vm.runs_on})
    kind = {"hvm": "HVM", "pv": "PV", None: "type not known"}.get(row.guests.domain_type, row.guests.domain_type)
    where = f" on {_shortened(homes)}" if homes else ""
    asleep = ", suspended" if row.guests.suspended else ""
    yield _wrapped("    ", f"{counted(len(names), 'VM')}{where} ({kind}{asleep}): {_shortened(names)}", 6)
    answers: dict[Verdict, list[str]] = {}
    for host, joining, verdict in row.hosts:
        answers.setdefault(verdict, []).append(f"{host} (after its join)" if joining else host)
    for verdict, hosts in sorted(answers.items(), key=lambda answer: list(Fit).index(answer[0].fit)):
        yield _answer(verdict, hosts)
    if not row.hosts:
        yield "      there is no other host\n"
    yield from _remedy(row, masks)


def _remedy(row: GuestRow, masks: bool | None) -> Iterator[str]:  # noqa: FBT001 - what the overview says
    """How VMs come to a host that is to join, where they cannot move to it."""
    curable = {host for host, _, verdict in row.hosts if verdict.fit in (Fit.LACKS, Fit.OTHER_VENDOR)}
    if new := [host for host in row.stranded if host in curable]:
        later = "start it there" if masks else "start it again after the join"
        yield _wrapped("      remedy: ", f"to bring a VM to {_shortened(new)}, shut it down and {later}", 8)


def _answer(verdict: Verdict, hosts: list[str]) -> str:
    if verdict.fit is Fit.FITS:
        return _wrapped("      fits: ", _shortened(hosts), 8)
    if verdict.fit in REFUSED:
        return _wrapped("    ! ", f"does not fit: {_shortened(hosts)}: {_why(verdict)}", 8)
    return _wrapped("    ? ", f"unknown: {_shortened(hosts)}: {_why(verdict)}", 8)


def _why(verdict: Verdict) -> str:
    match verdict.fit:
        case Fit.LACKS:
            return f"lacks {', '.join(verdict.missing)}"
        case Fit.OTHER_VENDOR:
            return "CPUs of another vendor"
        case Fit.NO_VIRTUALISATION:
            return "no hardware virtualisation"
        case _:
            unsaid = [f"{field} of {whose}" for field, whose in _unsaid(verdict)]
            return f"{' and '.join(unsaid)} not known" if unsaid else ""


def _unsaid(verdict: Verdict) -> list[tuple[str, str]]:
    return [*((field, "the VM") for field in verdict.of_guest), *((field, "the host") for field in verdict.of_host)]


def cpu_json(overviews: Iterable[CpuOverview]) -> str:
    """The same for programs."""
    pools = [_pool_json(overview) for overview in overviews]
    return json.dumps({"version": 1, "kind": "cpu", "pools": pools}, ensure_ascii=False, indent=2) + "\n"


def _pool_json(overview: CpuOverview) -> dict[str, object]:
    return {
        "name": overview.pool,
        "vendor": overview.vendor,
        "masks": overview.masks,
        "levels": [_scope_json(scope) for scope in overview.scopes],
        "hosts": [_host_json(host) for host in overview.hosts],
        "guests": [_guests_json(row) for row in overview.guests],
    }


def _scope_json(scope: ScopeOfPool) -> dict[str, object]:
    return {
        "guests": scope.scope,
        "today": scope.today,
        "after_joins": scope.after,
        "lost_by_joins": scope.lost,
        "lacking": [f"{each.record.label}: {each.field}" for each in scope.lacking],
    }


def _host_json(host: HostRow) -> dict[str, object]:
    cpu = host.cpu
    return {
        "host": host.host,
        "joining": host.joining,
        "vendor": cpu.vendor,
        "other_vendor": host.other_vendor,
        "model": cpu.model_name,
        "sockets": cpu.sockets,
        "threads": cpu.count,
        "offers": [
            {
                "guests": each.scope,
                "features": each.features,
                "lost_on_it": each.beyond,
                "held_back": each.held_back,
                "held_back_together": each.held_back_together,
            }
            for each in host.scopes
        ],
    }


def _guests_json(row: GuestRow) -> dict[str, object]:
    flags = row.guests.flags
    return {
        "vms": [{"name": vm.name, "host": vm.runs_on} for vm in row.guests.vms],
        "domain_type": row.guests.domain_type,
        "suspended": row.guests.suspended,
        "last_boot_vendor": flags.vendor if flags else None,
        "last_boot_features": flags.features if flags else None,
        "stranded_from": row.stranded,
        "hosts": [
            {
                "host": host,
                "joining": joining,
                "answer": verdict.fit.value,
                "missing": verdict.missing,
                "lacking": [f"{whose}: {field}" for field, whose in _unsaid(verdict)],
            }
            for host, joining, verdict in row.hosts
        ],
    }
