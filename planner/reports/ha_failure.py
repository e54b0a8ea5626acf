"""A failure played through, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.facts.failure_alerts import Alert
from planner.facts.failure_timeline import Event, What
from planner.facts.fencing import Fate, Why
from planner.facts.high_availability import BEST_EFFORT
from planner.facts.trial import Started
from planner.model.guest import VM
from planner.overviews.ha_failure import HaFailure, Mode
from planner.reports.ha_failure_words import (
    alert,
    exact,
    how,
    off,
    promise,
    returning,
    struck,
    survived,
    why_not,
)
from planner.reports.words import visible
from planner.rules.wording import listed, plural

_MOST_NAMED = 8
_MODES = {
    Mode.ON: "high availability is on",
    Mode.WISHED: "high availability is off; it is played as if it were on, as is wished",
    Mode.OFF: "high availability is off, and nobody wishes for it",
    Mode.UNKNOWN: "nobody says whether high availability is on; it is played as if it were",
}
_FATES = {
    Fate.FAILED: ("fails", "fail"),
    Fate.FENCED: ("fences itself", "fence themselves"),
    Fate.LIVES: ("lives on", "live on"),
    Fate.DOWN: ("was down before", "were down before"),
    Fate.UNKNOWN: ("not known", "not known"),
}
"""What becomes of one host, and of several."""
_WHYS = {
    Why.POWER: "having lost power or all cables",
    Why.SEEN: "seeing the heartbeat disk and all others that live",
    Why.MOST: "being among the most that see each other",
    Why.LOWEST_UUID: "for as many see each other elsewhere, and the lowest UUID is here",
    Why.HIGHER_UUID: "for as many see each other elsewhere, and the lowest UUID is there",
    Why.FEWER: "for more hosts see each other elsewhere",
    Why.ALL_LOST_DISK: "for all hosts have lost the heartbeat disk and all see each other",
    Why.LOST_DISK: "not seeing the heartbeat disk",
    Why.NO_QUORUM: "seeing too few hosts for the quorum of the cluster",
    Why.UNDECIDED: "for nothing tells how the cluster decides between two halves",
    Why.NOT_TOLD: "for a fact is lacking",
    Why.DOWN: "not heard from",
    Why.NOT_WATCHED: "watched by nothing",
}


def ha_failure_table(found: Iterable[HaFailure]) -> str:
    """For each pool that is struck: who lives, who manages it, when what happens, and what becomes of its VMs."""
    return "\n".join("".join(f"{visible(line)}\n" for line in _pool(each)) for each in found)


def _pool(found: HaFailure) -> Iterator[str]:
    yield f"{found.view.name}: {struck(found.failure)}"
    yield f"  {_MODES[found.mode]}"
    yield f"  {_verdict(found)}"
    yield from (f"  not known: {lack.field} of {lack.record.label}" for lack in found.lacking)
    yield from _part("hosts", _hosts(found))
    yield from _part("coordinator", _coordinator(found))
    yield from _part("when, in seconds from the failure on, roughly", (_event(found, each) for each in found.timeline))
    yield from _part("protected VMs that are down", _protected(found))
    yield from _part("best-effort VMs, after these", _best_effort(found))
    yield from _part("VMs that go down and that nobody starts again", _listed(found.left_down))
    yield from _part("VMs that run on without a disk or a network of theirs", _listed(found.cut_off))
    yield from _part("alerts", _alerts(found.alerts))
    yield from _part("afterwards", _afterwards(found))
    yield from _part("when the hosts that failed are back", returning(found))


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A title and its lines, or nothing where there is none."""
    for number, line in enumerate(lines):
        if number == 0:
            yield ""
            yield f"  {title}"
        yield f"    {line}"


def _verdict(found: HaFailure) -> str:
    if found.restarted is None:
        return "every protected VM runs again: not known"
    if not found.promised:
        return "no VM goes down that is promised a restart"
    return f"every protected VM runs again: {'yes' if found.restarted else 'no'}"


def _hosts(found: HaFailure) -> Iterator[str]:
    """Hosts with the same fate for the same reason together."""
    for fate, why in dict.fromkeys((each.fate, each.why) for each in found.fencing.hosts):
        hosts = [each.host.name for each in found.fencing.hosts if (each.fate, each.why) == (fate, why)]
        yield f"{listed(hosts, _MOST_NAMED)}: {_FATES[fate][len(hosts) > 1]}, {_WHYS[why]}"


