from pathlib import Path

import planner
from planner.findings import Severity
from tests.helpers import ROOT


def test_the_host_of_the_course_cannot_attach_exactly_three_repositories() -> None:
    path = str(ROOT / "samples" / "homogeneous-pool.yaml")
    found = planner.check(planner.load(path), select=["JN076"]).findings

    assert sorted(finding.related[0].about.name for finding in found) == [
        "Almacenamento VDIs (NAS / NFS)",
        "Almacenamento VDIs (NAS / iSCSI)",
        "Imaxes ISO (NAS / NFS)",
    ]
    for finding in found:
        assert (finding.severity, finding.about.name, finding.field) == (Severity.WARNING, "xen01", "interfaces")
        assert "172.16.0.100:" in finding.message
        assert "xen00 reaches it over Almacenamento" in finding.message
        assert "mode=static IP=172.16.0.201 netmask=255.255.255.0" in finding.remedy
        assert "xe pbd-plug" in finding.remedy


def test_with_an_address_on_the_storage_network_everything_is_attached(tmp_path: Path) -> None:
    text = (ROOT / "samples" / "homogeneous-pool.yaml").read_text()
    before, _, joiner = text.rpartition("device: eth2")
    assert "mode: none" in joiner
    mended = before + "device: eth2" + joiner.replace("mode: none", "mode: static\n        address: 172.16.0.201/24", 1)
    (tmp_path / "mended.yaml").write_text(mended)
    report = planner.check(planner.load(str(tmp_path / "mended.yaml")), select=["JN076"])
    assert (report.findings, report.unknown) == ((), ())
