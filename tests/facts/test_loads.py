"""The loads of hosts: memory by what guests may take at most, virtual CPUs for each physical one."""

import pytest

from planner.facts.evenness import Peaks, worthwhile
from planner.facts.load_tally import LoadTally, counting, counts_vcpus
from planner.facts.loads import load, loads
from planner.facts.vcpu_loads import physical_cpus, vcpu_loads, virtual_cpus
from planner.model.guest import VM
from planner.model.inventory import PoolView
from tests.facts.places import HOST, RUNNING, lab

CPUS = HOST["cpu"]


def vcpus(view: PoolView) -> list[int | None]:
    """The loads of the hosts in their order."""
    found = vcpu_loads(view)
    return [found[id(host)] for host in view.hosts.records]


@pytest.mark.parametrize(
    ("size", "room", "thousandths"), [(0, 8, 0), (1, 3, 334), (2, 3, 667), (3, 3, 1000), (9, 8, 1125)]
)
def test_a_load_is_rounded_up(size: int, room: int, thousandths: int) -> None:
    assert load(size, room) == thousandths


def test_virtual_cpus_of_running_vms_are_counted_at_their_most() -> None:
    three = {"name": "db", "vcpus": {"max": 3, "at_startup": 1}} | RUNNING
    asleep = {"name": "old", "vcpus": 7, "power_state": "suspended"}
    view = lab(RUNNING | {"vcpus": 2}, {"cpu": CPUS | {"count": 6}}, three, asleep, {"name": "off", "vcpus": 9})
    assert vcpus(view) == [625, 0]  # five on eight CPUs


def test_a_paused_vm_counts_and_one_that_room_is_reserved_for_does_too() -> None:
    arriving = {"name": "db", "vcpus": 4, "power_state": "halted", "scheduled_on": "b"}
    view = lab({"power_state": "paused", "runs_on": "a", "vcpus": 8}, {"cpu": CPUS | {"count": 16}}, arriving)
    assert vcpus(view) == [1000, 250]


def test_a_vm_that_starts_on_its_host_counts_once() -> None:
    assert vcpus(lab(RUNNING | {"scheduled_on": "a"})) == [250, 0]


def test_what_nobody_says_makes_a_load_unknown() -> None:
    assert vcpus(lab(RUNNING, {"cpu": {"vendor": "GenuineIntel"}})) == [250, None]
    assert vcpus(lab(RUNNING, {"cpu": CPUS | {"count": 0}})) == [250, None]
    assert vcpus(lab(RUNNING | {"vcpus": None})) == [None, 0]
    assert vcpus(lab({"power_state": "running", "runs_on": None})) == [None, None]
    assert virtual_cpus(VM(name="v")) is None
    assert physical_cpus(lab().hosts.records[0]) == 8


def test_hosts_that_are_disabled_or_dead_do_not_count() -> None:
    assert [host.name for host in counting(lab(None, {"enabled": False}))] == ["a"]
    assert [host.name for host in counting(lab(None, {"live": False}))] == ["a"]
    assert [host.name for host in counting(lab(None, {"live": None, "enabled": None}))] == ["a", "b"]


def test_a_move_changes_the_two_hosts() -> None:
    view = lab(RUNNING, {"cpu": CPUS | {"count": 4}}, {"name": "db"} | RUNNING)
    hosts = view.hosts.records
    tally = LoadTally(view, hosts)
    before = loads(view)
    assert (tally.memory, tally.vcpus) == (before, {id(hosts[0]): 500, id(hosts[1]): 0})
    tally.move(view.vms.records[0], hosts[0], hosts[1])
    assert tally.vcpus == {id(hosts[0]): 250, id(hosts[1]): 500}
    moved = lab(RUNNING | {"runs_on": "b"}, {"cpu": CPUS | {"count": 4}}, {"name": "db"} | RUNNING)
    then = loads(moved)
    assert [tally.of(host)[0] for host in hosts] == [then[id(host)] for host in moved.hosts.records]
    assert tally.peaks() == Peaks(max(then.values()), min(then.values()), 500, 250)  # type: ignore[type-var]
    with pytest.raises(ValueError, match="not in list"):
        tally.move(view.vms.records[0], hosts[0], hosts[1])


def test_virtual_cpus_count_for_all_hosts_or_for_none() -> None:
    view = lab(RUNNING, {"cpu": {"vendor": "GenuineIntel"}})
    assert not counts_vcpus(view, view.hosts.records)
    assert counts_vcpus(view, view.hosts.records[:1])
    peaks = LoadTally(view, view.hosts.records).peaks()
    assert (peaks.vcpus, peaks.vcpus_lowest, peaks.highest) == (None, None, peaks.memory)


def test_a_memory_load_that_is_not_known_is_no_peak() -> None:
    view = lab(RUNNING, {"memory": None})
    with pytest.raises(ValueError, match="memory load of a host is not known"):
        LoadTally(view, view.hosts.records).peaks()


def peaks(highest: int, lowest: int = 0) -> Peaks:
    return Peaks(highest, lowest, None, None)


TO_STOP = [
    (100, [], 4, 0),
    (100, [88], 4, 0),  # twelve thousandths by one move: 48 by as many moves as there are hosts
    (100, [87], 4, 1),
    (100, [100, 75], 4, 2),  # one of two moves alone gains nothing
    (100, [87, 80, 75], 4, 1),
    (100, [104, 75], 4, 2),
    (200, [175, 170, 165, 101], 2, 1),  # the three last ones gain 74, 75 are needed
    (200, [175, 170, 165, 100], 2, 4),
]


@pytest.mark.parametrize(("before", "after", "hosts", "enough"), TO_STOP)
def test_one_stops_where_further_moves_gain_less_than_they_cost(
    before: int, after: list[int], hosts: int, enough: int
) -> None:
    assert worthwhile(peaks(before), [peaks(each) for each in after], hosts, lambda _: True) == enough


def test_moves_that_only_make_it_more_even_are_worth_it_too() -> None:
    assert worthwhile(peaks(90, 10), [peaks(90, 35)], 2, lambda _: True) == 1
    assert worthwhile(peaks(90, 10), [peaks(90, 34)], 2, lambda _: True) == 0
    assert worthwhile(peaks(90, 10), [peaks(91, 60)], 2, lambda _: True) == 0


@pytest.mark.parametrize(("moves", "held"), [(7, 7), (20, 6), (20, 7), (1000, 999), (1000, 300)])
def test_whether_the_pool_may_stay_is_asked_a_few_times(moves: int, held: int) -> None:
    seen = list[int]()

    def may_stay(number: int) -> bool:
        seen.append(number)
        return number >= held

    found = worthwhile(peaks(100), [peaks(70)] * moves, 2, may_stay)
    assert len(seen) <= 8
    assert held <= found <= held + moves // 7
    assert moves > 7 or found == held


def test_one_does_not_stop_where_the_pool_may_not_stay() -> None:
    assert worthwhile(peaks(100), [peaks(70), peaks(70), peaks(70)], 2, lambda number: number != 1) == 2
    assert worthwhile(peaks(100), [peaks(90)], 2, lambda _: False) == 1
