import pytest

from planner.facts.storage import Attachment, driver, links, made_for_one_host, settings
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.pool import Pool
from planner.model.storage import Connection, Repository


@pytest.mark.parametrize(
    ("type_", "content", "expected"),
    [
        ("lvhdoiscsi", None, "lvmoiscsi"),
        ("lvhd", "user", "lvm"),
        ("cifs", "user", "smb"),
        ("cifs", "iso", "cifs"),
        ("nfs", None, "nfs"),
        (None, None, None),
    ],
)
def test_old_names_of_drivers_are_known(type_: str | None, content: str | None, expected: str | None) -> None:
    assert driver(Repository(name="r", type=type_, content_type=content)) == expected


@pytest.mark.parametrize(("type_", "local"), [("lvhd", True), ("ext", True), ("nfs", False), (None, False)])
def test_some_drivers_are_made_for_one_host(type_: str | None, *, local: bool) -> None:
    assert made_for_one_host(Repository(name="r", type=type_)) is local


def connection(host: str, *, attached: bool | None = None) -> Connection:
    return Connection(host=host, attached=attached)


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        (Repository(name="r", connections=(connection("a", attached=True),)), Attachment.ATTACHED),
        (Repository(name="r", connections=(connection("a", attached=False),)), Attachment.DETACHED),
        (Repository(name="r", connections=(connection("a"),)), Attachment.UNKNOWN),
        (Repository(name="r", connections=()), Attachment.MISSING),
        (Repository(name="r", connections=(connection("b", attached=True),)), Attachment.MISSING),
        (Repository(name="r"), Attachment.UNKNOWN),
        (Repository(name="r", tools=True), Attachment.ATTACHED),
        (Repository(name="r", tools=True, connections=()), Attachment.MISSING),
        (
            Repository(name="r", connections=(connection("a", attached=True), connection("a", attached=False))),
            Attachment.ATTACHED,
        ),
        (Repository(name="r", connections=(connection("a"), connection("a", attached=False))), Attachment.UNKNOWN),
    ],
)
def test_a_host_has_a_repository_or_not(repository: Repository, expected: Attachment) -> None:
    view = PoolView(Pool(name="lab", hosts=(Host(name="a"),), repositories=(repository,)))
    assert [link.attachment for link in links(view, repository)] == [expected]


def test_a_connection_can_have_settings_of_its_own() -> None:
    own = Connection(host="a", device_config={"server": "b"})
    repository = Repository(name="r", device_config={"server": "a"})
    assert settings(repository, own) == {"server": "b"}
    assert settings(repository, connection("a")) == {"server": "a"}
    assert settings(Repository(name="r"), connection("a")) == {}
