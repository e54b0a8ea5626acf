"""What is known is set apart, and nothing else."""

import json
from pathlib import Path

import pytest

import planner
from planner.errors import ConfigError
from planner.findings import Report, Suppression
from planner.settings import Settings
from tests.helpers import loaded, run, told
from tests.reports.reading import annotations, junit_tree

HEAD = "kind: Pool\nname: lab\nvms:\n"
A = "  - {name: a, vcpus: {max: 1, at_startup: 2}}"
B = "  - {name: b, vcpus: {max: 1, at_startup: 2}}"
RULES = ["VM001", "LD017", "LD018", "LD019"]


def checked(folder: Path, *lines: str, **more: str) -> Report:
    return planner.check(loaded(folder, HEAD + "\n".join(lines) + "\n"), select=RULES, **more)  # type: ignore[arg-type]


def hidden(report: Report) -> list[tuple[str, Suppression | None]]:
    return [(finding.about.name, finding.suppression) for finding in report.suppressed]


@pytest.mark.parametrize("word", ["VM001", "VM", "vcpus-out-of-order", "NM001, VM001"])
def test_a_comment_hides_the_finding_of_its_line_and_no_other(tmp_path: Path, word: str) -> None:
    report = checked(tmp_path, f"{A}  # planner: ignore[{word}] it is known", B)
    assert told(report) == [(5, "VM001")]
    assert hidden(report) == [("a", Suppression("comment", "it is known"))]


def test_a_comment_alone_on_its_line_speaks_of_the_next(tmp_path: Path) -> None:
    report = checked(tmp_path, "  # planner: ignore[VM001]", "  # as you know", "", A, B)
    assert told(report) == [(8, "VM001")]
    assert hidden(report) == [("a", Suppression("comment"))]


def test_a_key_of_a_record_hides_what_is_said_of_it_and_of_no_twin(tmp_path: Path) -> None:
    keyed = "  - {name: a, ignore: {VM001: 'until 2027-01-31: new cores come'}, vcpus: {max: 1, at_startup: 2}}"
    report = checked(tmp_path, keyed, A)
    assert told(report) == [(5, "VM001")]
    assert hidden(report) == [("a", Suppression("record", "new cores come", "2027-01-31"))]


def test_json_has_the_same_key(tmp_path: Path) -> None:
    vm = {"name": "a", "vcpus": {"max": 1, "at_startup": 2}, "ignore": {"VM001": "it is known"}}
    report = planner.check(loaded(tmp_path, json.dumps({"kind": "Pool", "name": "lab", "vms": [vm]})), select=RULES)
    assert told(report) == []
    assert hidden(report) == [("a", Suppression("record", "it is known"))]


def test_a_suppression_that_hides_nothing_is_told_where_it_stands(tmp_path: Path) -> None:
    report = checked(tmp_path, "  - {name: a}  # planner: ignore[VM001]", "  - {name: b, ignore: {VM: x}}")
    assert told(report) == [(4, "LD017"), (5, "LD017")]


def test_of_rules_that_were_not_run_nothing_can_be_said(tmp_path: Path) -> None:
    assert told(checked(tmp_path, "  - {name: a}  # planner: ignore[JN012]")) == []


def test_a_suppression_holds_to_the_end_of_its_last_day(tmp_path: Path) -> None:
    line = f"{A}  # planner: ignore[VM001] until 2026-03-31: then it is mended"
    assert told(checked(tmp_path, line, today="2026-03-31")) == []
    assert told(checked(tmp_path, line, today="2026-04-01")) == [(4, "VM001"), (4, "LD019")]
    assert told(checked(tmp_path, line)) == []
    assert told(checked(tmp_path, line, "---", "kind: Site", "as_of: '2026-04-01'")) == [(4, "VM001"), (4, "LD019")]
    site = checked(tmp_path, line, "---", "kind: Site", "as_of: '2026-04-01'", today="2026-03-31")
    assert told(site) == []


def test_the_day_of_the_command_line_is_that_of_the_option_or_the_clock(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{HEAD}{A}  # planner: ignore[VM001] until 2020-01-01\n")
    common = ("check", "a.yaml", "--select", "VM001,LD019", "--format", "concise")
    assert run(*common, cwd=tmp_path).code == 1
    assert run(*common, "--today", "2019-12-31", cwd=tmp_path).code == 0
    ended = run(*common, "--today", "31.12.2019", cwd=tmp_path)
    assert (ended.code, ended.err) == (2, "planner: 31.12.2019 is no day; write it as 2027-01-31\n")


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("ignore", "ignore is no suppression"),
        ("ignore VM001", "ignore VM001 is no suppression"),
        ("ignore[]", "nothing chooses no rule"),
        ("ignore[VM00X]", "VM00X chooses no rule; did you mean"),
        ("ignore[VM001] until soon: x", "soon is no day"),
        ("ignore[VM001] until 2026-02-30: x", "2026-02-30 is no day"),
    ],
)
def test_a_suppression_that_cannot_be_understood_holds_nothing_back(tmp_path: Path, comment: str, words: str) -> None:
    report = checked(tmp_path, f"{A}  # planner: {comment}")
    assert told(report) == [(4, "VM001"), (4, "LD018")]
    assert report.findings[1].message.startswith(words)


