"""What a check at a join says where the release is one that makes it, and where nobody tells the release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.facts.join_gates import field_of_release
from planner.findings import Problem, Unknown
from planner.model.inventory import Joining


def checked(
    joining: Joining,
    in_force: bool | None,  # noqa: FBT001 - an answer, not a switch
    said: Iterable[Problem | Unknown],
) -> Iterator[Problem | Unknown]:
    """What a check says, if it is made; where that is unknown but matters, that the release is."""
    if in_force:
        yield from said
    elif in_force is None and any(True for _ in said):
        yield Unknown(joining.host, field_of_release(joining))
