"""A narrow terminal: the same answers, and marks that stand under what they mark."""

import re
from pathlib import Path

import pytest

from tests.helpers import ROOT, run
from tests.terminal import at_terminal

LONG = "a-name-that-is-longer-than-the-terminal-is-wide.of.a.laboratory.example"
_INK = re.compile(r"\x1b\[[0-9;]*m")


def named_long(sample: str, *names: str) -> str:
    """A sample in which each of these names is a long one."""
    text = (ROOT / "samples" / f"{sample}.yaml").read_text()
    for name in names:
        text = re.sub(rf"\b{name}\b", f"{name}.{LONG}", text)
    return text


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "ha.yaml").write_text(named_long("ha-pool", "xenA", "xen02", "urouter"))
    (tmp_path / "join.yaml").write_text(named_long("homogeneous-pool", "xen01", "xen00"))
    return tmp_path


COMMANDS = [
    ("check", "ha.yaml", "--format", "concise", "--show-unknown"),
    ("check", "ha.yaml", "--format", "markdown"),
    ("show", "storage", "ha.yaml"),
    ("show", "cpu", "ha.yaml"),
    ("show", "ha", "ha.yaml"),
    ("show", "vm", f"urouter.{LONG}", "ha.yaml"),
    ("ha", "capacity", "ha.yaml"),
    ("ha", "fail", f"xenA.{LONG}", "ha.yaml"),
    ("diff", "ha.yaml", "join.yaml"),
    ("plan", "join", f"xen01.{LONG}", "join.yaml"),
    ("plan", "evacuate", f"xen02.{LONG}", "ha.yaml"),
    ("config",),
    ("rules",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_narrow_terminal_gets_the_same_answer(lab: Path, command: tuple[str, ...]) -> None:
    shown, ended = at_terminal(*command, columns=60, cwd=lab), run(*command, cwd=lab)
    assert (shown.code, ended.code) == (ended.code, ended.code if ended.code in (0, 1, 3) else -1)
    assert sorted(shown.screen.splitlines()) == sorted((ended.out + ended.err).splitlines())


def test_what_is_marked_stands_above_its_mark_however_narrow_the_terminal(lab: Path) -> None:
    vms = (f"  - {{name: v{n}-{LONG[: n * 9]}, vcpus: {{max: 1, at_startup: 2}}, order: 0}}\n" for n in range(8))
    (lab / "join.yaml").write_text(f"{(lab / 'join.yaml').read_text()}---\nkind: Pool\nname: p\nvms:\n{''.join(vms)}")
    screens = {
        columns: _INK.sub("", at_terminal("check", "join.yaml", columns=columns, cwd=lab).screen)
        for columns in (60, 200)
    }
    marks = {
        columns: re.findall(r"^( *\d+ \| )(.*)\n *\| ( *)(\^+)$", text, re.MULTILINE)
        for columns, text in screens.items()
    }
    assert [len(found) for found in marks.values()] == [screens[60].count("remedy: ")] * 2
    assert any(len(text) > 60 for _, text, _, _ in marks[200])
    for (margin, narrow, before, mark), (_, wide, far_before, far_mark) in zip(*marks.values(), strict=True):
        assert len(margin + narrow) <= 60
        assert wide[len(far_before) :][: len(far_mark)].startswith(narrow[len(before) :][: len(mark)])
        assert len(margin + before + mark) <= 60


def test_control_characters_before_a_place_do_not_move_its_mark(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"kind": "Pool", "name": "a", "name\\u200b\u200b": 1, "colour": "red"}')
    out = run("check", "a.json", "--select", "LD005", cwd=tmp_path).out
    texts = re.findall(r"^1 \| (.*)\n  \| ( *)(\^+)$", out, re.MULTILINE)
    assert [text[len(before) :][: len(mark)] for text, before, mark in texts][-1] == '"colour"'


def test_help_is_as_wide_as_the_terminal() -> None:
    shown = at_terminal("diff", "--help", columns=60)
    assert (shown.code, max(map(len, shown.screen.splitlines())) <= 60) == (0, True)