def _listed(vms: tuple[VM, ...]) -> Iterator[str]:
    if vms:
        yield listed((vm.name for vm in vms), _MOST_NAMED)


def _coordinator(found: HaFailure) -> Iterator[str]:
    election, before = found.election, found.election.before
    if found.mode is Mode.OFF:
        yield from off(found)
    elif found.fencing.of(Fate.UNKNOWN):
        yield "not known, since it is not known which hosts live"
    elif not election.candidates:
        yield "none: no host lives"
    elif election.changed is False:
        yield f"{election.candidates[0].name}, as before"
    elif election.after:
        yield f"{election.after.name}, the only host that lives (before: {before.name if before else 'not told'})"
    else:
        names = listed((host.name for host in election.candidates), _MOST_NAMED)
        yield f"one of {names}: the first to whom all others agree (before: {before.name if before else 'not told'})"
        untold = any(host.uuid is None for host in election.candidates)
        tie = "the lowest UUID, which is not told" if untold else f"{election.candidates[0].name}, by its UUID"
        yield f"moments decide; of those that ask at the same time {tie}, wins"


def _event(found: HaFailure, event: Event) -> str:
    if event.earliest == 0:
        when = "0" if event.latest == 0 else f"by {event.latest}"
    else:
        when = f"from {event.earliest}" if event.latest is None else f"{event.earliest} to {event.latest}"
    return f"{when}: {_what(found, event)}"


def _what(found: HaFailure, event: Event) -> str:
    if event.group is not None:
        kind = "best-effort VMs" if event.group.priority == BEST_EFFORT else "protected VMs"
        order = "of unknown order" if event.group.order is None else f"of order {event.group.order}"
        before = event.group.after
        have = plural(before, "has", "have")
        late = f", once {listed((vm.name for vm in before), 3)} {have} been tried" if before else ""
        return f"{kind} {order}{late}: {listed((vm.name for vm in event.group.vms), _MOST_NAMED)}"
    return {
        What.FAILURE: struck(found.failure),
        What.MISSED: "the hosts notice it",
        What.RESET: "hosts that may not live on reset themselves",
        What.SURELY_FENCED: "the hosts that live take the others for surely dead",
        What.ELECTION: "a coordinator is elected, its toolstack starts again, and waits up to 1800 s until the hosts "
        "are ready for VMs",
        What.NOTICED: "the coordinator, which looks every 20 s, declares them dead and their VMs halted",
    }[event.what]


def _protected(found: HaFailure) -> Iterator[str]:
    if found.restarts is None:
        return
    if found.restarts.planned is False:
        yield "the toolstack's plan leaves out VMs, so it starts all of them without a plan, where chance has it"
    if found.too_many:
        yield "not all of them can start: they are too large together, even with all guests ballooned down"
    yield from _started(found.restarts.vms)
    if found.rescue:
        yield from exact(found.rescue)


def _best_effort(found: HaFailure) -> Iterator[str]:
    if found.best_effort is None:
        return
    if found.best_effort.everything and found.best_effort.vms:
        yield "the coordinator is new, so all that are down are tried, those shut down on purpose too"
    yield from _started(found.best_effort.vms)


def _started(vms: Iterable[Started]) -> Iterator[str]:
    """VMs to which the same happens for the same reasons together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for each in vms:
        together.setdefault((how(each), *why_not(each)), []).append(each.vm.name)
    for (what, *reasons), names in together.items():
        yield f"{listed(names)}: {what}"
        yield from (f"  {reason}" for reason in reasons)


def _alerts(alerts: Iterable[Alert]) -> Iterator[str]:
    """Alerts of the same name together."""
    together: dict[tuple[str, str], list[str]] = {}
    for each in alerts:
        together.setdefault(alert(each), []).extend([each.about.name] if each.about else [])
    for (name, when), about in together.items():
        yield f"{name}{' about ' if about else ''}{listed(about, _MOST_NAMED)}{when}"


def _afterwards(found: HaFailure) -> Iterator[str]:
    if found.restarts is None:
        return
    yield f"failures that are survived now, exactly: {survived(found.afterwards.exact)}"
    says = found.afterwards.toolstack
    yield f"failures that the toolstack says are survived: {'not known' if says is None else says.failures}"
    yield from promise(found.promise)
    if found.fencing.disk_lost:
        yield "while the heartbeat disk is lost, the next host that drops out makes all hosts fence themselves"
