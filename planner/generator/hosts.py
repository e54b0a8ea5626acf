"""Made-up hosts."""

from __future__ import annotations

from random import Random

from planner.generator.common import FEATURES, GIB, TAGS, VENDOR, mac, uuid
from planner.model.host import ControlDomain, Cpu, Host, Licence, Software
from planner.model.network import Bond, Interface, Vlan
from planner.units import MIB

_MOST_FEATURES = "1fcbfbff-f7fa3223-2d93fbff-00000123-00000001-00000fbb-00000000-00000000-00001000-9c000400"
_CPU = Cpu(
    vendor=VENDOR,
    model_name="Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz",
    sockets=2,
    count=64,
    threads_per_core=2,
    nodes=2,
    features_hvm=_MOST_FEATURES,
    features_pv=_MOST_FEATURES,
    features_hvm_host=FEATURES,
    features_pv_host=FEATURES,
)
_SOFTWARE = Software(
    product_brand="XCP-ng",
    product_version="8.2.1",
    platform_name="XCP",
    platform_version="3.2.1",
    build_number="release/yangtze/master/58",
    git_id="0",
    xapi="1.20",
    xen="4.13.5",
    linux="4.19.0+1",
    network_backend="openvswitch",
    db_schema="5.602",
    linux_pack=False,
    packs={},
)


def made_up_host(number: int, name: str, memory: int, random: Random) -> Host:
    """A host like all others."""
    return Host(
        name=name,
        uuid=uuid(random),
        hostname=name,
        address=f"10.0.0.{number}",
        enabled=True,
        live=True,
        memory=memory,
        memory_overhead=2 * GIB,
        control_domain=ControlDomain(memory=8 * GIB, memory_overhead=81 * MIB, vcpus=16, operations=()),
        cpu=_CPU,
        hvm=True,
        iommu=True,
        software=_SOFTWARE,
        api_version="2.16",
        updates=(),
        updates_requiring_reboot=(),
        pending_guidances=(),
        licence=Licence(edition="xcp-ng", restrictions={"enable_xha": "true", "restrict_pooling": "false"}),
        clock_offset=0.0,
        external_auth=None,
        interfaces=_interfaces(number, random),
        iscsi_iqn=f"iqn.2026-01.com.example:{name}",
        multipathing=False,
        hardware_platform_versions=(0, 1, 2),
        operations=(),
        tls_verification=True,
        gpus=(),
        usb_devices=(),
        pci_devices=(),
    )


def _interfaces(number: int, random: Random) -> tuple[Interface, ...]:
    nics = [mac(random) for _ in range(4)]
    management, storage = nics[0], nics[2]
    return (
        *(
            Interface(
                device=f"eth{nic}",
                network=f"nic-{nic}",
                mac=address,
                mtu=1500,
                management=False,
                attached=False,
                managed=True,
                mode="none",
                carrier=True,
                speed=10_000,
                duplex=True,
                primary_address_type="IPv4",
            )
            for nic, address in enumerate(nics)
        ),
        _bond("bond0", "management", ("eth0", "eth1"), management, f"10.0.0.{number}/16", manages=True),
        _bond("bond1", "storage", ("eth2", "eth3"), storage, f"172.16.0.{number + 100}/24", manages=False),
        *(
            Interface(
                device="bond0",
                network=f"vlan-{tag}",
                vlan=Vlan(tag=tag, on="bond0"),
                mtu=1500,
                management=False,
                attached=True,
                managed=True,
                mode="none",
                carrier=True,
                primary_address_type="IPv4",
            )
            for tag in TAGS
        ),
    )


def _bond(  # noqa: PLR0913 - a bond has so many properties
    device: str, network: str, members: tuple[str, ...], mac: str, address: str, *, manages: bool
) -> Interface:
    return Interface(
        device=device,
        network=network,
        bond=Bond(members=members, mode="active-backup", primary=members[0], links_up=len(members)),
        mac=mac,
        mtu=1500,
        management=manages,
        purpose=None if manages else "Storage",
        attached=True,
        managed=True,
        disallow_unplug=not manages,
        mode="static",
        address=address,
        gateway="10.0.255.254" if manages else None,
        carrier=True,
        primary_address_type="IPv4",
    )
