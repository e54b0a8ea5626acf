"""From names to what fails: hosts, repositories, networks and domains, each in the pool that has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from planner.errors import GoalError
from planner.facts.fencing import Failure
from planner.model.host import Host
from planner.model.inventory import Index, Inventory, N, PoolView
from planner.model.network import Network
from planner.model.storage import Repository


@dataclass(frozen=True, slots=True)
class Names:
    """What is said to fail, by names or UUIDs."""

    hosts: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    """Tags, such as `rack:1`: all hosts that have one of them fail."""
    on: tuple[str, ...] = ()
    """The hosts that lose the repositories and networks; none: all hosts of their pool."""


def failures(inventory: Inventory, names: Names) -> tuple[tuple[PoolView, Failure], ...]:
    """What fails in each pool that is struck, in the order of the pools.

    Raises `planner.errors.GoalError` when nothing is said to fail, or a name means nothing or several things.
    """
    if not (names.hosts or names.repositories or names.networks or names.domains):
        raise GoalError("nothing fails; name a host, or give --sr, --network or --domain")
    hosts = [*_all(inventory, names.hosts, "host", _hosts), *_of_domains(inventory, names.domains)]
    repositories = _all(inventory, names.repositories, "repository", _repositories)
    networks = _all(inventory, names.networks, "network", _networks)
    on = _all(inventory, names.on, "host", _hosts)
    found = [
        (view, Failure(_in(view, hosts), _in(view, repositories), _in(view, networks), _in(view, on)))
        for view in inventory.pools
    ]
    _lost_where(found, some=bool(on))
    return tuple((view, failure) for view, failure in found if failure != Failure())


def _lost_where(found: Sequence[tuple[PoolView, Failure]], *, some: bool) -> None:
    """Raises GoalError where something is lost on hosts of other pools, or hosts are to lose what is not said."""
    lost: dict[int, tuple[Repository | Network, ...]]
    lost = {id(view): (*failure.repositories, *failure.networks) for view, failure in found}
    for view, failure in found:
        if some and lost[id(view)] and not failure.on:
            raise GoalError(f"{lost[id(view)][0].name} is part of {view.name}; name a host of it with --on")
    for view, failure in found:
        if failure.on and not lost[id(view)]:
            raise GoalError(f"nothing of {view.name} is lost on {failure.on[0].name}; give --sr or --network too")


def _hosts(view: PoolView) -> Index[Host]:
    return view.hosts


def _repositories(view: PoolView) -> Index[Repository]:
    return view.repositories


def _networks(view: PoolView) -> Index[Network]:
    return view.networks


def _in(view: PoolView, found: Iterable[tuple[PoolView, N]]) -> tuple[N, ...]:
    """What of it is in a pool, each once, by name."""
    own = {id(record): record for each, record in found if each is view}
    return tuple(sorted(own.values(), key=lambda record: (record.name, record.uuid or "")))


def _all(
    inventory: Inventory, names: Iterable[str], kind: str, index: Callable[[PoolView], Index[N]]
) -> list[tuple[PoolView, N]]:
    return [_one(inventory, name, kind, index) for name in names]


def _one(inventory: Inventory, name: str, kind: str, index: Callable[[PoolView], Index[N]]) -> tuple[PoolView, N]:
    found = [(view, record) for view in inventory.pools for record in index(view).bearers(name)]
    if len(found) == 1:
        return found[0]
    plural = "repositories" if kind == "repository" else f"{kind}s"
    if found:
        raise GoalError(f'"{name}" could be {len(found)} {plural}; give the UUID, or the file of one pool alone')
    known = sorted({record.name for view in inventory.pools for record in index(view).records})
    no_file = " and no file" if kind == "host" else ""
    raise GoalError(f'no {kind}{no_file} has the name or UUID "{name}"{_hint(name, known, plural)}')


def _hint(name: str, known: list[str], plural: str) -> str:
    close = get_close_matches(name[:80], known, n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; {len(known)} {plural} are described"


def _of_domains(inventory: Inventory, domains: Iterable[str]) -> Iterator[tuple[PoolView, Host]]:
    for domain in domains:
        found = [(view, host) for view in inventory.pools for host in view.hosts.records if domain in (host.tags or ())]
        if not found:
            tags = sorted({tag for view in inventory.pools for host in view.hosts.records for tag in host.tags or ()})
            raise GoalError(f'no host has the tag "{domain}"{_hint(domain, tags, "tags of hosts")}')
        yield from found
