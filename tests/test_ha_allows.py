"""`planner ha allows` as a process. `python -m tests.test_ha_allows` writes what is expected anew."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden" / "ha-allows.txt"
SAMPLE = "samples/ha-pool.yaml"
ACTIONS = ("migrate=urouter@xen02", "--then", "disable=xenA")


@pytest.fixture(scope="module")
def enabled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sample with high availability on, as it is wished."""
    text = (ROOT / SAMPLE).read_text(encoding="utf-8")
    on = text.replace("ha: {enabled: false}", "ha: {enabled: true, failures_to_tolerate: 1, allow_overcommit: false}")
    assert on != text
    path = tmp_path_factory.mktemp("lab") / "pool.yaml"
    path.write_text(on, encoding="utf-8")
    return str(path)


def told(path: str) -> str:
    return run("ha", "allows", ACTIONS[0], path, *ACTIONS[1:]).out


def test_the_text_is_as_expected(enabled: str) -> None:
    assert told(enabled) == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("action", "code", "allowed"),
    [
        ("migrate=urouter@xen02", 0, True),
        ("disable=xenA", 1, False),
        ("tolerate=2", 1, False),
        ("protect=urouter:best-effort", 0, True),
        ("start=wsprinter@xen02", 1, False),
    ],
)
def test_the_exit_code_and_the_json(enabled: str, action: str, code: int, *, allowed: bool) -> None:
    ended = run("ha", "allows", action, enabled, "--format", "json")
    found = json.loads(ended.out)
    jsonschema.validate(found, json.loads((ROOT / "schemas" / "ha-allows.json").read_text(encoding="utf-8")))
    (judged,) = found["actions"]
    assert (ended.code, judged["allowed"], judged["action"]) == (code, allowed, action)


def test_with_high_availability_off_what_is_wished_can_still_be_broken() -> None:
    ended = run("ha", "allows", "disable=xenA", SAMPLE)
    assert (ended.code, ended.err) == (1, "")
    assert "allowed, but it breaks what is promised" in ended.out
    assert "1 failure is to be tolerated, 0 can be" in ended.out


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    (tmp_path / "pool.yaml").write_text("kind: Pool\nname: lab\nha: {enabled: true}\nhosts: [{name: a}, {name: b}]\n")
    ended = run("ha", "allows", "disable=a", str(tmp_path))
    assert ended.code == 3
    assert "not known: plan_exists_for of" in ended.out


def test_an_action_that_cannot_be_read_is_one_line() -> None:
    ended = run("ha", "allows", "stop=xenA", SAMPLE)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "stop=xenA: expected is one of disable=HOST, start=VM[@HOST], migrate=VM@HOST, memory=VM:SIZE" in ended.err


def write_anew(path: str) -> None:
    GOLDEN.write_text(told(path), encoding="utf-8")


TWINS = """
kind: Pool
name: lab
hosts: [{name: a, uuid: u}, {name: b, uuid: u}, {name: c}]
vms: [{name: x, uuid: v, power_state: halted}, {name: y, uuid: v, power_state: halted}]
"""


@pytest.mark.parametrize("action", ["disable=a", "start=x@c", "protect=x", "memory=x:1GiB", "start=x"])
def test_what_no_uuid_tells_apart_is_not_changed_together(action: str, tmp_path: Path) -> None:
    (tmp_path / "pool.yaml").write_text(TWINS, encoding="utf-8")
    ended = run("ha", "allows", action, str(tmp_path))
    assert (ended.code, ended.out) == (2, "")
    assert f"{action}: several " in ended.err
    assert "no UUID tells them apart" in ended.err
