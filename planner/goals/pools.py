"""Which pool a wish means, and whether what is in it can be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from planner.errors import GoalError
from planner.goals.naming import name_of
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Index, Inventory, PoolView
from planner.plans import Cause
from planner.plans.applying import reference
from planner.rules.wording import listed


def named_pool(name: str, inventory: Inventory) -> PoolView:
    """The pool of that name or UUID. Raises GoalError where there is none, or several are."""
    found = [view for view in inventory.pools if name in (view.name, view.pool.uuid)]
    if not found:
        names = sorted({view.name for view in inventory.pools})
        raise GoalError(f"no pool is called {name}{suggestion(name, names)}")
    if len(found) > 1:
        raise GoalError(f"several pools are called {name}; give the pool by its UUID")
    return found[0]


def one_pool(name: str | None, inventory: Inventory) -> PoolView:
    """The pool that is named, or the only one that has hosts. Raises GoalError where that is not clear."""
    if name is not None:
        return told_apart(named_pool(name, inventory), inventory)
    found = [view for view in inventory.pools if view.hosts.records]
    if not found:
        raise GoalError("no host is described")
    if len(found) > 1:
        raise GoalError(f"there are {listed(sorted(view.name for view in found), 10)}; say which with --pool NAME")
    return told_apart(found[0], inventory)


def told_apart(view: PoolView, inventory: Inventory) -> PoolView:
    """A pool that changes can name. Raises GoalError where another has the same name or UUID."""
    named = reference(view)
    if sum(named in (each.name, each.pool.uuid) for each in inventory.pools) > 1:
        raise GoalError(f"several pools are called {named}; give each of them its UUID")
    return view


def alike(*kinds: tuple[str, Index[VM] | Index[Host]]) -> Iterator[Cause]:
    """Records of one name that no UUID tells apart, so that no change can name one of them; by what they are."""
    for kind, index in kinds:
        twins = sorted({each.name for each in index.records if index.find(name_of(each)) is not each})
        if twins:
            yield Cause("", f"several {kind} are called {listed(twins, 6)}, and no UUID tells them apart", proven=False)


def suggestion(word: str, names: Iterable[str]) -> str:
    """What may have been meant by a word that names nothing, as the end of a sentence."""
    each = list(names)
    close = get_close_matches(word, each, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; there {'is' if len(each) == 1 else 'are'} {listed(each, 10)}" if each else "; no host is described"
