import json
from pathlib import Path

import pytest

import planner
from planner.confidential import is_secret, masked, without_secrets
from planner.reports import FORMS
from planner.reports.inventory_yaml import inventory_yaml
from tests.helpers import loaded, run

HIDDEN = "hunter2"


@pytest.mark.parametrize(
    "line",
    [
        f"password: {HIDDEN}",
        f"password: {HIDDEN} and more {HIDDEN}",
        f"{{server: x, cifspassword: '{HIDDEN}, {HIDDEN}', y: 1}}",
        f'"chapPassword_secret": "{HIDDEN}\\"{HIDDEN}", "x": 1',
        f"(('server'%.'x')%.('password'%.'{HIDDEN}')%.('y'%.'z'))",
        f"(('server' 'x') ('passwd' '{HIDDEN}'))",
        f"options=password={HIDDEN}",
        f'"token": "{HIDDEN}',
        f'<table name="secret"><row value="{HIDDEN}"/>',
        f"password: [a, {HIDDEN}]",
        f"{{password: a, {HIDDEN}: 1}}",
        f"password: 'it''s {HIDDEN}'",
        f"password: a) {HIDDEN}",
        f'"\\u0070assword": "{HIDDEN}"',
        f"&#112;assword={HIDDEN}",
        f"<name>password</name><value>{HIDDEN}</value>",
        f"(('password'  '{HIDDEN}')",
        f"&apos;password&apos; &apos;{HIDDEN}&apos;",
        f"location: http://root:{HIDDEN}@proxy/x",
    ],
)
def test_secret_values_are_masked_and_nothing_moves(line: str) -> None:
    shown = masked(line)
    assert HIDDEN not in shown
    assert len(shown) == len(line)
    assert "*" in shown


def test_other_text_is_left_as_it_is() -> None:
    for line in (
        "name: web-1  # passes the test",
        "{name: token-server, memory: 5x}",
        '{"name": "token-server", "memory": "5x"}',
        "cluster: {token_timeout: 5x, quorate: 1}",
        "address: http://proxy:8080/x@y",
        '{"name": "\\u00e9"}',
    ):
        assert masked(line) == line
    assert masked('{"password": "x", "memory": 5}') == '{"password": ***, "memory": 5}'


@pytest.mark.parametrize(
    "value",
    [
        HIDDEN,
        f"*{HIDDEN}",
        f"!{HIDDEN} x",
        f"[a, {HIDDEN}]",
        f"{{a: {HIDDEN}}}",
        f"a, {HIDDEN}",
        f"a: {HIDDEN}: b",
        f"@{HIDDEN}",
        f"'a''{HIDDEN}'",
        f"|\n        {HIDDEN}",
        f"\n        - {HIDDEN}",
        f"\n        {HIDDEN}: [",
        f"\n        \t{HIDDEN}",
    ],
)
@pytest.mark.parametrize("form", ["full", "concise", "json"])
def test_a_secret_is_told_in_no_form_whatever_is_wrong_with_it(tmp_path: Path, value: str, form: planner.Form) -> None:
    texts = [f"kind: Pool\nname: a\nhosts:\n  - name: h\n    password: {value}\n"]
    if "\n" not in value:
        texts.append(f"kind: Pool\nname: a\nhosts: [{{name: h, password: {value}, memory: x}}]\n")
    for text in texts:
        report = planner.check(loaded(tmp_path, text), select=["LD"])
        assert report.findings
        assert HIDDEN not in planner.render(report, form)


@pytest.mark.parametrize("value", [f"password={HIDDEN}", f"http://root:{HIDDEN}@x"])
def test_a_secret_in_a_wrong_value_is_not_repeated(tmp_path: Path, value: str) -> None:
    report = planner.check(loaded(tmp_path, f"kind: Pool\nname: a\nhosts: [{{name: h, memory: '{value}'}}]"))
    assert HIDDEN not in planner.render(report, "json") + planner.render(report, "full")


def test_secret_entries_are_dropped() -> None:
    assert without_secrets({"server": "x", "Password": "y", "options": "rw,password=z"}) == {"server": "x"}
    assert (is_secret("chappassword_secret"), is_secret("options", "passwd=1"), is_secret("server")) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize("value", [f"'{HIDDEN}'", f"5{HIDDEN}", f"[{HIDDEN}"])
def test_no_command_tells_a_secret_of_its_files_anywhere(tmp_path: Path, value: str) -> None:
    """Every output, error and file of a run with known passwords is searched for them."""
    text = DOCUMENT.replace(f"password: {HIDDEN}", f"password: {value}")
    (tmp_path / "lab.yaml").write_text(text)
    (tmp_path / "old.yaml").write_text(f"{text}hosts: [{{name: h}}]\nvms: [{{name: w}}]\n")
    (tmp_path / "lab.json").write_text(json.dumps({"kind": "Pool", "name": "j", "token": f"a{HIDDEN}", "hosts": 5}))
    forms = [form for form in FORMS if form != "full"]
    outputs = [word for form in forms for word in ("-o", f"{form}=out.{form}")]
    paths = ("lab.yaml", "lab.json")
    commands = (
        ("-v", "check", *paths, "--show-unknown", "--color", "always", *outputs, "--write-baseline", "known.json"),
        ("-v", "check", *paths, "--select", "NM"),
        ("-v", "convert", *paths, "-o", "out.yaml"),
        ("-v", "diff", "old.yaml", "lab.yaml", "--format", "json"),
        ("-v", "show", "storage", *paths),
        ("-v", "ha", "capacity", *paths, "--format", "json"),
        ("-v", "plan", "evacuate", "h", "old.yaml"),
    )
    ended = [run(*each, cwd=tmp_path) for each in commands]
    assert ended[0].code == 1
    written = [path for path in tmp_path.iterdir() if path.name not in (*paths, "old.yaml")]
    assert {f"out.{form}" for form in forms} <= {path.name for path in written}
    everything = "".join([*(each.out + each.err for each in ended), *(path.read_text() for path in written)])
    assert HIDDEN not in everything
    assert "1" * 20 not in everything


DOCUMENT = f"""\
kind: Pool
name: lab
repositories:
  - {{name: a, colour: red, device_config: {{server: x, password: {HIDDEN}}}}}
  - name: b
    connections: [{{host: h, device_config: {{cifspassword: 5{HIDDEN}, token: 77{"1" * 20}}}}}]
"""


def test_a_password_is_neither_printed_nor_written(tmp_path: Path) -> None:
    read = loaded(tmp_path, DOCUMENT)
    report = planner.check(read)
    assert {finding.code for finding in report.findings} >= {"LD005", "LD007"}
    texts = [planner.render(report, form) for form in ("full", "concise", "json")]  # type: ignore[arg-type]
    texts += [inventory_yaml(rooted.record for rooted in read.roots), repr(read.roots[0].record)]
    for text in texts:
        assert HIDDEN not in text
        assert "1" * 20 not in text
    assert "server: x" in texts[3]
