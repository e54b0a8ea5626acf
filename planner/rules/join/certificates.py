"""Which certificates of a joining host get in the way of those of the pool."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.certificates import authorities, lacking_of_authorities, lacking_of_trusted, trusted
from planner.facts.join_gates import from_rolling
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, Joining
from planner.model.pool import Certificate
from planner.rules import rule
from planner.rules.join.gates import checked
from planner.rules.wording import UNTOLD, joining_to, listed, xe


@rule("JN032", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_CA_CERTIFICATES_CONFLICT")
def authority_names_conflict(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host and the pool call two different authorities by one name.

    The two sides exchange the certificates of the authorities that they trust, and such a certificate is known by
    its name. The toolstack refuses to choose between two of one name since the rolling line, that is, 8.3.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_rolling(joining), _names(joining))


def _names(joining: Joining) -> Iterator[Problem | Unknown]:
    mine, theirs = joining.joiner.pool, joining.pool.pool
    open_on = lacking_of_authorities(mine, theirs)
    yield from (Unknown(each.record, each.field) for each in open_on)
    others = authorities(theirs)
    for certificate in [] if any(each.field == "certificates" for each in open_on) else authorities(mine):
        same = [each for each in others if each.name == certificate.name]
        different = [
            each
            for each in same
            if None not in (each.fingerprint_sha256, certificate.fingerprint_sha256)
            and each.fingerprint_sha256 != certificate.fingerprint_sha256
        ]
        if different:
            yield Problem(
                certificate,
                "name",
                f"{certificate.name} is one authority on {joining_to(joining)}, and another one there",
                f"on {joining.host.name} run {xe('pool-uninstall-ca-certificate', name=certificate.name)} before the"
                " join, and install it again under another name",
                (joining.join, *different),
            )


@rule("JN033", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_TRUSTED_CERTIFICATES_CONFLICT")
def trusted_certificate_purposes_conflict(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host trusts a certificate for other purposes than the pool does.

    A recent toolstack (26.1 and later) keeps for what a certificate is trusted. Of one that both sides have, the
    purposes have to be the same on both, or have nothing in common; anything between is refused.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_rolling(joining, (26, 1)), _trusted(joining))


def _trusted(joining: Joining) -> Iterator[Problem | Unknown]:
    mine, theirs = joining.joiner.pool, joining.pool.pool
    open_on = lacking_of_trusted(mine, theirs)
    yield from (Unknown(each.record, each.field) for each in open_on)
    others = trusted(theirs)
    for certificate in [] if any(each.field == "certificates" for each in open_on) else trusted(mine):
        for other in others:
            if certificate.fingerprint_sha256 is None or other.fingerprint_sha256 != certificate.fingerprint_sha256:
                continue
            if certificate.purpose is None or other.purpose is None:
                yield from (Unknown(each, "purpose") for each in (certificate, other) if each.purpose is None)
                continue
            here, there = set(certificate.purpose), set(other.purpose)
            if here != there and here & there:
                yield _purposes(joining, certificate, other)


def _purposes(joining: Joining, certificate: Certificate, other: Certificate) -> Problem:
    remove = xe("pool-uninstall-trusted-certificate", uuid=certificate.uuid or UNTOLD)
    here, there = (listed(sorted(set(each.purpose or ()))) for each in (certificate, other))
    return Problem(
        certificate,
        "purpose",
        f"a certificate with fingerprint {certificate.fingerprint_sha256} is trusted for {here} by"
        f" {joining_to(joining)}, where it is trusted for {there}",
        f"on {joining.host.name} run {remove} before the join, and trust it again for {there} with"
        " `xe pool-install-trusted-certificate`",
        (joining.join, other),
    )
