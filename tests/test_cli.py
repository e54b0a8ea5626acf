import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import planner
from planner.reports.schemas import SCHEMAS
from tests.facts.test_failover_problem import GIB, NFS, host, vm
from tests.helpers import ROOT, run

BAD = "kind: Pool\nname: lab\nvms:\n  - name: a\n    vcpus: {max: 1, at_startup: 2}\n"
GOOD = "kind: Pool\nname: lab\nhosts: []\nvms: []\n"


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "bad.yaml").write_text(BAD)
    (tmp_path / "good.yaml").write_text(GOOD)
    return tmp_path


def test_findings_end_with_1_and_none_with_0(lab: Path) -> None:
    assert run("check", "bad.yaml", cwd=lab).code == 1
    assert run("check", "good.yaml", cwd=lab).code == 0


def test_the_threshold_decides_the_exit_code(lab: Path) -> None:
    (lab / "twins.yaml").write_text("kind: Pool\nname: lab\nvms: [{name: a, uuid: x}, {name: a, uuid: y}]\n")
    assert run("check", "twins.yaml", "--select", "NM", cwd=lab).code == 0
    assert run("check", "twins.yaml", "--select", "NM", "--fail-on", "note", cwd=lab).code == 1


def test_full_shows_the_line_the_caret_and_the_remedy(lab: Path) -> None:
    out = run("check", "bad.yaml", cwd=lab).out
    assert "error[VM001]" in out
    assert " --> bad.yaml:5:" in out
    assert "5 |     vcpus: {max: 1, at_startup: 2}" in out
    assert "^" in out
    assert "remedy: " in out
    assert "\x1b" not in out


def test_colour_is_for_those_who_ask(lab: Path) -> None:
    assert "\x1b[" in run("check", "bad.yaml", "--color", "always", cwd=lab).out
    assert "\x1b[" not in run("check", "bad.yaml", "--color", "never", cwd=lab).out


def test_concise_is_one_line_a_finding(lab: Path) -> None:
    first, *_ = run("check", "bad.yaml", "--format", "concise", cwd=lab).out.splitlines()
    assert first.startswith("bad.yaml:5:")
    assert " error VM001 " in first


def test_json_keeps_to_its_schema(lab: Path) -> None:
    ended = run("check", "bad.yaml", "--format", "json", cwd=lab)
    report = json.loads(ended.out)
    Draft202012Validator(SCHEMAS["report"]()).validate(report)
    assert list(report) == ["version", "kind", "findings", "suppressed", "unknown", "gone", "summary"]
    assert list(report["findings"][0]) == [
        "code", "name", "severity", "message", "remedy", "object", "field", "path", "line", "column", "related",
        "api_error", "fingerprint",
    ]  # fmt: skip
    assert report["findings"][0]["object"] == {"kind": "vm", "name": "a", "pool": "lab"}
    assert list(report["summary"]) == ["error", "warning", "note", "unknown", "rules", "objects"]
    assert report["summary"]["error"] == 1
    assert ended.err == ""


def test_further_formats_are_written_in_the_same_run(lab: Path) -> None:
    ended = run("check", "bad.yaml", "--output", "json=r.json", "-o", "concise=r.txt", cwd=lab)
    assert "error[VM001]" in ended.out
    assert json.loads((lab / "r.json").read_text())["summary"]["error"] == 1
    assert "error VM001" in (lab / "r.txt").read_text()
    assert run("check", "bad.yaml", "--output", "r.json", cwd=lab).code == 2
    for twice in (("-o", "sarif=./b.json"), ("--write-baseline", "b.json")):
        ended = run("check", "bad.yaml", "-o", "json=b.json", *twice, cwd=lab)
        assert (ended.code, "two results cannot be written to one file" in ended.err) == (2, True)
    assert not (lab / "b.json").exists()
    assert run("check", "good.yaml", "-o", "json=/dev/null", "-o", "sarif=/dev/null", cwd=lab).code == 0


