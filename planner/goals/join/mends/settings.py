"""How the settings of a joining host become those that the pool can live with."""

from __future__ import annotations

from collections.abc import Iterator

from planner.findings import Problem
from planner.goals.join.case import Case, before, mends
from planner.goals.naming import name_of, sets, shell, way_to_host
from planner.model.network import Network
from planner.model.pool import Certificate
from planner.plans import Step
from planner.rules.wording import UNTOLD, counted, listed, uuid_of

PASSWORD = "PASSWORD"  # noqa: S105 - stands where a password goes, and is none
"""Stands in a command where a password goes: no plan ever holds one."""


@mends("JN023")
def same_directory(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step]:
    """The joining host looks up its users where the pool does."""
    mine, theirs = case.host.external_auth, case.coordinator.external_auth
    if theirs is None:
        return
    credentials = {"config:user": UNTOLD, "config:pass": PASSWORD}
    enter = shell("pool-enable-external-auth", auth_type=theirs.type, service_name=theirs.service_name, **credentials)
    commands = [
        *((shell("pool-disable-external-auth"),) if mine and mine.type else ()),
        *((enter,) if theirs.type else ()),
    ]
    yield before(
        f"let {case.host.name} look up its users where {case.pool.name} does",
        "all hosts of a pool let in the same users",
        case.host,
        tuple(commands),
        sets(case.joiner, way_to_host(case.host), external_auth=theirs),
    )


@mends("JN025")
def same_network_stack(case: Case, found: tuple[Problem, ...]) -> Iterator[Step]:
    """The joining host switches packets by the means of the pool, and no controller of its own tells it how."""
    mine, theirs = case.joiner.software(case.host), case.pool.software(case.coordinator)
    fields = {problem.field for problem in found}
    if "software.network_backend" in fields and mine and theirs and theirs.network_backend:
        yield before(
            f"let {case.host.name} use {theirs.network_backend} for its networks, and restart it",
            f"{case.coordinator.name} does, and all hosts of a pool have to",
            case.host,
            (
                f"xe-switch-network-backend {theirs.network_backend}",
                shell("host-reboot", uuid=uuid_of("host", case.host)),
            ),
            sets(
                case.joiner,
                way_to_host(case.host),
                software=mine.model_copy(update={"network_backend": theirs.network_backend}),
            ),
        )
    elif "sdn_controllers" in fields:
        own = sorted(case.joiner.pool.sdn_controllers or (), key=lambda each: each.uuid or "")
        yield before(
            f"let {case.host.name} forget its SDN controller",
            "a joining host may have no other controller than the pool's",
            case.host,
            tuple(shell("sdn-controller-forget", uuid=each.uuid or UNTOLD) for each in own),
            sets(case.joiner, (), sdn_controllers=()),
        )
    else:
        yield before(
            f"let {case.host.name} forget its switch controller",
            "a joining host may have no other controller than the pool's",
            case.host,
            (shell("pool-set-vswitch-controller", uuid=uuid_of("pool", case.joiner.pool), address=""),),
            sets(case.joiner, (), vswitch_controller=""),
        )


@mends("JN030")
def drop_purposes(case: Case, found: tuple[Problem, ...]) -> Iterator[Step]:
    """No network of the joining host serves disks in another way than the pool's."""
    networks = sorted((each.subject for each in found if isinstance(each.subject, Network)), key=lambda each: each.name)
    yield before(
        f"take the purpose from {listed(each.name for each in networks)} of {case.host.name}",
        "a pool serves disks over NBD encrypted or plainly, never both",
        case.host,
        tuple(
            shell("network-param-remove", uuid=uuid_of("network", each), param_name="purpose", param_key=purpose)
            for each in networks
            for purpose in sorted(set(each.purpose or ()))
        ),
        tuple(change for each in networks for change in sets(case.joiner, (("networks", name_of(each)),), purpose=())),
    )


@mends("JN031")
def verify_certificates(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step]:
    """Both sides verify certificates."""
    here = not case.joiner.pool.tls_verification
    view, host = (case.joiner, case.host) if here else (case.pool, case.coordinator)
    yield before(
        f"let {view.name} verify certificates",
        "hosts that verify each other's certificates cannot talk with others that do not take part",
        host,
        (shell("pool-enable-tls-verification"),),
        sets(view, (), tls_verification=True),
    )


@mends("JN032", "JN033")
def remove_certificates(case: Case, found: tuple[Problem, ...]) -> Iterator[Step]:
    """The joining host no longer trusts what the pool calls or uses otherwise."""
    lost = [each.subject for each in found if isinstance(each.subject, Certificate)]
    identities = {id(each) for each in lost}
    commands = {
        shell("pool-uninstall-ca-certificate", name=each.name)
        if each.name
        else shell("pool-uninstall-trusted-certificate", uuid=each.uuid or UNTOLD)
        for each in lost
    }
    left = tuple(each for each in case.joiner.pool.certificates or () if id(each) not in identities)
    yield before(
        f"remove {counted(len(lost), 'certificate')} of {case.host.name} that {case.pool.name} knows otherwise",
        "the two sides exchange what they trust; what is still needed can be installed again after the join",
        case.host,
        tuple(sorted(commands)),
        sets(case.joiner, (), certificates=left),
    )


@mends("JN048")
def clocks_in_step(case: Case, found: tuple[Problem, ...]) -> Iterator[Step]:
    """Both hosts follow the same time servers."""
    yield before(
        f"set the clock of {case.host.name}",
        "; ".join(problem.message.partition(",")[0] for problem in found),
        case.host,
        (),
        sets(case.joiner, way_to_host(case.host), clock_offset=case.coordinator.clock_offset),
        by_hand=(
            f"let {case.host.name} follow the time servers of {case.coordinator.name}, and wait until the two agree",
        ),
    )


@mends("JN056")
def own_initiator_name(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step]:
    """The joining host has an initiator name that no host of the pool has."""
    taken = {each.iscsi_iqn for view in case.inventory.pools for each in view.hosts.records}
    name = f"{case.host.iscsi_iqn}-{case.host.name}".lower().replace(" ", "-")
    while name in taken:
        name += "-new"
    yield before(
        f"give {case.host.name} the initiator name {name}",
        "two hosts of one initiator name throw each other out of their sessions with the storage",
        case.host,
        (shell("host-param-set", uuid=uuid_of("host", case.host), **{"other-config:iscsi_iqn": name}),),
        sets(case.joiner, way_to_host(case.host), iscsi_iqn=name),
    )
