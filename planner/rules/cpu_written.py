"""CPU features that somebody wrote down for a single VM."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.facts.cpu_level import by_masks
from planner.facts.cpu_moves import Fit, Guests, verdicts, with_own_features
from planner.facts.feature_sets import parse_features
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM, CpuFlags
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.wording import MOST_NAMES, listed, plural, uuid_of, xe

_FIELD = "platform.featureset"


@rule("CP009", Severity.WARNING, since="0.1", api_error="VM_INCOMPATIBLE_WITH_THIS_HOST")
def written_features_that_hosts_lack(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """CPU features are written down for a VM that hosts of its pool lack.

    Since 7.0 a VM is started with what all hosts have, unless features are written down for it. Then it is given just
    these, and can be moved live only to hosts that have all of them; on the others it may not even start.
    """
    for view in inventory.pools:
        masks, written = by_masks(view), with_own_features(view)
        if masks is None and written:
            yield Unknown(view.pool, "software.product_version")
        for (own, kind), vms in written.items() if masks is False else ():
            if parse_features(own) is None:
                yield from (_no_set(vm, own) for vm in vms)
            else:
                yield from _lacked(view, Guests(kind, CpuFlags(features=own), suspended=False, vms=tuple(vms)))


def _no_set(vm: VM, own: str) -> Problem:
    return Problem(
        vm,
        _FIELD,
        f"what is written down for {vm.name} as its CPU features, {own}, is no set of features: words of up to"
        " eight hexadecimal digits with dashes between them",
        f"take it out with {drop_own(vm)}",
    )


def _lacked(view: PoolView, group: Guests) -> Iterator[Problem | Unknown]:
    """What hosts lack, and which hosts do not tell what they have."""
    answers = verdicts(view, group, view.hosts.records)
    lacking: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for host, verdict in answers:
        if verdict.fit is Fit.LACKS:
            lacking[verdict.missing].append(host.name)
    undecided = [(host, verdict) for host, verdict in answers if verdict.fit is Fit.UNKNOWN]
    yield from (
        Unknown(host, field) for host, verdict in undecided for field in verdict.of_host if field != "cpu.vendor"
    )
    if any("domain_type" in verdict.of_guest for _, verdict in undecided):
        yield from (Unknown(vm, "domain_type") for vm in group.vms)
    if lacking:
        yield _not_everywhere(view, sorted(group.vms, key=lambda vm: (vm.name, vm.uuid or "")), lacking)


def _not_everywhere(view: PoolView, vms: list[VM], lacking: dict[tuple[str, ...], list[str]]) -> Problem:
    told = sorted((sorted(hosts), names) for names, hosts in lacking.items())
    parts = (
        f"{listed(hosts)} {plural(hosts, 'lacks', 'lack')} {listed(names, most=len(names))}" for hosts, names in told
    )
    return Problem(
        vms[0],
        _FIELD,
        f"the CPU features that are written down for {listed(vm.name for vm in vms)} are not on all hosts of"
        f" {view.name}: {'; '.join(parts)}",
        f"take them out with {drop_own(vms[0])}{plural(vms, '', ', likewise for the others')}, and what all hosts have"
        f" is given at the next start; or keep {plural(vms, 'the VM', 'these VMs')} on the hosts that have them",
        tuple(vms[1:MOST_NAMES]),
    )


def drop_own(vm: VM) -> str:
    """The command that takes out what is written down for a VM."""
    return xe("vm-param-remove", uuid=uuid_of("vm", vm), param_name="platform", param_key="featureset")
