from __future__ import annotations

import pytest

from planner.model.inventory import Inventory
from planner.model.pool import Pool
from tests.rules.join.joins import Fields, joined, lacking, problems, seen

NOBODY: Fields = {"vms": [], "templates": [], "snapshots": []}


def guests(*vms: Fields, **others: list[Fields]) -> Fields:
    return {**NOBODY, "vms": list(vms), **others}


def web(uuid: str | None = "u-1", seed: str | None = "s", **fields: object) -> Fields:
    return {"name": "web", "uuid": uuid, "mac_seed": seed, **fields}


def told(mine: Fields, theirs: Fields) -> list[tuple[str, str]]:
    return problems("JN073", joined(joiner=mine, pool=theirs))


def test_a_guest_with_the_seed_of_another_one_stays_out() -> None:
    (found,), unknown = seen("JN073", joined(joiner=guests(web()), pool=guests(web("u-2", name="shop"))))

    assert unknown == []
    assert found.subject.label == "web"
    assert (
        found.message
        == "web of new, which is to join lab, has the MAC seed of shop of lab; the pool will not take it in"
    )
    assert "`xe vm-param-set uuid=u-1 other-config:mac_seed=…`" in found.remedy


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (guests(web(seed="s")), guests(web("u-2", seed="t")), []),
        (guests(web()), guests(web("u-1")), []),
        (guests(web()), NOBODY, []),
        (guests(web()), guests(templates=[web("u-2")]), ["web"]),
        (guests(templates=[web()]), guests(web("u-2")), ["web"]),
        (guests(templates=[web(default_template=True)]), guests(web("u-2")), []),
        (guests(snapshots=[web("s-1", name="before", snapshot_of="web")]), guests(web("u-2")), []),
        (guests(web(), snapshots=[web("s-1", name="before", snapshot_of="u-1")]), guests(web("u-1")), []),
        (
            guests(web(), snapshots=[web("s-1", name="before", snapshot_of="web")]),
            guests(web("u-2")),
            ["before", "web"],
        ),
        (guests(web()), guests(web(seed="t"), snapshots=[web("s-2", name="before", snapshot_of="web")]), []),
    ],
)
def test_one_guest_and_its_snapshots_share_a_seed(mine: Fields, theirs: Fields, expected: list[str]) -> None:
    found, _ = seen("JN073", joined(joiner=mine, pool=theirs))

    assert [each.subject.label for each in found] == expected


def test_a_snapshot_is_changed_by_a_command_of_its_own() -> None:
    mine = guests(web(seed="t"), snapshots=[web("s-1", name="before", snapshot_of="web")])
    (found,), _ = seen("JN073", joined(joiner=mine, pool=guests(web("u-2"))))

    assert "`xe snapshot-param-set uuid=s-1 other-config:mac_seed=…`" in found.remedy


def test_what_is_not_told_is_unknown() -> None:
    def lacks(mine: Fields, theirs: Fields) -> list[tuple[str, str]]:
        return lacking("JN073", joined(joiner=mine, pool=theirs))

    assert lacks(NOBODY, {}) == [], "who brings nobody meets nobody"
    assert lacks({}, NOBODY) == [("single", "vms"), ("single", "templates"), ("single", "snapshots")]
    assert lacks(guests(web()), guests(templates=[], snapshots=[])) == []
    assert lacks(guests(web()), {}) == [("lab", "vms"), ("lab", "templates"), ("lab", "snapshots")]
    assert lacks(guests(web(seed=None)), NOBODY) == [], "nobody is there to have it too"
    assert lacks(guests(web(seed=None)), {}) == [("web", "mac_seed")]
    assert lacks(guests(web(seed=None)), guests(web("u-2", seed=None, name="shop"))) == [("web", "mac_seed")]
    assert lacks(guests(web()), guests(web("u-2", seed=None, name="shop"))) == [("shop", "mac_seed")]
    assert lacks(guests(web(None)), guests(web(None, name="shop"))) == [("web", "uuid"), ("shop", "uuid")]
    lost = guests(web(seed="t"), snapshots=[web("s-1", name="before", snapshot_of="gone")])
    assert lacks(lost, guests(web("u-2"))) == [("before", "snapshot_of")]


def test_guests_of_hosts_that_join_together_are_compared() -> None:
    lab = {"name": "lab", "joins": [{"host": "a"}, {"host": "b"}], "hosts": [{"name": "old"}], **NOBODY}
    one = {"name": "one", "hosts": [{"name": "a"}], **guests(web("u-1"))}
    two = {"name": "two", "hosts": [{"name": "b"}], **guests(web("u-2"))}

    found, _ = seen("JN073", Inventory([Pool.model_validate(each) for each in (lab, one, two)]))

    assert sorted(each.message for each in found) == [
        "web of a, which is to join lab, has the MAC seed of web of two; the pool will not take it in",
        "web of b, which is to join lab, has the MAC seed of web of one; the pool will not take it in",
    ]
