"""The errors of many states of one inventory, such as a plan goes through.

Most rules never look at where VMs run, and most steps change nothing else. What such a rule says of one state it says
of all of them, so it is asked once.

**Lemma.** A rule is a function of what it reads. If it reads nothing, in one state, of what a second state has
otherwise, it takes the same way through the second one, reads the same values, and says the same.

What a rule reads is watched, each rule with look-ups of its own, so that none is answered by what another one asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from planner.findings import Problem
from planner.model.guest import VM
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.rules import Rule
from planner.rules.errors import Key, asked_for_errors, errors

_MOVED = frozenset({"runs_on", "scheduled_on"})
"""The fields of a VM that a move changes."""
_OF_CLASS = frozenset({"__class__", "__pydantic_decorators__", "__pydantic_validator__"})
"""What tells the class of a VM, and nothing of the VM: `isinstance` asks for it, for what depends on the library."""
_PLAIN = (frozenset(VM.model_fields) | _OF_CLASS | {"label"}) - _MOVED
"""What may be asked of a VM without seeing them; a property that asks for them is noted when it does."""
_IN_FULL = 4
"""So many states are looked at in full before rules are watched, which takes as long as a few states do."""


class States:
    """One state after the other, and the errors in each."""

    def __init__(self, *, but: frozenset[str] = frozenset()) -> None:
        self._but = but
        self._base: Inventory | None = None
        self._since = 0
        self._lasting: dict[Key, Problem] = {}
        self._blind: frozenset[str] = frozenset()

    def errors(self, state: Inventory) -> dict[Key, Problem]:
        """The errors that the rules see in a state, by their keys, as `errors` tells them.

        What an error speaks of may be the VM as it was in an earlier state, before it was moved.
        """
        if self._base is None or not only_moved(self._base, state):
            self._base, self._since, self._lasting, self._blind = state, 0, {}, frozenset()
        self._since += 1
        if self._since == _IN_FULL:
            asked = asked_for_errors(self._but)
            self._blind = blind(asked, self._base)
            self._lasting = errors(self._base, but=self._but | {each.code for each in asked} - self._blind)
        return self._lasting | errors(state, but=self._but | self._blind)


def only_moved(one: Inventory, other: Inventory) -> bool:
    """Whether two inventories are surely the same but for the hosts on which VMs are."""
    beside = one.wishes == other.wishes and one.site == other.site and len(one.pools) == len(other.pools)
    return beside and all(_only_moved(a.pool, b.pool) for a, b in zip(one.pools, other.pools, strict=True))


def _only_moved(one: Pool, other: Pool) -> bool:
    if any(getattr(one, field) is not getattr(other, field) for field in Pool.model_fields if field != "vms"):
        return False
    before, after = one.vms or (), other.vms or ()
    return len(before) == len(after) and all(a is b or _alike(a, b) for a, b in zip(before, after, strict=True))


def _alike(one: VM, other: VM) -> bool:
    return all(getattr(one, field) is getattr(other, field) for field in VM.model_fields if field not in _MOVED)


def blind(rules: Iterable[Rule], inventory: Inventory) -> frozenset[str]:
    """The rules that look at no host on which a VM is, when they are held against an inventory."""
    pools = [view.pool.model_copy(update={"vms": _watched(view.pool.vms)}) for view in inventory.pools]
    # Look-ups of pools remember what they found, so each rule gets its own.
    return frozenset(
        rule.code for rule in rules if not _looks(rule, Inventory(pools, inventory.wishes, inventory.site))
    )


def _looks(rule: Rule, inventory: Inventory) -> bool:
    _Watched.looked_at = False
    for _ in rule.check(inventory) if rule.check else ():
        if _Watched.looked_at:
            break
    return _Watched.looked_at


class _Watched(VM):
    """A VM that notes when it is asked for more than what stays the same while it is moved."""

    looked_at: ClassVar[bool] = False

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - what is asked for
        if name not in _PLAIN:
            _Watched.looked_at = True
        return super().__getattribute__(name)


def _watched(vms: Iterable[VM] | None) -> tuple[VM, ...] | None:
    return None if vms is None else tuple(_Watched.model_construct(**vars(vm)) for vm in vms)
