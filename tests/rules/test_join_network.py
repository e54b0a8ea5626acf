import pytest

from tests.rules.joins import Fields, joined, lacking, problems

NIC: Fields = {"device": "eth0"}
BOND: Fields = {"device": "bond0", "bond": {"members": ["eth0", "eth1"]}}
VLAN: Fields = {"device": "eth0", "vlan": {"tag": 20, "on": "eth0"}}
TUNNEL: Fields = {"device": "tunnel0", "tunnel": {"on": "eth0"}}
SRIOV: Fields = {"device": "eth0", "sriov": {"on": "eth0"}}
VERSIONS = ("6.2.0", "7.0.0", "7.2.0", "7.3.0", "8.3.0")


@pytest.mark.parametrize(
    ("interface", "codes"),
    [
        ({**NIC, "management": True}, ["", "", "", "", ""]),
        ({**NIC, "management": False}, ["", "", "", "", ""]),
        ({**BOND, "management": True}, ["JN021", "JN060", "JN060", "JN018", "JN018"]),
        ({**BOND, "management": False}, ["", "JN060", "JN060", "JN018", "JN018"]),
        ({**VLAN, "management": True}, ["JN021", "JN060", "JN060", "", ""]),
        ({**VLAN, "management": False}, ["", "JN060", "JN060", "JN061", "JN061"]),
        ({**TUNNEL, "management": False}, ["", "JN060", "JN060", "", ""]),
        ({**SRIOV, "management": False}, ["", "JN060", "JN060", "", ""]),
    ],
)
def test_which_interfaces_are_refused_depends_on_the_release(interface: Fields, codes: list[str]) -> None:
    for version, expected in zip(VERSIONS, codes, strict=True):
        inventory = joined({"interfaces": [interface]}, version=version)
        found = [code for code in ("JN018", "JN021", "JN060", "JN061") if problems(code, inventory)]
        assert found == [code for code in (expected,) if code], version


@pytest.mark.parametrize(
    ("code", "interface"),
    [("JN018", BOND), ("JN021", {**BOND, "management": True}), ("JN060", VLAN), ("JN061", VLAN)],
)
def test_what_is_refused_is_unknown_without_the_release(code: str, interface: Fields) -> None:
    assert lacking(code, joined({"interfaces": [interface]})) == [("new", "software.product_version")]
    assert problems(code, joined({"interfaces": [{**NIC, "management": True}]})) == []
    assert lacking(code, joined()) == [("new", "interfaces")]
