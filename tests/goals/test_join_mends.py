"""For each thing that stands in the way of a join: what mends it, or why nothing does."""

import pytest

import planner
from planner.findings import Severity
from planner.goals.join.case import MENDS
from planner.goals.join.mends import ORDER
from planner.plans import NoPlan, Phase, Plan, Step
from planner.plans.changes import FieldChange
from planner.rules.errors import of_join
from tests.goals import made_up_joins as made
from tests.goals.made_up_joins import Document, Spoil, inventory

RICHER = "0098e3fd-bfebfbff-00000001-28100800"

ERRORS = {rule.code for rule in planner.catalogue() if of_join(rule.code) and rule.severity is Severity.ERROR}


NET1 = "xe network-param-remove uuid=$(xe network-list name-label=net1 --minimal)"


def answer(release: str, *spoils: Spoil, force: bool | None = None) -> Plan | NoPlan:
    return planner.plan(planner.Join("new", force=force), inventory(release, *spoils))


def steps(release: str, *spoils: Spoil, phase: Phase = Phase.BEFORE) -> list[Step]:
    """The steps of a plan before its join, or after it."""
    found = answer(release, *spoils)
    assert isinstance(found, Plan), found
    return [step for step in found.steps if step.phase is phase]


def causes(release: str, *spoils: Spoil) -> list[tuple[str, bool]]:
    found = answer(release, *spoils)
    assert isinstance(found, NoPlan), found
    assert found.proven is all(cause.proven for cause in found.because)
    return [(cause.code, cause.proven) for cause in found.because]


def test_every_error_of_a_join_is_mended_or_has_a_reason_why_not() -> None:
    assert set(MENDS) >= ERRORS


def test_what_is_mended_has_a_place_in_the_order() -> None:
    assert sorted(ORDER) == sorted(MENDS)


def test_a_host_that_is_ready_just_joins() -> None:
    assert steps("8.3.0") == []


@pytest.mark.parametrize(
    ("spoil", "release", "code", "host", "commands"),
    [
        (made.runs, "7.6.0", "JN012", "new", ["xe vm-shutdown uuid=single-vm0-uuid"]),
        (
            made.is_suspended,
            "7.6.0",
            "JN049",
            "new",
            ["xe vm-resume uuid=single-vm0-uuid", "xe vm-shutdown uuid=single-vm0-uuid"],
        ),
        (made.has_operation, "7.6.0", "JN013", "new", ["xe task-list"]),
        (made.pool_is_updated, "8.3.0", "JN035", "old0", ["xe task-list"]),
        (
            made.shares,
            "7.6.0",
            "JN017",
            "new",
            ["xe pbd-unplug uuid=pbd", "xe sr-forget uuid=$(xe sr-list name-label=own --minimal)"],
        ),
        (made.ha_on_joiner, "6.2.0", "JN006", "new", ["xe pool-ha-disable"]),
        (made.ha_on_pool, "6.2.0", "JN009", "old0", ["xe pool-ha-disable"]),
        (made.bonded, "8.3.0", "JN018", "new", ["xe bond-destroy uuid=b"]),
        (made.bonded, "6.2.0", "JN021", "new", ["xe bond-destroy uuid=b"]),
        (made.bonded, "7.0.0", "JN060", "new", ["xe bond-destroy uuid=b"]),
        (made.tagged, "7.6.0", "JN061", "new", ["xe vlan-destroy uuid=v"]),
        (made.tunnels, "7.6.0", "JN019", "new", ["xe tunnel-destroy uuid=t1"]),
        (made.virtual_functions, "7.6.0", "JN020", "new", ["xe network-sriov-destroy uuid=s1"]),
        (made.unmanaged, "6.2.0", "JN005", "new", ["xe host-management-reconfigure pif-uuid=new-eth0"]),
        (
            made.managed_over_vlan,
            "7.6.0",
            "JN022",
            "new",
            [
                "xe pif-reconfigure-ip uuid=new-eth0 mode=static IP=10.0.0.12 netmask=255.255.255.0",
                "xe host-management-reconfigure pif-uuid=new-eth0",
                "xe vlan-destroy uuid=mv",
            ],
        ),
        (
            made.over_ipv6,
            "7.6.0",
            "JN029",
            "new",
            ["xe pif-set-primary-address-type uuid=new-eth0 primary_address_type=IPv4"],
        ),
        (
            made.same_address,
            "7.6.0",
            "NW001",
            "new",
            ["xe pif-reconfigure-ip uuid=new-eth0 mode=static IP=10.0.0.12 netmask=255.255.255.0"],
        ),
        (
            made.same_initiator,
            "7.6.0",
            "JN056",
            "new",
            ["xe host-param-set uuid=new-uuid other-config:iscsi_iqn=iqn.2020-01.example:old0-new"],
        ),
        (
            made.lacks_update,
            "7.6.0",
            "JN028",
            "new",
            [
                "xe update-upload file-name=U1.iso",
                "xe update-apply uuid=u1 host=new",
                "xe host-disable uuid=new-uuid",
                "xe host-reboot uuid=new-uuid",
            ],
        ),
        (
            made.other_backend,
            "7.6.0",
            "JN025",
            "new",
            ["xe-switch-network-backend openvswitch", "xe host-reboot uuid=new-uuid"],
        ),
        (made.own_controllers, "7.6.0", "JN025", "new", ["xe sdn-controller-forget uuid=c"]),
        (
            made.other_purpose,
            "7.6.0",
            "JN030",
            "new",
            [
                NET1 + " param-name=purpose param-key=insecure_nbd",
            ],
        ),
        (made.verifies, "8.3.0", "JN031", "new", ["xe pool-enable-tls-verification"]),
        (made.is_verifying, "8.3.0", "JN031", "old0", ["xe pool-enable-tls-verification"]),
        (made.lacks_driver, "8.3.0", "JN036", "new", ["xe-toolstack-restart"]),
        (
            made.other_edition,
            "7.6.0",
            "JN043",
            "new",
            ["xe host-apply-edition edition=premium host-uuid=new-uuid"],
        ),
        (made.clustered, "7.6.0", "JN007", "new", ["xe cluster-pool-destroy cluster-uuid=c"]),
        (
            made.pool_clustered,
            "8.3.0",
            "JN008",
            "new",
            ["xe pif-reconfigure-ip uuid=new-eth2 mode=static IP=172.16.0.12 netmask=255.255.255.0"],
        ),
    ],
)
def test_a_violation_is_mended_by_a_step_with_its_commands(
    spoil: Spoil, release: str, code: str, host: str, commands: list[str]
) -> None:
    (step,) = steps(release, spoil)
    assert code in step.mends
    assert (step.host, list(step.commands)) == (host, commands)


