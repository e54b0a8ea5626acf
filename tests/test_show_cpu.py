"""Which CPUs the hosts have, told as a table and as JSON. `python -m tests.test_show_cpu` writes it anew."""

import json
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.generator import healthy_pool
from planner.model.inventory import Inventory
from planner.overviews.cpu import cpu
from planner.reports.cpu_overview import cpu_json, cpu_table
from tests.helpers import ROOT, SHARED, loaded

REAL = sorted((SHARED / "data" / "xapi-db").glob("*.xml"))
OF_6_X = {"xs60-1host-small-vms.xml": 47, "xs60-2host-core2.xml": 42, "xs61-2host-dt16-dt23.xml": 47}
STRONG = "bfebfbff-7ffefbff-2c100800-00000021-00000001-000037ab"
WEAK = "bfebfbff-7fbee3ff-2c100000-00000001-00000100-00000281"
LACKED = [
    "sdbg",
    "fma",
    "movbe",
    "syscall",
    "abm",
    "xsaveopt",
    "tsc_adjust",
    "bmi1",
    "avx2",
    "bmi2",
    "invpcid",
    "pqm",
    "no_fpu_sel",
]


SAMPLE = ROOT / "samples" / "rules" / "CP006" / "bad.yaml"
GOLDEN = ROOT / "tests" / "golden" / "show-cpu.txt"


def host(name: str, features: str, vendor: str = "GenuineIntel", *, hvm: bool = True) -> str:
    cpu_ = f"{{vendor: {vendor}, features_hvm: '{features}', features_pv: '{features}'}}"
    return f"  - {{name: {name}, hvm: {str(hvm).lower()}, cpu: {cpu_}}}\n"


def vm(name: str, on: str, features: str, more: str = "domain_type: hvm") -> str:
    seen = f"{{vendor: GenuineIntel, features: '{features}'}}"
    return f"  - {{name: {name}, power_state: running, runs_on: {on}, {more}, last_boot_cpu: {seen}}}\n"


def pool(hosts: str, vms: str = "", *, name: str = "lab", more: str = "") -> str:
    software = "software: {product_version: 7.6.0}\n"
    return f"kind: Pool\nname: {name}\n{software}{more}hosts:\n{hosts}" + (f"vms:\n{vms}" if vms else "")


def told(folder: Path, *texts: str) -> tuple[str, Any]:
    """The table, and the pools of the JSON."""
    overviews = cpu(loaded(folder, *texts).inventory)
    return cpu_table(overviews), json.loads(cpu_json(overviews))["pools"]


def shown() -> str:
    return cpu_table(cpu(planner.load(str(SAMPLE)).inventory))


def test_the_table_is_as_expected() -> None:
    assert shown() == GOLDEN.read_text(encoding="utf-8")


def test_a_set_without_words_tells_nothing(tmp_path: Path) -> None:
    out, _ = told(tmp_path, pool(host("a", "1") + host("b", ""), vm("v", "a", "1")))

    assert "? unknown: b: cpu.features_hvm of the host not known" in out


def test_a_vm_with_all_of_a_new_host_cannot_move_to_an_old_one(tmp_path: Path) -> None:
    hosts = host("hera", STRONG) + host("zeus", WEAK)
    out, ((lab),) = told(tmp_path, pool(hosts, vm("old", "hera", STRONG) + vm("young", "zeus", WEAK)))

    answers = {row["vms"][0]["name"]: row["hosts"] for row in lab["guests"]}
    assert [(each["host"], each["missing"]) for each in answers["old"]] == [("zeus", LACKED)]
    assert [(each["host"], each["missing"]) for each in answers["young"]] == [("hera", ["word4.bit8"])]
    assert "! does not fit: zeus: lacks sdbg, fma, movbe" in out
    assert "avx2, bmi2" in out


def test_a_host_is_held_against_the_pool(tmp_path: Path) -> None:
    out, (lab,) = told(tmp_path, pool(host("hera", STRONG) + host("zeus", WEAK)))

    hera, zeus = ([each["offers"][0][key] for key in ("lost_on_it", "held_back")] for each in lab["hosts"])
    assert (hera, zeus) == ([LACKED, ["word4.bit8"]], [["word4.bit8"], LACKED])
    assert "A B  features on which hosts differ\n    + -  sdbg, fma" in out
    assert "HVM guests and PV guests: the pool offers 62 features" in out


def test_two_equal_hosts_hold_nothing_back_alone(tmp_path: Path) -> None:
    out, (lab,) = told(tmp_path, pool(host("hera", STRONG) + host("z1", WEAK) + host("z2", WEAK)))

    assert [each["offers"][0]["held_back"] for each in lab["hosts"]] == [["word4.bit8"], [], []]
    together = [each["offers"][0]["held_back_together"] for each in lab["hosts"]]
    assert together == [["word4.bit8"], LACKED, LACKED]
    assert out.count("all hosts with these features together hold the pool back in: sdbg, fma") == 1
    assert out.count("it holds the pool back in") == 1


def test_a_wished_join_strands_what_runs(tmp_path: Path) -> None:
    lab = pool(host("hera", STRONG), vm("old", "hera", STRONG), more="joins: [{host: zeus}]\n")
    out, (first, _) = told(tmp_path, lab, pool(host("zeus", WEAK), name="zeus"))

    assert first["guests"][0]["stranded_from"] == ["zeus"]
    assert first["levels"][0]["lost_by_joins"] == LACKED
    assert len(first["levels"][0]["today"]) - len(LACKED) == len(first["levels"][0]["after_joins"])
    assert "! does not fit: zeus (after its join): lacks" in out
    assert "remedy: to bring a VM to zeus, shut it down and start it again after the join" in out


