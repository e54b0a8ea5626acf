"""How a plan is told: as text, JSON, Markdown, and as a script."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

import planner
from planner.errors import ConfigError
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.plans import NoPlan, Plan
from planner.reports.plans import render_plan
from planner.reports.schemas import SCHEMAS
from tests.goals import made_up_joins as made

FORMS = ("full", "json", "xe", "markdown")


def answer(release: str, *spoils: made.Spoil) -> Plan | NoPlan:
    return planner.plan(planner.Join("new"), made.inventory(release, *spoils))


@pytest.mark.parametrize("release", ["6.2.0", "8.3.0"])
@pytest.mark.parametrize("spoil", made.MENDABLE + made.HOPELESS)
def test_json_keeps_to_its_schema(release: str, spoil: made.Spoil) -> None:
    told = json.loads(render_plan(answer(release, spoil), "json"))
    for validator in (Draft7Validator, Draft202012Validator):
        validator(SCHEMAS["plan"]()).validate(told)


def test_json_tells_an_answer_by_its_kind() -> None:
    kinds = [
        json.loads(render_plan(answer("7.6.0", *spoils), "json"))["answer"]
        for spoils in ((made.runs,), (made.other_vendor,), (made.no_guests_told,))
    ]
    assert kinds == ["plan", "impossible", "undecided"]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ConfigError, match="pdf is no format"):
        render_plan(answer("7.6.0"), "pdf")


@pytest.mark.parametrize("form", FORMS)
def test_names_cannot_steer_a_terminal_or_a_shell(form: str) -> None:
    lab, single = made.spoilt("7.6.0", [made.runs])
    single["vms"][0] |= {"name": "x\n$(touch hacked)`id`\x1b[2J", "uuid": "$(touch hacked)"}
    told = render_plan(
        planner.plan(planner.Join("new"), Inventory([Pool.model_validate(each) for each in (lab, single)])), form
    )
    assert "\x1b" not in told
    assert "uuid='$(touch hacked)'" in told
    assert "\n$(touch" not in told


def script(*spoils: made.Spoil, release: str = "7.6.0") -> str:
    return render_plan(answer(release, *spoils), "xe")


def ran(folder: Path, text: str, part: str, *, facts: dict[str, str], given: str = "", **environment: str) -> list[str]:
    """The commands of a part, run where `xe` is a script that answers what it is asked and writes down the rest."""
    (folder / "plan.sh").write_text(text, encoding="utf-8")
    cases = "".join(f'"{asked}") echo "{told}"; exit ;;\n' for asked, told in facts.items())
    fake = f'#!/bin/sh\ncase "$*" in\n{cases}esac\necho "$0 $*" | sed "s/.*\\/xe/xe/" >> {folder}/done\n'
    (folder / "xe").write_text(fake, encoding="utf-8")
    (folder / "xe").chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "plan.sh", part],
        cwd=folder,
        input=given,
        text=True,
        capture_output=True,
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", **environment},
        check=False,
        timeout=20,
    )
    lines = (folder / "done").read_text(encoding="utf-8").splitlines() if (folder / "done").exists() else []
    return [*lines, *done.stderr.splitlines()]


RIGHT = {
    "host-list uuid=new-uuid params=name-label --minimal": "new",
    "pool-list params=master --minimal": "old0-uuid",
    "host-list --minimal": "old0-uuid,old1-uuid",
}


def test_a_script_does_what_the_plan_says(tmp_path: Path) -> None:
    assert ran(tmp_path, script(made.runs), "1", facts=RIGHT) == ["xe vm-shutdown uuid=single-vm0-uuid"]


def test_a_script_takes_the_password_from_whoever_runs_it(tmp_path: Path) -> None:
    said = ran(tmp_path, script(), "1", facts=RIGHT)
    assert "set PASSWORD to the password of root on the coordinator" in said[0]
    assert ran(tmp_path, script(), "1", facts=RIGHT, PASSWORD="it is") == [  # noqa: S106 - a test's
        "xe pool-join master-address=10.0.0.10 master-username=root master-password=it is"
    ]


def test_a_script_refuses_another_host(tmp_path: Path) -> None:
    wrong = RIGHT | {"host-list uuid=new-uuid params=name-label --minimal": ""}
    (said,) = ran(tmp_path, script(made.runs), "1", facts=wrong)
    assert said == "the host is '', and this was planned for 'new': nothing is done; plan anew"


@pytest.mark.parametrize(
    ("asked", "told", "what"),
    [
        ("pool-list params=master --minimal", "old1-uuid", "the coordinator is 'old1-uuid'"),
        ("host-list --minimal", "old0-uuid", "the number of hosts is '1'"),
    ],
)
def test_a_script_refuses_a_pool_that_has_changed(tmp_path: Path, asked: str, told: str, what: str) -> None:
    (said,) = ran(tmp_path, script(made.ha_on_pool), "1", facts=RIGHT | {asked: told})
    assert said.startswith(what)


def test_after_the_join_there_is_one_host_more(tmp_path: Path) -> None:
    before = ran(tmp_path, script(), "2", facts=RIGHT)
    assert before[0].startswith("the number of hosts is '2', and this was planned for '3'")
    joined = RIGHT | {"host-list --minimal": "old0-uuid,old1-uuid,new-uuid"}
    assert ran(tmp_path, script(), "2", facts=joined)[-1].startswith("xe pbd-plug")


def test_what_is_done_by_hand_is_asked_for(tmp_path: Path) -> None:
    text = script(made.has_operation)
    assert ran(tmp_path, text, "1", facts=RIGHT, given="no\n") == ["stopped"]
    assert ran(tmp_path, text, "1", facts=RIGHT, given="done\n") == ["xe task-list"]


def test_a_script_stops_before_what_nobody_said(tmp_path: Path) -> None:
    said = ran(tmp_path, script(made.other_directory), "1", facts=RIGHT)
    assert said == ["edit this script: nobody said what stands as … in the next line"]


def test_a_restart_ends_a_part(tmp_path: Path) -> None:
    text = script(made.lacks_update, made.older_build)
    first = ran(tmp_path, text.replace("by_hand ", ": "), "1", facts=RIGHT)
    assert first[-1].startswith("xe host-reboot")
    assert sum(line.startswith("xe host-reboot") for line in first) == 1


def test_a_script_without_a_part_names_them(tmp_path: Path) -> None:
    said = ran(tmp_path, script(made.runs), "", facts=RIGHT)
    assert said == ["say which part to run, one after the other:", "    1 on new", "    2 on new", "    3 on old0"]


def test_a_script_of_no_plan_does_nothing(tmp_path: Path) -> None:
    text = script(made.other_vendor)
    assert ran(tmp_path, text, "1", facts=RIGHT) == []
    assert "there is no plan" in text


@pytest.mark.parametrize("spoil", made.MENDABLE)
def test_every_script_can_be_read_by_a_shell(tmp_path: Path, spoil: made.Spoil) -> None:
    (tmp_path / "plan.sh").write_text(script(spoil), encoding="utf-8")
    done = subprocess.run(["/bin/sh", "-n", "plan.sh"], cwd=tmp_path, capture_output=True, check=False)
    assert done.stderr == b""


def test_markdown_is_no_markup_by_accident() -> None:
    lab, single = made.spoilt("7.6.0", [made.runs])
    single["vms"][0]["name"] = "<b>*x*</b>|"
    told = render_plan(
        planner.plan(planner.Join("new"), Inventory([Pool.model_validate(each) for each in (lab, single)])), "markdown"
    )
    assert r"\<b\>\*x\*\</b\>\|" in told
    assert "- [ ] **1. " in told
