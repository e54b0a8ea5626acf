"""For programs: what a plan that moves VMs makes of a pool, as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from planner.facts.evenness import Peaks
from planner.plans.balancing import Balancing
from planner.plans.moving import MovesOutcome, Refused, Survival, ToolstackEvacuation
from planner.plans.placing import Placing


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class JsonMoved(_Part):
    """A VM that ends up on another host."""

    vm: str
    source: str
    target: str
    bytes: int
    """What goes over the network, at most."""
    helping: bool
    """It moves only to make room for others."""


class JsonDisk(_Part):
    """A disk that is moved to a repository which other hosts have too, before its VM moves."""

    vm: str
    disk: str
    source: str
    target: str
    bytes: int
    """What it and its snapshots may hold."""


class JsonLoad(_Part):
    """How much of a host's memory is taken if every VM takes all it may, in thousandths; null where not known."""

    host: str
    before: int | None
    after: int | None
    empties: bool


class JsonSurvival(_Part):
    """How many hosts may fail at once with every protected VM restarted: a number, or its bounds."""

    lower: int
    upper: int
    proven: bool


class JsonCost(_Part):
    """What is kept small, each before the next; no plan has less than the bound."""

    name: str
    value: int
    bound: int


class JsonRefused(_Part):
    """A VM at which the toolstack's own evacuation stops."""

    vm: str
    host: str
    api_errors: list[str]
    why: str


class JsonDiffers(_Part):
    """A VM that the toolstack's own evacuation sends elsewhere."""

    vm: str
    ours: str
    theirs: str


class JsonToolstack(_Part):
    """What the toolstack's own evacuation would do."""

    refuses: list[JsonRefused]
    differs: list[JsonDiffers]
    lacking: list[str]
    """What is not known, so that its answer is not known either."""


class JsonPeaks(_Part):
    """What is highest and lowest over the hosts that count, in thousandths; virtual CPUs for each physical one.

    Null where virtual CPUs are not counted.
    """

    memory: int
    memory_lowest: int
    vcpus: int | None
    vcpus_lowest: int | None


class JsonGain(_Part):
    """What is highest and lowest after a move."""

    step: int
    """Its number among the steps, from 1."""
    vm: str
    source: str
    target: str
    peaks: JsonPeaks


class JsonVcpuLoad(_Part):
    """The virtual CPUs of a host for each physical one, in thousandths; null where not known."""

    host: str
    before: int | None
    after: int | None


class JsonBalancing(_Part):
    """What the moves do to the loads, one after the other."""

    hosts: list[str]
    """Those that count: enabled and live."""
    before: JsonPeaks
    gains: list[JsonGain]
    enough: int
    """After so many moves, further ones gain less than they cost."""
    keeps: int | None
    """So many hosts may fail after these moves and after all of them; null where that is not asked."""
    vcpus: list[JsonVcpuLoad]


class JsonStarted(_Part):
    """A VM that does not run, and the host to start it on."""

    vm: str
    host: str
    new: bool
    """It does not exist yet."""
    suspended: bool
    by_steps: bool
    """The steps start it; else that is left to whoever wants it. The rest is told with it running."""


class JsonStays(_Part):
    """A VM that was asked about by name and stays where it is."""

    vm: str
    host: str
    why: str | None
    """What keeps it from all other hosts; null where it could go, but had better not."""


class JsonMovesOutcome(_Part):
    """How things are once VMs have been moved within their pool."""

    pool: str
    emptied: list[str]
    keep_failures: int | None
    always: bool
    for_toolstack: bool
    """The toolstack's own planner has to accept that so many hosts fail in the end."""
    disks: list[JsonDisk]
    """In the order of the steps."""
    moved: list[JsonMoved]
    loads: list[JsonLoad]
    failures_before: JsonSurvival | None
    """Null where nobody is protected, or a fact is lacking."""
    failures_during: JsonSurvival | None
    failures_after: JsonSurvival | None
    failures_most: int | None
    """No plan that moves the same VMs survives more in the end; null where that is not proven."""
    failures_lacking: list[str]
    costs: list[JsonCost]
    seconds: int | None
    """Null where a size or the speed of a link is not known."""
    toolstack: JsonToolstack | None
    not_told: list[str]
    balancing: JsonBalancing | None
    """What each move gains, where the loads are to be even; else null."""
    starts: list[JsonStarted]
    """Where VMs are to be started, in a placement."""
    stays: list[JsonStays]
    """Which VMs that were named stay, in a placement."""