def test_bits_that_add_up_over_a_pool_are_never_lacking(tmp_path: Path) -> None:
    zeros = "-".join(["00000000"] * 9)
    cleared, plain = f"{zeros}-00000400", f"{zeros}-00000000"
    out, (lab,) = told(tmp_path, pool(host("a", cleared) + host("b", plain), vm("v", "a", cleared)))

    assert [each["answer"] for each in lab["guests"][0]["hosts"]] == ["fits"]
    assert "all hosts have the same features" in out


def test_another_vendor_and_no_virtualisation_are_named(tmp_path: Path) -> None:
    hosts = host("a", "1") + host("b", "1", "AuthenticAMD") + host("c", "1", hvm=False)
    out, (lab,) = told(tmp_path, pool(hosts, vm("v", "a", "1"), more="coordinator: a\n"))

    assert [each["other_vendor"] for each in lab["hosts"]] == [False, True, False]
    assert "! does not fit: b: CPUs of another vendor" in out
    assert "! does not fit: c: no hardware virtualisation" in out
    assert [each["guests"] for each in lab["hosts"][2]["offers"]] == ["pv"]


def test_a_type_that_is_not_told_matters_only_where_the_answers_differ(tmp_path: Path) -> None:
    hosts = host("a", "1") + host("b", "1") + host("c", "1", hvm=False)
    out, _ = told(tmp_path, pool(hosts, vm("v", "a", "1", "tags: []")))

    assert "fits: b" in out
    assert "? unknown: c: domain_type of the VM not known" in out


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    hosts = host("a", "1") + "  - {name: b}\n"
    vms = vm("v", "a", "1") + "  - {name: w, power_state: running, runs_on: a, domain_type: hvm}\n"
    out, (lab,) = told(tmp_path, pool(hosts, vms))

    assert "the pool offers features that are not all known" in out
    assert "? b: cpu.features_hvm_host is not known" in out
    assert "cpu.vendor of the host and cpu.features_hvm of the host not known" in out
    assert "last_boot_cpu of the VM" in out
    assert lab["levels"][0]["today"] is None
    assert lab["hosts"][1]["offers"][0]["features"] is None


def test_without_a_release_there_is_no_level(tmp_path: Path) -> None:
    text = "kind: Pool\nname: lab\nhosts: [{name: a, cpu: {features: 1-2-3-4}}, {name: b}]\n"
    vms = "vms: [{name: v, power_state: running, runs_on: a}]\n"
    out, (lab,) = told(tmp_path, text + vms)

    assert "software.product_version is not known" in out
    assert lab["levels"] == []
    assert lab["guests"][0]["hosts"][0]["answer"] == "unknown"


def test_up_to_6_5_the_pools_mask_hides_what_does_not_count(tmp_path: Path) -> None:
    text = (
        "kind: Pool\nname: lab\nsoftware: {product_version: 6.2.0}\nhosts:\n"
        "  - {name: a, cpu: {vendor: x, features: 000ce3bd-bfebfbff-00000001-20100800}}\n"
        "  - {name: b, cpu: {vendor: x, features: 000ce33d-bfebfbff-00000001-20100800}}\n"
        "vms:\n  - {name: v, power_state: running, runs_on: a, domain_type: pv,\n"
        "     last_boot_cpu: {vendor: x, features: 000ce3bd-bfebfbff-00000001-20100800}}\n"
    )
    out, (lab,) = told(tmp_path, text)

    assert "all hosts have the same features" in out
    assert [each["answer"] for each in lab["guests"][0]["hosts"]] == ["fits"]


def test_a_forced_host_of_the_course_lacks_what_the_other_has() -> None:
    overviews = cpu(planner.load(str(ROOT / "samples" / "ha-pool.yaml")).inventory)
    out = cpu_table(overviews)

    assert "all guests: all hosts have 31 features" in out
    assert "has beyond what all hosts have: pclmulqdq, dtes64" in out


def test_many_hosts_and_vms_are_told_at_once() -> None:
    overviews = cpu(Inventory([healthy_pool(16, 300, seed=1)]))
    out = cpu_table(overviews)

    assert len(overviews[0].guests) == 1
    assert "12 more" in out
    assert max(map(len, out.splitlines())) <= 110


def test_many_unlike_hosts_are_told_in_several_tables(tmp_path: Path) -> None:
    hosts = "".join(host(f"h{number}", f"{1 << number % 32:x}-{number:x}") for number in range(70))
    out, _ = told(tmp_path, pool(hosts))

    assert out.count("features on which hosts differ") == 3
    assert max(map(len, out.splitlines())) <= 110


def test_a_pool_without_hosts_is_no_error(tmp_path: Path) -> None:
    assert told(tmp_path, "kind: Pool\nname: lab\n") == ("no host is described\n", [])


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_pools_are_told_whole(path: Path) -> None:
    overviews = cpu(planner.load(str(path)).inventory)
    out, (only,) = cpu_table(overviews), json.loads(cpu_json(overviews))["pools"]

    assert max(map(len, out.splitlines())) <= 110
    assert {each["answer"] for row in only["guests"] for each in row["hosts"]} <= {"fits", "unknown"}
    if path.name in OF_6_X:
        assert len(only["levels"][0]["today"]) == OF_6_X[path.name]
        assert "unknown" not in out


if __name__ == "__main__":
    GOLDEN.write_text(shown(), encoding="utf-8")
