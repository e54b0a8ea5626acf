"""Which changes the toolstack refuses while high availability is on, and what would happen if it did not."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.heartbeat import chosen_in
from planner.facts.high_availability import protected
from planner.facts.interfaces import interfaces_named
from planner.facts.lacking import Lacking
from planner.model.inventory import PoolView
from planner.model.wishes import Change

IS_ENABLED = "HA_IS_ENABLED"
NOT_SHARED = "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED"


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a change does not go together with high availability."""

    answer: str
    """What the toolstack answers; empty where it does not notice."""
    danger: str
    """What it would come to, as a clause."""


_FENCED = "the others would no longer hear the host, which would restart itself"
_UNWATCHED = "the hosts watch each other by the list of members that was made when it was enabled"
_LOST = "all hosts would lose the heartbeat and restart themselves"
_RESTARTED = "hosts that restart for it would count as failed"
_CLASHES = {
    "apply-updates": Clash(IS_ENABLED, _RESTARTED),
    "bond-management": Clash("HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE", _FENCED),
    "designate-coordinator": Clash(IS_ENABLED, "the hosts choose their coordinator by themselves"),
    "destroy-heartbeat-disk": Clash(IS_ENABLED, _LOST),
    "disable-management": Clash(IS_ENABLED, _FENCED),
    "eject-host": Clash(IS_ENABLED, _UNWATCHED),
    "enable-tls-verification": Clash(IS_ENABLED, "toolstacks that no longer trust each other count as failed"),
    "forget-host": Clash(IS_ENABLED, _UNWATCHED),
    "install-certificate": Clash(IS_ENABLED, "the toolstack restarts for it, and its host would count as failed"),
    "move-management": Clash(IS_ENABLED, _FENCED),
    "restart-toolstack": Clash("", "a host whose toolstack does not answer in time restarts itself"),
    "rolling-upgrade": Clash("", _RESTARTED),
    "rotate-secret": Clash(IS_ENABLED, "toolstacks that no longer trust each other count as failed"),
}
_OF_INTERFACES = ("forget-interface", "reconfigure-address", "unplug-interface")


def clash(view: PoolView, change: Change) -> Clash | Lacking | None:
    """Why a change does not go together with high availability; None where it does."""
    if change.kind in _OF_INTERFACES:
        return _of_interface(view, change)
    if change.kind == "detach-repository":
        return _of_repository(view, change)
    if change.kind == "make-template":
        return _of_vm(view, change)
    return _CLASHES[change.kind]


def _of_interface(view: PoolView, change: Change) -> Clash | Lacking | None:
    """Only an interface that is attached may not be changed."""
    for field in ("host", "interface"):
        if getattr(change, field) is None:
            return Lacking(change, field)
    host = view.hosts.find(change.host)
    found = interfaces_named(host, change.interface) if host else ()
    if len(found) != 1:
        return None
    if found[0].attached is None:
        return Lacking(found[0], "attached")
    if not found[0].attached:
        return None
    return Clash(IS_ENABLED, _FENCED if found[0].management else "what goes over it would be cut off unseen")


def _of_repository(view: PoolView, change: Change) -> Clash | Lacking | None:
    """The heartbeat has to stay, and so have the disks of protected VMs, unless too much may be promised."""
    if change.repository is None:
        return Lacking(change, "repository")
    wanted = view.repositories.find(change.repository)
    if wanted is None:
        return None
    if any(place.repository is wanted for place in chosen_in(view)):
        return Clash(IS_ENABLED, _LOST)
    if view.pool.ha and view.pool.ha.allow_overcommit:
        return None
    for vm in view.vms.records:
        if protected(view, vm) and any(view.disk_and_repository(drive)[1] is wanted for drive in vm.drives or ()):
            return Clash(NOT_SHARED, "protected VMs could no longer be restarted on every host")
    return None


def _of_vm(view: PoolView, change: Change) -> Clash | Lacking | None:
    if change.vm is None:
        return Lacking(change, "vm")
    vm = view.vms.find(change.vm)
    return Clash("VM_IS_PROTECTED", "a template is not restarted") if vm and protected(view, vm) else None
