"""What a change to an inventory brings. `python -m tests.test_diff` writes what is expected anew."""

import json
import tempfile
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from planner.reports.schemas import SCHEMAS
from tests.helpers import ROOT, Ended, run

OLD = """\
kind: Pool
name: lab
coordinator: a
hosts:
  - {name: a, memory: 64 GiB, updates: [u1], interfaces: [{device: eth0, mtu: 1500}]}
  - {name: b, memory: 64 GiB}
repositories:
  - {name: nas, type: nfs}
vms:
  - {name: web, ha_restart_priority: restart, vcpus: {max: 2, at_startup: 2}}
  - {name: db, uuid: d1, ha_restart_priority: restart}
"""
GOLDEN = ROOT / "tests" / "golden"
FORMS = ("full", "json", "markdown")
WAS = (ROOT / "samples" / "ha-pool.yaml").read_text(encoding="utf-8")
"""A pool of which all is told: one failure is survived."""
WAS = WAS.replace(
    "name: dbase\n    power_state: halted\n    memory: 256 MiB\n    vcpus: 1",
    """name: dbase
    power_state: halted
    memory: 256 MiB
    vcpus: {max: 1, at_startup: 2}""",
)


def becoming(text: str) -> str:
    """The pool after a host lost an update, a VM grew over what the other host has, another came and one went."""
    lacking = text.index("updates: [XS62ESP1, XS62ESP1002]", text.index("name: xen02\n"))
    text = text[:lacking] + "updates: [XS62ESP1]" + text[lacking + len("updates: [XS62ESP1, XS62ESP1002]") :]
    for was, becomes in (
        ("serverpath: /mnt/NFS_VDIs", "serverpath: /mnt/|VDIs|"),
        ("Local storage on xen02\n    type: lvm", "Local storage of xen02\n    type: lvm"),
        (
            "features: 00000209-178bfbff-00000001-28100800}\n    memory: 256 MiB",
            "features: 00000209-178bfbff-00000001-28100800}\n    memory: 2 GiB",
        ),
        ("- name: wsbase\n", "- name: more\n"),
        ("vcpus: {max: 1, at_startup: 2}", "vcpus: {max: 2, at_startup: 2}"),
        ("ha_restart_priority: best-effort\n    order: 1", "ha_restart_priority: ''\n    order: 1"),
        ("  failures_to_tolerate: 1\n", "  failures_to_tolerate: 0\n"),
    ):
        assert text.count(was) == 1, was
        text = text.replace(was, becomes)
    return text


def whole(form: str) -> str:
    """A comparison in which something of each kind changes."""
    with tempfile.TemporaryDirectory() as folder:
        ended = diff(Path(folder), becoming(WAS), "--select", "UP,HA041,MM", "--format", form, old=WAS)
    assert (ended.code, ended.err) == (1, "")
    return ended.out


def diff(folder: Path, new: str, *arguments: str, old: str = OLD) -> Ended:
    (folder / "old.yaml").write_text(old)
    (folder / "new.yaml").write_text(new)
    return run("diff", "old.yaml", "new.yaml", "--select", "VM001,NM", *arguments, cwd=folder)


def changes(folder: Path, new: str) -> list[tuple[str, str, str | None, str | None]]:
    told = json.loads(diff(folder, new, "--format", "json").out)
    Draft202012Validator(SCHEMAS["diff"]()).validate(told)
    return [
        (f"{each['kind']} {each['name']}", each["field"], each["before"], each["after"]) for each in told["changes"]
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ("memory: 64 GiB, updates", "memory: 32 GiB, updates", ("host a", "memory", "64 GiB", "32 GiB")),
        ("updates: [u1]", "updates: [u2, u1]", ("host a", "updates", "u1", "u1, u2")),
        ("updates: [u1]", "updates: []", ("host a", "updates", "u1", "none")),
        ("mtu: 1500", "mtu: 9000", ("host a", "interfaces.eth0.mtu", "1500", "9000")),
        ("at_startup: 2", "at_startup: 1", ("VM web", "vcpus.at_startup", "2", "1")),
        ("type: nfs", "type: iso", ("repository nas", "type", "nfs", "iso")),
        ("type: nfs", "type: nfs, shared: true", ("repository nas", "shared", None, "yes")),
        ("coordinator: a", "coordinator: b", ("pool lab", "coordinator", "a", "b")),
        ("name: db, uuid: d1", "name: dba, uuid: d1", ("VM dba", "name", "db", "dba")),
        (
            ", ha_restart_priority: restart}",
            ", ha_restart_priority: ''}",
            ("VM db", "ha_restart_priority", "restart", "none"),
        ),
        ("  - {name: b, memory: 64 GiB}\n", "", ("host b", "", "there", None)),
        ("{name: nas, type: nfs}", "{name: nas, type: nfs}\n  - {name: iso}", ("repository iso", "", None, "there")),
    ],
)
def test_a_change_is_told_by_object_and_field(
    tmp_path: Path, was: str, becomes: str, expected: tuple[str, str, str | None, str | None]
) -> None:
    assert OLD.replace(was, becomes) != OLD
    assert changes(tmp_path, OLD.replace(was, becomes)) == [expected]


