"""What goes wrong when the caller is wrong: one line to a person, exit code 2."""

from __future__ import annotations


class PlannerError(Exception):
    """The caller asked for something that cannot be done; the message is one line for a person."""


class ReadError(PlannerError):
    """A path that was named cannot be read at all."""


class ConfigError(PlannerError):
    """An option or a setting is wrong."""


class GoalError(PlannerError):
    """A wish names what is not there, or could mean several things."""
