from pathlib import Path

import pytest

import planner
from planner.generator import healthy_pool
from planner.reports.inventory_yaml import inventory_json, inventory_yaml
from tests.helpers import ROOT, loaded


@pytest.mark.parametrize(("hosts", "vms"), [(1, 0), (1, 3), (2, 10), (3, 40), (16, 300)])
def test_nothing_is_wrong_with_a_generated_pool_and_nothing_is_unknown(tmp_path: Path, hosts: int, vms: int) -> None:
    report = planner.check(loaded(tmp_path, inventory_yaml([healthy_pool(hosts, vms, seed=hosts)])))
    assert [finding.message for finding in report.findings] == []
    assert [(each.code, each.about.name, each.field) for each in report.unknown] == []
    assert (report.objects["host"], report.objects["VM"]) == (hosts, vms)


def test_yaml_and_json_hold_the_same_pool(tmp_path: Path) -> None:
    pool = healthy_pool(3, 7, seed=5)
    (from_yaml,) = loaded(tmp_path, inventory_yaml([pool])).roots
    (from_json,) = loaded(tmp_path, inventory_json(pool)).roots
    assert from_yaml.record == from_json.record == pool


def test_the_healthy_sample_is_what_the_command_makes() -> None:
    text = (ROOT / "samples" / "healthy-pool.yaml").read_text()
    modeline, _, rest = text.partition("\n")
    assert modeline == "# yaml-language-server: $schema=../schemas/inventory.json"
    assert rest == inventory_yaml([healthy_pool(16, 300, seed=1)]), "planner sample --hosts 16 --vms 300 --seed 1"
