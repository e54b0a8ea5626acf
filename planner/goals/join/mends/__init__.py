"""What mends each thing that stands in the way of a join, or why nothing does. Each module enters what it knows."""

from planner.goals.join.mends import addresses, cpus, guests, interfaces, membership, settings, software, updates

ORDER = (
    *("JN013", "JN035", "JN006", "JN012", "JN049", "JN011", "JN017", "JN007"),
    *("JN058", "NW001", "JN019", "JN061", "JN060", "JN018", "JN020", "JN021", "JN005", "JN022", "JN029", "JN008"),
    *("JN015", "JN043", "JN002", "JN004", "JN024", "JN025", "JN016", "JN026", "JN027", "JN036"),
    *("JN023", "JN030", "JN031", "JN032", "JN033", "JN048", "JN056"),
    *("JN009", "JN064", "JN028", "JN057", "CP001", "JN014"),
)
"""What is mended first. Guests stop before the host leaves its pool, that before its storage and its interfaces are
touched, the release comes before the updates to it; high availability is off when members are restarted."""

__all__ = ["ORDER", "addresses", "cpus", "guests", "interfaces", "membership", "settings", "software", "updates"]