@pytest.mark.parametrize("spoil", [made.same_address, made.pool_managed_over_vlan])
def test_a_host_without_management_gets_it_whatever_else_is_wrong_with_its_address(spoil: Spoil) -> None:
    answer = planner.plan(planner.Join("new"), inventory("8.3.0", made.unmanaged, spoil))
    assert isinstance(answer, Plan)
    assert any("JN005" in step.mends for step in answer.steps)


def test_a_clock_is_set_by_hand() -> None:
    (step,) = steps("7.6.0", made.clock)
    assert (step.mends, step.commands) == (("JN048",), ())
    assert step.by_hand == ("let new follow the time servers of old0, and wait until the two agree",)


def test_passwords_are_never_written() -> None:
    (step,) = steps("7.6.0", made.other_directory)
    assert step.commands == (
        "xe pool-enable-external-auth auth-type=AD service-name=example.org config:user=… config:pass=PASSWORD",
    )
    (join,) = steps("7.6.0", phase=Phase.JOIN)
    assert join.commands == ("xe pool-join master-address=10.0.0.10 master-username=root master-password=PASSWORD",)


def test_a_coordinator_that_has_to_be_restarted_gets_its_vms_back() -> None:
    toolstack, restart = steps("8.3.0", made.guidance)
    assert toolstack.commands == ("xe-toolstack-restart",)
    assert (restart.host, restart.commands) == (
        "old0",
        (
            "xe vm-shutdown uuid=lab-vm0-uuid",
            "xe host-disable uuid=old0-uuid",
            "xe host-reboot uuid=old0-uuid",
            "xe vm-start uuid=lab-vm0-uuid",
        ),
    )


def test_an_update_that_the_pool_lacks_comes_onto_all_its_hosts_at_once() -> None:
    (step,) = steps("7.6.0", made.has_update)
    assert step.host == "old0"
    assert [command for command in step.commands if "update-" in command.split()[1]] == [
        "xe update-upload file-name=U2.iso",
        "xe update-apply uuid=u2 host=old0",
        "xe update-apply uuid=u2 host=old1",
    ]


def test_a_member_of_another_pool_is_ejected_by_its_coordinator() -> None:
    (step,) = steps("6.2.0", made.is_coordinated)
    assert (step.host, step.commands) == ("third", ("xe pool-eject host-uuid=new-uuid",))
    assert step.loses == ("all that is on the local storage of new: Local storage",)


