"""What must hold of a host's software, CPU vendor and licence before it may join a pool."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.cpu import cpu_vendor, pool_cpu_vendor
from planner.facts.join import compared_parts, compatibility, compatible, editions
from planner.facts.versions import legacy
from planner.findings import Problem, Severity, Unknown
from planner.model.fields import Record
from planner.model.host import Host, Software
from planner.model.inventory import Inventory, Joining, PoolView
from planner.rules import rule
from planner.rules.wording import listed, unknown_coordinator, vendors_unsaid, xe

_WORDS = {
    "product_brand": "product brand",
    "product_version": "product version",
    "platform_name": "platform name",
    "platform_version": "platform version",
    "build_number": "build",
    "git_id": "source version",
    "linux_pack": "Linux pack",
    "xapi": "toolstack",
}
_OF_ITS_VERSION = ("build_number", "xapi")
"""What is another one wherever the version is."""


def _source(view: PoolView, host: Host) -> Record:
    """The record that says what a host runs."""
    return view.pool if host.software is None and view.pool.software is not None else host


def sides(joining: Joining, coordinator: Host) -> tuple[tuple[Record, Software], tuple[Record, Software]]:
    """What the two hosts of a join run, each with the record that says it."""
    joiner, pool, host = joining.joiner, joining.pool, joining.host
    mine, theirs = joiner.software(host), pool.software(coordinator)
    return (_source(joiner, host), mine or Software()), (_source(pool, coordinator), theirs or Software())


@rule("JN015", Severity.ERROR, since="0.1", api_error="HOSTS_NOT_COMPATIBLE")
def other_version_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool runs another product or another version.

    All hosts of a pool run the same product in the same version; the toolstack refuses any other.
    Not even a forced join gets past this.
    """
    for joining in inventory.joins:
        coordinator = joining.pool.coordinator
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        (record, mine), (other, theirs) = sides(joining, coordinator)
        found = compatibility(mine, theirs)
        for field in found.different:
            yield Problem(
                record,
                f"software.{field}",
                f"{joining.host.name} has {_WORDS[field]} {getattr(mine, field)},"
                f" {coordinator.name} in {joining.pool.name} has {getattr(theirs, field)}",
                f"bring {joining.host.name} to the version of {coordinator.name}:"
                " upgrade the older of the two, or install it anew",
                (joining.join, coordinator),
            )
        for field in found.unknown if not found.different else ():
            yield from unsaid(field, (record, mine), (other, theirs))


def unsaid(field: str, *said: tuple[Record, Software]) -> Iterator[Unknown]:
    """The records that do not tell a field of the software."""
    for record, software in said:
        if getattr(software, field) is None:
            yield Unknown(record, f"software.{field}")


@rule("JN016", Severity.ERROR, since="0.1", api_error="HOSTS_NOT_HOMOGENEOUS")
def other_build_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool runs another build.

    The toolstack compares more than the version: the source it was built from, up to 7.1 the build number,
    whether the Linux pack is there, and on the rolling line the toolstack's own version. Of hosts of different
    versions only that is told which another version does not bring by itself.
    A forced join passes over the difference, and leaves a pool of unequal hosts.
    """
    for joining in inventory.joins:
        coordinator = joining.pool.coordinator
        if joining.join.force:
            continue
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        (record, mine), (other, theirs) = sides(joining, coordinator)
        fields = compared_parts(mine)
        if fields is None:
            yield Unknown(record, "software.product_version")
        one_version = compatible(mine, theirs)
        for field in fields or ():
            here, there = getattr(mine, field), getattr(theirs, field)
            if field == "git_id" and here is there is None and same_build(mine, theirs):
                continue
            if not one_version and field in _OF_ITS_VERSION:
                continue
            if here is None or there is None:
                yield from unsaid(field, (record, mine), (other, theirs)) if one_version else ()
            elif here != there:
                yield Problem(
                    record,
                    f"software.{field}",
                    f"{joining.host.name} has {told(field, here)}, {coordinator.name} in {joining.pool.name}"
                    f" has {told(field, there)}",
                    f"apply the same updates and packs to {joining.host.name} and {coordinator.name}"
                    + ("" if field == "linux_pack" else ", or install the older of the two anew"),
                    (joining.join, coordinator),
                )


def same_build(mine: Software, theirs: Software) -> bool:
    """Whether both were built at once, and so from one source."""
    return mine.build_number is not None and mine.build_number == theirs.build_number


def told(field: str, value: object) -> str:
    """What a host has of its software, in words."""
    if isinstance(value, bool):
        return f"the {_WORDS[field]}" if value else f"no {_WORDS[field]}"
    return f"{_WORDS[field]} {value}"


@rule("JN024", Severity.ERROR, since="0.1", api_error="HOSTS_NOT_HOMOGENEOUS")
def other_cpu_vendor_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has CPUs of another vendor than the pool.

    Guests could not be moved between the two, so the toolstack refuses the join. A forced join gets past
    this, but then every running guest stays on the CPUs it was started on.
    """
    for joining in inventory.joins:
        host, coordinator = joining.host, joining.pool.coordinator
        if joining.join.force:
            continue
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        mine, theirs = cpu_vendor(host), pool_cpu_vendor(joining.pool, coordinator)
        yield from vendors_unsaid(joining, coordinator)
        if mine and theirs and mine != theirs:
            yield Problem(
                host,
                "cpu.vendor",
                f"{host.name} has {mine} CPUs, {coordinator.name} in {joining.pool.name} has {theirs}",
                f"join a host with {theirs} CPUs, or make a pool of its own for {host.name}",
                (joining.join, coordinator),
            )


@rule("JN043", Severity.ERROR, since="0.1", api_error="LICENSE_HOST_POOL_MISMATCH")
def other_edition_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has another licence edition.

    What a pool may do is decided by the least of its hosts, so the toolstack asks for equal editions.
    Up to 6.5 it calls the difference a restriction of the licence.
    """
    for joining in inventory.joins:
        host, pool = joining.host, joining.pool
        mine = host.licence.edition if host.licence else None
        theirs = editions(pool)
        others = [edition for edition in theirs if edition != mine]
        if mine is None:
            yield Unknown(host, "licence.edition")
        elif others:
            yield Problem(
                host,
                "licence.edition",
                f"{host.name} has edition {mine}, hosts of {pool.name} have {listed(theirs)}",
                f"run {xe('host-apply-edition', edition=others[0])} on {host.name},"
                f" or apply one edition to all hosts of {pool.name}",
                (joining.join,),
                api_error="LICENCE_RESTRICTION" if legacy(joining.joiner.software(host)) else "",
            )
        else:
            yield from (
                Unknown(member, "licence.edition")
                for member in pool.hosts.records
                if member.licence is None or member.licence.edition is None
            )
            if pool.pool.hosts is None:
                yield Unknown(pool.pool, "hosts")
