"""How things are once a plan is done, in sections that several formats tell."""

from __future__ import annotations

from planner.plans import Plan
from planner.plans.homing import HomesOutcome
from planner.plans.moving import MovesOutcome
from planner.plans.powering import PowerOutcome
from planner.plans.protecting import ProtectionOutcome
from planner.plans.updating import UpdateOutcome
from planner.reports.plan_homes import homes_sections
from planner.reports.plan_moves import Section, moves_sections
from planner.reports.plan_power import power_sections
from planner.reports.plan_protection import protection_sections
from planner.reports.plan_update import update_sections

Told = MovesOutcome | ProtectionOutcome | PowerOutcome | HomesOutcome | UpdateOutcome
"""What is told in sections."""


def sections_of(plan: Plan, outcome: Told) -> list[Section]:
    """Headings, and the lines under each."""
    if isinstance(outcome, ProtectionOutcome):
        return protection_sections(outcome)
    if isinstance(outcome, PowerOutcome):
        return power_sections(outcome)
    if isinstance(outcome, HomesOutcome):
        return homes_sections(outcome)
    if isinstance(outcome, UpdateOutcome):
        return update_sections(outcome)
    return moves_sections(plan, outcome)
