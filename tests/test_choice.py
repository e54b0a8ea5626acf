"""Which rules run, how bad a finding is, and who said so."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner
from planner import choice
from planner.errors import ConfigError
from planner.findings import Severity
from planner.settings import Exceptional, Resolved, Settings, nearest, resolved
from tests.helpers import loaded, run

BAD = """\
kind: Pool
name: lab
vms:
  - {name: web-1, uuid: u}
  - {name: web-1, uuid: v}
  - {name: x, vcpus: {max: 1, at_startup: 2}}
"""
CODES = [rule.code for rule in planner.catalogue()]


def codes(settings: Settings) -> set[str]:
    return {rule.code for rule in choice.of_settings(settings)}


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "deep"):
        (folder / "bad.yaml").write_text(BAD)
    return tmp_path


def found(folder: Path, *arguments: str) -> set[tuple[str, str]]:
    out = run("check", "bad.yaml", "--select", "NM001,VM001", *arguments, "--format", "jsonl", cwd=folder).out
    lines = map(json.loads, out.splitlines())
    return {(line["code"], line["severity"]) for line in lines if line["kind"] == "finding"}


def test_extend_select_adds_to_what_is_selected_and_takes_back_what_is_ignored() -> None:
    assert codes(Settings(select=("JN012",), extend_select=("NM001",))) == {"JN012", "NM001"}
    assert codes(Settings(extend_select=("NM001",))) == set(CODES)
    assert codes(Settings(ignore=("NM",), extend_select=("NM001",))) == {*CODES} - {"NM002"}
    assert codes(Settings(profile="join", extend_select=("NM001",))) - codes(Settings(profile="join")) == {"NM001"}


@given(st.sets(st.sampled_from(CODES)), st.sets(st.sampled_from(CODES)), st.sets(st.sampled_from(CODES)))
def test_of_single_codes_the_ignored_are_left_out_and_the_others_run(
    select: set[str], ignore: set[str], extend: set[str]
) -> None:
    settings = Settings(select=tuple(select), ignore=tuple(ignore), extend_select=tuple(extend))
    assert codes(settings) == ((select or set(CODES)) | (extend - ignore)) - ignore


def test_a_profile_has_the_families_that_matter_to_it() -> None:
    families = {name: {code[:2] for code in codes(Settings(profile=name))} for name in choice.PROFILES}
    assert families["all"] == {code[:2] for code in CODES}
    assert {"JN", "CP"} < families["join"]
    assert "HA" not in families["join"]
    assert "HA" in families["ha"]
    assert "UP" in families["update"]
    assert all({"LD", "RF"} <= each for each in families.values())
    assert codes(Settings(profile="ha", select=("NM",))) == {"NM001", "NM002"}


def test_the_longest_word_gives_the_severity(tmp_path: Path) -> None:
    settings = Settings(
        select=("NM001", "VM001"), severity={"NM": "warning", "NM001": "error", "vcpus-out-of-order": "note"}
    )
    report = planner.check(loaded(tmp_path, BAD), settings=settings)
    assert {(each.code, each.severity) for each in report.findings} == {
        ("NM001", Severity.ERROR), ("VM001", Severity.NOTE),
    }  # fmt: skip
    assert {rule.code: rule.severity for rule in report.ran} == {"NM001": Severity.ERROR, "VM001": Severity.NOTE}


def test_settings_may_hold_for_some_files_only(lab: Path) -> None:
    (lab / ".planner.toml").write_text('[per-file."deep/*"]\nignore = ["NM"]\nseverity = {VM001 = "note"}\n')
    assert found(lab) == {("NM001", "note"), ("VM001", "error")}
    assert found(lab / "deep") == {("VM001", "note")}
    (lab / "deep" / "er" / "bad.yaml").write_text(BAD)
    assert found(lab / "deep" / "er") == {("VM001", "note")}


def test_settings_may_hold_for_some_objects_only(tmp_path: Path) -> None:
    per_object = {
        "vm web-*": Exceptional(severity={"NM": "error"}),
        "vm x": Exceptional(ignore=("vcpus-out-of-order",)),
    }
    report = planner.check(loaded(tmp_path, BAD), select=["NM001", "VM001"], settings=Settings(per_object=per_object))
    assert {(each.code, each.severity) for each in report.findings} == {("NM001", Severity.ERROR)}


def test_what_is_unknown_is_left_out_with_its_rule(tmp_path: Path) -> None:
    joined = "kind: Pool\nname: a\ncoordinator: x\nhosts: [{name: x}]\njoins: [{host: y}]\n"
    read = loaded(tmp_path, joined, "kind: Pool\nname: y\nhosts: [{name: y}]\n")
    assert planner.check(read, select=["JN012"]).unknown
    settings = Settings(per_object={"pool y": Exceptional(ignore=("JN012",))})
    assert not planner.check(read, select=["JN012"], settings=settings).unknown


@pytest.mark.parametrize(
    "settings",
    [
        Settings(severity={"JN01X": "error"}),
        Settings(per_file={"*": Exceptional(ignore=("JN01X",))}),
        Settings(per_object={"vm nobody": Exceptional(severity={"JN01X": "note"})}),
        Settings(extend_select=("JN01X",)),
    ],
)
def test_a_word_that_names_no_rule_is_refused_wherever_it_stands(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="JN01X chooses no rule; did you mean JN0"):
        planner.check(loaded(tmp_path, BAD), settings=settings)


def test_the_nearest_file_holds_up_to_the_root_of_the_repository(lab: Path) -> None:
    assert nearest(lab / "deep" / "er") is None
    (lab.parent / ".planner.toml").write_text('ignore = ["VM"]')
    assert nearest(lab / "deep" / "er") is None
    (lab / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert nearest(lab / "deep") is None
    (lab / "pyproject.toml").write_text('[tool.planner]\nignore = ["NM001"]\n')
    assert nearest(lab / "deep" / "er") == lab / "pyproject.toml"
    assert found(lab / "deep") == {("VM001", "error")}
    (lab / "deep" / ".planner.yaml").write_text("severity: {NM001: warning}\n")
    assert nearest(lab / "deep" / "er") == lab / "deep" / ".planner.yaml"
    assert found(lab / "deep") == {("VM001", "error"), ("NM001", "warning")}
    assert found(lab / "deep", "--no-config") == {("VM001", "error"), ("NM001", "note")}
    assert found(lab / "deep", "--config", "../pyproject.toml") == {("VM001", "error")}
    (lab / ".git").rmdir()
    (lab.parent / ".planner.toml").unlink()
    assert nearest(lab / "deep" / "er") is None


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (".planner.toml", "ignored = ['NM']", "ignored is no setting; there are profile, select"),
        (".planner.toml", "ignore = 'NM'", "ignore: "),
        (".planner.toml", "severity = {NM001 = 'bad'}", "severity.NM001: "),
        (".planner.toml", "[per-file.'*']\nselect = ['NM']", "per-file.*.select is no setting"),
        (".planner.toml", "extend_select = ['NM']", "extend_select is no setting"),
        (".planner.toml", "format = 'xml'", "format: "),
        (".planner.toml", "ignore = [", "not TOML"),
        (".planner.yaml", "ignore: [", "not YAML"),
        (".planner.yaml", "ignore: []\nignore: []", "the key ignore is given twice"),
        (".planner.yaml", "- NM", "settings are a mapping"),
        (".planner.yaml", "{}\n---\n{}", "there are 2 documents"),
    ],
)
def test_settings_that_cannot_be_used_are_one_line_and_exit_2(lab: Path, name: str, text: str, words: str) -> None:
    (lab / name).write_text(text)
    ended = run("check", "bad.yaml", cwd=lab)
    assert (ended.code, ended.out) == (2, "")
    assert f"{name}: {words}" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_two_files_of_one_folder_are_never_merged(lab: Path) -> None:
    for name in (".planner.toml", ".planner.yaml"):
        (lab / name).write_text("")
    assert "there are both .planner.toml and .planner.yaml" in run("check", "bad.yaml", cwd=lab).err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--config", "nowhere.toml"), "nowhere.toml: cannot be read"),
        (("--config", "a.toml", "--no-config"), "contradict each other"),
        (("--severity", "NM001"), "expected is RULE=LEVEL"),
        (("--severity", "NM001=bad"), "expected is RULE=LEVEL"),
    ],
)
def test_options_that_cannot_be_used_are_one_line_and_exit_2(lab: Path, arguments: tuple[str, ...], words: str) -> None:
    ended = run("check", "bad.yaml", *arguments, cwd=lab)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err


def test_options_count_more_than_files() -> None:
    file = Resolved(Settings(ignore=("NM",), fail_on="note"))
    assert file.settings.fail_on == "note"
    assert resolved({"ignore": ["VM"], "fail-on": None}, search=False).settings == Settings(ignore=("VM",))
    assert replace(file, settings=Settings()).settings.profile == "all"


def test_the_threshold_of_a_file_decides_the_exit_code(lab: Path) -> None:
    (lab / ".planner.toml").write_text('fail-on = "note"\nselect = ["NM"]\nformat = "concise"\nshow-unknown = true\n')
    ended = run("check", "bad.yaml", cwd=lab)
    assert (ended.code, ended.out.splitlines()[-1]) == (1, "1 note")
    assert run("check", "bad.yaml", "--fail-on", "error", cwd=lab).code == 0


def test_each_setting_is_shown_with_its_origin(lab: Path) -> None:
    (lab / ".planner.toml").write_text('ignore = ["NM"]\nprofile = "ha"\n')
    rows = [line.split() for line in run("config", "--profile", "join", cwd=lab / "deep").out.splitlines()]
    origins = {row[0]: row[-1] for row in rows}
    assert origins["profile"] == "--profile"
    assert Path(origins["ignore"]) == lab / ".planner.toml"
    assert origins["select"] == "default"
    assert list(origins) == [
        "profile", "select", "extend-select", "ignore", "severity", "per-file", "per-object",
        "require-reason", "baseline", "fail-on", "format", "show-unknown",
    ]  # fmt: skip
    told = json.loads(run("config", "--as", "json", cwd=lab).out)
    assert told["settings"][0] == {"name": "profile", "value": "ha", "origin": str(lab / ".planner.toml")}
