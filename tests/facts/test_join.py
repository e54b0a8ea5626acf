import pytest

from planner.facts.join import (
    clock_difference,
    compared_parts,
    compatibility,
    compatible,
    counts_at_join,
    editions,
    feature_off,
    is_shared_storage,
    manages,
    runs,
)
from planner.facts.movable import can_move_without_disks
from planner.facts.updates_at_join import applied_updates, compared_at_join
from planner.model.guest import VM, Drive
from planner.model.host import Host, Licence, Software
from planner.model.inventory import Index, PoolView
from planner.model.network import Interface
from planner.model.pool import Pool, Update
from planner.model.storage import Disk, Repository

SP1 = "0850b186-4d47-11e3-a720-001b2151a503"
XEN_6_2 = Software(product_version="6.2.0")


@pytest.mark.parametrize(
    ("vm", "expected"),
    [
        (VM(name="x", power_state="running"), True),
        (VM(name="x", power_state="paused", runs_on="a"), False),
        (VM(name="x", power_state="halted", runs_on="a"), False),
        (VM(name="x", runs_on="a"), True),
        (VM(name="x"), None),
    ],
)
def test_a_vm_runs_when_its_state_says_so(vm: VM, expected: bool | None) -> None:  # noqa: FBT001
    assert runs(vm) is expected


def test_a_driver_domain_stands_in_the_way_since_7_1_only() -> None:
    domain = VM(name="driver", driver_domain=True)

    assert counts_at_join(domain, Software(product_version="7.0.0")) is False
    assert counts_at_join(domain, Software(product_version="7.1.0")) is True
    assert counts_at_join(domain, None) is None
    assert counts_at_join(VM(name="x"), None) is True


@pytest.mark.parametrize(
    ("restrictions", "expected"), [({"restrict_x": "true"}, True), ({"restrict_x": "false"}, False), ({}, True)]
)
def test_a_feature_that_is_not_told_is_off(restrictions: dict[str, str], expected: bool) -> None:  # noqa: FBT001
    assert feature_off(PoolView(Pool(name="p", restrictions=restrictions)), "restrict_x") is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("false",), False),
        (("true",), True),
        (("false", "false"), False),
        (("false", "true"), True),
        (("false", None), None),
        ((None, "true"), True),
        ((), None),
    ],
)
def test_hosts_speak_for_a_pool_that_does_not(
    said: tuple[str | None, ...],
    expected: bool | None,  # noqa: FBT001
) -> None:
    licences = [Licence(restrictions={"restrict_x": each}) if each else None for each in said]
    hosts = tuple(Host(name=str(number), licence=licence) for number, licence in enumerate(licences))

    assert feature_off(PoolView(Pool(name="p", hosts=hosts)), "restrict_x") is expected


def test_the_pool_itself_is_asked_before_its_hosts() -> None:
    host = Host(name="a", licence=Licence(restrictions={"restrict_x": "true"}))

    assert feature_off(PoolView(Pool(name="p", hosts=(host,), restrictions={"restrict_x": "false"})), "restrict_x") is (
        False
    )


def test_only_one_interface_is_for_management() -> None:
    eth0, eth1 = Interface(device="eth0", management=True), Interface(device="eth1")

    assert manages(Host(name="a", interfaces=(eth0, eth1)), eth0) is True
    assert manages(Host(name="a", interfaces=(eth0, eth1)), eth1) is False
    assert manages(Host(name="a", interfaces=(eth1,)), eth1) is None


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        (Repository(name="r", shared=True), True),
        (Repository(name="r", shared=True, tools=False, type="iso"), True),
        (Repository(name="r", shared=True, tools=True), False),
        (Repository(name="r", shared=False), False),
        (Repository(name="r"), None),
        (Repository(name="r", tools=True), False),
        (Repository(name="r", shared=True, type="iso"), None),
    ],
)
def test_the_tools_are_no_shared_storage(repository: Repository, expected: bool | None) -> None:  # noqa: FBT001
    assert is_shared_storage(repository) is expected


