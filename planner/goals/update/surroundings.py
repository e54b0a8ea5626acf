"""What is put away before the first host of a pool is updated, and put back after the last one."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.ha_changes import Clash, clash
from planner.facts.rolling_update import model
from planner.goals.high_availability import switched_off, switched_on
from planner.goals.naming import sets, shell
from planner.goals.update.task import Task
from planner.model.inventory import PoolView
from planner.model.wishes import Change
from planner.plans import Phase, Step
from planner.rules.wording import uuid_of


def put_away(task: Task) -> Iterator[Step]:
    """High availability and workload balancing are off."""
    yield from switched_off(task.today, task.coordinator, _why_off(task))
    if task.today.pool.workload_balancing:
        yield _balancing(task, on=False)


def brought_back(task: Task, view: PoolView) -> Iterator[Step]:
    """They are on again, where they were."""
    if task.today.pool.workload_balancing:
        yield _balancing(task, on=True)
    if view.pool.ha is not None and task.today.pool.ha is not None and task.today.pool.ha.enabled:
        yield from switched_on(task.today, task.coordinator, "all hosts are up to date")


def _why_off(task: Task) -> str:
    upgrade = task.goal.to is not None
    found = clash(task.today, Change(kind="rolling-upgrade" if upgrade else "apply-updates"))
    why = found.danger if isinstance(found, Clash) else ""
    answered = found.answer if isinstance(found, Clash) else ""
    refused = f", and updates are refused while it is on ({answered})" if answered else ""
    if upgrade:
        refused = ", and it cannot be switched on while hosts run different releases (NOT_SUPPORTED_DURING_UPGRADE)"
    return why + refused


def _balancing(task: Task, *, on: bool) -> Step:
    uuid = uuid_of("pool", task.today.pool)
    return Step(
        Phase.HA,
        f"switch workload balancing {'on again' if on else 'off'}",
        "all hosts are up to date" if on else "it would move VMs by its own mind meanwhile",
        task.coordinator.name,
        (shell("pool-param-set", uuid=uuid, wlb_enabled="true" if on else "false"),),
        changes=sets(task.today, (), workload_balancing=on),
    )


def notes(task: Task) -> Iterator[str]:
    """What has to be known beside the steps."""
    view, goal = task.today, task.goal
    ha = view.pool.ha
    if not task.hosts:
        return
    if ha is None or ha.enabled is None:
        yield "whether high availability is on is not known; switch it on again in the end if it was"
    elif ha.enabled:
        yield "from the first step to the last nobody restarts the VMs of a host that fails"
    if task.one_way:
        yield "no VM is moved from a host that is up to date to one that is not: the toolstack may refuse that"
    if goal.to is not None and model(view.software(task.hosts[0]), goal.to, task.every_software()) is None:
        yield f"what else {goal.to} changes is not known; an inventory with a host that runs it would tell"
    asleep = sorted(vm.name for vm in view.vms.records if vm.power_state == "suspended")
    if asleep:
        yield "VMs that are suspended stay so; whether they can be resumed on other software is not looked at"
    if any(vm.driver_domain and view.hosts.find(vm.runs_on) for vm in view.vms.records):
        yield "domains that serve their host go down and come up with it"
