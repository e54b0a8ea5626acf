"""What made-up records share."""

from __future__ import annotations

from random import Random

from planner.units import BYTES

GIB = BYTES["GiB"]
VENDOR = "GenuineIntel"
FEATURES = "1fcbfbff-f7fa3223-2d93fbff-00000123-00000001-000007ab-00000000-00000000-00001000-9c000400"
TAGS = (10, 20, 30)
"""The VLANs of the guests."""
SHARED_REPOSITORIES = 4


def uuid(random: Random) -> str:
    """A made-up UUID."""
    digits = f"{random.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def mac(random: Random) -> str:
    """A made-up MAC address, locally administered."""
    return ":".join(["02", *(f"{random.getrandbits(8):02x}" for _ in range(5))])