def test_a_coordinator_hands_over_before_it_leaves() -> None:
    (step,) = steps("6.2.0", made.is_member_elsewhere)
    assert step.commands == (
        "xe pool-designate-new-master host-uuid=third-uuid",
        "xe pool-eject host-uuid=new-uuid",
    )


def test_what_an_ejection_does_to_other_faults_counts_as_mended() -> None:
    (step,) = steps("6.2.0", made.is_coordinated, made.shares, made.bonded)[-1:]
    assert step.mends == ("JN011", "JN017", "JN021")


def test_guests_stop_before_the_host_leaves_its_pool() -> None:
    found = steps("6.2.0", made.is_coordinated, made.runs)
    assert [step.commands[0].split()[1] for step in found] == ["vm-shutdown", "pool-eject"]


def test_high_availability_is_off_before_members_restart_and_on_again_in_the_end() -> None:
    found = steps("7.6.0", made.ha_on_pool, made.has_update, made.runs)
    assert [step.commands[0].split()[1] for step in found] == ["vm-shutdown", "pool-ha-disable", "update-upload"]
    (*_, last) = steps("7.6.0", made.ha_on_pool, phase=Phase.AFTER)
    assert last.commands == ("xe pool-ha-enable heartbeat-sr-uuids=disks-sr",)


def test_a_release_comes_before_the_updates_to_it() -> None:
    found = steps("6.2.0", made.older_release, made.lacks_update)
    assert [step.mends for step in found] == [("JN015",), ("JN028",)]
    assert found[0].by_hand[0].startswith("start new from the installation medium of XenServer 6.2.0")


def test_an_older_build_is_brought_up_at_once() -> None:
    (step,) = steps("8.3.0", made.older_build)
    assert step.mends == ("JN016", "JN026", "JN027")


def test_a_pack_is_installed_where_it_is_lacking() -> None:
    (step,) = steps("7.6.0", made.linux_pack)
    assert (step.host, step.commands) == ("new", ("xe-install-supplemental-pack linux.iso",))


def test_cpus_are_masked_on_the_joining_host_first() -> None:
    (step,) = steps("6.2.0", made.other_features)
    assert step.commands[0] == f"xe host-set-cpu-features features={made.FEATURES} uuid=new-uuid"
    assert "xe host-reset-cpu-features uuid=new-uuid" in step.why
    assert {(each.field, each.value) for each in step.changes if isinstance(each, FieldChange)} == {
        ("cpu.features", made.FEATURES),
        ("cpu.features_after_reboot", made.FEATURES),
    }


def masked_pool(lab: Document, single: Document) -> None:
    """The pool hides what the new host shows, whose licence does not let it hide anything."""
    made.masks_forbidden(lab, single)
    for member in lab["hosts"]:
        member["cpu"] |= {"physical_features": RICHER, "maskable": "full"}


def no_word_of_masks(lab: Document, single: Document) -> None:
    """The same, and nobody says whether the CPUs of the pool can be masked."""
    masked_pool(lab, single)
    for member in lab["hosts"]:
        member["cpu"] |= {"maskable": None}


def test_a_pool_shows_more_again_where_the_new_host_may_not_be_masked() -> None:
    (step,) = steps("6.2.0", masked_pool)
    assert (step.host, step.commands[0]) == (
        "old0",
        f"xe host-set-cpu-features features={RICHER} uuid=old0-uuid",
    )


def test_where_nobody_says_whether_a_pool_can_be_masked_nothing_is_proven() -> None:
    assert causes("6.2.0", no_word_of_masks) == [("CP001", False)]


@pytest.mark.parametrize(
    ("spoil", "release", "code"),
    [
        (made.newer_release, "7.6.0", "JN015"),
        (made.other_product, "7.6.0", "JN015"),
        (made.no_pooling, "7.6.0", "JN002"),
        (made.too_large, "7.6.0", "JN004"),
        (made.other_vendor, "7.6.0", "JN024"),
        (made.cannot_be_masked, "6.2.0", "CP001"),
        (made.masks_forbidden, "6.2.0", "CP001"),
    ],
)
def test_what_cannot_be_mended_is_proven_to_be_impossible(spoil: Spoil, release: str, code: str) -> None:
    assert causes(release, spoil) == [(code, True)]


def test_what_is_installed_cannot_be_taken_back() -> None:
    assert causes("7.6.0", made.newer_build) == [("JN026", True), ("JN027", True)]


