"""Each fault of a join by itself, and every two of them at once: all are told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import pytest

import planner
from planner.findings import Problem, Unknown
from planner.model.inventory import Inventory
from tests.rules.join.pairs import (
    FEATURES,
    Change,
    changed,
    host,
    repository,
)

RULES = {
    rule.code: rule.check
    for rule in planner.catalogue()
    if rule.check and (rule.code.startswith("JN") or rule.code in ("CP001", "CP002", "CP003"))
}
LACKS_FMA = "77dafbbf-bfebeaff-00000021-2c100800"
GIB = 2**30
HALTED = {"power_state": "halted", "operations": []}


@dataclass(frozen=True)
class Mutation:
    """One change that brings just one fault."""

    code: str
    change: Change
    release: str = "rolling"


def nic(number: int, **fields: object) -> Change:
    return {f"joiner.hosts.0.interfaces.{number}.{key}": value for key, value in fields.items()}


def extra(**fields: object) -> list[dict[str, object]]:
    """A further interface of the joining host."""
    return [{"attached": True, "managed": True, "management": False, "mode": "none", **fields}]


def many(count: int) -> list[dict[str, object]]:
    return [{**host(f"m{number}", number, "rolling"), "interfaces": []} for number in range(10, 10 + count)]


MUTATIONS = (
    Mutation("JN002", {"joiner.restrictions.restrict_pooling": "true"}),
    Mutation("JN004", {"pool.restrictions.restrict_pool_size": "true", "pool.hosts+": many(1)}),
    Mutation("JN005", nic(0, management=False)),
    Mutation("JN006", {"joiner.ha.enabled": True}),
    Mutation("JN007", {"joiner.cluster": {"members": [{"host": "new", "enabled": True}], "pool_auto_join": False}}),
    Mutation(
        "JN008",
        {
            "pool.cluster": {
                "pool_auto_join": True,
                "members": [{"host": "old", "interface": "eth1", "enabled": True, "joined": True}],
            }
        },
    ),
    Mutation("JN009", {"pool.ha.enabled": True}),
    Mutation("JN011", {"joiner.hosts+": [host("spare", 9, "rolling")]}),
    Mutation(
        "JN012", {"joiner.vms+": [{"name": "runs", "power_state": "running", "runs_on": "new", "operations": []}]}
    ),
    Mutation("JN013", {"joiner.templates+": [{"name": "busy", "operations": ["copy"]}]}),
    Mutation("JN014", {"joiner.hosts.0.pending_guidances": ["reboot_host"]}),
    Mutation("JN015", {"joiner.hosts.0.software.platform_version": "3.3.0"}),
    Mutation("JN016", {"joiner.hosts.0.software.git_id": "1f2e"}),
    Mutation("JN017", {"joiner.repositories+": [repository("own", 9)]}),
    Mutation("JN018", {"joiner.hosts.0.interfaces+": extra(device="bond0", bond={"members": ["eth1", "eth2"]})}),
    Mutation("JN019", {"joiner.hosts.0.interfaces+": extra(device="tunnel0", tunnel={"on": "eth0"})}),
    Mutation("JN020", {"joiner.hosts.0.interfaces+": extra(device="eth1", sriov={"on": "eth1"})}),
    Mutation(
        "JN022",
        {
            "pool.networks+": [{"name": "managed", "bridge": "xapi5", "mtu": 1500, "purpose": []}],
            "pool.hosts.0.interfaces.0.management": False,
            "pool.hosts.0.interfaces+": [
                {
                    "device": "eth0",
                    "network": "managed",
                    "vlan": {"tag": 5, "on": "eth0"},
                    "management": True,
                    "attached": True,
                    "managed": True,
                    "mode": "static",
                    "address": "10.9.0.1/24",
                    "primary_address_type": "IPv4",
                }
            ],
        },
    ),
    Mutation("JN023", {"joiner.hosts.0.external_auth": {"type": "AD", "service_name": "example.test"}}),
    Mutation("JN024", {"joiner.hosts.0.cpu.vendor": "AuthenticAMD"}),
    Mutation("JN025", {"joiner.hosts.0.software.network_backend": "bridge"}),
    Mutation("JN026", {"joiner.hosts.0.api_version": "2.20"}),
    Mutation("JN027", {"joiner.hosts.0.software.db_schema": "5.700"}),
    Mutation("JN028", {"joiner.hosts.0.updates": []}),
    Mutation("JN029", nic(0, primary_address_type="IPv6")),
    Mutation("JN030", {"joiner.networks.1.purpose": ["nbd"], "pool.networks.1.purpose": ["insecure_nbd"]}),
    Mutation("JN031", {"joiner.tls_verification": False}),
    Mutation(
        "JN032",
        {
            "joiner.certificates+": [{"name": "ca", "type": "ca", "fingerprint_sha256": "01"}],
            "pool.certificates+": [{"name": "ca", "type": "ca", "fingerprint_sha256": "02"}],
        },
    ),
    Mutation(
        "JN033",
        {
            "joiner.certificates+": [{"type": "pinned", "fingerprint_sha256": "03", "purpose": ["a", "b"]}],
            "pool.certificates+": [{"type": "pinned", "fingerprint_sha256": "03", "purpose": ["b"]}],
        },
    ),
    Mutation("JN035", {"pool.operations": ["apply_updates"]}),
    Mutation("JN036", {"pool.drivers+": [{"type": "smb", "features": {}}]}),
    Mutation("JN043", {"joiner.hosts.0.licence.edition": "free"}),
    Mutation("JN047", nic(0, mode="dhcp")),
    Mutation("JN048", {"joiner.hosts.0.clock_offset": 400.0}),
    Mutation("JN049", {"joiner.vms+": [{"name": "sleeps", "power_state": "suspended", "operations": []}]}),
    Mutation("JN051", {"joiner.hosts.0.hvm": False, "pool.vms+": [{"name": "h", "domain_type": "hvm"}]}),
    Mutation("JN052", {"pool.hosts+": many(64)}),
    Mutation(
        "JN053",
        {
            "pool.networks+": [{"name": "net7", "bridge": "xenbr7", "mtu": 1500}],
            "pool.hosts.0.interfaces+": extra(device="eth7", network="net7", mac="02:00:00:00:07:01"),
        },
    ),
    Mutation("JN054", {"joiner.hosts.0.software.packs": {"vendor:pack": "pack, homogeneous"}}),
    Mutation(
        "JN056",
        {
            "joiner.hosts.0.iscsi_iqn": "iqn.2026-01.com.example:older",
            "pool.repositories+": [
                repository(
                    "iscsi",
                    5,
                    "old",
                    "older",
                    type="lvmoiscsi",
                    device_config={"target": "172.16.0.251", "SCSIid": "1"},
                )
            ],
        },
    ),
    Mutation(
        "JN057",
        {
            "pool.updates+": [{"name": "soft", "enforce_homogeneity": False}],
            "pool.hosts.0.updates": ["base", "soft"],
        },
    ),
    Mutation("JN058", {"joiner.hosts.0.address": "10.0.0.2"}),
    Mutation("JN061", {"joiner.hosts.0.interfaces+": extra(device="eth1", vlan={"tag": 20, "on": "eth1"})}),
    Mutation("JN063", {"joiner.hosts.0.hostname": "older"}),
    Mutation("JN064", {"pool.hosts+": many(64), "pool.ha_plan": {"failures_to_tolerate": 1}}),
    Mutation(
        "JN065",
        {
            "joiner.hosts.0.multipathing": True,
            "pool.repositories+": [
                repository("san", 6, "old", "older", type="lvmohba", device_config={"SCSIid": "3600a"})
            ],
        },
    ),
    Mutation(
        "JN067",
        {
            "pool.repositories+": [
                repository(
                    "one-name",
                    7,
                    "old",
                    "older",
                    type="lvmoiscsi",
                    device_config={"target": "172.16.0.251", "SCSIid": "2", "localIQN": "iqn.2026-01.com.example:all"},
                )
            ]
        },
    ),
    Mutation(
        "JN068",
        {
            "pool.repositories+": [
                repository(
                    "clustered", 8, "old", "older", type="gfs2", device_config={"provider": "hba", "SCSIid": "3"}
                )
            ],
            "pool.cluster.pool_auto_join": False,
        },
    ),
    Mutation(
        "JN069",
        {
            "pool.repositories+": [
                repository(
                    "images", 10, "old", "older", type="iso", device_config={"location": "/iso", "legacy_mode": "true"}
                )
            ]
        },
    ),
    Mutation(
        "JN070",
        {
            "pool.repositories+": [
                repository("named", 11, "old", "older", device_config={"server": "nas", "serverpath": "/x"})
            ],
            "pool.hosts.0.interfaces.0.dns": ["10.0.0.53"],
            "joiner.hosts.0.interfaces.0.dns": ["10.9.0.53"],
            "site.addresses": {"nas": "172.16.0.240"},
        },
    ),
    Mutation("JN071", {"pool.repositories+": [repository("passed-over", 12, "older")]}),
    Mutation("JN072", {"pool.networks.2.mtu": 9000}),
    Mutation(
        "JN073",
        {
            "joiner.vms+": [{"name": "copy", "uuid": "v-1", "mac_seed": "s", **HALTED}],
            "pool.vms+": [{"name": "first", "uuid": "v-2", "mac_seed": "s", "domain_type": "pv"}],
        },
    ),
    Mutation("JN076", nic(2, mode="none", address=None)),
    Mutation("CP003", {"joiner.hosts.0.cpu.features_hvm_host": FEATURES.replace("000007ab", "000003ab")}),
    Mutation("JN060", {"joiner.hosts.0.interfaces+": extra(device="eth1", vlan={"tag": 20, "on": "eth1"})}, "7.2"),
    Mutation(
        "JN021",
        {
            "joiner.hosts.0.interfaces.0.management": False,
            "joiner.hosts.0.interfaces+": [
                {
                    "device": "bond0",
                    "bond": {"members": ["eth1"]},
                    "network": "net1",
                    "management": True,
                    "mode": "static",
                    "address": "10.0.0.3/24",
                    "primary_address_type": "IPv4",
                }
            ],
        },
        "6.2",
    ),
    Mutation(
        "CP001", {"joiner.hosts.0.cpu.features": LACKS_FMA, "joiner.hosts.0.cpu.physical_features": LACKS_FMA}, "6.2"
    ),
    Mutation(
        "CP002",
        {
            "joiner.hosts.0.cpu.features": LACKS_FMA,
            "joiner.hosts.0.cpu.physical_features": LACKS_FMA,
            "pool.joins.0.force": True,
        },
        "6.2",
    ),
    Mutation("JN062", {"joiner.hosts.0.software.build_number": "99999x", "pool.joins.0.force": True}, "6.2"),
)


@dataclass(frozen=True)
class Seen:
    """The codes of faults, and what rules could not decide."""

    codes: frozenset[str]
    unknown: frozenset[tuple[str, str, str]]


def seen(inventory: Inventory) -> Seen:
    told = [(code, each) for code, check in RULES.items() for each in check(inventory)]
    return Seen(
        frozenset(code for code, each in told if isinstance(each, Problem)),
        frozenset((code, each.subject.label, each.field) for code, each in told if isinstance(each, Unknown)),
    )


@cache
def alone(mutation_code: str) -> Seen:
    mutation = BY_CODE[mutation_code]
    return seen(changed(mutation.release, [mutation.change]))


BY_CODE = {mutation.code: mutation for mutation in MUTATIONS}
PAIRS = [(one, other) for one, other in combinations(MUTATIONS, 2) if one.release == other.release]

AT_ONCE_IMPOSSIBLE = {
    ("JN005", "JN022"): "a host without a management interface has no VLAN of it",
    ("JN005", "JN029"): "a host without a management interface has no address of it",
    ("JN005", "JN047"): "a host without a management interface has no address of it",
    ("JN008", "JN068"): "new hosts enter the cluster by themselves, or they do not",
    ("JN009", "JN052"): "where high availability is on, so many hosts are JN064",
    ("JN024", "CP003"): "CPUs of two vendors have no common level",
    ("JN051", "CP003"): "a host without hardware virtualisation runs no guest that could lose features",
    ("JN052", "JN064"): "high availability is wished, or it is not",
    ("CP001", "CP002"): "a join is forced, or it is not",
    ("CP001", "JN062"): "a join is forced, or it is not",
}
"""Pairs of which the one rules out the other, and why."""


def test_every_rule_of_a_join_is_in_the_table() -> None:
    assert set(BY_CODE) == set(RULES)
    assert len(BY_CODE) == len(MUTATIONS)


@pytest.mark.parametrize("release", ["6.2", "7.2", "rolling"])
def test_in_a_healthy_pair_nothing_is_wrong_and_nothing_unknown(release: str) -> None:
    inventory = changed(release, [])
    told = {(rule.code, str(each)) for rule in planner.catalogue() if rule.check for each in rule.check(inventory)}
    assert inventory.joins
    assert told == set()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.code)
def test_one_fault_is_told_and_no_other(mutation: Mutation) -> None:
    found = alone(mutation.code)
    assert found.codes == {mutation.code}
    assert found.unknown == frozenset()


@pytest.mark.parametrize("one", MUTATIONS, ids=lambda each: each.code)
def test_of_two_faults_at_once_both_are_told(one: Mutation) -> None:
    others = [other for first, other in PAIRS if first is one and (one.code, other.code) not in AT_ONCE_IMPOSSIBLE]
    for other in others:
        found = seen(changed(one.release, [one.change, other.change]))
        assert {one.code, other.code} <= found.codes, (one.code, other.code)


def test_pairs_that_are_left_out_really_are_not_told_both() -> None:
    for one, other in AT_ONCE_IMPOSSIBLE:
        found = seen(changed(BY_CODE[one].release, [BY_CODE[one].change, BY_CODE[other].change]))
        assert not {one, other} <= found.codes
