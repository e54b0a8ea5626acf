from planner.facts.access import Accesses
from planner.facts.prospects import after_join
from planner.rules.reaching import address_to_give
from tests.facts.test_reachability import MEMBER, joined, nic


def test_what_a_file_says_never_becomes_part_of_a_command() -> None:
    inventory, found = joined(MEMBER, [nic("eth0", "10.0.0.2/24", management=True), nic("eth1")])
    view, _ = after_join(inventory.joins[0])
    access = Accesses(inventory).missing(view, found[1], found)
    repository = view.repositories.records[0].model_copy(update={"uuid": "$(reboot)"})
    assert "sr-uuid='$(reboot)' " in address_to_give(found[1], repository, access)
