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
    ],
)
def test_secret_values_are_masked_and_nothing_moves(line: str) -> None:
    shown = masked(line)
    assert HIDDEN not in shown
    assert len(shown) == len(line)
    assert "*" in shown


def test_other_text_is_left_as_it_is() -> None:
    assert masked("name: web-1  # passes the test") == "name: web-1  # passes the test"


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