@pytest.mark.parametrize(
    ("one", "other", "different", "unknown"),
    [
        (
            Software(product_brand="XCP-ng", platform_version="3.2.0"),
            Software(product_brand="XenServer", platform_version="3.2.1"),
            ("product_brand", "platform_version"),
            (),
        ),
        (
            Software(product_brand="XenServer", platform_version="1.8.0", product_version="6.2.0"),
            Software(product_brand="XenServer", platform_version="1.8.0", product_version="6.2"),
            (),
            (),
        ),
        (
            Software(platform_name="XCP", platform_version="1.6.10"),
            Software(platform_name="XCP", platform_version="1.6.10"),
            (),
            (),
        ),
        (
            Software(product_version="6.2.0"),
            Software(product_version="6.5.0"),
            ("product_version",),
            ("product_brand",),
        ),
        (Software(product_version="6.2"), Software(product_version="6.2.0"), (), ("product_brand", "platform_version")),
        (Software(product_brand="XenServer"), Software(), (), ("product_brand", "platform_version")),
    ],
)
def test_hosts_are_compatible_by_product_and_version(
    one: Software, other: Software, different: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    for pair in ((one, other), (other, one)):
        found = compatibility(*pair)
        assert (found.different, found.unknown) == (different, unknown)
        assert compatible(*pair) is (not different)


@pytest.mark.parametrize(
    ("product", "xapi", "expected"),
    [
        ("6.2.0", None, ("build_number", "git_id", "linux_pack")),
        ("7.1.0", None, ("build_number", "git_id", "linux_pack")),
        ("7.2.0", None, ("git_id", "linux_pack")),
        ("8.2.1", "1.249", ("git_id", "linux_pack")),
        ("8.3.0", "24.19", ("xapi", "git_id", "linux_pack")),
        (None, None, None),
    ],
)
def test_what_is_compared_beside_the_version_changed(
    product: str | None, xapi: str | None, expected: tuple[str, ...] | None
) -> None:
    assert compared_parts(Software(product_version=product, xapi=xapi)) == expected


def test_updates_are_the_same_by_name_or_uuid() -> None:
    known = Index((Update(name="XS62ESP1", uuid=SP1),))
    unnamed: Index[Update] = Index(())
    by_name = applied_updates(Host(name="a", updates=("XS62ESP1",)), known, unnamed)
    by_uuid = applied_updates(Host(name="b", updates=(SP1,)), unnamed, known)
    without_uuid = applied_updates(Host(name="c", updates=("XS62ESP1",)), Index((Update(name="XS62ESP1"),)), known)

    assert by_name is not None
    assert by_uuid is not None
    assert without_uuid is not None
    assert by_name.keys() == by_uuid.keys() == without_uuid.keys() == {SP1}
    assert by_uuid[SP1].name == "XS62ESP1"
    assert applied_updates(Host(name="d"), known, known) is None


@pytest.mark.parametrize(
    ("product", "enforced", "expected"),
    [
        ("6.2.0", False, True),
        ("7.0.0", None, True),
        ("7.1.0", True, True),
        ("7.1.0", False, False),
        ("7.2.0", True, False),
        ("7.6.0", True, True),
        ("7.6.0", False, False),
        ("7.6.0", None, None),
        (None, True, None),
    ],
)
def test_which_updates_a_join_compares_changed(
    product: str | None,
    enforced: bool | None,  # noqa: FBT001
    expected: bool | None,  # noqa: FBT001
) -> None:
    known = Index((Update(name="u", enforce_homogeneity=enforced),))
    updates = applied_updates(Host(name="a", updates=("u",)), known, Index(()))

    assert updates is not None
    assert compared_at_join(updates["u"], Software(product_version=product)) is expected


def test_editions_are_told_once() -> None:
    hosts = (
        Host(name="a", licence=Licence(edition="free")),
        Host(name="b", licence=Licence(edition="free")),
        Host(name="c", licence=Licence(edition="advanced")),
        Host(name="d"),
    )

    assert editions(PoolView(Pool(name="p", hosts=hosts))) == ("advanced", "free")


def test_clocks_are_apart_in_both_directions() -> None:
    assert clock_difference(Host(name="a", clock_offset=-2), Host(name="b", clock_offset=3.5)) == 5.5
    assert clock_difference(Host(name="a", clock_offset=3.5), Host(name="b", clock_offset=-2)) == 5.5
    assert clock_difference(Host(name="a"), Host(name="b", clock_offset=0)) is None


@pytest.mark.parametrize(
    ("drives", "expected"),
    [
        ((), True),
        ((Drive(device="0", disk="on nas"), Drive(device="1", empty=True)), True),
        ((Drive(device="0", disk="on nas"), Drive(device="1", repository="local")), False),
        ((Drive(device="0", disk="on nas"), Drive(device="1", disk="nowhere")), None),
        ((Drive(device="0", disk="nowhere"), Drive(device="1", repository="local")), False),
        (None, None),
    ],
)
def test_a_vm_moves_without_its_disks_when_all_are_shared(
    drives: tuple[Drive, ...] | None,
    expected: bool | None,  # noqa: FBT001
) -> None:
    vm = VM(name="x", drives=drives)
    pool = Pool(
        name="p",
        repositories=(Repository(name="nas", shared=True), Repository(name="local", shared=False)),
        disks=(Disk(name="on nas", repository="nas"),),
        vms=(vm,),
    )

    assert can_move_without_disks(PoolView(pool), vm) is expected