def test_only_what_is_proven_is_told_where_something_is() -> None:
    assert causes("7.6.0", made.other_vendor, made.no_guests_told) == [("JN024", True)]


@pytest.mark.parametrize(
    ("spoil", "code", "told"),
    [
        (made.no_guests_told, "JN012", "vms of pool single is not known"),
        (made.no_coordinator, "JN015", "coordinator of pool lab is not known"),
    ],
)
def test_a_fact_that_is_lacking_leaves_it_open(spoil: Spoil, code: str, told: str) -> None:
    found = answer("7.6.0", spoil)
    assert isinstance(found, NoPlan)
    assert [(each.code, each.told, each.proven) for each in found.because] == [(code, told, False)]


def test_an_update_that_nothing_describes_leaves_it_open() -> None:
    assert causes("6.2.0", made.has_unknown_update) == [("JN028", False)]


def test_force_gets_past_other_vendors_and_says_so() -> None:
    found = answer("7.6.0", made.other_vendor)
    assert isinstance(found, NoPlan)
    assert "force=true joins anyway" in found.because[0].told
    forced = answer("7.6.0", made.other_vendor, force=True)
    assert isinstance(forced, Plan)
    (join,) = (step for step in forced.steps if step.phase is Phase.JOIN)
    assert join.commands[0].endswith(" force=true")


def no_storage_nic(_lab: Document, single: Document) -> None:
    single["hosts"][0]["interfaces"].pop()


def test_high_availability_that_may_not_work_again_is_not_promised() -> None:
    (enable,) = steps("7.6.0", made.ha_on_pool, no_storage_nic, phase=Phase.AFTER)
    assert enable.commands == ("xe pool-ha-enable heartbeat-sr-uuids=disks-sr",)
    assert enable.by_hand == ("see first that disks is attached on new: this is not certain",)
    assert enable.changes == ()
    (*_, certain) = steps("7.6.0", made.ha_on_pool, phase=Phase.AFTER)
    assert (certain.by_hand, bool(certain.changes)) == ((), True)


def test_the_pool_is_left_alone_until_the_host_is_ready() -> None:
    found = steps("8.3.0", made.ha_on_pool, made.guidance)
    assert [step.host for step in found] == ["new", "old0", "old0"]
    assert found[1].commands == ("xe pool-ha-disable",)


def a_third_and_a_fourth(lab: Document, single: Document) -> None:
    made.is_member_elsewhere(lab, single)
    fourth = {**single["hosts"][1], "name": "fourth", "uuid": "fourth-uuid", "interfaces": []}
    single["hosts"].append({**fourth, "hostname": "fourth", "address": "10.0.0.61", "iscsi_iqn": "iqn.fourth"})


def test_the_host_that_takes_over_a_pool_is_the_one_that_the_rule_names() -> None:
    (step,) = steps("6.2.0", a_third_and_a_fourth)
    assert step.commands[0] == "xe pool-designate-new-master host-uuid=fourth-uuid"


def maskable_is_not_told(lab: Document, single: Document) -> None:
    made.other_features(lab, single)
    single["hosts"][0]["cpu"].pop("maskable")


def test_cpus_of_which_nobody_says_whether_they_can_be_masked_leave_it_open() -> None:
    assert causes("6.2.0", maskable_is_not_told) == [("CP001", False)]


def guests_that_saw_more(lab: Document, _single: Document) -> None:
    for number, repository in enumerate(("disks", "local")):
        drives = [{"device": "xvda", "type": "disk", "repository": repository, "empty": False}]
        seen = {"vendor": "GenuineIntel", "features": "ffffffff-bfebfbff-00000001-28100800"}
        vm = {"name": f"vm{number}", "power_state": "running", "runs_on": "old0", "domain_type": "hvm"}
        lab["vms"].append({**vm, "operations": [], "nics": [], "drives": drives, "last_boot_cpu": seen})
    connections = [{"host": "old0", "attached": True}]
    lab["repositories"].append({"name": "local", "type": "ext", "shared": False, "connections": connections})
    lab["hosts"][0]["cpu"]["features_hvm"] = "ffffffff-bfebfbff-00000001-28100800"


def test_only_guests_that_could_move_at_all_are_stranded() -> None:
    found = answer("7.6.0", guests_that_saw_more)
    assert isinstance(found, Plan)
    assert [(each.vms, each.host, each.certain) for each in found.outcome.stranded] == [(("vm0",), "new", True)]