@pytest.mark.parametrize("form", FORMS)
def test_a_comparison_is_told_whole(form: str) -> None:
    out = whole(form)
    assert out == (GOLDEN / f"diff.{form}.txt").read_text(encoding="utf-8")
    if form == "json":
        Draft7Validator(SCHEMAS["diff"]()).validate(json.loads(out))
        Draft202012Validator(SCHEMAS["diff"]()).validate(json.loads(out))


def test_another_object_of_the_same_name_is_another_object(tmp_path: Path) -> None:
    assert changes(tmp_path, OLD.replace("uuid: d1", "uuid: d2")) == [
        ("VM db", "", "there", None), ("VM db", "", None, "there"),
    ]  # fmt: skip


def test_what_is_not_told_any_more_is_no_departure(tmp_path: Path) -> None:
    new = OLD.replace("repositories:\n  - {name: nas, type: nfs}\n", "")
    assert changes(tmp_path, new) == [("pool lab", "repositories", "told", "not told")]


def test_reformatting_and_reordering_change_nothing(tmp_path: Path) -> None:
    first, second = OLD.splitlines()[4:6]
    ended = diff(tmp_path, "# new\n" + OLD.replace(f"{first}\n{second}", f"{second}\n\n{first}"), "--fail-on", "change")
    assert (ended.code, ended.out) == (0, "nothing changed\n")


def test_a_finding_that_appears_makes_it_worse_and_one_that_goes_does_not(tmp_path: Path) -> None:
    bad = OLD.replace("at_startup: 2", "at_startup: 3")
    worse = diff(tmp_path, bad)
    assert worse.code == 1
    assert "Findings that appeared\n  error VM001: " in worse.out
    assert worse.out.endswith("1 change; 1 finding appeared, 0 went; it got worse\n")
    assert diff(tmp_path, bad, "--fail-on", "never").code == 0
    better = diff(tmp_path, OLD, old=bad)
    assert better.code == 0
    assert "Findings that went\n  error VM001: " in better.out
    assert diff(tmp_path, OLD, "--fail-on", "change", old=bad).code == 1


def test_a_note_that_appears_is_no_worsening(tmp_path: Path) -> None:
    ended = diff(tmp_path, OLD + "  - {name: db, uuid: d2}\n")
    assert ended.code == 0
    assert "note NM001" in ended.out


def test_what_is_suppressed_now_has_not_gone(tmp_path: Path) -> None:
    bad = OLD.replace("at_startup: 2}}", "at_startup: 3}}")
    known = bad.replace("at_startup: 3}}", "at_startup: 3}}  # planner: ignore[VM001]")
    told = json.loads(diff(tmp_path, known, "--format", "json", old=bad).out)
    assert (told["appeared"], told["went"]) == ([], [])


def test_fewer_failures_that_are_survived_make_it_worse() -> None:
    joined, alone = "samples/homogeneous-pool-joined.yaml", "samples/homogeneous-pool.yaml"
    forth = json.loads(run("diff", alone, joined, "--format", "json", "--select", "NM").out)
    lab = next(each for each in forth["capacity"] if each["pool"].startswith("Pool"))
    assert (lab["before"], lab["after"]) == ({"at_least": 1, "at_most": 1}, {"at_least": 2, "at_most": 2})
    assert forth["worse"] is False
    assert run("diff", joined, alone, "--select", "NM").code == 1


def test_markdown_is_told_as_text(tmp_path: Path) -> None:
    out = diff(tmp_path, OLD.replace("name: nas", "name: '<nas>|*'"), "--format", "markdown").out
    assert "## Changed\n\n- repository \\<nas\\>\\|\\* of lab is new\n" in out


def test_a_comparison_is_written_to_a_file_but_never_over_one_that_was_read(tmp_path: Path) -> None:
    assert diff(tmp_path, OLD, "-o", "d.txt").out == ""
    assert (tmp_path / "d.txt").read_text() == "nothing changed\n"
    assert diff(tmp_path, OLD, "-o", "new.yaml").code == 2


def test_how_it_was_may_come_from_standard_input_but_not_both(tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text(OLD.replace("mtu: 1500", "mtu: 9000"))
    ended = run("diff", "-", "new.yaml", "--select", "NM", "--fail-on", "change", stdin=OLD, cwd=tmp_path)
    assert (ended.code, ended.out.splitlines()[1]) == (1, "  host a of lab: interfaces.eth0.mtu: 1500 → 9000")
    both = run("diff", "-", "-", stdin=OLD)
    assert (both.code, both.out, "standard input cannot be both" in both.err) == (2, "", True)


def test_an_inventory_that_is_not_there_is_one_line_and_exit_2() -> None:
    ended = run("diff", "samples/ha-pool.yaml", str(ROOT / "nowhere.yaml"))
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)


if __name__ == "__main__":
    for each in FORMS:
        (GOLDEN / f"diff.{each}.txt").write_text(whole(each), encoding="utf-8")
