from typing import Any

import pytest

from planner.facts.ha_changes import Clash, clash
from planner.facts.lacking import Lacking
from planner.model.inventory import PoolView
from planner.model.pool import Pool

LAB: dict[str, Any] = {
    "name": "lab",
    "ha": {"enabled": True, "statefiles": ["state"]},
    "hosts": [
        {
            "name": "a",
            "interfaces": [
                {"device": "eth0", "management": True, "attached": True},
                {"device": "eth1", "attached": False},
                {"device": "eth2"},
            ],
        }
    ],
    "repositories": [{"name": "heart"}, {"name": "disks"}, {"name": "iso"}],
    "disks": [{"name": "state", "repository": "heart"}],
    "vms": [
        {"name": "x", "ha_restart_priority": "restart", "drives": [{"device": "xvda", "repository": "disks"}]},
        {"name": "y", "ha_restart_priority": "", "drives": [{"device": "xvda", "repository": "iso"}]},
    ],
}


def answer(change: dict[str, Any], **ha: Any) -> str | None:
    """What the toolstack answers, or the field that is lacking, or None."""
    lab = Pool.model_validate(LAB | {"ha": LAB["ha"] | ha, "changes": [change]})
    view = PoolView(lab)
    found = clash(view, view.changes[0])
    if isinstance(found, Lacking):
        return f"lacks {found.field}"
    return found.answer if isinstance(found, Clash) else None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "eject-host", "host": "a"}, "HA_IS_ENABLED"),
        ({"kind": "bond-management", "host": "a"}, "HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE"),
        ({"kind": "restart-toolstack", "host": "a"}, ""),
        ({"kind": "rolling-upgrade"}, ""),
        ({"kind": "reconfigure-address", "host": "a", "interface": "eth0"}, "HA_IS_ENABLED"),
        ({"kind": "unplug-interface", "host": "a", "interface": "eth1"}, None),
        ({"kind": "forget-interface", "host": "a", "interface": "eth2"}, "lacks attached"),
        ({"kind": "forget-interface", "host": "a", "interface": "eth9"}, None),
        ({"kind": "unplug-interface", "host": "a"}, "lacks interface"),
        ({"kind": "unplug-interface"}, "lacks host"),
        ({"kind": "detach-repository", "repository": "heart"}, "HA_IS_ENABLED"),
        ({"kind": "detach-repository", "repository": "disks"}, "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED"),
        ({"kind": "detach-repository", "repository": "iso"}, None),
        ({"kind": "detach-repository", "repository": "gone"}, None),
        ({"kind": "detach-repository"}, "lacks repository"),
        ({"kind": "make-template", "vm": "x"}, "VM_IS_PROTECTED"),
        ({"kind": "make-template", "vm": "y"}, None),
        ({"kind": "make-template"}, "lacks vm"),
    ],
)
def test_a_change_clashes_or_does_not(change: dict[str, Any], said: str | None) -> None:
    assert answer(change) == said


def test_who_may_promise_too_much_may_detach() -> None:
    assert answer({"kind": "detach-repository", "repository": "disks"}, allow_overcommit=True) is None
    assert answer({"kind": "detach-repository", "repository": "heart"}, allow_overcommit=True) == "HA_IS_ENABLED"
