"""A document's value without the parts that are wrong, so that the rest can be checked all the same."""

from __future__ import annotations

from bisect import insort
from typing import Any

from planner.model.walk import Pointer


class Pruning:
    """A value, and which of its parts are left out; pointers can be led back to the value as it was written."""

    def __init__(self, value: Any) -> None:  # noqa: ANN401 - whatever the document holds
        self._written = value
        self._left_out: set[Pointer] = set()
        self._holders: set[Pointer] = set()
        self._gaps: dict[Pointer, list[int]] = {}

    @property
    def value(self) -> Any:  # noqa: ANN401 - whatever the document holds
        """The value without what is left out; untouched parts are not copied."""
        return self._without((), self._written)

    def leave_out(self, written: Pointer) -> None:
        """Leave out the part to which a pointer of the written value leads."""
        if written in self._left_out:
            return
        self._left_out.add(written)
        if written and isinstance(written[-1], int):
            insort(self._gaps.setdefault(written[:-1], []), written[-1])
        self._holders.update(written[:length] for length in range(len(written)))

    def leaves_out(self, written: Pointer) -> bool:
        """Whether the part of that pointer is left out."""
        return written in self._left_out

    @property
    def loses_records(self) -> bool:
        """Whether a record of a list is left out, or all of it, and not values alone, which then count as unknown."""
        return bool(self._gaps) or () in self._left_out

    def written(self, pointer: Pointer) -> Pointer:
        """Lead a pointer of the value without its wrong parts back to the value as written."""
        steps: Pointer = ()
        for step in pointer:
            if isinstance(step, int):
                for gap in self._gaps.get(steps, ()):
                    if gap > step:
                        break
                    step += 1  # noqa: PLW2901 - the same step, as it was written
            steps = (*steps, step)
        return steps

    def _without(self, here: Pointer, value: Any) -> Any:  # noqa: ANN401 - whatever the document holds
        if here not in self._holders:
            return value
        if isinstance(value, dict):
            return {
                key: self._without((*here, key), item)
                for key, item in value.items()
                if (*here, key) not in self._left_out
            }
        if isinstance(value, list):
            return [
                self._without((*here, position), item)
                for position, item in enumerate(value)
                if (*here, position) not in self._left_out
            ]
        return value


def _inside(value: Any, step: str | int) -> Any:  # noqa: ANN401 - whatever the document holds
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def existing(value: Any, pointer: Pointer) -> Pointer:  # noqa: ANN401 - whatever the document holds
    """As much of a pointer as leads to something that is there."""
    steps: Pointer = ()
    for step in pointer:
        if not (isinstance(value, dict) and step in value) and not (isinstance(value, list) and isinstance(step, int)):
            return steps
        value = _inside(value, step)
        steps = (*steps, step)
    return steps
