import inspect
from collections.abc import Iterator
from typing import Any, get_args, get_origin

import planner.model.pool as pools
from planner.facts.references import (
    REFERENCE_FIELDS,
    Target,
    ambiguous,
    astray,
    interface_references,
    interfaces_meant,
    references,
    unknown_lists,
)
from planner.facts.repeated import repeated_hosts_and_pools, repeated_names, repeated_uuids
from planner.model.fields import Record
from planner.model.guest import VM, Drive, Nic
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.network import Bond, Interface, Network, Sriov, Vlan
from planner.model.pool import Cluster, ClusterMember, Pool
from planner.model.site import Site
from planner.model.storage import Disk, Repository
from planner.model.wishes import Change, HaPlan, PlacementRule, Wishes

OWN_WORDS = """
    Appliance.name Appliance.uuid
    Bond.uuid
    Certificate.fingerprint_sha256 Certificate.name Certificate.not_after Certificate.not_before Certificate.purpose
    Certificate.type Certificate.uuid
    Cluster.stack Cluster.uuid
    ClusterMember.uuid
    Connection.uuid
    ControlDomain.name ControlDomain.operations ControlDomain.uuid
    Cpu.features Cpu.features_after_reboot Cpu.features_hvm Cpu.features_hvm_host Cpu.features_pv
    Cpu.features_pv_host Cpu.flags Cpu.model_name Cpu.physical_features Cpu.vendor
    CpuFlags.features CpuFlags.vendor
    CpuLevel.features_hvm CpuLevel.features_pv CpuLevel.vendor
    Disk.name Disk.uuid
    Drive.device Drive.uuid
    Driver.required_cluster_stack Driver.type Driver.uuid
    ExternalAuth.service_name ExternalAuth.type
    Gpu.enabled_types Gpu.free_types Gpu.group Gpu.name Gpu.pci Gpu.supported_types Gpu.uuid
    Group.name Group.uuid
    HighAvailability.cluster_stack
    HostLimit.name
    Host.address Host.api_version Host.hostname Host.iscsi_iqn Host.name Host.numa_affinity_policy Host.operations
    Host.pci_devices Host.pending_guidances Host.pending_guidances_full Host.pending_guidances_recommended
    Host.power_on_mode Host.tags Host.update_hash Host.uuid
    Interface.address Interface.capabilities Interface.device Interface.dns Interface.gateway Interface.ipv6
    Interface.ipv6_gateway Interface.mac Interface.pci Interface.purpose Interface.uuid
    Licence.edition Licence.expiry
    NamePatterns.host NamePatterns.network NamePatterns.repository NamePatterns.vm
    Network.bridge Network.name Network.static_routes Network.tags Network.uuid
    Nic.device Nic.locking_mode Nic.mac Nic.uuid
    Paths.scsi_id
    PlacementRule.by PlacementRule.name
    Pool.cpu_mask Pool.memory_ratio_hvm Pool.memory_ratio_pv Pool.name Pool.operations Pool.tags Pool.uuid
    Pool.vswitch_controller
    Repository.content_type Repository.name Repository.tags Repository.type Repository.uuid
    SdnController.address SdnController.protocol SdnController.uuid
    Site.as_of Site.name
    Software.build_number Software.db_schema Software.git_id Software.linux Software.platform_name
    Software.platform_version Software.product_brand Software.product_version Software.xapi Software.xapi_build
    Software.xen
    Sriov.uuid
    Tools.cannot_suspend Tools.features Tools.version
    Tunnel.uuid
    Update.guidance Update.name Update.uuid Update.version
    UsbDevice.group UsbDevice.name UsbDevice.uuid
    VM.actions_after_crash VM.addresses VM.blocked_operations VM.firmware VM.ha_restart_priority VM.mac_seed VM.name
    VM.operations VM.pci_devices VM.tags VM.usb_groups VM.uuid
    Vcpus.cap Vcpus.mask Vcpus.weight
    Vgpu.group Vgpu.implementation Vgpu.type Vgpu.uuid
    Vlan.uuid
"""
"""Fields of text that name no other object. Graphics and USB groups are not records of their own."""


def records_in(model: type[Record], seen: set[type[Record]]) -> set[type[Record]]:
    if model not in seen:
        seen.add(model)
        for field in model.model_fields.values():
            for inner in kinds_in(field.annotation):
                if inspect.isclass(inner) and issubclass(inner, Record):
                    records_in(inner, seen)
    return seen


