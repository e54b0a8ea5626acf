"""A failure played through, for programs; the schema is published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from planner.facts.failure_timeline import Event
from planner.facts.rescue import Rescue
from planner.facts.trial import Started
from planner.failover.answers import FailureCapacity
from planner.overviews.ha_failure import HaFailure
from planner.rules.placing import reasons


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class JsonHostFate(_Part):
    """What becomes of a host, and why."""

    host: str
    fate: str
    because: str


class JsonCoordinator(_Part):
    """Who manages the pool; `after` is null where that is chance or not known, or nobody does."""

    before: str | None
    after: str | None
    candidates: list[str]


class JsonEvent(_Part):
    """What happens, in seconds from the failure on; `latest` is null where nothing bounds it."""

    what: str
    earliest: int
    latest: int | None
    order: int | None
    vms: list[str]


class JsonBlocked(_Part):
    """What stands in the way on a host."""

    host: str
    because: str


class JsonStart(_Part):
    """What becomes of a VM; `starts` is null where that is chance or not known."""

    vm: str
    starts: bool | None
    target: str | None
    how: str | None
    candidates: list[str]
    attempt: int
    refused: bool
    blocked: list[JsonBlocked]


class JsonTarget(_Part):
    """A VM and its host."""

    vm: str
    host: str


class JsonExactPlan(_Part):
    """The plan that would have worked; `targets` is null where there is none, proven or not."""

    targets: list[JsonTarget] | None
    in_the_way: list[str]
    proven: bool


class JsonAlert(_Part):
    """An alert; `about` is null where it is about the pool."""

    name: str
    priority: int
    about: str | None
    sure: bool
    on_return: bool


class JsonSurvived(_Part):
    """How many failures are survived afterwards, exactly."""

    lower: int
    upper: int
    proven: bool


class JsonAfterwards(_Part):
    """What is survived afterwards; null where that is chance or not known."""

    exact: JsonSurvived | None
    toolstack: int | None
    plan_exists_for: int | None
    disk_lost: bool


class JsonLacking(_Part):
    """A field that nobody gave."""

    record: str
    field: str


class JsonStruck(_Part):
    """What fails; `on` are the hosts that lose the repositories and networks, empty where all do."""

    hosts: list[str]
    repositories: list[str]
    networks: list[str]
    on: list[str]


class JsonPoolFailure(_Part):
    """A failure played through in one pool."""

    pool: str
    failed: JsonStruck
    high_availability: Literal["on", "wished", "off", "not known"]
    restarted: bool | None
    hosts: list[JsonHostFate]
    coordinator: JsonCoordinator
    timeline: list[JsonEvent]
    planned: bool | None
    protected: list[JsonStart]
    exact_plan: JsonExactPlan | None
    best_effort: list[JsonStart]
    left_down: list[str]
    cut_off: list[str]
    alerts: list[JsonAlert]
    afterwards: JsonAfterwards
    lacking: list[JsonLacking]


class JsonHaFailure(_Part):
    """Failures played through."""

    version: Literal[1] = 1
    kind: Literal["ha-failure"] = "ha-failure"
    pools: list[JsonPoolFailure]


def ha_failure_json(found: Iterable[HaFailure]) -> str:
    """Each pool that is struck."""
    return JsonHaFailure(pools=[_pool(each) for each in found]).model_dump_json(indent=2) + "\n"


def _pool(found: HaFailure) -> JsonPoolFailure:
    before, after = found.election.before, found.election.after
    return JsonPoolFailure(
        pool=found.view.name,
        failed=JsonStruck(
            hosts=[each.name for each in found.failure.hosts],
            repositories=[each.name for each in found.failure.repositories],
            networks=[each.name for each in found.failure.networks],
            on=[each.name for each in found.failure.on],
        ),
        high_availability=found.mode.value,
        restarted=found.restarted,
        hosts=[
            JsonHostFate(host=each.host.name, fate=each.fate.value, because=each.why.value)
            for each in found.fencing.hosts
        ],
        coordinator=JsonCoordinator(
            before=before.name if before else None,
            after=after.name if after else None,
            candidates=[host.name for host in found.election.candidates],
        ),
        timeline=[_event(each) for each in found.timeline],
        planned=found.restarts.planned if found.restarts else None,
        protected=[_start(each) for each in found.restarts.vms] if found.restarts else [],
        exact_plan=_exact(found.rescue) if found.rescue else None,
        best_effort=[_start(each) for each in found.best_effort.vms] if found.best_effort else [],
        left_down=[vm.name for vm in found.left_down],
        cut_off=[vm.name for vm in found.cut_off],
        alerts=[
            JsonAlert(
                name=each.name,
                priority=each.priority,
                about=each.about.name if each.about else None,
                sure=each.sure,
                on_return=each.on_return,
            )
            for each in found.alerts
        ],
        afterwards=_afterwards(found),
        lacking=[JsonLacking(record=lack.record.label, field=lack.field) for lack in found.lacking],
    )


def _event(event: Event) -> JsonEvent:
    return JsonEvent(
        what=event.what.value,
        earliest=event.earliest,
        latest=event.latest,
        order=event.group.order if event.group else None,
        vms=[vm.name for vm in event.group.vms] if event.group else [],
    )


def _start(each: Started) -> JsonStart:
    return JsonStart(
        vm=each.vm.name,
        starts=each.starts,
        target=each.target.name if each.target else None,
        how=each.how.value if each.how else None,
        candidates=[host.name for host in each.candidates],
        attempt=each.attempt,
        refused=each.refused,
        blocked=[
            JsonBlocked(host=host.name, because=reasons(answer)) for host, answer in each.answers if answer.can is False
        ],
    )


def _exact(found: Rescue) -> JsonExactPlan:
    targets = found.targets
    return JsonExactPlan(
        targets=None if targets is None else [JsonTarget(vm=vm.name, host=host.name) for vm, host in targets],
        in_the_way=[vm.name for vm in found.in_the_way],
        proven=found.proven,
    )


def _afterwards(found: HaFailure) -> JsonAfterwards:
    says = found.afterwards.toolstack
    return JsonAfterwards(
        exact=_survived(found.afterwards.exact),
        toolstack=says.failures if says else None,
        plan_exists_for=found.promise.after if found.promise else None,
        disk_lost=found.fencing.disk_lost,
    )


def _survived(capacity: FailureCapacity | None) -> JsonSurvived | None:
    if capacity is None:
        return None
    return JsonSurvived(lower=capacity.lower, upper=capacity.upper, proven=capacity.proven)
