"""What keeps a pool from being updated, whatever its VMs are like."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.rolling_update import ONE_IN_A_CLUSTER, outdated, several_down
from planner.facts.storage import hosts_by_name
from planner.facts.upgrades import upgrading
from planner.goals.update.goal import Update
from planner.model.inventory import PoolView
from planner.plans import Cause
from planner.rules.wording import listed


def hindrances(goal: Update, view: PoolView) -> Iterator[Cause]:
    """What has to be otherwise before any host is updated."""
    for host in hosts_by_name(view):
        if host.live is False:
            told = f"{host.name} is not live, so it can neither be updated nor take VMs"
            yield Cause("", f"{told}: bring it up, or take it out of {view.name}, first")
    yield from _release(goal, view)
    if goal.at_once > 1 and several_down(view) is not True:
        known = several_down(view) is False
        told = f"in a cluster only one host may be down at a time ({ONE_IN_A_CLUSTER})"
        unsaid = (
            f"whether {view.name} has clustered storage, which lets only one host be down, is not known: repositories"
        )
        yield Cause("", f"{told}; leave --at-once out" if known else unsaid, proven=known)


def _release(goal: Update, view: PoolView) -> Iterator[Cause]:
    if goal.to is None:
        if upgrading(view):
            told = f"{view.name} is in the middle of a rolling upgrade, and updates are refused until it is over"
            yield Cause("", f"{told} (NOT_SUPPORTED_DURING_UPGRADE): finish it first, with --to RELEASE")
        return
    found = outdated(view, goal.to)
    for host in found.newer:
        software = view.software(host)
        told = f"{host.name} runs {software.product_version if software else ''}, which is newer than {goal.to}"
        yield Cause("", f"{told}: a release cannot be taken back")
    if found.lacking:
        facts = listed((f"{lack.field} of {lack.record.label}" for lack in found.lacking), 6)
        yield Cause("", f"which hosts have to be upgraded to {goal.to} is not known: {facts}", proven=False)
