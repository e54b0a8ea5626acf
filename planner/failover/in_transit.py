"""VMs that go from host to host one after another: one problem that is no easier than any moment of it.

**Lemma.** Take the problem in which each VM that is to go is on the host that it leaves, takes memory on the host to
which it goes too, and has to be restarted when either of them fails. If k failures are survived there, they are
survived at every moment while these VMs go, in whatever order: whichever of them have gone by then, no host has less
free, and whichever k hosts fail, no VM has to be restarted that is not restarted there too.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from planner.failover.problem import FailoverProblem, Restart


def on_both(problem: FailoverProblem, arrivals: Iterable[tuple[str, str]]) -> FailoverProblem:
    """The problem of the lemma; an arrival is a VM and the host to which it goes, with its memory off what is free."""
    restarts, groups = {each.vm: each for each in problem.restarts}, list(problem.apart)
    for vm, host in arrivals:
        if (known := restarts.get(vm)) is not None:
            name = _unused(f"{vm} on {host}", restarts)
            restarts[name] = Restart(name, known.size, host, known.hosts)
            groups = [group | {name} if vm in group else group for group in groups]
    return replace(problem, restarts=tuple(restarts.values()), apart=tuple(groups))


def _unused(name: str, known: Container[str]) -> str:
    while name in known:
        name += "'"
    return name
