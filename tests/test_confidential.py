from pathlib import Path

import pytest

import planner
from planner.confidential import is_secret, masked, without_secrets
from planner.reports.inventory_yaml import inventory_yaml
from tests.helpers import loaded

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
