"""Which repositories of a pool a joining host will fail to attach."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.access import Access, Accesses
from planner.facts.dependents import Dependents
from planner.facts.inheritance import inherited
from planner.facts.prospects import after_join
from planner.facts.reachability import Reach, State, reaches
from planner.facts.routes import Routes
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, Joining
from planner.model.storage import Repository
from planner.rules import rule
from planner.rules.attachments import users
from planner.rules.reaching import address_to_give, why_not


@rule("JN076", Severity.WARNING, since="0.1")
def repository_out_of_reach_after_join(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A pool has a shared repository that a joining host will fail to attach.

    A new member inherits every shared repository of the pool, and attaches it only if it has a way of its own to the
    server. Addresses are never copied from other hosts. The toolstack does not look at this before the join; what
    fails then is reported one by one, when the host starts.
    """
    accesses = Accesses(inventory)
    for joining in inventory.joins:
        view, host = after_join(joining)
        routes, dependents = Routes(view), Dependents(joining.pool)
        for repository in view.repositories.records:
            if repository.tools or not inherited(joining, repository):
                continue
            found = reaches(inventory, view, repository, routes)
            mine = next(each for each in found if each.link.host is host)
            if mine.state is State.UNKNOWN and mine.lacking:
                yield from (Unknown(each.record, each.field) for each in mine.lacking if each.record is not host)
                yield from (Unknown(joining.host, each.field) for each in mine.lacking if each.record is host)
            elif mine.state is State.WILL_FAIL or mine.elsewhere:
                access = accesses.missing(view, mine, found)
                yield _out_of_reach(joining, repository, mine, access, users(dependents, repository))


def _out_of_reach(joining: Joining, repository: Repository, reach: Reach, access: Access | None, used: str) -> Problem:
    host = joining.host
    will = "may fail to attach" if reach.elsewhere else "will not attach"
    return Problem(
        host,
        "interfaces",
        message=f"after it has joined {joining.pool.name}, {host.name} {will} {repository.name}: "
        f"{why_not(reach, access)}{used}",
        remedy=f"after the join {address_to_give(reach, repository, access)}",
        related=(repository, joining.join),
    )