def moves_outcome(outcome: MovesOutcome) -> JsonMovesOutcome:
    """An outcome as JSON has it."""
    told = outcome.survivals
    return JsonMovesOutcome(
        pool=outcome.pool,
        emptied=list(outcome.emptied),
        keep_failures=outcome.keep_failures,
        always=outcome.always,
        for_toolstack=outcome.for_toolstack,
        disks=[
            JsonDisk(vm=each.vm, disk=each.disk, source=each.source, target=each.target, bytes=each.size)
            for each in outcome.disks
        ],
        moved=[
            JsonMoved(vm=each.vm, source=each.source, target=each.target, bytes=each.memory, helping=each.helping)
            for each in outcome.moved
        ],
        loads=[
            JsonLoad(host=each.host, before=each.before, after=each.after, empties=each.empties)
            for each in outcome.loads
        ],
        failures_before=survival(told.before),
        failures_during=survival(told.during),
        failures_after=survival(told.after),
        failures_most=told.most,
        failures_lacking=list(told.lacking),
        costs=[JsonCost(name=each.name, value=each.value, bound=each.bound) for each in outcome.costs],
        seconds=outcome.seconds,
        toolstack=_toolstack(outcome.toolstack) if outcome.toolstack else None,
        not_told=list(outcome.notes),
        balancing=_balancing(outcome.balancing) if outcome.balancing else None,
        starts=list(_starts(outcome.placing)) if outcome.placing else [],
        stays=list(_stays(outcome.placing)) if outcome.placing else [],
    )


def _balancing(each: Balancing) -> JsonBalancing:
    return JsonBalancing(
        hosts=list(each.hosts),
        before=_peaks(each.before),
        gains=[
            JsonGain(step=number, vm=gain.vm, source=gain.source, target=gain.target, peaks=_peaks(gain.peaks))
            for number, gain in enumerate(each.gains, start=1)
        ],
        enough=each.enough,
        keeps=each.keeps,
        vcpus=[JsonVcpuLoad(host=load.host, before=load.before, after=load.after) for load in each.vcpus],
    )


def _peaks(each: Peaks) -> JsonPeaks:
    return JsonPeaks(
        memory=each.memory, memory_lowest=each.memory_lowest, vcpus=each.vcpus, vcpus_lowest=each.vcpus_lowest
    )


def _starts(placing: Placing) -> Iterator[JsonStarted]:
    for each in placing.starts:
        by_steps = placing.begun and not each.new
        yield JsonStarted(vm=each.vm, host=each.host, new=each.new, suspended=each.suspended, by_steps=by_steps)


def _stays(placing: Placing) -> Iterator[JsonStays]:
    return (JsonStays(vm=each.vm, host=each.host, why=each.why or None) for each in placing.stays)


def survival(each: Survival | None) -> JsonSurvival | None:
    """A number of failures as JSON has it."""
    return JsonSurvival(lower=each.lower, upper=each.upper, proven=each.proven) if each else None


def _toolstack(each: ToolstackEvacuation) -> JsonToolstack:
    return JsonToolstack(
        refuses=[refused(one) for one in each.refused],
        differs=[JsonDiffers(vm=one.vm, ours=one.ours, theirs=one.theirs) for one in each.differs],
        lacking=list(each.lacking),
    )


def refused(each: Refused) -> JsonRefused:
    """A VM at which the toolstack's own evacuation stops, as JSON has it."""
    return JsonRefused(vm=each.vm, host=each.host, api_errors=list(each.errors), why=each.why)
