"""Which wishes are in each other's way, and how few of them have to be given up.

**Lemma.** Of wishes that cannot be kept together at least one has to be given up. So if there is a plan without the
fewest wishes that leave none of some conflicts whole, no fewer are enough. Where there is no plan without them either,
what is left holds a further conflict, and the next try leaves none of that whole; so it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.solver import Ending, WholeNumbers

Asks = Callable[[frozenset[str]], Ending]
"""Whether there is a plan without some wishes."""

_MOST_CONFLICTS = 8


def conflict(wishes: Sequence[str], without: frozenset[str], asks: Asks) -> tuple[str, ...]:
    """Of wishes that cannot be kept, some others aside, a part that cannot either, and of which each is needed."""
    kept = [each for each in wishes if each not in without]
    for name in tuple(kept):
        fewer = [each for each in kept if each != name]
        if asks(frozenset(wishes) - frozenset(fewer)) is Ending.IMPOSSIBLE:
            kept = fewer
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Wishes to give up, and why no fewer are enough."""

    wishes: tuple[str, ...]
    """Without these there is a plan; none where that is not found out."""
    conflicts: tuple[tuple[str, ...], ...]
    """Wishes that cannot be kept together, of each of which one has to go."""


def fewest(wishes: Sequence[str], first: tuple[str, ...], asks: Asks) -> GivenUp:
    """The fewest of some wishes without which there is a plan, where the `first` conflict is among them."""
    conflicts = [first]
    while len(conflicts) <= _MOST_CONFLICTS:
        given_up = _one_of_each(wishes, conflicts)
        ending = asks(frozenset(given_up))
        if ending is not Ending.IMPOSSIBLE:
            return GivenUp(given_up if ending is Ending.FOUND else (), tuple(conflicts))
        conflicts.append(conflict(wishes, frozenset(given_up), asks))
    return GivenUp((), tuple(conflicts))


def _one_of_each(wishes: Sequence[str], conflicts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The fewest wishes of which each conflict has one."""
    numbers = WholeNumbers()
    chosen = {name: numbers.number(1) for name in wishes}
    for each in conflicts:
        numbers.require([(1, chosen[name]) for name in each], least=1)
    numbers.minimize([(1, chosen[name]) for name in wishes])
    found = numbers.solve(1.0).values
    return tuple(name for name in wishes if found[chosen[name]])
