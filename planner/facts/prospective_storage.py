"""Which repositories a host will have attached once it is a member of its pool."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.access import Access, Accesses
from planner.facts.inheritance import inherited
from planner.facts.prospects import after_join
from planner.facts.reachability import Reach, State, reaches
from planner.facts.routes import Routes
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining, PoolView
from planner.model.storage import Connection, Repository

_WILL_BE_ATTACHED = {State.ATTACHED: True, State.WOULD_ATTACH: True, State.WILL_FAIL: False, State.UNKNOWN: None}


@dataclass(frozen=True, slots=True)
class Failing:
    """A repository that a host will fail to attach: why, and what would give it a way."""

    repository: Repository
    reach: Reach
    access: Access | None


@dataclass(frozen=True, slots=True)
class Prospect:
    """A pool with a new member in it, as far as the member will have attached what it inherits."""

    view: PoolView
    host: Host
    failing: tuple[Failing, ...]


def prospect(inventory: Inventory, joining: Joining) -> Prospect:
    """The pool after a join, with the connections that the new member gets."""
    view, host = after_join(joining)
    accesses, routes = Accesses(inventory), Routes(view)
    repositories: list[Repository] = []
    failing: list[Failing] = []
    for repository in view.repositories.records:
        if not inherited(joining, repository):
            repositories.append(repository)
            continue
        found = reaches(inventory, view, repository, routes)
        mine = next(each for each in found if each.link.host is host)
        own = Connection(host=host.uuid or host.name, attached=_WILL_BE_ATTACHED.get(mine.state, False))
        repositories.append(repository.model_copy(update={"connections": (*(repository.connections or ()), own)}))
        if mine.state is State.WILL_FAIL:
            failing.append(Failing(repositories[-1], mine, accesses.missing(view, mine, found)))
    grown = view.pool.model_copy(update={"repositories": tuple(repositories)})
    return Prospect(PoolView(grown), host, tuple(failing))
