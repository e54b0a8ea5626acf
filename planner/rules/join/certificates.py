"""Which certificates of a joining host get in the way of those of the pool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.facts.certificates import (
    authorities,
    lacking_of_authorities,
    lacking_of_trusted,
    other_authorities,
    trusted,
    trusted_by_both,
)
from planner.facts.join_gates import from_rolling
from planner.facts.joining_together import Together
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, Joining
from planner.model.pool import Certificate, Pool
from planner.rules import rule
from planner.rules.join.gates import checked
from planner.rules.wording import UNTOLD, joining_to, listed, xe


@dataclass(frozen=True, slots=True)
class _Opposite:
    """A pool whose certificates will meet those of a joining host: that which it joins, or of a host that does too."""

    pool: Pool
    place: str
    trusting: str
    joins: bool


def _opposites(joining: Joining, together: Together) -> tuple[_Opposite, ...]:
    names = ((other.joiner.pool, f"{other.host.name} (to join as well)") for other in together.others(joining))
    return (
        _Opposite(joining.pool.pool, "there", joining.pool.name, joins=False),
        *(_Opposite(pool, f"on {name}", name, joins=True) for pool, name in names),
    )


@rule("JN032", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_CA_CERTIFICATES_CONFLICT")
def authority_names_conflict(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host and the pool call two different authorities by one name.

    The two sides exchange the certificates of the authorities that they trust, and such a certificate is known by
    its name. The toolstack refuses to choose between two of one name since the rolling line, that is, 8.3. Of hosts
    that join one pool the first brings its own, so the second is refused if it has another one of that name.
    """
    together = Together(inventory)
    for joining in inventory.joins:
        yield from checked(joining, from_rolling(joining), _names(joining, _opposites(joining, together)))


def _names(joining: Joining, opposites: tuple[_Opposite, ...]) -> Iterator[Problem | Unknown]:
    mine = joining.joiner.pool
    fitting = {(each.name, each.fingerprint_sha256) for each in authorities(joining.pool.pool)}
    different: dict[int, list[tuple[_Opposite, Certificate]]] = {}
    for opposite in opposites:
        open_on = lacking_of_authorities(mine, opposite.pool)
        yield from (Unknown(each.record, each.field) for each in open_on)
        for certificate, other in other_authorities(mine, opposite.pool):
            if (certificate.name, certificate.fingerprint_sha256) not in fitting:
                different.setdefault(id(certificate), []).append((opposite, other))
    for certificate in authorities(mine):
        if found := different.get(id(certificate)):
            places = listed(dict.fromkeys(opposite.place for opposite, _ in found))
            yield Problem(
                certificate,
                "name",
                f"{certificate.name} is one authority on {joining_to(joining)}, and another one {places}",
                f"on {joining.host.name} run {xe('pool-uninstall-ca-certificate', name=certificate.name)} before the"
                " join, and install it again under another name",
                (joining.join, *(other for _, other in found)),
            )


@rule("JN033", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_TRUSTED_CERTIFICATES_CONFLICT")
def trusted_certificate_purposes_conflict(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host trusts a certificate for other purposes than the pool does.

    A recent toolstack (26.1 and later) keeps for what a certificate is trusted. Of one that both sides have, the
    purposes have to be the same on both, or have nothing in common; anything between is refused. Of hosts that join
    one pool the first brings its own, so the second is held against those too.
    """
    together = Together(inventory)
    for joining in inventory.joins:
        opposites = _opposites(joining, together)
        said = (each for opposite in opposites for each in _trusted(joining, opposite))
        yield from checked(joining, from_rolling(joining, (26, 1)), said)


def _trusted(joining: Joining, opposite: _Opposite) -> Iterator[Problem | Unknown]:
    mine, theirs = joining.joiner.pool, opposite.pool
    yield from (Unknown(each.record, each.field) for each in lacking_of_trusted(mine, theirs))
    for certificate, other in trusted_by_both(mine, theirs):
        if certificate.purpose is None or other.purpose is None:
            yield from (Unknown(each, "purpose") for each in (certificate, other) if each.purpose is None)
            continue
        here, there = set(certificate.purpose), set(other.purpose)
        if here != there and here & there and not (opposite.joins and _fits(joining, certificate)):
            yield _purposes(joining, certificate, opposite, other)


def _fits(joining: Joining, certificate: Certificate) -> bool:
    """Whether the pool trusts a certificate for just the same: of two that join, the other one is refused then."""
    wanted = set(certificate.purpose or ())
    return any(
        each.fingerprint_sha256 == certificate.fingerprint_sha256 and set(each.purpose or ()) == wanted
        for each in trusted(joining.pool.pool)
    )


def _purposes(joining: Joining, certificate: Certificate, opposite: _Opposite, other: Certificate) -> Problem:
    remove = xe("pool-uninstall-trusted-certificate", uuid=certificate.uuid or UNTOLD)
    here, there = (listed(sorted(set(each.purpose or ()))) for each in (certificate, other))
    return Problem(
        certificate,
        "purpose",
        f"a certificate with fingerprint {certificate.fingerprint_sha256} is trusted for {here} by"
        f" {joining_to(joining)}, and by {opposite.trusting} for {there}",
        f"on {joining.host.name} run {remove} before the join, and trust it again for {there} with"
        " `xe pool-install-trusted-certificate`",
        (joining.join, other),
    )
