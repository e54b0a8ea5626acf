"""What is wrong with the settings of guests: the toolstack refuses to start them anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.guest_settings import cores_per_socket, crash_action, device_model, shadow_multiplier, virtual_cpus
from planner.facts.obstacles import Kind, Obstacle
from planner.findings import Problem, Severity
from planner.model.guest import VM
from planner.model.inventory import Inventory
from planner.rules import rule
from planner.rules.placing import told
from planner.rules.wording import uuid_of, xe


def _guests(inventory: Inventory) -> Iterator[VM]:
    """All VMs and templates; snapshots are as they were, right or wrong."""
    for view in inventory.pools:
        yield from view.vms.records
        yield from view.templates.records


def _set(vm: VM, **values: str) -> str:
    return xe("vm-param-set", uuid=uuid_of("vm", vm), **values)


@rule("VM001", Severity.ERROR, since="0.1", api_error="VALUE_NOT_SUPPORTED")
def vcpus_out_of_order(inventory: Inventory) -> Iterator[Problem]:
    """A guest has no virtual CPU, or more at startup than it may ever have.

    The toolstack refuses to start such a guest. At least one is needed, and no more than the maximum.
    """
    for vm in _guests(inventory):
        for obstacle in virtual_cpus(vm):
            yield _too_few(vm, obstacle) if obstacle.kind is Kind.TOO_FEW_VCPUS else _out_of_order(vm, obstacle)


def _too_few(vm: VM, obstacle: Obstacle) -> Problem:
    (field,) = obstacle.details
    parameter = {"max": "VCPUs-max", "at_startup": "VCPUs-at-startup"}[field]
    return Problem(
        vm,
        f"vcpus.{field}",
        message=f"the number {parameter} of {vm.name} is {obstacle.available}",
        remedy=f"give it at least one: {_set(vm, **{parameter: '1'})}",
        api_error=obstacle.api_error,
    )


def _out_of_order(vm: VM, obstacle: Obstacle) -> Problem:
    first, highest = obstacle.needed, obstacle.available or 0
    return Problem(
        vm,
        "vcpus.at_startup",
        message=f"{vm.name} has {first} virtual CPUs at startup, more than its maximum of {highest}",
        remedy=f"lower them to the maximum, {_set(vm, **{'VCPUs-at-startup': str(max(highest, 1))})}, "
        f"or raise the maximum, {_set(vm, **{'VCPUs-max': str(first)})}",
    )


@rule("VM005", Severity.ERROR, since="0.1", api_error="INVALID_VALUE")
def shadow_multiplier_below_one(inventory: Inventory) -> Iterator[Problem]:
    """The shadow multiplier of a guest is less than one.

    The memory for its page tables would be too small, so the toolstack refuses to start it.
    """
    for vm in _guests(inventory):
        for _ in shadow_multiplier(vm):
            yield Problem(
                vm,
                "shadow_multiplier",
                message=f"the shadow multiplier of {vm.name} is {vm.shadow_multiplier}",
                remedy=f"set it to 1: {_set(vm, **{'HVM-shadow-multiplier': '1'})}",
            )


@rule("VM011", Severity.ERROR, since="0.1", api_error="VCPU_MAX_NOT_CORES_PER_SOCKET_MULTIPLE")
def virtual_cpus_do_not_fill_sockets(inventory: Inventory) -> Iterator[Problem]:
    """The virtual CPUs of a guest cannot be spread over sockets of the size that it asks for.

    The number of its virtual CPUs has to be a multiple of the cores of each socket. The toolstack refuses to start
    the guest.
    """
    for vm in _guests(inventory):
        for obstacle in cores_per_socket(vm):
            parameter = {"platform:cores-per-socket": str(max(1, obstacle.needed or 1))}
            yield Problem(
                vm,
                "platform",
                message=f"{vm.name} has {obstacle.needed} virtual CPUs, no multiple of the "
                f"{obstacle.details[0]} cores of each of its sockets",
                remedy=f"put all on one socket, {_set(vm, **parameter)}, or change the number of its virtual CPUs",
            )


@rule("VM012", Severity.ERROR, since="0.1", api_error="VALUE_NOT_SUPPORTED")
def impossible_action_after_crash(inventory: Inventory) -> Iterator[Problem]:
    """What a guest is to do after a crash is not possible.

    No guest can be renamed and restarted, and only paravirtual guests can be dumped. The toolstack refuses to start
    a guest that asks for it.
    """
    for vm in _guests(inventory):
        for obstacle in crash_action(vm):
            yield Problem(
                vm,
                "actions_after_crash",
                message=f"{vm.name} is to {obstacle.details[0]} after a crash, which is not possible",
                remedy=f"let it restart: {_set(vm, **{'actions-after-crash': 'restart'})}",
            )


@rule("VM013", Severity.ERROR, since="0.1", api_error="INVALID_VALUE")
def device_model_without_what_the_guest_needs(inventory: Inventory) -> Iterator[Problem]:
    """A guest's device model does not have what the guest asks for.

    UEFI, USB devices and TPMs need a recent device model, and BIOS does not go with one made for UEFI. The
    toolstack refuses to start the guest.
    """
    for vm in _guests(inventory):
        for obstacle in device_model(vm):
            yield Problem(
                vm,
                "platform",
                message=f"{vm.name}: {told(obstacle)}",
                remedy=f"change one of the two; {_set(vm, **{'platform:device-model': 'qemu-upstream-compat'})} "
                "sets the usual device model",
                api_error="NOT_IMPLEMENTED" if obstacle.details[1] == "a TPM" else "",
            )
