"""Ask one rule about pools that a test makes up."""

from collections.abc import Sequence

from planner.findings import Problem, Unknown
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.site import Site
from planner.model.wishes import Wishes
from planner.rules import CATALOGUE, all_rules

all_rules()


def answers(
    code: str, *pools: Pool, wishes: Sequence[Wishes] = (), site: Site | None = None
) -> list[Problem | Unknown]:
    """All that a rule says."""
    check = CATALOGUE[code].check
    assert check
    return list(check(Inventory(pools, wishes, site)))


def problems(code: str, *pools: Pool, wishes: Sequence[Wishes] = (), site: Site | None = None) -> list[Problem]:
    """The faults that a rule sees."""
    return [each for each in answers(code, *pools, wishes=wishes, site=site) if isinstance(each, Problem)]


def faults(code: str, *pools: Pool, wishes: Sequence[Wishes] = (), site: Site | None = None) -> list[tuple[str, str]]:
    """The name of each faulty object, and the field."""
    return [(each.subject.label, each.field) for each in problems(code, *pools, wishes=wishes, site=site)]


def lacks(code: str, *pools: Pool, wishes: Sequence[Wishes] = (), site: Site | None = None) -> list[tuple[str, str]]:
    """The name of each object of which something is unknown, and the field."""
    said = answers(code, *pools, wishes=wishes, site=site)
    return [(each.subject.label, each.field) for each in said if isinstance(each, Unknown)]
