"""A pool on the network: read only, verified, let go, and without a secret anywhere."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.errors import ReadError
from planner.readers.live.access import Access
from planner.readers.live.address import address, is_address
from planner.readers.live.snapshot import kept
from planner.readers.loaded import Loaded
from tests.helpers import ROOT, SHARED, Ended, run
from tests.live.conftest import PASSWORD, Certificates, Serve
from tests.test_readme import COMMANDS, blocks

pytest.importorskip("XenAPI")

SMALL = json.loads((Path(__file__).parent.parent / "readers" / "small-records.json").read_text(encoding="utf-8"))
SECRETS = ("hunter2", "s3same", "0penup", "t0ken-of-joy", "AAAAB3Nza")
CALLED = {"session.login_with_password", "session.logout"}


def records() -> dict[str, dict[str, dict[str, Any]]]:
    """Made-up records with a secret wherever one may be."""
    found: dict[str, dict[str, dict[str, Any]]] = json.loads(json.dumps(SMALL))
    found["secret"] = {"OpaqueRef:s": {"uuid": "s", "value": "hunter2"}}
    for pool in found["pool"].values():
        pool["other_config"] = {"api_token": "t0ken-of-joy", "note": "password=hunter2", "auto_poweron": "true"}
        pool |= {"wlb_password": "s3same", "repository_proxy_password": "OpaqueRef:0penup"}
    for host in found["host"].values():
        host["license_params"] = {"sku_type": "free", "serial": "hunter2", "restrict_ha": "false"}
        host["external_auth_configuration"] = {"pass": "hunter2", "user": "ad"}
        host["other_config"] = {"ssh-key": "ssh-rsa AAAAB3Nza", "root": "ssh-rsa AAAAB3Nza"}
    for pbd in found["PBD"].values():
        pbd["device_config"] = {
            "server": "10.0.0.9",
            "chappassword": "hunter2",
            "cifspassword_secret": "0penup",
            "secretkey": "s3same",
            "password_secret": "t0ken-of-joy",
        }
    return found


def asked(server_url: str, certificates: Certificates, *words: str, password: str = PASSWORD) -> Ended:
    """How a command ends that reads the server."""
    return run(*words, server_url, "--ca", str(certificates.ca), PLANNER_PASSWORD=password)


def test_a_pool_is_read_and_let_go(serve: Serve, certificates: Certificates) -> None:
    server = serve(SMALL)
    done = asked(server.url, certificates, "check", "--format", "json")

    assert done.code in (0, 1), done.err
    assert json.loads(done.out)
    calls = server.calls()
    assert (calls[0], calls[-1]) == ("session.login_with_password", "session.logout")
    assert all(call.endswith(".get_all_records") for call in set(calls) - CALLED)
    assert len(calls) == len(set(calls))


def test_a_snapshot_reads_back_to_the_same_inventory(serve: Serve, certificates: Certificates, tmp_path: Path) -> None:
    server = serve(SMALL)
    done = asked(server.url, certificates, "fetch", "-o", str(tmp_path / "pool.json"))
    assert (done.code, done.out, done.err) == (0, "", "")

    live = planner.load(server.url, access=Access(lambda _: PASSWORD, certificates.ca))
    kept_back, straight = planner.load(tmp_path / "pool.json"), _file(tmp_path, SMALL)
    assert [each.record for each in kept_back.roots] == [each.record for each in live.roots]
    assert [each.record for each in live.roots] == [each.record for each in straight.roots]
    assert [fault.code for fault in live.faults] == [fault.code for fault in straight.faults]


def _file(folder: Path, value: object) -> Any:
    (folder / "straight.json").write_text(json.dumps(value), encoding="utf-8")
    return planner.load(folder / "straight.json")


def test_a_pool_is_held_against_what_was_kept_of_it(serve: Serve, certificates: Certificates, tmp_path: Path) -> None:
    server = serve(SMALL)
    asked(server.url, certificates, "fetch", "-o", str(tmp_path / "pool.json"))
    same = asked(server.url, certificates, "diff", str(tmp_path / "pool.json"), "--fail-on", "change")
    assert (same.code, same.out, same.err) == (0, "nothing changed\n", "")


def test_the_live_blocks_of_the_readme_run(
    serve: Serve, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(SMALL)
    shutil.copy(certificates.ca, tmp_path / "ca.pem")
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    lines = [line for line in COMMANDS if "xapi://" in line]
    assert len(lines) == 2
    for line in lines:
        words = shlex.split(line.replace("xapi://root@xcp-01", server.url), comments=True)[1:]
        ended = run(*words, cwd=tmp_path, PLANNER_PASSWORD=PASSWORD)
        assert (ended.code in (0, 1), ended.err) == (True, "")
    names: dict[str, Any] = {"planner": planner}
    (block,) = (each for each in blocks("python") if "xapi://" in each)
    exec(block.replace("xapi://root@xcp-01", server.url), names)  # noqa: S102 - it is what the README says
    assert names["running"].inventory.pools


def test_recorded_records_are_read_as_from_their_file(serve: Serve, certificates: Certificates) -> None:
    path = SHARED / "data" / "xenapi-records" / "fog-2hosts-xs62.json"
    if not path.exists():
        pytest.skip("the real data are not beside the checkout")
    server = serve(json.loads(path.read_text(encoding="utf-8")))

    live = planner.load(server.url, access=Access(lambda _: PASSWORD, certificates.ca))
    assert _whole(live) == _whole(planner.load(path))


def _whole(loaded: Loaded) -> object:
    """All that was read, in an order that does not depend on that of the records."""
    return _sorted([rooted.record.model_dump(mode="json") for rooted in loaded.roots])


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


def test_no_secret_is_in_any_output(serve: Serve, certificates: Certificates, tmp_path: Path) -> None:
    server = serve(records())
    snapshot = tmp_path / "pool.json"
    (tmp_path / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    options = ("--ca", str(certificates.ca), "--password-file", str(tmp_path / "password"))
    wrong = {"PLANNER_PASSWORD": "wrong-hunter2"}
    ended = [
        run("fetch", server.url, "-o", str(snapshot), *options),
        run("fetch", server.url, *options),
        run("--verbose", "check", server.url, "--show-unknown", *options),
        run("check", server.url, "--format", "json", *options),
        run("convert", server.url, *options),
        run("show", "storage", server.url, *options),
        run("check", str(snapshot)),
        run("--verbose", "check", server.url, "--ca", str(certificates.ca), **wrong),
        run("check", server.url.replace("root@", f"root:{PASSWORD}@"), *options),
    ]
    assert [each.code for each in ended if each.code not in (0, 1)] == [2, 2]
    everything = snapshot.read_text(encoding="utf-8") + "".join(each.out + each.err for each in ended)
    assert [secret for secret in (*SECRETS, PASSWORD) if secret in everything] == []
    assert json.loads(snapshot.read_text(encoding="utf-8"))["pool"]


@pytest.mark.parametrize(
    ("password", "words"), [("wrong", "the user or the password is wrong"), (None, "no password; set PLANNER_PASSWORD")]
)
def test_refused_logins_are_told(serve: Serve, certificates: Certificates, password: str | None, words: str) -> None:
    server = serve(SMALL)
    environment = {} if password is None else {"PLANNER_PASSWORD": password}
    done = run("check", server.url, "--ca", str(certificates.ca), **environment)

    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert words in done.err
    assert "session.logout" not in server.calls()


def test_the_coordinator_is_followed_once(serve: Serve, certificates: Certificates) -> None:
    coordinator = serve(SMALL, host="127.0.0.2")
    member = serve(SMALL, host="127.0.0.1", port=coordinator.port, coordinator="127.0.0.2")
    done = asked(member.url, certificates, "fetch")

    assert (done.code, done.err) == (0, "")
    assert member.calls() == ["session.login_with_password"]
    assert coordinator.calls()[-1] == "session.logout"


@pytest.mark.parametrize(
    ("second", "words"), [("127.0.0.1", "which is none either"), ("no host/at all", "does not say who is")]
)
def test_hosts_that_send_each_other_on_are_told(
    serve: Serve, certificates: Certificates, second: str, words: str
) -> None:
    server = serve(SMALL, coordinator=second)
    done = asked(server.url, certificates, "check")

    assert (done.code, done.out, words in done.err) == (2, "", True)


def test_a_coordinator_whose_certificate_is_not_trusted_gets_no_password(
    serve: Serve, certificates: Certificates
) -> None:
    coordinator = serve(SMALL, host="127.0.0.2", certificate=str(certificates.expired))
    member = serve(SMALL, port=coordinator.port, coordinator="127.0.0.2")
    done = asked(member.url, certificates, "check")

    assert (done.code, coordinator.calls()) == (2, [])
    assert "xapi://root@127.0.0.2" in done.err


@pytest.mark.parametrize(
    ("play", "words"),
    [
        ("slow", "it does not answer in time"),
        ("cut", "it breaks off"),
        ("nonsense", "no answer of a toolstack"),
        ("deep", "nested too deep"),
    ],
)
def test_odd_answers_end_in_one_line_and_a_logout(
    serve: Serve, certificates: Certificates, play: str, words: str
) -> None:
    server = serve(SMALL, play=play)
    done = asked(server.url, certificates, "check", "--timeout", "1")

    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert words in done.err
    assert server.calls()[-1] == "session.logout"


def test_huge_answers_end_in_time(serve: Serve, certificates: Certificates) -> None:
    server = serve(SMALL, play="huge")

    with pytest.raises(ReadError, match="more than 2 MiB"):
        planner.load(server.url, access=Access(lambda _: PASSWORD, certificates.ca, most_bytes=2**21))
    assert server.calls()[-1] == "session.logout"


@pytest.mark.parametrize(("signal_sent", "code", "words"), [("SIGINT", 130, "interrupted"), ("SIGTERM", 143, "ended")])
def test_whoever_is_stopped_takes_leave(
    serve: Serve, certificates: Certificates, signal_sent: str, code: int, words: str
) -> None:
    server = serve(SMALL, play="huge")
    with subprocess.Popen(
        [sys.executable, "-m", "planner", "check", server.url, "--ca", str(certificates.ca)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PLANNER_PASSWORD": PASSWORD},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        for _ in range(600):
            if any(call.endswith(".get_all_records") for call in server.calls()):
                break
            time.sleep(0.05)
        child.send_signal(getattr(signal, signal_sent))
        out, err = child.communicate(timeout=60)
    assert (child.returncode, out, err.decode()) == (code, b"", f"planner: {words}\n")
    assert server.calls()[-1] == "session.logout"


def test_a_whole_source_has_its_time(serve: Serve, certificates: Certificates) -> None:
    server = serve(SMALL, play="huge")

    with pytest.raises(ReadError, match="does not answer in time"):
        planner.load(server.url, access=Access(lambda _: PASSWORD, certificates.ca, longest=0.01))


@pytest.mark.parametrize("which", ["expired", "other_host"])
def test_certificates_that_are_not_trusted_are_told(serve: Serve, certificates: Certificates, which: str) -> None:
    server = serve(SMALL, certificate=str(getattr(certificates, which)))
    done = asked(server.url, certificates, "check")

    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "its certificate is not trusted" in done.err
    assert server.calls() == []


def test_an_unknown_authority_is_told_and_insecure_says_so_loudly(serve: Serve) -> None:
    server = serve(SMALL)
    refused = run("fetch", server.url, PLANNER_PASSWORD=PASSWORD)
    taken = run("fetch", server.url, "--insecure", PLANNER_PASSWORD=PASSWORD)

    assert (refused.code, "--ca" in refused.err) == (2, True)
    assert (taken.code, "WARNING: --insecure" in taken.err) == (0, True)
    assert json.loads(taken.out).keys() <= SMALL.keys()


def test_files_that_cannot_be_read_are_told(serve: Serve, certificates: Certificates, tmp_path: Path) -> None:
    server = serve(SMALL)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for options in (
        ("--ca", str(tmp_path / "none")),
        ("--ca", str(tmp_path / "bytes")),
        ("--ca", str(certificates.ca), "--password-file", str(tmp_path / "none")),
        ("--ca", str(certificates.ca), "--password-file", str(tmp_path / "bytes")),
    ):
        done = run("check", server.url, *options, **({} if "--password-file" in options else {"PLANNER_PASSWORD": "x"}))
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert str(tmp_path) in done.err
    assert server.calls() == []


def test_no_more_is_kept_than_is_read() -> None:
    record = {"uuid": "1", "NVRAM": {"EFI": "x"}, "device_config": {"a": ["password=x", "b"], "c": 5}, "t": True}

    assert kept({"OpaqueRef:1": record, "OpaqueRef:2": "no record"}) == {
        "OpaqueRef:1": {"uuid": "1", "device_config": {"a": ["b"], "c": 5}, "t": True}
    }
    with pytest.raises(TypeError):
        kept("nothing")


@pytest.mark.parametrize(
    ("path", "text", "url"),
    [
        ("xapi://root@pool.lab", "xapi://root@pool.lab", "https://pool.lab:443"),
        ("XAPI://root@10.0.0.1:8443/", "xapi://root@10.0.0.1:8443", "https://10.0.0.1:8443"),
        ("xapi://root@[fe80::1]", "xapi://root@[fe80::1]", "https://[fe80::1]:443"),
    ],
)
def test_addresses_are_read(path: str, text: str, url: str) -> None:
    assert is_address(path)
    assert (str(address(path)), address(path).url) == (text, url)


@pytest.mark.parametrize(
    "path",
    [
        "xapi://root:s3same@h",
        "xapi:s3same@h",
        "xapi://s3same",
        "xapi://root@h/s3same",
        "xapi://root:a@s3same@h",
        "xapi:",
    ],
)
def test_addresses_that_are_none_are_not_repeated(path: str) -> None:
    with pytest.raises(ReadError) as caught:
        address(path)
    assert "s3same" not in str(caught.value)
