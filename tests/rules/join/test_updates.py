from typing import Any

import pytest

from planner.model.inventory import Inventory
from tests.rules.join.joins import Fields, joined, lacking, problems, seen

SP1, HOTFIX = (
    {"name": name, "uuid": f"{number}850b186-4d47-11e3-a720-001b2151a503"} for number, name in enumerate(("SP1", "HF2"))
)


def updated(mine: list[str] | None, theirs: list[str] | None, *, force: bool = False, **known: Any) -> Inventory:
    version = known.pop("version", "6.2.0")
    updates = [{**update, **known} for update in (SP1, HOTFIX)]
    both = {"updates": updates}
    return joined({"updates": mine}, {"updates": theirs}, pool=both, joiner=both, version=version, force=force)


def test_updates_have_to_be_the_same_even_by_force() -> None:
    for force in (False, True):
        assert problems("JN028", updated(["SP1"], ["SP1", "HF2"], force=force)) == [("new", "updates")]
        assert problems("JN028", updated(["SP1"], [], force=force)) == [("new", "updates")]
        assert problems("JN028", updated(["SP1", "HF2"], ["HF2", SP1["uuid"]], force=force)) == []
    assert lacking("JN028", updated(None, [])) == [("new", "updates")]
    assert lacking("JN028", updated(None, None)) == [("new", "updates"), ("old", "updates")]


def test_the_missing_updates_come_with_their_commands() -> None:
    (found,), _ = seen("JN028", updated(["HF2"], ["SP1"]))

    assert found.message == "new lacks SP1, which old in lab has; old in lab lacks HF2, which new has"
    assert (
        f"on new run `xe patch-upload file-name=SP1.xsupdate`, then `xe patch-pool-apply uuid={SP1['uuid']}`"
        in found.remedy
    )
    assert f"on old run `xe patch-upload file-name=HF2.xsupdate`, then `xe patch-pool-apply uuid={HOTFIX['uuid']}`" in (
        found.remedy
    )


def test_later_updates_have_other_commands() -> None:
    (found,), _ = seen("JN028", updated([], ["SP1"], version="8.2.0", enforce_homogeneity=True))

    assert f"`xe update-upload file-name=SP1.iso`, then `xe update-apply uuid={SP1['uuid']} host=new`" in found.remedy


@pytest.mark.parametrize(
    ("version", "enforced", "error", "warning"),
    [
        ("6.2.0", False, True, False),
        ("7.0.0", False, True, False),
        ("7.1.0", False, False, True),
        ("7.1.0", True, True, False),
        ("7.2.0", True, False, True),
        ("8.2.0", True, True, False),
        ("8.2.0", False, False, True),
    ],
)
def test_which_updates_are_compared_depends_on_the_release(
    version: str,
    enforced: bool,  # noqa: FBT001
    error: bool,  # noqa: FBT001
    warning: bool,  # noqa: FBT001
) -> None:
    inventory = updated([], ["SP1"], version=version, enforce_homogeneity=enforced)

    assert bool(problems("JN028", inventory)) is error
    assert bool(problems("JN057", inventory)) is warning


def test_what_an_update_asks_for_has_to_be_known() -> None:
    assert lacking("JN028", updated([], ["SP1"], version="8.2.0")) == [("SP1", "enforce_homogeneity")]
    assert lacking("JN028", updated([], ["HF9"], version="8.2.0")) == [("lab", "updates")]
    assert lacking("JN028", updated([], ["SP1"], version=None)) == [("new", "software.product_version")]
    assert problems("JN028", updated(["SP1"], ["SP1"], version=None)) == []


def test_updates_of_another_version_are_no_use() -> None:
    mine = {"updates": ["a"], "software": {"product_version": "6.1.0"}}
    theirs = {"updates": ["b"], "software": {"product_version": "6.2.0"}}

    (found,), _ = seen("JN028", joined(mine, theirs))

    assert found.remedy.startswith("bring new to the version of old first, then run on it `xe patch-upload")
    assert "a.xsupdate" not in found.remedy


def test_on_the_rolling_line_the_hash_tells() -> None:
    same: Fields = {"updates": []}

    def hashes(mine: str | None, theirs: str | None, version: str = "8.3.0") -> Inventory:
        return joined({**same, "update_hash": mine}, {**same, "update_hash": theirs}, version=version)

    assert problems("JN057", hashes("a", "a")) == []
    assert problems("JN057", hashes("a", "b")) == [("new", "update_hash")]
    assert problems("JN057", hashes("a", "b", "8.2.0")) == []
    assert lacking("JN057", hashes("a", None)) == [("old", "update_hash")]


def test_what_the_lists_tell_the_hash_does_not_tell_again() -> None:
    update = {"updates": [{**SP1, "enforce_homogeneity": True}]}
    mine, theirs = ({"updates": names, "update_hash": text} for names, text in (([], "a"), (["SP1"], "b")))

    assert problems("JN028", joined(mine, theirs, pool=update, version="8.3.0")) == [("new", "updates")]
    assert problems("JN057", joined(mine, theirs, pool=update, version="8.3.0")) == []


def test_early_builds_of_7_1_are_stricter() -> None:
    for version, strict in (("7.1.0", True), ("7.2.0", False)):
        (found,), _ = seen("JN057", updated([], ["SP1"], version=version, enforce_homogeneity=False))
        assert ("early builds of 7.1" in found.message) is strict
