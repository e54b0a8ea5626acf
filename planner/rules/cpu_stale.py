"""Where what is written about CPUs is no longer, or not yet, what holds."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.cpu import guest_features, legacy_features, maskability, pool_level, stated_level, telling
from planner.facts.cpu_level import by_masks, names, scopes
from planner.facts.feature_sets import Words, difference, parse_mask
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.wording import listed, uuid_of, xe


@rule("CP007", Severity.NOTE, since="0.1")
def stated_cpu_level_out_of_date(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """What a pool says it offers its guests is not what its hosts have in common.

    Since 7.0 the toolstack writes down what all hosts of a pool have whenever one of them starts. Until then guests
    are started with features that some host lacks, and cannot be moved there; or without features that all have.
    """
    for view in inventory.pools:
        if not by_masks(view):
            yield from _out_of_date(view)


def _out_of_date(view: PoolView) -> Iterator[Problem | Unknown]:
    for scope in scopes(view):
        if scope == "all":
            continue
        stated = stated_level(view.pool, scope)
        hosts = [host for host in view.hosts.records if scope == "pv" or host.hvm is not False]
        sets = [guest_features(host.cpu, scope) for host in hosts]
        known = [each for each in sets if each]
        if stated:
            unsaid = (host for host, each in zip(hosts, sets, strict=True) if each is None)
            yield from (Unknown(host, f"cpu.features_{scope}_host") for host in unsaid)
        if not stated or not known or len(known) < len(sets):
            continue
        common = pool_level(known)
        more, fewer = telling(difference(stated, common)), telling(difference(common, stated))
        if any(more) or any(fewer):
            told = [(f"still has {listed(names(scope, more))}", more), (f"lacks {listed(names(scope, fewer))}", fewer)]
            yield Problem(
                view.pool,
                f"cpu.features_{scope}",
                f"what {view.name} offers its {scope.upper()} guests"
                f" {' and '.join(text for text, words in told if any(words))}, compared to what all its hosts have",
                "run `xe-toolstack-restart` on the coordinator, then start anew the VMs that are to be moved live",
                tuple(hosts),
            )


@rule("CP008", Severity.NOTE, since="0.1")
def cpu_mask_waits_for_restart(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The CPU mask of a host was changed, and takes effect only when the host is restarted.

    Up to 6.5 features are hidden by a mask that is read when the host starts. Until then the host shows, and a join
    compares, what it had before.
    """
    for view in inventory.pools:
        for host in view.hosts.records if by_masks(view) else ():
            now, cpu = legacy_features(host.cpu), host.cpu
            if cpu is None or now is None:
                continue
            later = parse_mask(cpu.features_after_reboot)
            if later is None and maskability(cpu) != "no":
                yield Unknown(host, "cpu.features_after_reboot")
            elif later is not None and later != now:
                yield _waits(host, now, later)


def _waits(host: Host, now: Words, later: Words) -> Problem:
    lost, won = difference(now, later), difference(later, now)
    told = [(f"without {listed(names('all', lost))}", lost), (f"with {listed(names('all', won))}", won)]
    return Problem(
        host,
        "cpu.features_after_reboot",
        f"the next start of {host.name} brings its CPUs up {' and '.join(text for text, words in told if any(words))}",
        f"restart {host.name} with {xe('host-reboot', uuid=uuid_of('host', host))} once its VMs are away",
    )
