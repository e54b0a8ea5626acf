"""For programs: to which VMs a restart is promised, as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from planner.plans.protecting import Promise, ProtectionOutcome


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class JsonKept(_Part):
    """What is made as large as can be, each before the next; no choice has more than the bound."""

    name: str
    value: int
    bound: int


class JsonPromise(_Part):
    """The best choice for so many failures."""

    failures: int
    vms: list[str]
    """By UUID, or by name where there is none."""
    bytes: int
    weight: int
    kept: list[JsonKept]
    """As far as the search came: what is not told may be better in another choice."""
    proven: bool


class JsonNotPromised(_Part):
    """A VM to which nothing can be promised, whatever room there is."""

    vm: str
    why: str


class JsonProtectionOutcome(_Part):
    """To whom a restart is promised."""

    pool: str
    failures: int
    promise: JsonPromise
    frontier: list[JsonPromise]
    """For 0, 1, … failures."""
    not_promised: list[JsonNotPromised]
    toolstack: int | None
    """The failures that the toolstack says can be survived then; null where a fact is lacking that it has."""
    for_toolstack: bool
    """Its own planner has to accept so many failures then."""
    notes: list[str]


def protection_outcome(outcome: ProtectionOutcome) -> JsonProtectionOutcome:
    """What a plan that promises restarts comes to."""
    return JsonProtectionOutcome(
        pool=outcome.pool,
        failures=outcome.failures,
        promise=_promise(outcome.promise),
        frontier=[_promise(each) for each in outcome.frontier],
        not_promised=[JsonNotPromised(vm=each.vm, why=each.why) for each in outcome.left_out],
        toolstack=outcome.toolstack,
        for_toolstack=outcome.for_toolstack,
        notes=list(outcome.notes),
    )


def _promise(promise: Promise) -> JsonPromise:
    return JsonPromise(
        failures=promise.failures,
        vms=list(promise.vms),
        bytes=promise.memory,
        weight=promise.weight,
        kept=[JsonKept(name=each.name, value=each.value, bound=each.bound) for each in promise.kept],
        proven=promise.proven,
    )
