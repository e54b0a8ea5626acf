"""How a joining host comes to run what the pool runs."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.drivers import driver_differences
from planner.facts.versions import parse_version
from planner.findings import Problem
from planner.goals.join.case import Case, before, mends, refused, restart, restart_in_use
from planner.goals.naming import sets, way_to_host
from planner.model.fields import Record
from planner.model.host import Software
from planner.plans import Cause, Step
from planner.rules.wording import listed


def older(mine: str | None, theirs: str | None) -> bool | None:
    """Whether the first of two versions is the older one; None where they cannot be compared."""
    one, other = parse_version(mine), parse_version(theirs)
    return None if one is None or other is None or one == other else one < other


@mends("JN015")
def upgrade(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """A joining host of an older release is upgraded; a newer one, and another product, stay as they are."""
    mine, theirs = (each or Software() for each in _sides(case))
    fields = {problem.field.removeprefix("software.") for problem in found}
    if not fields <= {"platform_version", "product_version"}:
        yield from (Cause("JN015", f"{each.message}: another product can join no pool of this one") for each in found)
        return
    field = min(fields)
    is_older = older(getattr(mine, field), getattr(theirs, field))
    if is_older is None:
        yield Cause("JN015", f"{found[0].message}; which of the two is the older one cannot be told", proven=False)
    elif not is_older:
        yield Cause(
            "JN015",
            f"{found[0].message}; a release cannot be taken back: upgrade {case.pool.name} first, or install"
            f" {case.host.name} anew",
        )
    else:
        yield _upgraded(case, mine, theirs)


def _upgraded(case: Case, mine: Software, theirs: Software) -> Step:
    release = " ".join(filter(None, (theirs.product_brand, theirs.product_version or theirs.platform_version)))
    new = theirs.model_copy(update={"network_backend": mine.network_backend or theirs.network_backend})
    fields: dict[str, object] = {"software": new, "updates": (), "updates_requiring_reboot": ()}
    medium = (
        f"start {case.host.name} from the installation medium of {release} and choose the upgrade of what is there,"
        " by way of the releases between where the vendor asks for them"
    )
    if case.coordinator.api_version:
        fields["api_version"] = case.coordinator.api_version
    return before(
        f"upgrade {case.host.name} to {release}",
        "all hosts of a pool run the same product in the same version; not even force gets past this",
        case.host,
        (),
        sets(case.joiner, way_to_host(case.host), **fields),
        by_hand=(medium,),
    )


def _sides(case: Case) -> tuple[Software | None, Software | None]:
    return case.joiner.software(case.host), case.pool.software(case.coordinator)


@mends("JN016", "JN026", "JN027")
def same_builds(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """The joining host gets the packs and updates that make it what the coordinator is."""
    mine, theirs = (each or Software() for each in _sides(case))
    fields = sorted({problem.field.removeprefix("software.") for problem in found})
    if fields == ["linux_pack"]:
        yield _linux_pack(case, mine, theirs)
        return
    answers = {each for each in _ages(case, mine, theirs) if each is not None}
    told = "; ".join(problem.message for problem in found)
    if answers != {True}:
        known = f"bring {case.pool.name} up first: what is installed cannot be taken back"
        unknown = "which of the two is the older one cannot be told; bring both to the same updates"
        force = "; force=true joins anyway" if any(each.field in _FORCED for each in found) else ""
        newer = answers == {False}
        yield Cause("", f"{told}; {known if newer else unknown}{force}", proven=newer)
        return
    kept = {"network_backend": mine.network_backend, "linux_pack": mine.linux_pack, "packs": mine.packs}
    yield before(
        f"bring {case.host.name} to the updates of {case.coordinator.name} and restart it",
        told,
        case.host,
        restart(case.host),
        sets(
            case.joiner,
            way_to_host(case.host),
            software=theirs.model_copy(update=kept),
            api_version=case.coordinator.api_version,
        ),
        by_hand=(f"install on {case.host.name} all updates that {case.coordinator.name} has",),
    )


_FORCED = ("software.build_number", "software.git_id", "software.linux_pack", "software.xapi")


def _ages(case: Case, mine: Software, theirs: Software) -> Iterator[bool | None]:
    """Whether the joining host is the older one, by all that can tell it."""
    yield older(case.host.api_version, case.coordinator.api_version)
    for field in ("xapi", "xapi_build", "db_schema", "build_number"):
        yield older(getattr(mine, field), getattr(theirs, field))


def _linux_pack(case: Case, mine: Software, theirs: Software) -> Step:
    """The side that lacks the Linux pack gets it."""
    if mine.linux_pack:
        return _pack_on(case, case.coordinator, theirs)
    return _pack_on(case, case.host, mine)


def _pack_on(case: Case, host: Record, software: Software) -> Step:
    joins = host is case.host
    where = case.host if joins else case.coordinator
    view = case.joiner if joins else case.pool
    return before(
        f"install the Linux pack on {where.name}",
        f"{case.host.name} and {case.coordinator.name} must both have it, or neither",
        where,
        ("xe-install-supplemental-pack linux.iso",),
        sets(view, way_to_host(where), software=software.model_copy(update={"linux_pack": True})),
    )


@mends("JN036")
def install_drivers(case: Case, found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """The joining host has each storage driver of the pool."""
    mine, theirs = case.joiner.pool.drivers, case.pool.pool.drivers
    if mine is None or theirs is None:
        yield from refused("JN036", found)
        return
    kinds = sorted({each.wanted.type for each in driver_differences(mine, theirs) if each.lacks is not None})
    wanted = tuple(each for each in theirs if each.type in kinds)
    yield before(
        f"install the storage drivers for {listed(kinds)} on {case.host.name}",
        f"a new member has to serve every repository that {case.pool.name} may have",
        case.host,
        ("xe-toolstack-restart",),
        sets(case.joiner, (), drivers=(*(each for each in mine if each.type not in kinds), *wanted)),
        by_hand=(f"install the packages with the drivers for {listed(kinds)} that {case.coordinator.name} has",),
    )


@mends("JN014")
def do_guidance(case: Case, found: tuple[Problem, ...]) -> Iterator[Step]:
    """What an update still demands is done."""
    for problem in found:
        host = case.host if problem.subject is case.host else case.coordinator
        view = case.joiner if host is case.host else case.pool
        toolstack: tuple[str, ...] = ("xe-toolstack-restart",)
        if set(host.pending_guidances or ()) <= {"restart_toolstack"}:
            what, commands = f"restart the toolstack of {host.name}", toolstack
        else:
            what, commands = f"restart {host.name}", restart_in_use(view, host)
        yield before(
            what,
            problem.message.partition(",")[0],
            host,
            commands,
            sets(view, way_to_host(host), pending_guidances=()),
        )
