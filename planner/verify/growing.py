"""Whether a pool takes the new VMs that were promised it: they are put on their hosts, and it is looked at anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planner.facts.failover_problem import PoolProblem, problems
from planner.facts.lasting import unkept
from planner.failover.capacity import failure_capacity
from planner.failover.problem import FailoverProblem, Restart
from planner.model.guest import VM
from planner.model.inventory import PoolView


def broken_growth(
    view: PoolView, protected: Sequence[VM], new: Sequence[VM], spread: Mapping[str, tuple[int, ...]], failures: int
) -> Iterator[str]:
    """What is wrong with new VMs on hosts: by host's key how many there are of each of some VMs.

    All of them, and those that are protected, have to be restarted when so many hosts fail.
    """
    pool = PoolProblem(view)
    hosts = {pool.host_keys[id(host)]: host for host in pool.usable}
    added = tuple(
        vm.model_copy(update={"name": f"{vm.name} {key} {number}", "runs_on": hosts[key].uuid or hosts[key].name})
        for key, numbers in spread.items()
        for vm, count in zip(new, numbers, strict=True)
        for number in range(count)
    )
    then = view.with_pool(view.pool.model_copy(update={"vms": (*(view.pool.vms or ()), *added)}))
    yield from (f"with the new VMs the wish {each} is not kept" for each in sorted(unkept(then) - unkept(view)))
    grown = PoolProblem(then)
    present = problems(pool, protected).exact
    room, restarts = dict(present.free), list(present.restarts)
    for each in grown.guarded(added):
        if each.host is None:
            yield f"{each.vm.name} is on no host that is in service"
            return
        restarts.append(Restart(f"new {each.key}", each.size, each.host))
        room[each.host] -= each.size
    for key, left in room.items():
        if left < 0 and any(spread.get(key, ())):
            yield f"{hosts[key].name} has {-left} bytes less than its new VMs need"
    survived = failure_capacity(FailoverProblem(room, tuple(restarts), len(view.hosts.records))).lower
    if survived < failures:
        yield f"with the new VMs {survived} hosts may fail, and {failures} were promised"
