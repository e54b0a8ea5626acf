"""What a plan that moves VMs makes of a pool, in sections that several formats tell."""

from __future__ import annotations

from collections.abc import Iterable

from planner import units
from planner.plans import Phase, Plan, Step
from planner.plans.costs import worth_told
from planner.plans.moving import Cost, DiskMoved, HostLoad, Moved, MovesOutcome, Refused, Survival, Survivals
from planner.reports.plan_balance import balance_sections
from planner.rules.wording import counted, listed
from planner.units import show_size

Section = tuple[str, list[str]]
_PHASES = {
    Phase.BEFORE: "before the moves",
    Phase.AFTER: "after the moves",
    Phase.CHANGE: "changes of priorities",
    Phase.HA: "high availability",
    Phase.STORAGE: "storage",
    Phase.HOSTS: "hosts",
    Phase.HOMES: "home servers",
    Phase.GUESTS: "VMs that are started",
}
_IN_STAGES = {
    Phase.BEFORE: "out of service",
    Phase.HOSTS: "update and restart",
    Phase.GUESTS: "VMs that cannot be moved",
}


def heading(step: Step, steps: Iterable[Step]) -> str:
    """Under what a step stands: its part of the plan, and its phase, or its round with how many are in that."""
    part = f"{step.stage}: " if step.stage else ""
    if step.round is None:
        return part + (_IN_STAGES if step.stage else _PHASES)[step.phase]
    together = sum(each.round == step.round for each in steps)
    return f"{part}round {step.round}" + (f": {together} at the same time" if together > 1 else "")


def moves_sections(plan: Plan, outcome: MovesOutcome) -> list[Section]:
    """How things are once VMs have been moved, each part with a heading."""
    sections: list[Section] = [
        *(balance_sections(outcome, outcome.balancing) if outcome.balancing else []),
        ("disks that move first", [disk_told(each) for each in outcome.disks]),
        ("where VMs go", [moved_told(each, outcome) for each in outcome.moved] or ["no VM has to move"]),
        ("where VMs stay", stays_told(outcome)),
        ("where VMs are to be started", starts_told(outcome)),
        ("time", [time_told(outcome)] if outcome.moved else []),
        ("memory of the hosts, if every VM takes all it may", [load_told(each) for each in outcome.loads]),
        ("hosts that may fail at once", survivals_told(outcome.survivals)),
        (good_as(outcome), [cost_told(each) for each in outcome.costs]),
        ("what the toolstack's own evacuation would do", toolstack_told(outcome)),
        ("the way back", back_told(plan)),
        ("to be known", list(outcome.notes)),
    ]
    return [section for section in sections if section[1]]


def moved_told(each: Moved, outcome: MovesOutcome) -> str:
    """A VM and its way."""
    why = ", to make room for others" if each.helping and outcome.emptied else ""
    return f"{each.vm}: {each.source} to {each.target}, {show_size(each.memory)}{why}"


def disk_told(each: DiskMoved) -> str:
    """A disk and its way."""
    return f"{each.vm}: {each.disk} from {each.source} to {each.target}, {show_size(each.size)}"


def stays_told(outcome: MovesOutcome) -> list[str]:
    """The VMs that were asked about by name and stay where they are."""
    stays = outcome.placing.stays if outcome.placing else ()
    return [f"{each.vm}: on {each.host}{f', it cannot move: {each.why}' if each.why else ''}" for each in stays]


def starts_told(outcome: MovesOutcome) -> list[str]:
    """The hosts on which VMs are started that do not run."""
    placing = outcome.placing
    if placing is None:
        return []
    lines = [f"{each.vm}: on {each.host}{', to be made' if each.new else ''}" for each in placing.starts]
    if lines and not placing.begun:
        lines.append("the steps do not start them (--start does); all that follows is told with them running")
    return lines


def good_as(outcome: MovesOutcome) -> str:
    """What the costs stand under: whether all of them are proven."""
    proven = all(each.value == each.bound for each in outcome.costs)
    return "as good as can be" if proven or outcome.placing is None else "as good as was found, each before the next"


def duration(seconds: int) -> str:
    """A time as people say it."""
    minutes, left = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{left} s" if left else ""]
    return " ".join(part for part in parts if part) or "0 s"


def time_told(outcome: MovesOutcome) -> str:
    """How long the moves take."""
    size = show_size(sum(each.memory for each in outcome.moved))
    if outcome.seconds is None:
        return f"not known, for {size}: say the `speed` of the management interfaces"
    return f"{duration(outcome.seconds)} at least, for {size} over the management interfaces; more if VMs write much"


def load_told(each: HostLoad) -> str:
    """The load of a host before and after."""
    before, after = (percent(value) for value in (each.before, each.after))
    return f"{each.host}: {before} before, {after} after" + (", out of service" if each.empties else "")


def percent(thousandths: int | None) -> str:
    """Thousandths as people say them."""
    return "not known" if thousandths is None else units.percent(thousandths)


def survivals_told(each: Survivals) -> list[str]:
    """How many hosts may fail before, on the way and in the end."""
    if each.lacking:
        return [f"not known, for lack of {listed(each.lacking, 6)}"]
    if each.before is None or each.during is None or each.after is None:
        return ["no VM is protected, so nothing is promised"]
    before, during, after = _number(each.before), _number(each.during), _number(each.after)
    best = "" if each.most is None else f", and no plan has more than {each.most}"
    return [f"before {before}, on the way at least {during}, in the end {after}{best}"]


def _number(each: Survival) -> str:
    return str(each.lower) if each.proven else f"{each.lower} to {each.upper}"


def cost_told(each: Cost) -> str:
    """A cost and its bound."""
    value, bound = worth_told(each.name, each.value), worth_told(each.name, each.bound)
    least = "and no plan has less" if each.value == each.bound else f"no plan has less than {bound}"
    return f"{each.name}: {value}, {least}"


def toolstack_told(outcome: MovesOutcome) -> list[str]:
    """What the toolstack would refuse, and where it would send VMs elsewhere."""
    theirs = outcome.toolstack
    if theirs is None or not outcome.emptied:
        return []
    if theirs.lacking:
        return [f"not known, for lack of {listed(theirs.lacking, 6)}"]
    lines = [refused_told(each) for each in theirs.refused]
    lines += [f"it would send {each.vm} to {each.theirs}, not to {each.ours}" for each in theirs.differs]
    if not lines:
        return [f"`xe host-evacuate` would do the same for {listed(outcome.emptied)}"]
    if theirs.refused:
        lines.append("so move the VMs one by one, as above; `xe host-evacuate` refuses")
    return lines


def refused_told(each: Refused) -> str:
    """Where the toolstack's own evacuation stops."""
    return f"it stops at {each.vm} on {each.host}, {listed(each.errors) or 'without a word'}: {each.why}"


def back_told(plan: Plan) -> list[str]:
    """The steps of the way back, with their commands."""
    if not plan.back:
        return []
    moves = sum(step.phase is Phase.MOVE for step in plan.back)
    lines = [f"{counted(len(plan.back), 'step')}, {counted(moves, 'move')}"]
    for step in plan.back:
        when = f"round {step.round}: " if step.round else ""
        lines.append(f"{when}{step.what}: `{'; '.join(step.commands)}`")
    return lines
