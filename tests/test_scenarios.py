"""The pools that the project was made for: what is said of each, and nothing else.

`python -m tests.test_scenarios` writes what is expected anew; read the difference before you keep it.
"""

from pathlib import Path

import pytest

import planner
from planner.findings import Finding, Report, Severity
from tests.helpers import ROOT, run

SAMPLES = ROOT / "samples"
GOLDEN = ROOT / "tests" / "golden"
NAMES = (
    "homogeneous-pool",
    "homogeneous-pool-joined",
    "homogeneous-pool-unprepared",
    "heterogeneous-pool",
    "heterogeneous-pool-forced",
    "heterogeneous-pool-maskable",
    "ha-pool",
)


def checked(name: str) -> Report:
    return planner.check(planner.load(str(SAMPLES / f"{name}.yaml")))


def told(name: str) -> str:
    """All that is printed of a scenario, word for word."""
    return run("check", f"samples/{name}.yaml", "--show-unknown").out


def errors(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_shows_what_is_expected(name: str) -> None:
    assert told(name) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_names_its_schema_first(name: str) -> None:
    first = (SAMPLES / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schemas/inventory.json"


def test_a_host_without_updates_is_told_which_and_how() -> None:
    (error,) = errors(checked("homogeneous-pool"))

    assert error.code == "JN028"
    assert "xen01 lacks XS62ESP1 and XS62ESP1002" in error.message
    assert "xe patch-upload file-name=XS62ESP1.xsupdate" in error.remedy
    assert "xe patch-pool-apply uuid=0850b186-4d47-11e3-a720-001b2151a503" in error.remedy
    assert error.remedy.index("XS62ESP1.xsupdate") < error.remedy.index("XS62ESP1002.xsupdate")


def test_all_that_is_unprepared_is_told_at_once() -> None:
    report = checked("homogeneous-pool-unprepared")

    demanded = {"JN015", "JN028", "JN011", "JN017", "JN012", "JN049", "JN013", "JN048", "JN021"}
    assert {finding.code for finding in report.findings if finding.code.startswith("JN")} == demanded | {"JN076"}
    assert all(finding.remedy for finding in report.findings)


def test_unlike_cpus_are_refused_and_the_way_out_is_named() -> None:
    (error,) = errors(checked("heterogeneous-pool"))

    assert error.code == "CP001"
    assert "sse4_1, sse4_2" in error.message
    assert "masking needs CPUs that support it" in error.remedy
    assert "force=true" in error.remedy


def test_a_forced_join_warns_of_the_vms_at_risk() -> None:
    report = checked("heterogeneous-pool-forced")
    (warning,) = [finding for finding in report.findings if finding.code == "CP002"]

    assert errors(report) == []
    assert "from xenA to xen02" in warning.message
    assert warning.message.endswith("VMs at risk: urouter")


def test_cpus_that_can_be_masked_come_with_mask_and_commands() -> None:
    (error,) = errors(checked("heterogeneous-pool-maskable"))
    mask = "0098e3bd-bfebfbff-00000001-28100800"

    for host in ("xenA", "xen02"):
        assert f"on {host} run `xe host-set-cpu-features features={mask}`, then restart {host}" in error.remedy
    assert "xe host-reset-cpu-features" in error.remedy


def test_high_availability_can_be_enabled() -> None:
    assert errors(checked("ha-pool")) == []


def write_anew(folder: Path = GOLDEN) -> None:
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        (folder / f"{name}.txt").write_text(told(name), encoding="utf-8")


if __name__ == "__main__":
    write_anew()
