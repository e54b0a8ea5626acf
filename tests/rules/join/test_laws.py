from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.wishes import Wishes
from tests.rules.join.joins import Fields, joined, problems, seen
from tests.rules.wild import POOLS

OWN_CODES = [rule.code for rule in planner.catalogue() if rule.code[:2] in ("JN", "CP", "RF") and rule.check]


def test_other_memory_disks_and_nics_do_not_matter() -> None:
    nics = [
        {"device": f"eth{number}", "management": number == 0, "primary_address_type": "IPv4", "mode": "static"}
        for number in range(4)
    ]
    software = {
        "product_brand": "XenServer",
        "product_version": "6.2.0",
        "platform_version": "1.8.0",
        "build_number": "70446c",
        "linux_pack": False,
        "network_backend": "bridge",
    }
    alike: Fields = {
        "software": software,
        "updates": [],
        "clock_offset": 0,
        "licence": {"edition": "free"},
        "external_auth": {"type": ""},
        "cpu": {"vendor": "GenuineIntel", "features": "1-2-3-4", "features_after_reboot": "1-2-3-4"},
    }
    idle = {"operations": [], "control_domain": {"operations": []}}
    inventory = joined(
        {"memory": "1 GiB", "interfaces": nics[:1], "address": "10.0.0.2", "hostname": "new", **idle, **alike},
        {"memory": "64 GiB", "interfaces": nics, "address": "10.0.0.1", "hostname": "old", **alike},
        joiner={
            "vms": [],
            "templates": [],
            "snapshots": [],
            "operations": [],
            "repositories": [{"name": "local", "shared": False, "size": "1 TiB"}],
            "ha": {"enabled": False},
        },
        pool={"ha": {"enabled": False}, "repositories": []},
    )

    assert [code for code in OWN_CODES if problems(code, inventory)] == []


def everything_seen(inventory: Inventory) -> list[tuple[str, str, str, str]]:
    told = []
    for code in OWN_CODES:
        found, unknown = seen(code, inventory)
        told += [(code, each.subject.label, each.field, f"{each.message}|{each.remedy}") for each in found]
        told += sorted({(code, each.subject.label, each.field, "?") for each in unknown})
    return sorted(told)


@settings(max_examples=300, deadline=None)
@given(st.lists(POOLS, max_size=3))
def test_no_rule_ever_raises_and_order_changes_nothing(documents: list[Fields]) -> None:
    pools = [Pool.model_validate(document) for document in documents]
    wishes = (Wishes(pool="lab"), Wishes(pool="gone"))
    told = everything_seen(Inventory(pools, wishes))

    for order in permutations(documents):
        assert everything_seen(Inventory(map(turned, order), wishes[::-1])) == told


def turned(document: Fields) -> Pool:
    """The pool of a document with every list of it from back to front."""
    return Pool.model_validate(
        {key: value[::-1] if isinstance(value, list) else value for key, value in document.items()}
    )
