from pathlib import Path

import planner
from planner.findings import Severity
from planner.model.pool import Pool
from tests.helpers import ROOT
from tests.rules.asking import problems


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


def test_an_address_in_the_right_subnet_but_on_another_network_is_told() -> None:
    networks = [{"name": name, "bridge": bridge} for name, bridge in (("storage", "xenbr1"), ("guests", "xenbr2"))]
    up = {"attached": True, "carrier": True, "mode": "static"}
    own = {"device": "eth1", "network": "storage", "address": "172.16.0.1/24", **up}
    config = {"server": "172.16.0.100", "serverpath": "/disks"}
    disks = {"name": "disks", "type": "nfs", "shared": True, "device_config": config}
    lab = {
        "name": "lab",
        "networks": networks,
        "hosts": [{"name": "a", "interfaces": [own]}],
        "repositories": [disks | {"connections": [{"host": "a", "attached": True}]}],
        "vms": [{"name": "x", "drives": [{"device": "xvda", "repository": "disks"}]}],
        "joins": [{"host": "b"}],
    }
    other = own | {"device": "eth2", "network": "guests", "address": "172.16.0.2/24"}
    solo = {"name": "b", "networks": networks, "hosts": [{"name": "b", "interfaces": [other]}]}
    (problem,) = problems("JN076", Pool.model_validate(lab), Pool.model_validate(solo))
    assert problem.message == (
        "after it has joined lab, b may fail to attach disks: 172.16.0.100:2049 is in the subnet of eth2 of b, but "
        "that is on guests, and other hosts reach it over storage; 1 VM has something on it: x"
    )
