from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems

OLD, NEW = {"product_version": "8.2.1"}, {"product_version": "8.3.0", "product_brand": "XCP-ng"}


def pool(*hosts: dict[str, Any], **fields: Any) -> Pool:
    named = [{"name": name} | host for name, host in zip("abc", hosts, strict=False)]
    return Pool.model_validate({"name": "lab", "coordinator": "a", "hosts": named} | fields)


@pytest.mark.parametrize(
    ("hosts", "found", "unknown"),
    [
        ([{"updates": ["x", "y"]}, {"updates": ["y", "x"]}], [], []),
        ([{"updates": ["x"]}, {"updates": []}], [("b", "updates")], []),
        ([{"updates": []}, {"updates": ["x"]}, {"updates": ["y"]}], [("b", "updates"), ("c", "updates")], []),
        ([{"updates": ["x"]}, {}], [], [("b", "updates")]),
        ([{}, {"updates": ["x"]}], [], [("a", "updates")]),
        ([{"update_hash": "1"}, {"update_hash": "2"}], [("b", "update_hash")], []),
        ([{"update_hash": "1"}, {"update_hash": "1"}], [], []),
        ([{"update_hash": "1"}, {"updates": []}], [], [("a", "updates")]),
        ([{"updates": ["x"], "software": NEW}, {"updates": [], "software": OLD}], [], []),
        ([{"updates": ["x"]}], [], []),
    ],
)
def test_members_have_the_updates_of_the_coordinator(
    hosts: list[dict[str, Any]], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    assert (faults("UP001", pool(*hosts)), lacks("UP001", pool(*hosts))) == (found, unknown)


def test_the_updates_that_are_missing_are_named() -> None:
    (problem,) = problems("UP001", pool({"updates": ["XS1", "XS2"]}, {"updates": ["XS3"]}))
    assert problem.message == "b lacks the updates XS1 and XS2, which a has and has the update XS3, which a lacks"
    one, two, three = (
        f"`xe update-apply uuid=$(xe update-list name-label=XS{each} --minimal) host=" for each in (1, 2, 3)
    )
    assert problem.remedy == f"apply XS1 and XS2 to b: {one}b`, then {two}b`; and apply XS3 to a: {three}a`"


def test_without_a_coordinator_the_host_with_most_updates_is_the_model() -> None:
    assert faults("UP001", pool({"updates": []}, {"updates": ["x"]}, coordinator=None)) == [("a", "updates")]


@pytest.mark.parametrize(
    ("hosts", "found", "unknown"),
    [
        ([{"software": NEW}, {"software": NEW}], [], []),
        ([{"software": NEW}, {"software": OLD}], [("b", "software")], []),
        ([{"software": NEW}, {}], [], [("b", "software")]),
        ([{}, {"software": NEW}], [], [("a", "software")]),
        ([{}, {}], [], [("b", "software")]),
        ([{"software": NEW}], [], []),
    ],
)
def test_members_run_the_release_of_the_coordinator(
    hosts: list[dict[str, Any]], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    assert (faults("UP002", pool(*hosts)), lacks("UP002", pool(*hosts))) == (found, unknown)


@pytest.mark.parametrize(
    ("coordinator", "member", "remedy"),
    [
        (NEW, OLD, "upgrade b to XCP-ng 8.3.0"),
        (OLD, NEW, "upgrade a to XCP-ng 8.3.0; the coordinator is upgraded before all others"),
        ({"product_version": "x"}, {"product_version": "y"}, "bring b and a to the same release"),
    ],
)
def test_the_older_host_is_to_be_upgraded(coordinator: dict[str, str], member: dict[str, str], remedy: str) -> None:
    (problem,) = problems("UP002", pool({"software": coordinator}, {"software": member}))
    assert problem.remedy == remedy


@pytest.mark.parametrize(
    ("version", "command"),
    [
        ("6.2.0", "`xe patch-apply uuid=u1 host-uuid=h2`"),
        ("8.2.1", "`xe update-apply uuid=u1 host=b`"),
    ],
)
def test_the_command_that_applies_an_update_is_of_the_release(version: str, command: str) -> None:
    hosts = [{"name": "a", "updates": ["SP1"]}, {"name": "b", "uuid": "h2", "updates": []}]
    lab = {"name": "lab", "coordinator": "a", "hosts": hosts, "software": {"product_version": version}}
    (problem,) = problems("UP001", Pool.model_validate(lab | {"updates": [{"name": "SP1", "uuid": "u1"}]}))
    assert problem.remedy == f"apply SP1 to b: {command}"
