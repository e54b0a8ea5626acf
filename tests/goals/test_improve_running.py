"""Less memory for one VM that runs: worked out by hand, and against every size of every VM of tiny pools."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

import planner
from planner.facts.failover_problem import Known
from planner.facts.survival import survival
from planner.facts.toolstack_plan import covers_all
from planner.failover.capacity import failure_capacity
from planner.failover.problem import FailoverProblem, Restart
from planner.goals.improve import running
from planner.goals.improve.judging import least
from planner.goals.improve.running import Running, Today
from planner.goals.improve.shortage import shortages
from planner.model.guest import VM
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan
from tests.facts.places import MIB
from tests.facts.test_toolstack_evacuation import GIB, host, view, vm
from tests.failover import brute
from tests.goals.test_improve_shrinking import ENOUGH, FREE, pool, sized, takes

FREELY: dict[str, Any] = {"ha_restart_priority": "", "ha_always_run": False}
"""Of a VM to which no restart is promised."""
SIX = 6 * 1024
BESIDE = max(own for own in range(SIX) if takes(own) <= FREE - SIX)
"""In MiB, what x can have where it has to fit beside y, which takes 6 GiB while it runs."""
Lost = list[tuple[str, int]]


def asked(inventory: Inventory, failures: int = 1, *, for_toolstack: bool = False) -> Running:
    (own,) = inventory.pools
    known: Known = {}
    capacity, found = survival(own, known)
    return Running(Today(inventory, own, failures, for_toolstack, capacity, found, known))


def sizes(inventory: Inventory, failures: int = 1, *, for_toolstack: bool = False) -> dict[str, tuple[int, bool]]:
    """What each VM is to have so that so many hosts may fail, in MiB, and whether a MiB more is surely too much."""
    best, _ = asked(inventory, failures, for_toolstack=for_toolstack).best
    return {each.vm.name: (each.size // MIB, each.proven) for each in best}


@pytest.mark.parametrize("for_toolstack", [False, True])
def test_either_of_two_is_enough_where_their_restarts_do_not_fit(for_toolstack: bool) -> None:  # noqa: FBT001 - a parameter
    """y has to fit beside what x has, and x beside what y takes today: the former needs more."""
    both = pool(sized("x", 6, "a", 1), sized("y", 6, "b", 1))
    assert (ENOUGH, BESIDE) == (4052, 4102)
    assert sizes(both, for_toolstack=for_toolstack) == {"x": (ENOUGH, True), "y": (ENOUGH, True)}


def test_a_vm_that_is_not_protected_makes_room() -> None:
    """x alone is restarted: it has to be smaller, or y, on whose host it is."""
    both = pool(sized("x", 6, "a", 1), sized("y", 6, "b", 1) | FREELY)
    assert sizes(both) == {"x": (BESIDE, True), "y": (ENOUGH, True)}


def test_a_vm_that_is_not_protected_is_no_help_on_the_host_that_fails() -> None:
    others = (sized("y", 3, "a", 1) | FREELY, sized("z", 6, "b", 6) | FREELY)
    assert sizes(pool(sized("x", 6, "a", 1), *others)) == {"x": (BESIDE, True)}


@pytest.mark.parametrize("least", [None, 6, 5])
def test_no_vm_gets_less_than_its_minimum(least: int | None) -> None:
    assert sizes(pool(sized("x", 6, "a", least), sized("y", 6, "b", least))) == {}


def test_nothing_is_told_where_two_would_have_to_have_less() -> None:
    assert sizes(pool(sized("x", 9, "a", 7), sized("y", 9, "b", 7))) == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"power_state": "paused"},
        {"blocked_operations": ["clean_shutdown"]},
        {"driver_domain": True},
        {"operations": ["clean_reboot"]},
        {"scheduled_on": "a"},
        {"vcpus": None},
        {"drives": [{"device": "xvda", "disk": "gone"}]},
        {"actions_after_crash": "rename_restart"},
        {"ha_restart_priority": "restart"},  # it would be protected once it is started anew
    ],
)
def test_a_vm_that_cannot_be_shut_down_and_started_again_is_no_way(fields: dict[str, Any]) -> None:
    freely = pool(sized("x", 6, "a"), sized("y", 6, "b", 1) | FREELY)
    assert sizes(freely) == {"y": (ENOUGH, True)}
    assert sizes(pool(sized("x", 6, "a"), sized("y", 6, "b", 1) | FREELY | fields)) == {}


@pytest.mark.parametrize(("server", "ways"), [("10.0.0.9", {}), ("10.0.0.8", {"y": (ENOUGH, True)})])
def test_who_serves_storage_to_others_is_not_shut_down(server: str, ways: dict[str, tuple[int, bool]]) -> None:
    (own,) = pool(sized("x", 6, "a"), sized("y", 6, "b", 1, addresses=["10.0.0.9"])).pools
    (nfs,) = own.repositories.records
    config = {"device_config": {"server": server, "serverpath": "/vms"}}
    connections = tuple(each.model_copy(update=config) for each in nfs.connections or ())
    served = nfs.model_copy(update={"connections": connections})
    assert sizes(Inventory([own.pool.model_copy(update={"repositories": (served,)})])) == ways


def test_where_a_vm_is_down_a_mib_more_may_do_in_another_place() -> None:
    of = pool(sized("x", 6, "a", 1), sized("d", 6, None))
    assert sizes(of) == {"x": (ENOUGH, False)}


def test_where_one_that_is_down_has_no_room_at_all_it_is_the_way_out() -> None:
    found = planner.plan(planner.Improve(0), pool(sized("x", 6, "a", 1), sized("y", 6, "b"), sized("d", 6, None)))
    assert isinstance(found, NoPlan)
    (told,) = found.ways_out
    assert "2091 MiB less for x, which has 4052 MiB then; less may be enough" in told


def test_each_kind_is_told_in_a_sentence() -> None:
    found = planner.plan(planner.Improve(1), pool(sized("x", 6, "a", 1), sized("y", 6, "b", 1) | FREELY))
    assert isinstance(found, Plan)
    told = "less memory for one VM that runs and {}, shut down for it and started where it was: {}; less is not enough"
    assert found.others[:2] == (
        told.format("is protected", "2041 MiB less for x, which has 4102 MiB then"),
        told.format("is not protected", "2091 MiB less for y, which has 4052 MiB then"),
    )


def test_one_that_needs_a_mib_less_is_told_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """y can lose most, so it is asked first; z, which takes as much, has a MiB less to lose, for it takes more beside.

    x takes 6195 of 10283 MiB, and the other 3072: what is left is enough for 1004.
    """
    monkeypatch.setattr(running, "_BEST", 1)
    least = {"static_min": GIB // 2}
    y, z = (sized(name, 3, "b") | FREELY for name in "yz")
    y |= {"memory": y["memory"] | least}
    z |= {"memory": dict.fromkeys(("dynamic_min", "dynamic_max", "static_max"), 3 * GIB - 2 * MIB)}
    z["memory"] |= {"overhead": 2 * MIB}
    able = z | {"memory": z["memory"] | least}
    best = [asked(pool(sized("x", 6, "a"), y, other)).best[0] for other in (z, able)]
    assert [[(each.vm.name, each.number) for each in found] for found in best] == [[("y", 2067)], [("z", 2066)]]


def test_what_was_not_asked_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """x comes first by name; there is effort left for it alone."""
    monkeypatch.setattr(running, "_LOOKS", 1)
    of = asked(pool(sized("x", 6, "a", 1), sized("y", 6, "b", 1)))
    assert [each.vm.name for each in of.best[0]] == ["x"]
    assert of.told()[0].endswith("less is not enough; not asked: 1 VM")


@pytest.mark.parametrize(
    ("guest", "on", "size", "may"),
    [
        ("x", "a", 6, False),
        ("x", "a", 5, True),
        ("y", "b", 3, False),
        ("y", "b", 2, True),
        ("y", "a", 1, False),
    ],
)
def test_what_is_missing_is_counted_in_parts(guest: str, on: str, size: int, may: bool) -> None:  # noqa: FBT001 - a parameter
    """Parts are x, of 6 GiB: b and c with 4 free each have none until y has 2 less on b; a smaller x is none itself."""
    of = FailoverProblem({"a": 0, "b": 4 * GIB, "c": 4 * GIB}, (Restart("x", 6 * GIB, "a"),))
    *_, shortage = shortages(of, 1, failure_capacity(of), settled=True)
    before, after = (
        VM.model_validate(vm("v", 0, on, memory=exactly(each))) for each in (6 if guest == "x" else 4, size)
    )
    assert shortage.may_end(guest, on, before, after) is may


def exactly(size: int) -> dict[str, int]:
    """A VM that takes at most so many GiB, and hardly less."""
    return dict.fromkeys(("dynamic_min", "dynamic_max", "static_max"), size * GIB) | {"overhead": MIB}


def test_where_vms_that_are_down_can_be_put_in_several_ways_the_worst_case_is_not_counted() -> None:
    of = FailoverProblem({"a": 0, "b": 4 * GIB, "c": 4 * GIB}, (Restart("x", 6 * GIB, "a"),))
    capacity = failure_capacity(of)
    assert [len(tuple(shortages(of, 1, capacity, settled=settled))) for settled in (True, False)] == [2, 1]


@pytest.mark.parametrize(
    ("verdicts", "answer"), [("??++", (2, False)), ("--++", (2, True)), ("-+++", (1, True)), ("-?-+", (3, True))]
)
def test_what_is_not_decided_below_is_no_proof(verdicts: str, answer: tuple[int, bool]) -> None:
    told = {"-": False, "?": None, "+": True}
    assert least(0, len(verdicts) - 1, lambda number: told[verdicts[number]], refused=verdicts[0] == "-") == answer


class Tiny:
    """Two or three hosts of some MiB, and VMs of which each could have some of these less."""

    def __init__(self, seed: int, *, down: bool = False) -> None:
        chance = Random(seed)  # noqa: S311 - made-up data are no secret
        self.hosts = {name: chance.randint(60, 140) for name in "abc"[: chance.choice((2, 3, 3))]}
        self.vms: dict[str, dict[str, Any]] = {}
        left = dict(self.hosts)
        for number in range(chance.randint(2, 6)):
            own, on = chance.randint(10, 60), chance.choice(list(self.hosts))
            if takes(own) > left[on]:
                continue
            left[on] -= takes(own)
            promised = chance.random() < 0.7
            self.vms[f"v{number}"] = {
                "on": on,
                "size": own * MIB - chance.choice((0, 0, 0, 1, MIB // 2)),
                "least": chance.choice((1, 5, own // 2)) * MIB + chance.choice((0, 0, 1)),
                "overhead": chance.choice((None, takes(own) - own, takes(own) - own - 2)),
                "fields": {"ha_restart_priority": "restart", "ha_always_run": True} if promised else FREELY,
                "down": down and number == 0,
            }

    def with_size(self, name: str | None = None, size: int = 0) -> Inventory:
        """The pool; a VM has another size."""
        beside = 64 - 21
        hosts = [host(each, 0) for each in self.hosts]
        grown = [each | {"memory": each["memory"] + (self.hosts[each["name"]] - beside) * MIB} for each in hosts]
        return Inventory([view(grown, [self._vm(each, size if each == name else None) for each in self.vms]).pool])

    def _vm(self, name: str, size: int | None) -> dict[str, Any]:
        told = self.vms[name]
        memory = dict.fromkeys(("dynamic_min", "dynamic_max", "static_max"), told["size"] if size is None else size)
        memory |= {"static_min": told["least"]} | ({} if size is not None else {"overhead": told["overhead"]})
        down = {"power_state": "halted", "runs_on": None} if told["down"] else {}
        made: dict[str, Any] = vm(name, 0, told["on"], memory=memory) | told["fields"] | down
        return made

    def survives(self, failures: int, name: str | None = None, size: int = 0) -> bool:
        (own,) = self.with_size(name, size).pools
        _, found = survival(own)
        assert found.lacking == ()
        return not found.homeless and brute.capacity(found.exact) >= failures

    def least(self, failures: int, *, protected: bool) -> Lost:
        """What each VM has to have less, in whole MiB, trying every size; the least first."""
        found = []
        for name, told in self.vms.items():
            whole = -(-told["size"] // MIB)
            tried = range(1, whole - -(-told["least"] // MIB) + 1)
            enough = [number for number in tried if self.survives(failures, name, (whole - number) * MIB)]
            if enough and (told["fields"] is not FREELY) is protected and not told["down"]:
                assert enough == list(range(enough[0], tried.stop))
                found.append((name, enough[0]))
        return sorted(found, key=lambda pair: (pair[1], pair[0]))


def lost(of: Running, *, protected: bool) -> Lost:
    found = [(each.vm.name, each.number) for each in of.best[0] if each.protected is protected]
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize("seed", range(40))
def test_no_vm_needs_less_and_each_that_is_told_is_exact(seed: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_BEST", most)
    tiny = Tiny(seed)
    for failures in (1, 2):
        if tiny.survives(failures) or failures > len(tiny.hosts):
            continue
        of = asked(tiny.with_size(), failures)
        for protected in (True, False):
            found, best = lost(of, protected=protected), tiny.least(failures, protected=protected)
            assert [number for _, number in found] == [number for _, number in best[:most]]
            assert set(found) <= set(best)
        assert all(each.proven for each in of.best[0])
        assert of.best[1] == ()


def test_many_of_these_pools_have_a_way() -> None:
    """What is compared above is not only that there is none."""
    assert sum(bool(asked(Tiny(seed).with_size()).best[0]) for seed in range(40) if not Tiny(seed).survives(1)) >= 10


@pytest.mark.parametrize("seed", range(40))
def test_what_is_told_holds_for_the_toolstack_and_where_a_vm_is_down(seed: int) -> None:
    for tiny, for_toolstack in ((Tiny(seed, down=True), False), (Tiny(seed), True), (Tiny(seed, down=True), True)):
        for each in asked(tiny.with_size(), for_toolstack=for_toolstack).best[0]:
            assert tiny.survives(1, each.vm.name, each.size)
            (own,) = tiny.with_size(each.vm.name, each.size).pools
            assert not for_toolstack or covers_all(survival(own)[1], 1)
            assert not each.proven or not tiny.survives(1, each.vm.name, each.size + MIB)


@pytest.mark.parametrize("seed", range(12))
def test_order_of_records_changes_nothing(seed: int) -> None:
    (own,) = Tiny(seed).with_size().pools
    turned = {"hosts": (own.pool.hosts or ())[::-1], "vms": (own.pool.vms or ())[::-1]}
    other = Inventory([own.pool.model_copy(update=turned)])
    assert asked(other).told() == asked(Tiny(seed).with_size()).told()
