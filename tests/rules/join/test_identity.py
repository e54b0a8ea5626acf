import pytest

from tests.rules.join.joins import Fields, joined, lacking, problems, seen

OVS: Fields = {"network_backend": "openvswitch"}
OLD: Fields = {"software": OVS}


def auth(kind: str = "", service: str = "") -> Fields:
    return {"external_auth": {"type": kind, "service_name": service}}


def test_users_have_to_be_looked_up_in_one_directory() -> None:
    assert problems("JN023", joined(auth(), auth())) == []
    assert problems("JN023", joined(auth("AD", "a.b"), auth("AD", "a.b"))) == []
    for mine, theirs in ((auth("AD", "a.b"), auth()), (auth(), auth("AD", "a.b")), (auth("AD", "x"), auth("AD", "y"))):
        assert problems("JN023", joined(mine, theirs, force=True)) == [("new", "external_auth")]


def test_the_way_into_the_directory_is_told() -> None:
    (found,), _ = seen("JN023", joined(auth("AD", "x"), auth("AD", "y")))
    assert "`xe pool-disable-external-auth`, then `xe pool-enable-external-auth auth-type=AD" in found.remedy
    assert "service-name=y config:user=… config:pass=…`" in found.remedy


@pytest.mark.parametrize(
    ("software", "expected"),
    [
        ({"product_version": "8.2.1"}, [("new", "external_auth")]),
        ({"product_version": "8.4.0", "xapi": "24.32"}, [("new", "external_auth")]),
        ({"product_version": "8.4.0", "xapi": "24.33"}, []),
    ],
)
def test_the_case_of_a_directory_counts_up_to_24_32(software: Fields, expected: list[tuple[str, str]]) -> None:
    new = {"software": software, **auth("AD", "LAB.example")}

    assert problems("JN023", joined(new, auth("AD", "lab.example"))) == expected


def test_the_directories_have_to_be_known() -> None:
    assert lacking("JN023", joined()) == [("new", "external_auth"), ("old", "external_auth")]
    assert lacking("JN023", joined(pool={"coordinator": "gone"})) == [("lab", "coordinator")]
    other_case = joined(auth("AD", "A"), auth("AD", "a"))
    assert lacking("JN023", other_case) == [("new", "software.product_version")]
    untold = joined({"software": {"product_version": "8.4.0"}, **auth("AD", "A")}, auth("AD", "a"))
    assert lacking("JN023", untold) == [("new", "software.xapi")]


def test_the_network_backend_has_to_be_the_same() -> None:
    (found,), _ = seen("JN025", joined({"software": {"network_backend": "bridge"}}, OLD))

    assert "`xe-switch-network-backend openvswitch` on new" in found.remedy
    assert lacking("JN025", joined()) == [("new", "software.network_backend"), ("old", "software.network_backend")]
    assert lacking("JN025", joined(pool={"coordinator": "gone"})) == [("lab", "coordinator")]
    bridges: Fields = {"software": {"network_backend": "bridge"}}
    assert problems("JN025", joined(bridges, bridges)) == []


def controlled(
    mine: Fields, theirs: Fields, version: str | None
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    new = {"software": {**OVS, **({"product_version": version} if version else {})}}
    found, unknown = seen("JN025", joined(new, OLD, joiner=mine, pool=theirs))
    return [(each.subject.label, each.field) for each in found], [(each.subject.label, each.field) for each in unknown]


def sdn(address: str = "10.0.0.1", **more: object) -> Fields:
    return {"sdn_controllers": [{"protocol": "ssl", "address": address, "port": 6632, **more}]}


NO_SDN: Fields = {"sdn_controllers": []}
WRONG = [("single", "sdn_controllers")]


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (NO_SDN, {}, ([], [])),
        (NO_SDN, sdn(), ([], [])),
        (sdn(), sdn(), ([], [])),
        (sdn(), sdn("10.0.0.2"), (WRONG, [])),
        (sdn(), NO_SDN, (WRONG, [])),
        (sdn(), {}, ([], [("lab", "sdn_controllers")])),
        ({}, sdn(), ([], WRONG)),
        (sdn(), sdn(port=None), ([], [("sdncontroller", "port")])),
    ],
)
def test_since_7_2_a_joining_host_has_no_sdn_controller_but_the_pools(
    mine: Fields, theirs: Fields, expected: object
) -> None:
    assert controlled(mine, theirs, "7.2.0") == expected


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("", None, ([], [])),
        ("10.0.0.1", "10.0.0.1", ([], [])),
        ("10.0.0.1", "", ([("single", "vswitch_controller")], [])),
        ("10.0.0.1", None, ([], [("lab", "vswitch_controller")])),
        (None, "", ([], [("single", "vswitch_controller")])),
    ],
)
def test_up_to_7_1_a_joining_host_has_no_vswitch_controller_but_the_pools(
    mine: str | None, theirs: str | None, expected: object
) -> None:
    assert controlled({"vswitch_controller": mine}, {"vswitch_controller": theirs}, "7.1.0") == expected


def test_which_controller_counts_is_unknown_without_the_release() -> None:
    assert controlled(sdn(), sdn("x"), None)[1] == [("new", "software.product_version")] * 2
    assert controlled({**NO_SDN, "vswitch_controller": ""}, {}, None) == ([], [])
