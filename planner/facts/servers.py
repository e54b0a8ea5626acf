"""Storage servers: their names, and the addresses that one of them has."""

from __future__ import annotations

import re
from collections.abc import Mapping

from planner.facts.endpoints import Endpoint, Medium, demand
from planner.facts.routes import is_ipv4
from planner.facts.storage import driver
from planner.model.inventory import Inventory, PoolView
from planner.model.site import Site
from planner.model.storage import Connection, Repository

_ON_HOSTS = frozenset({"cephfs", "glusterfs", "moosefs"})
"""Drivers whose servers may be the hosts themselves."""
_NAMING_SERVERS = frozenset({"server", "location", "target", "masterhost"})
"""The settings that say which server it is, before anything else."""


def resolved(site: Site, server: str) -> str:
    """The address of a server that the site knows by name; else what was given."""
    return (site.addresses or {}).get(server, server)


def server_of(site: Site, server: str) -> str:
    """The name of the server to which an address or name belongs; the address, where the site names no server."""
    found = resolved(site, server)
    for name, own in (site.servers or {}).items():
        if found in own or server == name:
            return name
    return found.lower()


def other_addresses(site: Site, server: str) -> tuple[str, ...]:
    """The further addresses of the server that has an address."""
    found = resolved(site, server)
    return tuple(each for own in (site.servers or {}).values() if found in own for each in own if each != found)


def endpoints(repository: Repository) -> tuple[Endpoint, ...]:
    """All servers that any connection of a repository names."""
    asked = [demand(repository, each) for each in (None, *_distinct(repository))]
    return tuple(sorted({end for each in asked if each.medium is Medium.NETWORK for end in each.endpoints}))


def _distinct(repository: Repository) -> list[Connection]:
    """The connections with settings of their own, one for each that differ."""
    found = {tuple(sorted((each.device_config or {}).items())): each for each in repository.connections or ()}
    return [each for each in found.values() if each.device_config]


def at_address(given: Mapping[str, str], server: str, address: str) -> dict[str, str]:
    """Settings that name another address of a server; a path that happens to read like it stays as it is."""
    whole = re.compile(rf"(?<![\w.-]){re.escape(server)}(?![\w.-])", re.IGNORECASE)
    return {
        key: whole.sub(lambda _: address, value, count=1) if key in _NAMING_SERVERS else value
        for key, value in given.items()
    }


def server_addresses(inventory: Inventory, view: PoolView) -> dict[str, str]:
    """The addresses of a pool's storage servers, and a repository that each is for."""
    found: dict[str, str] = {}
    for repository in sorted(view.repositories.records, key=lambda each: (each.name, each.uuid or "")):
        if driver(repository) in _ON_HOSTS:
            continue
        for endpoint in endpoints(repository):
            own = resolved(inventory.site, endpoint.server)
            for address in (own, *other_addresses(inventory.site, own)):
                if is_ipv4(address):
                    found.setdefault(address, repository.name)
    return found
