"""Addresses that are proposed: each host gets one of its own, whatever the order of documents."""

from ipaddress import IPv4Network

import planner
from planner.facts.access import waiting
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.rules import CATALOGUE
from tests.rules.join.pairs import Document, healthy, host, pool

STORAGE = IPv4Network("172.16.0.0/24")


def without_storage_address(described: Document) -> Document:
    described["interfaces"][2] |= {"mode": "none", "address": None}
    return described


def joined_by(*names: str) -> list[Document]:
    """The healthy pool and hosts without an address for storage, each of which is to join it."""
    lab = healthy("rolling")["pool"] | {"joins": [{"host": name} for name in names]}
    hosts = [without_storage_address(host(name, number, "rolling")) for number, name in enumerate(names, start=5)]
    singles = [pool(f"pool-of-{each['name']}", "rolling", each) for each in hosts]
    return [lab, *({**each, "uuid": None} for each in singles)]


def read(documents: list[Document]) -> Inventory:
    return Inventory([Pool.model_validate(each) for each in documents])


def proposed(documents: list[Document]) -> dict[str, str]:
    check = CATALOGUE["JN076"].check
    assert check
    found = [each for each in check(read(documents)) if hasattr(each, "remedy")]
    return {each.subject.label: each.remedy.partition("the address ")[2].partition(" ")[0] for each in found}


def test_two_hosts_never_get_the_same_address() -> None:
    assert planner.catalogue()
    assert proposed(joined_by("new")) == {"new": "172.16.0.3"}
    assert proposed(joined_by("new", "newer", "newest")) == {
        "new": "172.16.0.3",
        "newer": "172.16.0.4",
        "newest": "172.16.0.5",
    }


def test_one_host_gets_one_address_for_all_repositories_of_a_subnet() -> None:
    documents = joined_by("new", "newer")
    (shared,) = documents[0]["repositories"]
    more = {**shared, "name": "more", "uuid": None, "connections": [{"host": "older", "attached": True}]}
    more["connections"].append({"host": "old", "attached": False})
    documents[0]["repositories"] = [shared, more]

    assert proposed(documents) == {"new": "172.16.0.3", "newer": "172.16.0.4"}
    check = CATALOGUE["JN076"].check
    assert check
    assert len(list(check(read(documents)))) == 4


def test_the_order_of_documents_and_wishes_changes_nothing() -> None:
    documents = joined_by("newest", "new", "newer")
    turned = [{**each, "joins": each.get("joins", [])[::-1], "hosts": each["hosts"][::-1]} for each in documents[::-1]]

    assert proposed(documents) == proposed(turned)


def test_members_and_who_joins_wait_together_and_who_has_an_address_comes_last() -> None:
    documents = joined_by("new")
    assert waiting(read(documents[::-1]), read(documents).pools[0], STORAGE).after == "172.16.0.1"
    without_storage_address(documents[0]["hosts"][1])
    inventory = read(documents)

    found = waiting(inventory, inventory.pools[0], STORAGE)

    turns = {name: turn for (name, _), turn in found.turns.items()}
    assert turns == {"new": 0, "older": 1, "old": 2}
    assert found.after == "172.16.0.1"
    assert waiting(inventory, inventory.pools[0], IPv4Network("192.168.0.0/24")).after is None