def test_a_file_is_written_whole_or_not_at_all(lab: Path) -> None:
    old = lab / "r.json"
    old.write_text("as it was")
    old.chmod(0o640)
    (lab / "link.json").symlink_to("r.json")
    limited = f"ulimit -f 0; trap '' XFSZ; {sys.executable} -m planner check good.yaml -o json=r.json >/dev/null"
    done = subprocess.run(
        ["bash", "-c", limited],  # noqa: S607
        cwd=lab,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.decode() == "planner: r.json: cannot be written: File too large\n"
    assert old.read_text() == "as it was"
    assert run("check", "good.yaml", "-o", "json=link.json", "-o", "jsonl=/dev/null", cwd=lab).code == 0
    assert json.loads(old.read_text())["kind"] == "report"
    assert (old.stat().st_mode & 0o777, (lab / "link.json").is_symlink()) == (0o640, True)
    assert sorted(path.name for path in lab.iterdir()) == ["bad.yaml", "good.yaml", "link.json", "r.json"]


def test_an_interruption_is_one_line_and_the_code_that_shells_know(lab: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "planner", "check", "-", "-o", "json=r.json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=lab,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        child.stdin.write(BAD.encode())
        child.stdin.flush()
        time.sleep(5)
        child.send_signal(signal.SIGINT)
        assert (child.stdout.read(), child.stderr.read(), child.wait(60)) == (b"", b"planner: interrupted\n", 130)
    assert not (lab / "r.json").exists()


def test_the_first_line_of_much_is_enough(lab: Path) -> None:
    vms = [{"name": f"v{number}", "vcpus": {"max": 1, "at_startup": 2}} for number in range(3000)]
    (lab / "big.json").write_text(json.dumps({"kind": "Pool", "name": "lab", "vms": vms}))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{sys.executable} -m planner check big.json | head -1"],  # noqa: S607
        cwd=lab,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(b"error[VM001]")


def test_colour_and_width_are_those_of_the_terminal(lab: Path) -> None:
    program = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    command = [sys.executable, "-c", program, sys.executable, "-m", "planner"]
    common = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "60"}
    common.pop("NO_COLOR", None)
    for environment, colored in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        done = subprocess.run(
            [*command, "check", "bad.yaml"],
            cwd=lab,
            env={**common, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 1
        assert (b"\x1b[" in done.stdout) is colored
    told = subprocess.run([*command[3:], "check", "--help"], env=common, cwd=lab, capture_output=True, check=False)
    assert max(map(len, told.stdout.decode().splitlines())) <= 60


def test_rules_are_selected_and_ignored(lab: Path) -> None:
    assert run("check", "bad.yaml", "--ignore", "VM001,NM", cwd=lab).code == 0
    assert run("check", "bad.yaml", "--select", "NM", "--select", "vcpus-out-of-order", cwd=lab).code == 1


def test_what_is_unknown_is_shown_on_request(lab: Path) -> None:
    (lab / "u.yaml").write_text("kind: Pool\nname: lab\ncoordinator: a\nhosts: [{name: a}]\njoins: [{host: b}]\n---\n"
                                "kind: Pool\nname: b\nhosts: [{name: b}]\n")  # fmt: skip
    ended = run("check", "u.yaml", "--select", "JN012", "--show-unknown", cwd=lab)
    assert ended.err == "unknown: pool b of b: vms (JN012)\n"
    assert "1 check lacks a fact" in ended.out


def test_standard_input_is_read_under_the_name_given(lab: Path) -> None:
    ended = run("check", "-", "--format", "concise", "--stdin-filename", "from-git.yaml", stdin=BAD, cwd=lab)
    assert ended.code == 1
    assert ended.out.startswith("from-git.yaml:5:")
    assert run("check", "-", "--format", "concise", stdin=BAD).out.startswith("<stdin>:5:")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "nowhere.yaml"), "nowhere.yaml: there is no such file"),
        (("check", "."), "holds no file"),
        (("check", "*.nothing"), "no file matches"),
        (("check", "a.yaml", "--select", "XX"), "XX chooses no rule"),
        (("explain", "JN01"), "JN01 is no rule; did you mean JN0"),
        (("schema", "pool"), "pool is no schema; there are: inventory, report"),
        (("convert", "good.yaml", "-o", "no/such/folder.yaml"), "cannot be written"),
        (("check",), "Missing argument"),
        (("check", "a.yaml", "--format", "xml"), "'xml' is not one of"),
        (("frobnicate",), "No such command"),
    ],
)
def test_a_mistake_of_the_caller_is_one_line_and_exit_2(lab: Path, arguments: tuple[str, ...], words: str) -> None:
    empty = lab / "empty"
    empty.mkdir()
    (empty / "good.yaml" if arguments[0] == "convert" else lab / "a.yaml").write_text(GOOD)
    ended = run(*arguments, cwd=empty if arguments[0] == "convert" or arguments[-1] in (".", "*.nothing") else lab)
    assert ended.code == 2
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_every_rule_is_explained_by_code_and_name() -> None:
    by_code, by_name = run("explain", "jn012"), run("explain", "running-vms-on-joining-host")
    assert by_code.out == by_name.out
    assert "JOINING_HOST_CANNOT_HAVE_RUNNING_VMS" in by_code.out


def test_rules_are_listed() -> None:
    table = run("rules").out.splitlines()
    assert len(table) == len(planner.catalogue())
    listed = json.loads(run("rules", "--format", "json").out)
    assert [rule["code"] for rule in listed] == [line.split()[0] for line in table]


def test_schemas_are_printed() -> None:
    for name in ("inventory", "report"):
        assert json.loads(run("schema", name).out) == json.loads((ROOT / "schemas" / f"{name}.json").read_text())


