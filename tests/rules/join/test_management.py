import pytest

from tests.rules.join.joins import Fields, joined, lacking, problems, seen

NIC: Fields = {"device": "eth0", "uuid": "p-1", "management": True}
BELOW: Fields = {"device": "eth0", "uuid": "p-1", "management": False}


def vlan(tag: int) -> list[Fields]:
    return [BELOW, {"device": "eth0", "management": True, "vlan": {"tag": tag, "on": "p-1", "uuid": "v-1"}}]


def untagged() -> list[Fields]:
    return [NIC]


def faults(new: list[Fields], old: list[Fields], version: str = "7.3.0") -> list[tuple[str, str]]:
    return problems("JN022", joined({"interfaces": new}, {"interfaces": old}, version=version))


def test_the_management_vlan_has_to_be_the_same_since_7_3() -> None:
    assert faults(vlan(20), vlan(20)) == faults(untagged(), untagged()) == []
    assert faults(vlan(20), vlan(30)) == faults(vlan(20), untagged()) == [("eth0.20", "vlan")]
    assert faults(untagged(), vlan(20)) == [("eth0", "")]
    assert faults(untagged(), vlan(20), "7.2.0") == []


def remedy(new: list[Fields], old: list[Fields]) -> str:
    (found,), _ = seen("JN022", joined({"interfaces": new}, {"interfaces": old}, version="8.2.1"))
    return found.remedy


def test_the_way_to_the_right_vlan_is_told() -> None:
    assert "`xe vlan-create pif-uuid=p-1 vlan=20 network-uuid=…`" in remedy(untagged(), vlan(20))
    back = remedy(vlan(20), untagged())
    assert "`xe host-management-reconfigure pif-uuid=p-1`" in back
    assert back.endswith("`xe vlan-destroy uuid=v-1`")


@pytest.mark.parametrize("code", ["JN022", "JN029"])
def test_both_management_interfaces_have_to_be_known(code: str) -> None:
    unsaid: Fields = {"interfaces": [{"device": "eth0"}]}

    assert lacking(code, joined(version="8.2.1")) == [("new", "interfaces"), ("old", "interfaces")]
    assert lacking(code, joined(unsaid, unsaid, version="8.2.1")) == [("eth0", "management")] * 2
    assert problems(code, joined({"interfaces": []}, {"interfaces": []}, version="8.2.1")) == []
    gone = joined({"interfaces": [NIC]}, pool={"coordinator": "gone"}, version="8.2.1")
    assert lacking(code, gone) == [("lab", "coordinator")]
    assert lacking(code, joined()) == [("new", "software.product_version")]


def of_type(new: str | None, old: str | None) -> tuple[Fields, Fields]:
    one, other = ({"interfaces": [{**NIC, "primary_address_type": each}]} for each in (new, old))
    return one, other


def test_the_primary_address_has_to_be_of_one_type_since_6_1() -> None:
    (found,), _ = seen("JN029", joined(*of_type("IPv4", "IPv6"), version="6.1.0"))

    assert "`xe pif-set-primary-address-type uuid=p-1 primary_address_type=IPv6`" in found.remedy
    assert problems("JN029", joined(*of_type("IPv4", "IPv4"), version="8.2.1")) == []
    assert problems("JN029", joined(*of_type("IPv4", "IPv6"), version="6.0.2")) == []
    assert lacking("JN029", joined(*of_type("IPv4", None), version="6.2.0")) == [("eth0", "primary_address_type")]
