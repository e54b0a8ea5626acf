"""Packing a few guests by trying everything, with a limit to the steps."""

from __future__ import annotations

from planner.failover.effort import Exhausted


class Thorough:
    """Looks for hosts for guests, largest first; equal situations are looked at once."""

    def __init__(self, sizes: list[int], rooms: list[int], steps: int) -> None:
        self._sizes = sorted(sizes, reverse=True)
        self._rooms = rooms
        self._steps = steps
        self._hopeless: set[tuple[int, ...]] = set()
        self._volume = [sum(self._sizes[place:]) for place in range(len(sizes) + 1)]

    def places(self) -> list[int] | None:
        """For each guest, from large to small, the number of its room; None when there is no packing.

        Raises Exhausted when the steps do not suffice.
        """
        places: list[int] = []
        return places if self._place(places, list(self._rooms)) else None

    def _place(self, places: list[int], left: list[int]) -> bool:
        number = len(places)
        if number == len(self._sizes):
            return True
        size = self._sizes[number]
        usable = [room for room in left if room >= self._sizes[-1]]
        situation = (number, *sorted(usable))
        if sum(usable) < self._volume[number] or situation in self._hopeless:
            return False
        self._steps -= 1
        if self._steps < 0:
            raise Exhausted
        for room in sorted({each for each in usable if each >= size}):
            place = left.index(room)
            left[place] -= size
            places.append(place)
            if self._place(places, left):
                return True
            places.pop()
            left[place] += size
        self._hopeless.add(situation)
        return False