def kinds_in(annotation: Any) -> Iterator[Any]:
    """The types that a field's values, or the values in its lists, can have."""
    if get_origin(annotation) is dict:
        return
    arguments = get_args(annotation)
    if not arguments:
        yield annotation
    for argument in arguments:
        yield from kinds_in(argument)


def test_every_field_of_text_is_a_reference_or_known_to_be_none() -> None:
    references_of = {(field.holder, field.name) for field in REFERENCE_FIELDS}
    own = {
        f"{model.__name__}.{name}"
        for model in records_in(Wishes, records_in(Site, records_in(Pool, set())))
        for name, field in model.model_fields.items()
        if str in kinds_in(field.annotation) and (model, name) not in references_of
    }

    assert own == set(OWN_WORDS.split())


def test_every_reference_field_is_a_field_and_named_once() -> None:
    named = [(field.holder, field.name) for field in REFERENCE_FIELDS]

    assert len(named) == len(set(named))
    for holder, name in named:
        assert name in holder.model_fields, (holder, name)
    wished = {name for name in pools.Pool.model_fields if name in Wishes.model_fields} - {"kind", "ignore"}
    assert wished == {"joins", "ha_plan", "placement", "host_limits", "changes"}


def test_every_reference_is_found_where_it_stands() -> None:
    """One record of each kind, whose every reference says `X`: all of them must be told."""
    holders = {field.holder for field in REFERENCE_FIELDS if field.target not in (Target.INTERFACE, Target.POOL)}
    view = PoolView(every_reference_said("X"))
    told = {
        (type(reference.record), reference.field)
        for target in Target
        for reference in references(view, target)
        if reference.text == "X"
    }
    wanted = {(field.holder, field.name) for field in REFERENCE_FIELDS if field.holder in holders}
    assert told == wanted


def every_reference_said(text: str) -> Pool:
    return Pool.model_validate(
        {
            "name": "p",
            "coordinator": text,
            "default_repository": text,
            "suspend_repository": text,
            "crash_dump_repository": text,
            "redo_log_disk": text,
            "ha": {"statefiles": [text], "heartbeat": text},
            "ha_plan": {"heartbeat": text},
            "placement": [{"name": "r", "vms": [text], "hosts": [text], "not_hosts": [text]}],
            "host_limits": [{"name": "l", "hosts": [text]}],
            "changes": [{"kind": "move-management", "host": text, "interface": text, "repository": text, "vm": text}],
            "certificates": [{"host": text}],
            "cluster": {"members": [{"host": text, "interface": text}]},
            "hosts": [
                {
                    "name": "h",
                    "updates": [text],
                    "updates_requiring_reboot": [text],
                    "suspend_repository": text,
                    "crash_dump_repository": text,
                    "local_cache_repository": text,
                    "ha_statefiles": [text],
                    "ha_network_peers": [text],
                    "interfaces": [{"device": "eth0", "network": text}],
                }
            ],
            "repositories": [{"name": "r", "connections": [{"host": text, "driver_domain": text}]}],
            "disks": [{"name": "d", "repository": text, "snapshot_of": text}],
            "vms": [
                {
                    "name": "v",
                    "runs_on": text,
                    "scheduled_on": text,
                    "home": text,
                    "suspend_disk": text,
                    "suspend_repository": text,
                    "appliance": text,
                    "groups": [text],
                    "snapshot_of": text,
                    "drives": [{"device": "0", "disk": text, "repository": text}],
                    "nics": [{"device": "0", "network": text}],
                }
            ],
        }
    )


def test_interfaces_are_named_within_their_host() -> None:
    host = Host(
        name="h",
        interfaces=(
            Interface(device="eth0", uuid="u0"),
            Interface(device="eth0", sriov=Sriov(on="eth0")),
            Interface(device="bond0", bond=Bond(members=("eth0", "eth1"), primary="eth0")),
            Interface(device="bond0", vlan=Vlan(tag=20, on="bond0")),
        ),
    )
    cluster = Cluster(members=(ClusterMember(host="h", interface="bond0.20"), ClusterMember(host="x", interface="y")))
    changes = (Change(kind="unplug-interface", host="h", interface="eth9"),)
    view = PoolView(Pool(name="p", hosts=(host,), cluster=cluster, changes=changes))

    told = [(of.name, reference.field, reference.text) for of, reference in interface_references(view)]
    assert told == [
        ("h", "on", "eth0"),
        ("h", "members", "eth0"),
        ("h", "members", "eth1"),
        ("h", "primary", "eth0"),
        ("h", "on", "bond0"),
        ("h", "interface", "bond0.20"),
        ("h", "interface", "eth9"),
    ]
    assert [each.uuid for each in interfaces_meant(host, "eth0")] == ["u0"]
    assert [each.uuid for each in interfaces_meant(host, "u0")] == ["u0"]
    assert interfaces_meant(host, "bond0") == (host.interfaces or ())[2:3]
    assert interfaces_meant(host, "bond0.20") == (host.interfaces or ())[3:]
    assert interfaces_meant(host, "eth1") == ()


