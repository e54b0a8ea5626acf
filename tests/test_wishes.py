"""The sample of all wishes: what is not kept, and the moves after which it is, as processes."""

import planner
from planner.model.inventory import Inventory
from planner.plans import Plan
from planner.plans.applying import applied
from tests.helpers import ROOT, run
from tests.rules.asking import faults

SAMPLE = "samples/wishes.yaml"
CHECK = ("check", "--format", "concise", SAMPLE)
PLACE = ("plan", "place", SAMPLE)
GOLDEN = {
    ROOT / "tests" / "golden" / "check-wishes.txt": CHECK,
    ROOT / "tests" / "golden" / "plan-place-wishes.txt": PLACE,
}


def test_the_sample_is_told_as_expected() -> None:
    for path, arguments in GOLDEN.items():
        assert run(*arguments).out == path.read_text(encoding="utf-8")


def test_after_the_moves_nothing_is_left_to_say() -> None:
    read = planner.load(str(ROOT / SAMPLE))
    plan = planner.plan(planner.Place(), read.inventory)
    assert isinstance(plan, Plan)
    assert len(plan.steps) == 3
    then = applied(read.inventory, (change for step in plan.steps for change in step.changes))
    assert {code for code, _ in wished(read.inventory)} == {"PL001", "PL002"}
    assert wished(then) == []


def wished(inventory: Inventory) -> list[tuple[str, str]]:
    return [
        (code, name)
        for code in ("PL001", "PL002")
        for name, _ in faults(code, *[each.pool for each in inventory.pools])
    ]


def test_a_host_whose_vm_is_to_stay_is_not_emptied() -> None:
    ended = run("plan", "evacuate", "xcp-02", SAMPLE)
    assert ended.code == 1
    assert "the wish licences stay does not let it be moved" in ended.out


if __name__ == "__main__":
    for each, asked in GOLDEN.items():
        each.write_text(run(*asked).out, encoding="utf-8")
