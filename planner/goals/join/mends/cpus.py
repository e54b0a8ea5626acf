"""How unlike CPUs come into one pool, if they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.facts.cpu import compared_mask
from planner.facts.cpu_masking import Masking, forbidding_masks, masks_to_set, never_alike, never_shown, targets
from planner.facts.feature_sets import Words, show_features
from planner.facts.storage import hosts_by_name
from planner.findings import Problem
from planner.goals.join.case import Case, before, mends, refused, restart, restart_in_use
from planner.goals.naming import sets, shell, way_to_host
from planner.plans import Cause, Step
from planner.rules.wording import uuid_of


@mends("JN024")
def other_vendor(_case: Case, found: tuple[Problem, ...]) -> Iterator[Cause]:
    """Nothing changes who made a CPU."""
    for cause in refused("JN024", found):
        yield Cause(cause.code, f"{cause.told}; force=true joins anyway, and no running VM can then move between them")


@mends("CP001")
def mask(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """All hosts are made to show the features that they have in common, where their CPUs can do that."""
    members = hosts_by_name(case.pool)
    hosts, compared = (case.host, *members), compared_mask(case.pool.pool)
    candidates = targets(hosts, case.coordinator)
    ways = [(target, masks_to_set(hosts, target, compared)) for target in candidates]
    for target, plan in ways:
        if plan is not None and not forbidding_masks((case.pool, case.joiner), plan):
            yield from (_step(case, masking, target) for masking in plan)
            return
    none = all(plan is not None or never_shown(hosts, target, compared) for target, plan in ways)
    proven = none or never_alike(hosts, compared)
    yield from (replace(cause, proven=proven) for cause in refused("CP001", found))


def _step(case: Case, masking: Masking, target: Words) -> Step:
    host, joins = masking.host, masking.host is case.host
    shown = show_features(masking.mask)
    command = shell("host-set-cpu-features", features=shown, uuid=uuid_of("host", host))
    undo = shell("host-reset-cpu-features", uuid=uuid_of("host", host))
    view = case.joiner if joins else case.pool
    return before(
        f"mask the CPUs of {host.name} to {shown} and restart it",
        f"all hosts have to show {show_features(target)}, what they have in common; `{undo}` and a restart undo it",
        host,
        (*(() if masking.is_set else (command,)), *(restart(host) if joins else restart_in_use(view, host))),
        sets(view, way_to_host(host), cpu__features=shown, cpu__features_after_reboot=shown),
    )
