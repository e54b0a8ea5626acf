"""What is told of failures that are survived, held against what is proven."""

import pytest

from planner.plans.moving import Survival


@pytest.mark.parametrize(
    ("told", "proven", "right"),
    [
        (Survival(2, 2, proven=True), (2, 2), True),
        (Survival(1, 3, proven=False), (2, 2), True),
        (Survival(2, 3, proven=False), (2, 3), True),
        (Survival(2, 2, proven=True), (2, 3), False),
        (Survival(3, 3, proven=True), (2, 3), False),
        (Survival(1, 2, proven=False), (2, 3), False),
        (Survival(1, 3, proven=True), (2, 2), False),
        (Survival(2, 2, proven=False), (2, 2), False),
    ],
)
def test_no_more_may_be_told_than_is_proven(told: Survival, proven: tuple[int, int], *, right: bool) -> None:
    assert told.covers(*proven) is right
