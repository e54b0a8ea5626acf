"""Why the toolstack reports another number of failures than the exact one, in words."""

from __future__ import annotations

from planner.overviews.ha_differences import Difference, Why
from planner.rules.wording import counted, listed, plural

_MOST_NAMED = 4
_WORDS = {
    Why.NOT_AGILE: "as long as a protected VM is not agile it promises nothing at all: {vms} {are} not",
    Why.UNPLACED: "it places protected VMs that are down first, each on the host with most free memory, and finds no"
    " room for {vms}",
    Why.QUORUM: "the cluster would lose its quorum: it asks for no more than {failures} at all",
    Why.MANY_HOSTS: "in a pool of more than 32 hosts it looks at no case: it counts every VM as large as the largest,"
    " {vms}, and lets the roomiest hosts fail together with those that have most VMs",
    Why.MANY_ORDERS: "hosts can fail in too many orders for {failures} to be gone through: it then counts every VM as"
    " large as the largest, {vms}, and lets the roomiest hosts fail together with those that have most VMs",
    Why.GREEDY: "it puts the largest VM on the host with most free memory and tries no other, so for {failures} it"
    " finds no way where there is one",
    Why.HOSTS_NOT_DOMAINS: "it counts hosts, and does not know that some fail as one",
    Why.BOUND_UNNOTICED: "it does not look at what keeps {vms} from some hosts, such as devices or virtual CPUs",
    Why.ONE_AFTER_ANOTHER: "it lets hosts fail one after another, with restarts in between, and not at once",
}


def difference(found: Difference) -> str:
    """One reason, as a clause of which the toolstack is the subject."""
    return _WORDS[found.why].format(
        vms=listed((vm.name for vm in found.vms), _MOST_NAMED),
        are=plural(found.vms, "is", "are"),
        failures=counted(found.failures or 0, "failure"),
    )
