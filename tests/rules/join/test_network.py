import pytest

from tests.rules.join.joins import Fields, joined, lacking, problems, seen

NIC: Fields = {"device": "eth0"}
BOND: Fields = {"device": "bond0", "bond": {"members": ["eth0", "eth1"]}}
VLAN: Fields = {"device": "eth0", "vlan": {"tag": 20, "on": "eth0"}}
TUNNEL: Fields = {"device": "tunnel0", "tunnel": {"on": "eth0"}}
SRIOV: Fields = {"device": "eth0", "sriov": {"on": "eth0"}}
VERSIONS = ("6.2.0", "7.0.0", "7.2.0", "7.3.0", "7.5.0")


@pytest.mark.parametrize(
    ("interface", "codes"),
    [
        ({**NIC, "management": True}, ["", "", "", "", ""]),
        ({**NIC, "management": False}, ["", "", "", "", ""]),
        ({**BOND, "management": True}, ["JN021", "JN060", "JN060", "JN018", "JN018"]),
        ({**BOND, "management": False}, ["", "JN060", "JN060", "JN018", "JN018"]),
        ({**VLAN, "management": True}, ["JN021", "JN060", "JN060", "", ""]),
        ({**VLAN, "management": False}, ["", "JN060", "JN060", "JN061", "JN061"]),
        ({**TUNNEL, "management": False}, ["", "JN060", "JN060", "JN019", "JN019"]),
        ({**SRIOV, "management": False}, ["", "JN060", "JN060", "", "JN020"]),
    ],
)
def test_which_interfaces_are_refused_depends_on_the_release(interface: Fields, codes: list[str]) -> None:
    for version, expected in zip(VERSIONS, codes, strict=True):
        inventory = joined({"interfaces": [interface]}, version=version)
        found = [code for code in ("JN018", "JN019", "JN020", "JN021", "JN060", "JN061") if problems(code, inventory)]
        assert found == [code for code in (expected,) if code], version


@pytest.mark.parametrize(
    ("code", "interface"),
    [
        ("JN018", BOND),
        ("JN019", TUNNEL),
        ("JN020", SRIOV),
        ("JN021", {**BOND, "management": True}),
        ("JN060", VLAN),
        ("JN061", VLAN),
    ],
)
def test_what_is_refused_is_unknown_without_the_release(code: str, interface: Fields) -> None:
    assert lacking(code, joined({"interfaces": [interface]})) == [("new", "software.product_version")]
    assert problems(code, joined({"interfaces": [{**NIC, "management": True}]})) == []
    assert lacking(code, joined()) == [("new", "interfaces")]


@pytest.mark.parametrize(("code", "version", "interface"), [("JN021", "6.2.0", BOND), ("JN061", "8.3.0", VLAN)])
def test_whether_an_interface_is_for_management_has_to_be_known(code: str, version: str, interface: Fields) -> None:
    label = "bond0" if code == "JN021" else "eth0.20"
    managing: Fields = {"device": "eth7", "management": True}

    assert lacking(code, joined({"interfaces": [interface]}, version=version)) == [(label, "management")]
    found = problems(code, joined({"interfaces": [interface, managing]}, version=version))
    assert found == ([] if code == "JN021" else [(label, "vlan")])


def remedy(code: str, version: str, *interfaces: Fields) -> str:
    (found, *_), _ = seen(code, joined({"interfaces": list(interfaces)}, version=version))
    return found.remedy


def test_a_bond_hands_its_management_to_its_first_nic() -> None:
    bond = {"device": "bond0", "management": True, "bond": {"uuid": "b-1", "members": ["eth0", "eth1"]}}

    told = remedy("JN021", "6.2.0", bond)

    assert told == (
        "remove bond0 before the join with `xe bond-destroy uuid=b-1`; its first NIC takes over the management of new"
    )


def test_a_vlan_hands_its_management_to_the_nic_below() -> None:
    vlan = {"device": "eth0", "management": True, "vlan": {"tag": 20, "on": "eth0", "uuid": "v-1"}}

    told = remedy("JN021", "6.2.0", vlan, {**NIC, "uuid": "p-1"})

    assert told.startswith("give eth0 of new an address, move the management there with")
    assert "`xe host-management-reconfigure pif-uuid=p-1`, then remove eth0.20 before the join" in told
    assert told.endswith("`xe vlan-destroy uuid=v-1`")
    assert "give a NIC of new an address" in remedy("JN021", "6.2.0", vlan)


@pytest.mark.parametrize(
    ("interface", "command"),
    [(BOND, "bond-destroy"), (VLAN, "vlan-destroy"), (TUNNEL, "tunnel-destroy"), (SRIOV, "network-sriov-destroy")],
)
def test_each_kind_of_interface_has_its_command(interface: Fields, command: str) -> None:
    label = "eth0.20" if interface is VLAN else interface["device"]

    assert remedy("JN060", "7.1.0", interface) == f"remove {label} before the join with `xe {command} uuid=…`"


@pytest.mark.parametrize(
    ("code", "version", "interface", "field"),
    [
        ("JN018", "8.3.0", BOND, "bond"),
        ("JN019", "8.3.0", TUNNEL, "tunnel"),
        ("JN020", "8.3.0", SRIOV, "sriov"),
        ("JN021", "6.2.0", {**BOND, "management": True}, "management"),
        ("JN060", "7.0.0", TUNNEL, "tunnel"),
        ("JN061", "8.3.0", {**VLAN, "management": False}, "vlan"),
    ],
)
def test_the_field_that_makes_it_refused_is_told(code: str, version: str, interface: Fields, field: str) -> None:
    ((_, told),) = problems(code, joined({"interfaces": [interface]}, version=version))

    assert told == field
