"""What is wrong with the names of things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.facts.patterns import PatternError, whole_match
from planner.findings import Problem, Severity
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Network
from planner.model.storage import Repository
from planner.rules import rule
from planner.rules.wording import uuid_of, xe

_PatternedRecord = Host | VM | Network | Repository
_NOUNS = {"host": "host", "vm": "VM", "network": "network", "repository": "repository"}
_PLURALS = {"host": "hosts", "vm": "VMs", "network": "networks", "repository": "repositories"}


@rule("NM001", Severity.NOTE, since="0.1")
def vms_with_one_name(inventory: Inventory) -> Iterator[Problem]:
    """Several VMs of a pool have the same name.

    The toolstack tells them apart by UUID; people do not. A command that names such a VM is refused, or meets the
    wrong one.
    """
    for view in inventory.pools:
        for name, bearers in view.vms.by_name.items():
            if len(bearers) > 1:
                first, second, *others = sorted(bearers, key=lambda vm: vm.uuid or "")
                yield Problem(
                    second,
                    "name",
                    message=f"{len(bearers)} VMs of {view.name} are called {name}",
                    remedy=f"give each a name of its own: "
                    f"{xe('vm-param-set', uuid=second.uuid or '…', name_label=f'{name}-2')}",
                    related=(first, *others),
                )


@rule("NM002", Severity.WARNING, since="0.1")
def name_against_pattern(inventory: Inventory) -> Iterator[Problem]:
    """A name is not as the site wants names to be.

    The site gives a regular expression for the names of hosts, VMs, networks or repositories; it has to fit the
    whole name. An expression that cannot be used is reported as well, because nothing was held against it.
    """
    names = inventory.site.names
    for kind in _NOUNS:
        text = getattr(names, kind, None)
        if not text:
            continue
        try:
            matches = whole_match(text)
        except PatternError as error:
            yield _unusable(inventory, kind, text, error)
            continue
        for view in inventory.pools:
            misnamed = (each for each in _bearers(view, kind) if not matches(each.name))
            yield from (_misnamed(each, kind, text) for each in misnamed)


def _bearers(view: PoolView, kind: str) -> Iterable[_PatternedRecord]:
    match kind:
        case "host":
            return view.hosts.records
        case "vm":
            return view.vms.records
        case "network":
            return view.networks.records
        case _:
            return view.repositories.records


def _misnamed(record: _PatternedRecord, kind: str, text: str) -> Problem:
    command = {"repository": "sr"}.get(kind, kind)
    rename = xe(f"{command}-param-set", uuid=uuid_of(command, record), name_label="…")
    return Problem(
        record,
        "name",
        message=f"the name of the {_NOUNS[kind]} {record.name} does not fit {text}, the pattern of the site",
        remedy=f"give it a name that fits: {rename}",
    )


def _unusable(inventory: Inventory, kind: str, text: str, error: PatternError) -> Problem:
    return Problem(
        inventory.site,
        f"names.{kind}",
        message=f"the pattern {text} for names of {_PLURALS[kind]} cannot be used: {error}",
        remedy="write a regular expression without back-references and look-arounds",
    )
