"""Which authorities and certificates pools trust."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.facts.lacking import Lacking
from planner.model.pool import Certificate, Pool


def authorities(pool: Pool) -> tuple[Certificate, ...]:
    """The certificates of authorities that bear a name."""
    return _in_order([each for each in pool.certificates or () if each.type == "ca" and each.name])


def trusted(pool: Pool) -> tuple[Certificate, ...]:
    """The trusted certificates that bear no name: what identifies them is their fingerprint."""
    return _in_order([each for each in pool.certificates or () if each.type in ("ca", "pinned") and not each.name])


def _in_order(found: list[Certificate]) -> tuple[Certificate, ...]:
    return tuple(sorted(found, key=lambda each: (each.name, each.fingerprint_sha256 or "", each.uuid or "")))


def other_authorities(one: Pool, other: Pool) -> Iterator[tuple[Certificate, Certificate]]:
    """The authorities that two pools call by one name though they are different, as far as both are told."""
    named: defaultdict[str, list[Certificate]] = defaultdict(list)
    for each in authorities(other):
        named[each.name].append(each)
    for certificate in authorities(one):
        for each in named[certificate.name]:
            mine, theirs = certificate.fingerprint_sha256, each.fingerprint_sha256
            if mine is not None and theirs is not None and mine != theirs:
                yield certificate, each


def trusted_by_both(one: Pool, other: Pool) -> Iterator[tuple[Certificate, Certificate]]:
    """The trusted certificates that two pools both have, as each has it."""
    known: defaultdict[str, list[Certificate]] = defaultdict(list)
    for each in trusted(other):
        if each.fingerprint_sha256 is not None:
            known[each.fingerprint_sha256].append(each)
    for certificate in trusted(one):
        if certificate.fingerprint_sha256 is not None:
            yield from ((certificate, each) for each in known[certificate.fingerprint_sha256])


def lacking_of_authorities(one: Pool, other: Pool) -> tuple[Lacking, ...]:
    """What has to be said before it is known whether two pools call different authorities by one name."""
    names = {each.name for each in authorities(one)} & {each.name for each in authorities(other)}
    shared = [each for pool in (one, other) for each in authorities(pool) if each.name in names]
    return (
        *_undescribed(one, authorities(one), other, authorities(other)),
        *(Lacking(each, "fingerprint_sha256") for each in shared if each.fingerprint_sha256 is None),
    )


def lacking_of_trusted(one: Pool, other: Pool) -> tuple[Lacking, ...]:
    """What has to be said before it is known which certificates two pools both trust."""
    mine, theirs = trusted(one), trusted(other)
    both = (*mine, *theirs) if mine and theirs else ()
    return (
        *_undescribed(one, mine, other, theirs),
        *(Lacking(each, "fingerprint_sha256") for each in both if each.fingerprint_sha256 is None),
    )


def _undescribed(
    one: Pool, mine: tuple[Certificate, ...], other: Pool, theirs: tuple[Certificate, ...]
) -> tuple[Lacking, ...]:
    """The pools that do not tell their certificates, unless the other one is known to have none that could matter."""
    sides = ((one, other, theirs), (other, one, mine))
    return tuple(
        Lacking(pool, "certificates")
        for pool, opposite, of_opposite in sides
        if pool.certificates is None and (opposite.certificates is None or of_opposite)
    )
