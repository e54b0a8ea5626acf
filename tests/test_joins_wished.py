"""Joins as people wish them: in a document of its own, beside what describes the pools, several at once."""

import json
from pathlib import Path

import pytest

from tests.helpers import Ended, run

POOL = """\
kind: Pool
name: lab
coordinator: old
software: {product_brand: XenServer, product_version: 8.4.0, platform_version: 3.4.0, xapi: "26.1", git_id: "0",
  network_backend: openvswitch, db_schema: "5.799", linux_pack: false}
tls_verification: true
operations: [apply_updates]
ha: {enabled: true}
restrictions: {restrict_pool_size: "true", restrict_pooling: "false"}
hosts:
  - {name: old, hostname: old, cpu: {vendor: GenuineIntel}, licence: {edition: premium}, api_version: "2.21",
     pending_guidances: [], external_auth: {type: ""}, clock_offset: 0}
  - {name: older}
"""
FIRST = """\
kind: Pool
name: first
software: {product_brand: XCP-ng, product_version: 8.3.0, platform_version: 3.3.0, xapi: "25.1", git_id: "1",
  network_backend: bridge, db_schema: "5.700", linux_pack: true}
tls_verification: false
ha: {enabled: true}
restrictions: {restrict_pool_size: "true", restrict_pooling: "true"}
repositories:
  - {name: share, type: nfs, shared: true, tools: false}
vms:
  - {name: busy, power_state: running, operations: [export]}
  - {name: asleep, power_state: suspended, operations: []}
hosts:
  - name: new
    hostname: twin
    address: 10.0.0.3
    cpu: {vendor: AuthenticAMD}
    licence: {edition: free}
    api_version: "2.20"
    pending_guidances: [reboot_host]
    external_auth: {type: AD, service_name: example.test}
    clock_offset: 500
    interfaces:
      - {device: bond0, bond: {members: [eth0, eth1]}, management: true, mode: dhcp}
      - {device: eth0, vlan: {tag: 7, on: eth0}, management: false}
"""
SECOND = """\
kind: Pool
name: second
hosts:
  - {name: newer, hostname: twin, address: 10.0.0.3}
"""
WISHES = """\
kind: Wishes
pool: lab
joins:
  - host: new
  - host: newer
"""


@pytest.fixture
def wished(tmp_path: Path) -> Path:
    for name, text in {"lab": POOL, "first": FIRST, "second": SECOND, "wishes": WISHES}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def codes(ended: Ended, about: str | None = None) -> set[str]:
    found = json.loads(ended.out)["findings"]
    return {each["code"] for each in found if about in (None, each["object"]["name"])}


def test_everything_that_is_wrong_with_a_join_is_told_in_one_run(wished: Path) -> None:
    ended = run("check", str(wished), "--select", "JN", "--format", "json")

    assert ended.code == 1
    assert ended.err == ""
    assert codes(ended) >= {
        *("JN002", "JN004", "JN006", "JN009", "JN012", "JN013", "JN014", "JN015", "JN017", "JN018", "JN023"),
        *("JN024", "JN025", "JN031", "JN035", "JN043", "JN047", "JN048", "JN049", "JN058", "JN061", "JN063"),
    }


def test_two_hosts_that_join_at_once_are_told_of_each_other(wished: Path) -> None:
    ended = run("check", str(wished), "--select", "JN058,JN063", "--format", "json")

    assert codes(ended, "new") == codes(ended, "newer") == {"JN058", "JN063"}
    assert "newer (to join as well)" in ended.out


def test_files_may_come_in_any_order(wished: Path) -> None:
    names = ["lab.yaml", "first.yaml", "second.yaml", "wishes.yaml"]
    forth = run("check", *names, "--select", "JN", "--format", "json", cwd=wished)
    back = run("check", *names[::-1], "--select", "JN", "--format", "json", cwd=wished)

    assert forth.out == back.out


def test_without_the_wish_nothing_is_said_of_a_join(wished: Path) -> None:
    (wished / "wishes.yaml").unlink()
    ended = run("check", str(wished), "--select", "JN")

    assert (ended.code, ended.err) == (0, "")


def test_a_wish_for_a_host_that_no_file_describes_is_told(wished: Path) -> None:
    (wished / "second.yaml").unlink()
    ended = run("check", str(wished), "--select", "RF", "--format", "concise")

    assert ended.code == 1
    assert "RF012" in ended.out
    assert "newer" in ended.out
