"""Why the toolstack's own planner reports another number than the exact one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from planner.facts.failover_problem import Problems
from planner.failover.answers import FailureCapacity, ToolstackCapacity
from planner.failover.toolstack import APPROXIMATE, MOST_HOSTS, method
from planner.model.guest import VM


class Why(Enum):
    """What makes the two differ."""

    NOT_AGILE = "a protected VM is not agile"
    UNPLACED = "protected VMs that are down are not placed"
    QUORUM = "the quorum of the cluster"
    MANY_HOSTS = "many hosts"
    MANY_ORDERS = "many orders of failures"
    GREEDY = "it packs greedily"
    HOSTS_NOT_DOMAINS = "it counts hosts"
    BOUND_UNNOTICED = "it does not notice what binds VMs"
    ONE_AFTER_ANOTHER = "it lets hosts fail one after another"


@dataclass(frozen=True, slots=True)
class Difference:
    """One reason why the numbers differ."""

    why: Why
    vms: tuple[VM, ...] = ()
    """The VMs that are at the bottom of it; none where it is not about some."""
    failures: int | None = None
    """The number of failures at which it comes to another answer."""


def differences(found: Problems, exact: FailureCapacity, toolstack: ToolstackCapacity | None) -> tuple[Difference, ...]:
    """Why they differ; none where they agree, or where one of them is not known well enough to differ."""
    if toolstack is None:
        return ()
    if toolstack.failures < exact.lower:
        return tuple(_fewer(found, toolstack))
    return tuple(_more(found)) if toolstack.failures > exact.upper else ()


def _fewer(found: Problems, toolstack: ToolstackCapacity) -> Iterator[Difference]:
    if bound := tuple(each.vm for each in found.guarded if each.agility.agile is False):
        yield Difference(Why.NOT_AGILE, bound)
        return
    if found.unplaced:
        yield Difference(Why.UNPLACED, found.unplaced)
        return
    refused = [failures for failures, _, verdict in toolstack.steps if not verdict]
    if not refused:
        yield Difference(Why.QUORUM, failures=toolstack.failures)
        return
    failures = min(refused)
    if method(found.toolstack, failures) != APPROXIMATE:
        yield Difference(Why.GREEDY, failures=failures)
        return
    many = (found.toolstack.total_hosts or 0) > MOST_HOSTS
    largest = max(found.guarded, key=lambda each: (each.size, each.key)).vm
    yield Difference(Why.MANY_HOSTS if many else Why.MANY_ORDERS, (largest,), failures)


def _more(found: Problems) -> Iterator[Difference]:
    if found.exact.domains:
        yield Difference(Why.HOSTS_NOT_DOMAINS)
    if bound := tuple(each.vm for each in found.guarded if each.agility.agile is not False and each.hosts is not None):
        yield Difference(Why.BOUND_UNNOTICED, bound)
    if not found.exact.domains and not bound:
        yield Difference(Why.ONE_AFTER_ANOTHER)
