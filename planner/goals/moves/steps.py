"""The steps of moves, with their commands, rounds and times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.facts.transfers import seconds
from planner.goals.moves.shunting import Move
from planner.goals.moves.stand import Stand
from planner.goals.naming import name_of, sets, shell, way_to_host
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.plans import Phase, Step
from planner.rules.wording import uuid_of


def migrations(
    stand: Stand, rounds: Sequence[Sequence[Move]], why: dict[str, str], first: int = 1
) -> tuple[tuple[Step, ...], int | None]:
    """The steps of rounds, numbered from the first, and the seconds that they take; None where that is not known."""
    steps: list[Step] = []
    total: int | None = 0
    coordinator = stand.view.coordinator
    for number, moves in enumerate(rounds, start=first):
        triples = [(stand.vm_of[each.vm], stand.host_of[each.source], stand.host_of[each.target]) for each in moves]
        taken = seconds(triples)
        total = None if total is None or taken is None else total + taken
        for move, (vm, source, target) in zip(moves, triples, strict=True):
            steps.append(
                Step(
                    Phase.MOVE,
                    f"move {vm.name} from {source.name} to {target.name}",
                    why[move.vm],
                    coordinator.name if coordinator else source.name,
                    (migrate(vm, target),),
                    changes=sets(stand.view, (("vms", name_of(vm)),), runs_on=name_of(target)),
                    round=number,
                    seconds=seconds([(vm, source, target)]),
                )
            )
    return tuple(steps), total


def migrate(vm: VM, target: Host) -> str:
    """The command of a live migration within the pool."""
    return shell("vm-migrate", uuid=uuid_of("vm", vm), host_uuid=uuid_of("host", target), live="true")


def taken_out(view: PoolView, hosts: Sequence[Host]) -> Iterator[Step]:
    """That hosts start no more VMs."""
    for host in hosts:
        if host.enabled is not False:
            yield Step(
                Phase.BEFORE,
                f"take {host.name} out of service",
                "no VM may be started on it, or moved to it, while it is emptied",
                _where(view, host),
                (shell("host-disable", uuid=uuid_of("host", host)),),
                changes=sets(view, way_to_host(host), enabled=False),
            )


def put_back(view: PoolView, hosts: Sequence[Host]) -> Iterator[Step]:
    """That hosts start VMs again."""
    for host in hosts:
        yield Step(
            Phase.BEFORE,
            f"put {host.name} back into service",
            "its maintenance is done",
            _where(view, host),
            (shell("host-enable", uuid=uuid_of("host", host)),),
            changes=sets(view, way_to_host(host), enabled=True),
        )


def _where(view: PoolView, host: Host) -> str:
    return view.coordinator.name if view.coordinator else host.name
