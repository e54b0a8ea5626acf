import pytest

from planner.facts.endpoints import Demand, Endpoint, Medium, demand
from planner.model.storage import Connection, Repository


def asked(kind: str | None, /, *, content: str = "user", **settings: str) -> Demand:
    return demand(Repository(name="r", type=kind, content_type=content, device_config=settings))


@pytest.mark.parametrize(
    ("kind", "settings", "endpoints"),
    [
        ("nfs", {"server": "10.0.0.9", "serverpath": "/x"}, ["10.0.0.9:2049"]),
        ("nfs", {"server": "fd00::9"}, ["[fd00::9]:2049"]),
        ("smb", {"server": "//nas/share"}, ["nas:445"]),
        ("smb", {"server": r"\\10.0.0.9\share\deep"}, ["10.0.0.9:445"]),
        ("cifs", {"server": "//10.0.0.9/share"}, ["10.0.0.9:445"]),
        ("lvmoiscsi", {"target": "10.0.0.1,10.0.0.2"}, ["10.0.0.1:3260", "10.0.0.2:3260"]),
        ("lvhdoiscsi", {"target": "10.0.0.1", "port": "3261"}, ["10.0.0.1:3261"]),
        (
            "lvmoiscsi",
            {"target": "10.0.0.1", "multihomelist": "10.0.0.1:3260,10.0.1.1:3262"},
            ["10.0.0.1:3260", "10.0.1.1:3262"],
        ),
        (
            "lvmoiscsi",
            {"target": "10.0.0.1", "multiSession": "10.0.0.1,3260,iqn.a|10.0.1.1,3262,iqn.b|x|,1,y|z,²,q"},
            ["10.0.0.1:3260", "10.0.1.1:3262"],
        ),
        ("lvmoiscsi", {"target": "10.0.0.1", "multihomelist": "10.0.0.2:²,:3260,x"}, ["10.0.0.1:3260"]),
        ("gfs2", {"target": "10.0.0.1"}, ["10.0.0.1:3260"]),
        ("cephfs", {"server": "a,b", "serverport": "6790"}, ["a:6790", "b:6790"]),
        ("glusterfs", {"server": "a:/v", "backupservers": "b:c"}, ["a:24007", "b:24007", "c:24007"]),
        ("moosefs", {"masterhost": "m", "masterport": "9500"}, ["m:9500"]),
    ],
)
def test_settings_name_the_servers(kind: str, settings: dict[str, str], endpoints: list[str]) -> None:
    found = asked(kind, **settings)
    assert (found.medium, [str(each) for each in found.endpoints], found.lacking) == (Medium.NETWORK, endpoints, "")


@pytest.mark.parametrize(
    ("settings", "endpoints"),
    [
        ({"location": "10.0.0.9:/isos"}, ["10.0.0.9:2049"]),
        ({"location": "[fd00::9]:/isos"}, ["[fd00::9]:2049"]),
        ({"location": "//10.0.0.9/isos"}, ["10.0.0.9:445"]),
        ({"location": "//10.0.0.9/isos", "type": "cifs"}, ["10.0.0.9:445"]),
        ({"location": "nas:/isos", "type": "nfs_iso"}, ["nas:2049"]),
    ],
)
def test_libraries_of_images_name_the_server_in_their_location(settings: dict[str, str], endpoints: list[str]) -> None:
    assert [str(each) for each in asked("iso", content="iso", **settings).endpoints] == endpoints


@pytest.mark.parametrize(
    ("kind", "settings", "medium"),
    [
        ("ext", {"device": "/dev/sda3"}, Medium.LOCAL),
        ("udev", {}, Medium.LOCAL),
        ("iso", {"location": "/opt/isos", "legacy_mode": "true"}, Medium.LOCAL),
        ("lvmohba", {"SCSIid": "x"}, Medium.BLOCK),
        ("gfs2", {"provider": "hba"}, Medium.BLOCK),
        ("linstor", {"group-name": "x"}, Medium.HOSTS),
    ],
)
def test_some_repositories_need_no_server(kind: str, settings: dict[str, str], medium: Medium) -> None:
    assert asked(kind, **settings) == Demand(medium)


@pytest.mark.parametrize(
    ("kind", "lacking"),
    [("nfs", "device_config.server"), ("iso", "device_config.location"), ("new", "type"), (None, "type")],
)
def test_what_would_have_to_be_known_is_said(kind: str | None, lacking: str) -> None:
    assert asked(kind).lacking == lacking


def test_a_connection_may_have_settings_of_its_own() -> None:
    shared = Repository(name="r", type="nfs", device_config={"server": "10.0.0.9"})
    own = Connection(host="h", device_config={"server": "172.16.0.9"})
    assert demand(shared, own).endpoints == (Endpoint("172.16.0.9", 2049),)
    assert demand(shared, Connection(host="h")).endpoints == (Endpoint("10.0.0.9", 2049),)
