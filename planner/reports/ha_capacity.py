"""How many hosts of a pool may fail: as a table, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from planner.failover.answers import FailureCapacity, ToolstackCapacity
from planner.overviews.ha_capacity import HaCapacity, RestartPlanCapacity
from planner.reports.words import visible
from planner.rules.ha import causes
from planner.rules.wording import counted, listed, plural

_MOST_NAMED = 8


def ha_capacity_table(found: Iterable[HaCapacity]) -> str:
    """For each pool the numbers, why they end where they do, and what other restart plans would survive."""
    return "\n".join("".join(_pool(each)) for each in found) or "no host is described\n"


def _pool(found: HaCapacity) -> Iterator[str]:
    hosts = counted(found.hosts, "host")
    yield f"{visible(found.view.name)}: {hosts}, {found.usable} of them enabled and live\n"
    yield f"  VMs that are protected: {len(found.guarded)}\n"
    yield f"  failures to tolerate: {'not told' if found.configured is None else found.configured}\n"
    yield f"  exact: {_number(found.exact)} at once, whichever hosts they are\n"
    yield f"  one after another, nothing moved in between: {_range(found.sequential.lower, found.sequential.upper)}\n"
    yield f"  the toolstack says: {_says(found.toolstack)}{_asked(found.toolstack)}\n"
    yield from _why(found)
    if found.configured is not None and found.exact.proven and found.configured > found.exact.lower:
        yield f"  overcommitted: {found.configured} failures are to be tolerated, {found.exact.lower} can be\n"
    yield "\n  restart plan: protected, survived, what the toolstack says\n"
    for plan in found.plans:
        yield f"    {visible(plan.name)}: {_plan(plan)}\n"
    for each in found.guarded:
        if each.agility.agile is False:
            yield f"  {visible(each.vm.name)} is bound to some hosts: {visible(causes(each.agility))}\n"
    for lack in found.lacking:
        yield f"  not known: {lack.field} of {visible(lack.record.label)}\n"


def _range(lower: int, upper: int) -> str:
    return str(lower) if lower == upper else f"at least {lower}, at most {upper}"


def _number(capacity: FailureCapacity) -> str:
    told = _range(capacity.lower, capacity.upper)
    return f"{told} {'failure' if told == '1' else 'failures'}{'' if capacity.proven else ' (not decided)'}"


def _says(capacity: ToolstackCapacity | None) -> str:
    return "not known" if capacity is None else str(capacity.failures)


def _asked(capacity: ToolstackCapacity | None) -> str:
    if capacity is None:
        return ""
    steps = (f"{failures} {method} {'yes' if verdict else 'no'}" for failures, method, verdict in capacity.steps)
    return f" (asked: {', '.join(steps)})" if capacity.steps else " (nothing asked)"


def _why(found: HaCapacity) -> Iterator[str]:
    if found.homeless:
        names = listed((vm.name for vm in found.homeless), _MOST_NAMED)
        yield f"  there is no room even for the protected VMs that are down now: {visible(names)}\n"
    if found.undecided:
        yield "  whether there is room for the protected VMs that are down now was not decided\n"
    if found.exact.witness and found.exact.because:
        hosts = listed(_named(found.names, found.exact.witness), _MOST_NAMED)
        yield f"  worst case: {visible(hosts)} {plural(found.exact.witness, 'fails', 'fail')}\n"
        yield f"    {visible(_told(found.names, found.exact) or '')}\n"


def _told(names: Mapping[str, str], capacity: FailureCapacity) -> str | None:
    """The cause in words, with the names of VMs for their UUIDs."""
    if capacity.because is None:
        return None
    text = capacity.because.text
    for vm in capacity.because.vms if len(capacity.because.vms) == 1 else ():
        text = text.replace(vm, names.get(vm, vm))
    vms = listed(_named(names, capacity.because.vms), _MOST_NAMED)
    return text if len(capacity.because.vms) == 1 else f"{text} ({vms})"


def _named(names: Mapping[str, str], keys: Iterable[str]) -> list[str]:
    return sorted(names.get(key, key) for key in keys)


def _plan(plan: RestartPlanCapacity) -> str:
    return f"{counted(len(plan.protected), 'VM')}, {_number(plan.exact)}, {_says(plan.toolstack)}"


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
        configured=found.configured,
        exact=_exact(found.names, found.exact),
        sequential=Sequential(
            lower=found.sequential.lower, upper=found.sequential.upper, proven=found.sequential.proven
        ),
        toolstack=_toolstack(found.toolstack),
        plans=[
            PlanOutcome(name=each.name, exact=_exact(found.names, each.exact), toolstack=_toolstack(each.toolstack))
            for each in found.plans
        ],
        best_effort=[vm.name for vm in found.best_effort],
    )


def _exact(names: Mapping[str, str], capacity: FailureCapacity) -> Exact:
    return Exact(
        lower=capacity.lower,
        upper=capacity.upper,
        proven=capacity.proven,
        witness=None if capacity.witness is None else _named(names, capacity.witness),
        because=_told(names, capacity),
    )


def _toolstack(capacity: ToolstackCapacity | None) -> Toolstack:
    if capacity is None:
        return Toolstack(failures=None, steps=[])
    return Toolstack(failures=capacity.failures, steps=list(capacity.steps))