def test_a_reason_can_be_demanded(tmp_path: Path) -> None:
    text = f"{HEAD}{A}  # planner: ignore[VM001]\n{B}  # planner: ignore[VM001] it is known\n"
    settings = Settings(select=tuple(RULES), require_reason=True)
    report = planner.check(loaded(tmp_path, text), settings=settings)
    assert told(report) == [(4, "VM001"), (4, "LD018")]
    assert len(report.suppressed) == 1


def test_what_is_said_of_suppressions_is_never_suppressed(tmp_path: Path) -> None:
    assert told(checked(tmp_path, "  - {name: a}  # planner: ignore[LD, VM001]")) == [(4, "LD017"), (4, "LD017")]


def test_texts_that_only_look_like_comments_are_none(tmp_path: Path) -> None:
    report = checked(tmp_path, "  - {name: 'a#planner: ignore[VM001]', vcpus: {max: 1, at_startup: 2}}")
    assert told(report) == [(4, "VM001")]


def test_machine_formats_keep_what_is_suppressed(tmp_path: Path) -> None:
    report = checked(tmp_path, f"{A}  # planner: ignore[VM001] until 2027-01-31: it is known", B)
    run_of_sarif = json.loads(planner.render(report, "sarif"))["runs"][0]
    first, second = run_of_sarif["results"]
    assert "suppressions" not in first
    assert second["suppressions"] == [{"kind": "inSource", "justification": "it is known (until 2027-01-31)"}]
    whole = json.loads(planner.render(report, "json"))
    assert [each["suppression"]["reason"] for each in whole["suppressed"]] == ["it is known"]
    assert len(whole["findings"]) == whole["summary"]["error"] == 1
    kinds = [json.loads(line)["kind"] for line in planner.render(report, "jsonl").splitlines()]
    assert kinds == ["finding", "suppressed", "summary"]
    assert "suppressed (it is known (until 2027-01-31)) error: a has" in planner.render(report, "junit")
    assert junit_tree(planner.render(report, "junit"))["failures"] == "1"
    assert len(annotations(planner.render(report, "github"))) == 1
    assert planner.render(report, "concise").splitlines()[-1] == "1 error; 1 suppressed"


def test_a_case_of_junit_is_skipped_only_where_all_of_it_is_suppressed(tmp_path: Path) -> None:
    known = f"{A}  # planner: ignore[VM001] it is known"
    for lines, failures, skipped in (((known,), "0", "1"), ((known, B), "1", "0"), ((B,), "1", "0")):
        suites = junit_tree(planner.render(checked(tmp_path, *lines), "junit"))
        assert (suites["failures"], suites["skipped"]) == (failures, skipped)
    (case,) = [each for each in junit_tree(planner.render(checked(tmp_path, known), "junit"))["holds"][0]["holds"]
               if each["name"].startswith("VM001")]  # fmt: skip
    assert case["holds"][0] == {"tag": "skipped", "message": "suppressed: it is known"}


def test_a_baseline_hides_what_was_there_and_tells_what_is_gone(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{HEAD}{A}\n{B}\n")
    common = ("check", "a.yaml", "--select", "VM001", "--format", "concise")
    assert run(*common, "--write-baseline", "known.json", cwd=tmp_path).code == 1
    assert len((tmp_path / "known.json").read_text().splitlines()) == 4
    assert run(*common, "--baseline", "known.json", cwd=tmp_path).out == "nothing found; 2 suppressed\n"
    c = B.replace("name: b", "name: c")
    (tmp_path / "a.yaml").write_text(f"# moved\n{HEAD}{c}\n{B}\n")
    ended = run(*common, "--baseline", "known.json", cwd=tmp_path)
    assert ended.code == 1
    assert ended.out.splitlines()[-1] == "1 error; 1 suppressed; 1 in the baseline no longer found"
    assert ended.err == "known.json: VM001 of vm a of lab, vcpus.at_startup no longer occurs\n"
    other = run("check", "a.yaml", "--select", "NM001", "--baseline", "known.json", cwd=tmp_path)
    assert other.err == ""
    run(*common, "--baseline", "known.json", "--write-baseline", "known.json", cwd=tmp_path)
    assert run(*common, "--baseline", "known.json", cwd=tmp_path).out == "nothing found; 2 suppressed\n"


def test_a_baseline_of_the_settings_counts_from_their_folder(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.yaml").write_text(f"{HEAD}{A}\n")
    run("check", "deep/a.yaml", "--write-baseline", "known.json", cwd=tmp_path)
    (tmp_path / ".planner.toml").write_text('baseline = "known.json"\n')
    assert run("check", "a.yaml", cwd=tmp_path / "deep").code == 0


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "kind: baseline", '{"version": 2, "kind": "baseline", "findings": []}']
)
def test_what_is_no_baseline_is_the_callers_fault(tmp_path: Path, text: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match="no baseline; planner check --write-baseline"):
        planner.check(loaded(tmp_path, HEAD), settings=Settings(baseline=str(path)))
    path.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        planner.check(loaded(tmp_path, HEAD), settings=Settings(baseline=str(path)))
