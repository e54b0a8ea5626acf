"""The password that is asked for at a terminal."""

from pathlib import Path

import pytest

from tests.live.conftest import PASSWORD, Certificates, Serve
from tests.live.test_live import SMALL
from tests.terminal import at_terminal

pytest.importorskip("XenAPI")


def test_a_password_is_asked_for_once_and_shown_nowhere(
    serve: Serve, certificates: Certificates, tmp_path: Path
) -> None:
    server, out = serve(SMALL), tmp_path / "out.json"
    prompt = f"Password for {server.url}: "
    words = ("check", server.url, "--ca", str(certificates.ca), "--format", "json", "--show-unknown")
    shown = at_terminal(*words, typed=[(prompt, f"{PASSWORD}\n")], apart=out)

    assert shown.code in (0, 1)
    assert (shown.screen.count("Password"), shown.screen.startswith(f"{prompt}\n")) == (1, True)
    assert PASSWORD not in shown.screen + shown.out
    assert shown.out.startswith("{")
    assert server.calls()[-1] == "session.logout"


def test_a_wrong_password_is_refused_and_shown_nowhere(serve: Serve, certificates: Certificates) -> None:
    server = serve(SMALL)
    prompt = f"Password for {server.url}: "
    shown = at_terminal("check", server.url, "--ca", str(certificates.ca), typed=[(prompt, "wr0ng-one\n")])

    assert shown.code == 2
    assert shown.screen.splitlines()[1:] == [
        f"planner: {server.url}: the toolstack refuses: the user or the password is wrong"
    ]
    assert "wr0ng" not in shown.screen


@pytest.mark.parametrize(("key", "code", "words"), [("\x03", 130, "interrupted"), ("\x04", 2, "no password was typed")])
def test_whoever_does_not_want_to_tell_the_password_is_let_go(
    serve: Serve, certificates: Certificates, key: str, code: int, words: str
) -> None:
    server = serve(SMALL)
    shown = at_terminal("check", server.url, "--ca", str(certificates.ca), typed=[("Password for ", key)])

    assert (shown.code, server.calls()) == (code, [])
    assert shown.screen.splitlines()[-1].endswith(words)
    assert "Traceback" not in shown.screen
