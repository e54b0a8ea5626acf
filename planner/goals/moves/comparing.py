"""What the toolstack would do in place of a plan: where it would refuse, and where it would send VMs elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from planner.facts.obstacles import API_ERRORS, Answer
from planner.facts.toolstack_evacuation import toolstack_evacuation
from planner.goals.moves.stand import Stand
from planner.goals.naming import name_of, sets
from planner.model.inventory import Inventory
from planner.plans.applying import applied
from planner.plans.moving import Differs, Refused, ToolstackEvacuation
from planner.rules.placing import reasons


def compared(stand: Stand, ours: Mapping[str, str]) -> ToolstackEvacuation:
    """The toolstack's own evacuation of the hosts that are to be empty, one after the other, beside our targets."""
    refused: list[Refused] = []
    differs: list[Differs] = []
    lacking: dict[str, None] = {}
    view = stand.view
    for host in stand.emptied:
        source = view.hosts.find(name_of(host))
        if source is None:
            continue
        found = toolstack_evacuation(view, source)
        lacking |= dict.fromkeys(f"{lack.field} of {lack.record.label}" for lack in found.lacking)
        for key, obstacles in found.refused.items():
            errors = tuple(dict.fromkeys(API_ERRORS[each.kind] for each in obstacles if API_ERRORS[each.kind]))
            refused.append(Refused(stand.vm_of[key].name, host.name, errors, reasons(Answer(obstacles))))
        for key, target in found.targets.items():
            if key not in found.refused and key in ours and ours[key] != target:
                names = stand.host_of[ours[key]].name, stand.host_of[target].name
                differs.append(Differs(stand.vm_of[key].name, *names))
        moves = [
            change
            for key, target in found.targets.items()
            for change in sets(view, (("vms", name_of(stand.vm_of[key])),), runs_on=name_of(stand.host_of[target]))
        ]
        (view,) = applied(Inventory([view.pool]), moves).pools
    return ToolstackEvacuation(
        tuple(sorted(refused, key=lambda each: (each.host, each.vm))),
        tuple(sorted(differs, key=lambda each: each.vm)),
        tuple(sorted(lacking)),
    )
