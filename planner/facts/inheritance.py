"""What a host takes over from the pool that it joins."""

from __future__ import annotations

from planner.facts.storage import Attachment, links
from planner.model.inventory import Joining
from planner.model.storage import Repository


def inherited(joining: Joining, repository: Repository) -> bool:
    """Whether a new member gets a connection: to each shared repository that the coordinator is connected to."""
    if not repository.shared or joining.pool.pool.sync_connections is False:
        return False
    theirs = [link for link in links(joining.pool, repository) if link.host is joining.pool.coordinator]
    return any(link.attachment is not Attachment.MISSING for link in theirs)
