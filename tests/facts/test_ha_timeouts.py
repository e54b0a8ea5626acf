import pytest

from planner.facts.ha_timeouts import Timeouts, configured, timeouts
from planner.model.inventory import PoolView
from planner.model.pool import HighAvailability, Pool


@pytest.mark.parametrize(
    ("timeout", "heartbeat", "statefile", "watchdog", "joining"),
    [(10, 2, 2, 25, 70), (30, 3, 2, 45, 90), (60, 3, 3, 75, 120), (120, 3, 6, 135, 180)],
)
def test_all_times_follow_from_one(timeout: int, heartbeat: int, statefile: int, watchdog: int, joining: int) -> None:
    times = Timeouts(timeout)
    assert (times.heartbeat_interval, times.statefile_interval) == (heartbeat, statefile)
    assert (times.statefile_watchdog, times.joining) == (watchdog, joining)


def test_others_wait_until_the_loser_has_surely_reset_itself() -> None:
    assert Timeouts(60).wait_for_fencing == 18
    assert Timeouts(120).wait_for_fencing == 21


@pytest.mark.parametrize(
    ("ha", "default", "found", "in_force"),
    [
        (HighAvailability(timeout=30), 90, ("ha.timeout", 30), 30),
        (HighAvailability(), 90, ("default_ha_timeout", 90), 90),
        (None, None, None, 60),
    ],
)
def test_a_time_that_was_chosen_counts(
    ha: HighAvailability | None, default: int | None, found: tuple[str, int] | None, in_force: int
) -> None:
    view = PoolView(Pool(name="lab", ha=ha, default_ha_timeout=default))
    assert configured(view) == found
    assert timeouts(view).timeout == in_force
