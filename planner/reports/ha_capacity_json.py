"""How many hosts of a pool may fail, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from planner.failover.answers import FailureCapacity, ToolstackCapacity
from planner.overviews.ha_capacity import HaCapacity
from planner.rules.ha import causes
from planner.rules.ha_capacity import named, told_cause


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Exact(_Part):
    """The exact capacity, with its bounds."""

    lower: int
    upper: int
    proven: bool
    witness: list[str] | None
    because: str | None


class Sequential(_Part):
    """The capacity for failures one after another."""

    lower: int
    upper: int
    proven: bool


class Toolstack(_Part):
    """What the toolstack says, and the questions that it asks itself: failures, method, verdict.

    Null while a fact is lacking that the toolstack would have.
    """

    failures: int | None
    steps: list[tuple[int, str, bool]]


class NotAgile(_Part):
    """A protected VM that is bound to some hosts."""

    vm: str
    because: list[str]


class PlanOutcome(_Part):
    """What a restart plan survives."""

    name: str
    exact: Exact
    toolstack: Toolstack


class PoolCapacity(_Part):
    """What a pool survives."""

    pool: str
    hosts: int
    protected: int
    not_agile: list[NotAgile]
    configured: int | None
    exact: Exact
    sequential: Sequential
    toolstack: Toolstack
    plans: list[PlanOutcome]
    best_effort: list[str]


class JsonHaCapacity(_Part):
    """The failure capacity of pools."""

    version: Literal[1] = 1
    kind: Literal["ha-capacity"] = "ha-capacity"
    pools: list[PoolCapacity]


def ha_capacity_json(found: Iterable[HaCapacity]) -> str:
    """The same for programs; the schema is published."""
    told = JsonHaCapacity(pools=[_pool_json(each) for each in found])
    return told.model_dump_json(indent=2) + "\n"


def _pool_json(found: HaCapacity) -> PoolCapacity:
    return PoolCapacity(
        pool=found.view.name,
        hosts=found.hosts,
        protected=len(found.guarded),
        not_agile=[
            NotAgile(vm=each.vm.name, because=causes(each.agility).split("; "))
            for each in found.guarded
            if each.agility.agile is False
        ],
        configured=found.promise.configured,
        exact=_exact(found.names, found.exact),
        sequential=Sequential(
            lower=found.sequential.lower, upper=found.sequential.upper, proven=found.sequential.proven
        ),
        toolstack=_toolstack(found.toolstack),
        plans=[
            PlanOutcome(name=each.name, exact=_exact(found.names, each.exact), toolstack=_toolstack(each.toolstack))
            for each in found.plans
        ],
        best_effort=[vm.name for vm in found.best_effort.vms],
    )


def _exact(names: Mapping[str, str], capacity: FailureCapacity) -> Exact:
    return Exact(
        lower=capacity.lower,
        upper=capacity.upper,
        proven=capacity.proven,
        witness=None if capacity.witness is None else named(names, capacity.witness),
        because=told_cause(names, capacity),
    )


def _toolstack(capacity: ToolstackCapacity | None) -> Toolstack:
    if capacity is None:
        return Toolstack(failures=None, steps=[])
    return Toolstack(failures=capacity.failures, steps=list(capacity.steps))
