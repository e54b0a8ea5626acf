"""What a host takes over from the pool that it joins."""

from __future__ import annotations

from planner.facts.storage import Attachment, link_of
from planner.model.inventory import Joining
from planner.model.storage import Repository


def inherited(joining: Joining, repository: Repository) -> bool:
    """Whether a new member gets a connection: to each shared repository that the coordinator is connected to."""
    if not repository.shared or joining.pool.pool.sync_connections is False:
        return False
    coordinator = joining.pool.coordinator
    return coordinator is not None and (
        link_of(joining.pool, repository, coordinator).attachment is not Attachment.MISSING
    )
