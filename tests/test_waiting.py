"""Somebody waits for a plan: progress at a terminal, and Ctrl-C."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import planner
from planner import goals
from planner.generator import healthy_pool
from planner.goals.moves.conditions import Conditions
from planner.model.inventory import Inventory
from planner.patience import Waiting, ended, for_at_most, unhurried, waited_for, waiting
from planner.reports.inventory_yaml import inventory_json
from planner.solver import Ending, WholeNumbers
from tests.helpers import ROOT

PATIENCE = 120
"""Seconds after which a process is given up."""


class Person(Waiting):
    """Somebody who goes once something was found, or at once."""

    def __init__(self, *, leaves: bool) -> None:
        super().__init__()
        self.heard: list[tuple[str, str, str]] = []
        self._leaves = leaves

    def told(self, what: str, best: str, bound: str) -> None:
        self.heard.append((what, best, bound))
        self.ended = self._leaves and bool(best)


def _hard() -> WholeNumbers:
    """Sums of large odd numbers that are to be even: something is found at once, the least is not."""
    numbers = WholeNumbers(ends_early=True)
    chosen = [[numbers.number(1) for _ in range(6)] for _ in range(40)]
    for row in chosen:
        numbers.require([(1, each) for each in row], 1, 1)
    largest = numbers.number(10**9)
    for bin_ in range(6):
        sizes = [(1_000_003 + 7919 * at * at, row[bin_]) for at, row in enumerate(chosen)]
        numbers.require([*sizes, (-1, largest)], most=0)
    numbers.minimize([(1, largest)], "largest sum", lambda value: f"{value:,}")
    return numbers


def test_a_search_ends_when_its_time_is_over_and_for_whoever_goes() -> None:
    assert not ended()
    for seconds, over in ((None, False), (1000, False), (0, True)):
        with for_at_most(seconds):
            assert ended() is over
        assert not ended()
    person = Person(leaves=True)
    with waited_for(person), for_at_most(1000):
        assert not ended()
        person.told("loads", "1", "0")
        assert ended()


def test_what_is_to_go_on_to_its_end_does_and_is_told_all_the_same() -> None:
    person = Person(leaves=True)
    with waited_for(person), for_at_most(0), unhurried():
        found = waiting()
        assert found is not None
        found.told("loads", "1", "0")
        assert not ended()
    assert person.heard == [("loads", "1", "0")]
    assert person.ended
    with unhurried():
        assert waiting() is None


def test_whoever_waits_hears_how_far_it_is_and_may_go() -> None:
    person = Person(leaves=True)
    began = time.process_time()
    with waited_for(person):
        found = _hard().solve(1000)
    assert time.process_time() - began < PATIENCE
    assert found.ending is Ending.FOUND
    assert found.value is not None
    assert found.bound is not None
    assert found.bound < found.value
    what, best, bound = person.heard[-1]
    assert what == "largest sum"
    assert int(best.replace(",", "")) >= found.value
    assert int(bound.replace(",", "")) <= found.bound


def test_once_they_have_gone_nothing_more_is_searched() -> None:
    person = Person(leaves=True)
    person.ended = True
    with waited_for(person):
        assert ended()
        assert _hard().solve(1000).ending is Ending.OPEN
    assert not ended()


def test_waiting_changes_no_answer() -> None:
    alone = _hard().solve(0.5)
    with waited_for(Person(leaves=False)):
        assert _hard().solve(0.5) == alone


@pytest.fixture(name="large", scope="module")
def _large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "pool.json"
    path.write_text(inventory_json(healthy_pool(16, 300, 3)), encoding="utf-8")
    return path


def _command(path: Path) -> list[str]:
    return [sys.executable, "-m", "planner", "plan", "evacuate", "xcp-02", str(path), "--time", "200"]


def test_progress_is_shown_at_a_terminal_and_ctrl_c_gives_the_best_so_far(large: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    out = tmp_path / "out"
    with out.open("wb") as file:
        process = subprocess.Popen(_command(large), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=theirs)
    os.close(theirs)
    heard = b""
    while b"best" not in heard:
        heard += os.read(ours, 4096)
    process.send_signal(signal.SIGINT)
    try:
        while part := os.read(ours, 4096):
            heard += part
    except OSError:
        pass
    assert process.wait(PATIENCE) == 3
    assert b"searching: " in heard
    assert b"ending with the best so far" in heard
    assert out.read_text(encoding="utf-8").startswith("empty xcp-02")


def test_nothing_is_shown_in_a_pipe(large: Path) -> None:
    command = [*_command(large)[:-2]]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=PATIENCE)
    assert (found.returncode, found.stderr) == (0, b"")


@pytest.mark.parametrize(("seconds", "over"), [(None, False), (0.0, True), (1000.0, False)])
@pytest.mark.parametrize(
    "made",
    [
        lambda seconds: planner.Place(conditions=Conditions(seconds=seconds)),
        lambda seconds: planner.Evacuate("a", seconds=seconds),
        lambda seconds: planner.Balance(seconds=seconds),
        lambda seconds: planner.Update(seconds=seconds),
    ],
)
def test_a_time_that_is_given_ends_what_takes_long(
    made: Callable[[float | None], goals.Goal],
    seconds: float | None,
    *,
    over: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goal, seen = made(seconds), list[bool]()
    monkeypatch.setitem(goals._WAYS, type(goal), lambda *_: seen.append(ended()))  # type: ignore[index]
    goals.answer(goal, Inventory([]))
    assert seen == [over]