def test_what_is_converted_reads_as_the_same_inventory(lab: Path) -> None:
    for path in sorted((ROOT / "samples").glob("*.yaml")):
        ended = run("convert", str(path), "-o", str(lab / "again.yaml"))
        assert ended.code == 0, ended.err
        before, after = planner.load(str(path)), planner.load(str(lab / "again.yaml"))
        assert [rooted.record for rooted in before.roots] == [rooted.record for rooted in after.roots]


def test_converting_tells_faults_on_standard_error(lab: Path) -> None:
    ended = run("convert", "-", stdin="kind: Pool\nname: a\ncolour: red\n", cwd=lab)
    assert (ended.code, "LD005" in ended.err, "name: a" in ended.out) == (1, True, True)


def test_the_same_seed_gives_the_same_sample() -> None:
    first = run("sample", "--hosts", "3", "--vms", "5", "--seed", "7")
    assert first.code == 0
    assert first.out == run("sample", "--hosts", "3", "--vms", "5", "--seed", "7").out
    assert first.out != run("sample", "--hosts", "3", "--vms", "5", "--seed", "8").out


def test_the_version_is_said_at_once() -> None:
    ended = run("--version")
    assert (ended.code, ended.out) == (0, f"planner {planner.__version__}\n")


def test_a_reader_that_goes_away_is_no_fault() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "planner", "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as child:
        assert child.stdout
        assert child.stderr
        child.stdout.close()
        assert b"Traceback" not in child.stderr.read()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("check bad.yaml | true", 1),
        ("rules | true", 0),
        ("sample | true", 0),
        ("check good.yaml > /dev/full", 2),
        ("rules > /dev/full", 2),
        ("--version > /dev/full", 2),
        ("--help > /dev/full", 2),
        ("check good.yaml >&-", 2),
        ("check - <&-", 2),
        ("check nowhere 2>&-", 2),
        ("check nowhere 2>/dev/full", 2),
        ("check good.yaml --show-unknown 2>/dev/full >/dev/null", 0),
        ("check good.yaml --show-unknown 2>&-", 0),
    ],
)
def test_the_exit_code_holds_whatever_the_streams_are(lab: Path, command: str, code: int) -> None:
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{sys.executable} -m planner {command}"],  # noqa: S607
        cwd=lab,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert b"internal error" not in done.stderr
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1


def test_a_file_that_was_read_is_never_written_over(lab: Path) -> None:
    for arguments in (("check", "bad.yaml", "--output", "json=./bad.yaml"), ("convert", "bad.yaml", "-o", "bad.yaml")):
        ended = run(*arguments, cwd=lab)
        assert ended.code == 2
        assert "bad.yaml: this file was read in the same run" in ended.err
        assert (lab / "bad.yaml").read_text() == BAD


def test_standard_input_that_is_too_large_is_told_by_its_name(lab: Path) -> None:
    ended = run("check", "-", "--format", "concise", stdin=b"\xff\xff", cwd=lab)
    assert ended.out.startswith("<stdin>:1:1: error LD001")


@pytest.mark.parametrize("path", ["samples/ha-pool.yaml", "samples/homogeneous-pool.yaml"])
def test_checking_never_loads_the_solver(path: str) -> None:
    program = (
        "import sys, planner\n"
        f"planner.render(planner.check(planner.load({path!r})), 'json')\n"
        "assert not [name for name in sys.modules if name.startswith('ortools')], 'the solver was loaded'\n"
        "assert 'typer' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_checking_a_pool_whose_capacity_is_hard_to_tell_never_loads_the_solver(tmp_path: Path) -> None:
    rng, names = random.Random(4), ["a", *(f"h{at}" for at in range(1, 64))]  # noqa: S311 - no secret
    hosts = [host(name, memory=570 * GIB + rng.randrange(2**33)) for name in names]
    vms = [vm(f"v{at}", names[at % 64], rng.randrange(20, 90) * GIB + at * 2**20) for at in range(500)]
    nfs = NFS | {"connections": [{"host": name, "attached": True} for name in names]}
    wish = {"enabled": True, "failures_to_tolerate": 60}
    pool = {"kind": "Pool", "name": "pool", "coordinator": "a", "hosts": hosts, "vms": vms, "repositories": [nfs]}
    written = tmp_path / "hard.json"
    written.write_text(json.dumps([pool | {"software": {"product_version": "8.2.1"}, "networks": [], "ha": wish}]))
    program = (
        "import sys, planner\n"
        f"found = planner.check(planner.load({str(written)!r}))\n"
        "assert 'HA041' in planner.render(found, 'json')\n"
        "assert not [name for name in sys.modules if name.startswith('ortools')], 'the solver was loaded'\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_the_command_line_is_there_before_anything_else_is() -> None:
    late = {"numpy", "ortools", "pydantic", "planner.facts", "planner.goals", "planner.overviews", "planner.rules"}
    program = f"import sys, planner.cli; assert not {late} & set(sys.modules), {late} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_importing_planner_loads_next_to_nothing() -> None:
    program = "import sys, planner; assert not {'pydantic', 'yaml', 'typer', 'ortools'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