def test_a_name_or_a_uuid_leads_somewhere_and_anything_else_astray() -> None:
    vms = (VM(name="v", nics=tuple(Nic(device="0", network=text) for text in ("net", "u1", "nett"))),)
    view = PoolView(Pool(name="p", networks=(Network(name="net", uuid="u1"),), vms=vms))

    assert [(reference.text, reference.field) for reference in astray(view, Target.NETWORK)] == [("nett", "network")]


def test_templates_and_snapshots_refer_as_vms_do() -> None:
    drive = Drive(device="0", disk="gone")
    view = PoolView(
        Pool(name="p", templates=(VM(name="t", drives=(drive,)),), snapshots=(VM(name="s", snapshot_of="t"),))
    )

    assert len(astray(view, Target.DISK)) == 1
    assert astray(view, Target.ORIGIN) == ()


def test_wishes_beside_the_pool_refer_into_it() -> None:
    wishes = Wishes(
        pool="p", ha_plan=HaPlan(heartbeat="nas"), placement=(PlacementRule(name="r", vms=("v",), hosts=("h",)),)
    )
    view = PoolView(Pool(name="p"), (wishes,))

    for target in (Target.REPOSITORY, Target.VM, Target.HOST):
        assert len(astray(view, target)) == 1


def test_a_name_that_two_bear_is_ambiguous_and_a_uuid_is_not() -> None:
    repositories = (Repository(name="local", uuid="u1"), Repository(name="local", uuid="u2"))
    disks = (Disk(name="a", repository="local"), Disk(name="b", repository="u2"))
    view = PoolView(Pool(name="p", repositories=repositories, disks=disks))

    found = list(ambiguous(view, Target.REPOSITORY))

    assert [(reference.record, meant) for reference, meant in found] == [(disks[0], repositories)]
    assert astray(view, Target.REPOSITORY) == ()


def test_lists_that_are_not_given_are_told() -> None:
    assert unknown_lists(PoolView(Pool(name="p", vms=())), Target.ORIGIN) == ("templates",)
    assert unknown_lists(PoolView(Pool(name="p", vms=(), templates=())), Target.ORIGIN) == ()
    assert unknown_lists(PoolView(Pool(name="p")), Target.HOST) == ("hosts",)


def test_records_of_one_kind_with_one_uuid_are_copies() -> None:
    pool = Pool(
        name="p",
        vms=(VM(name="a", uuid="1"), VM(name="b", uuid="2")),
        snapshots=(VM(name="c", uuid="1"),),
        disks=(Disk(name="d", uuid="2"), Disk(name="e"), Disk(name="f")),
    )

    assert [[record.label for record in alike] for alike in repeated_uuids(PoolView(pool))] == [["a", "c"]]


def test_hosts_and_pools_are_compared_over_all_documents() -> None:
    views = [
        PoolView(Pool(name="p", uuid="1", hosts=(Host(name="a", uuid="7"),))),
        PoolView(Pool(name="q", uuid="1", hosts=(Host(name="b", uuid="7"), Host(name="c", uuid="1")))),
    ]

    assert [[record.label for record in alike] for alike in repeated_hosts_and_pools(views)] == [["p", "q"], ["a", "b"]]


def test_names_may_be_shared_by_those_who_all_have_uuids() -> None:
    told_apart = (Repository(name="local", uuid="1"), Repository(name="local", uuid="2"))
    not_told_apart = (Network(name="net", uuid="1"), Network(name="net"))
    view = PoolView(Pool(name="p", repositories=told_apart, networks=not_told_apart))

    assert list(repeated_names(view)) == [not_told_apart]
