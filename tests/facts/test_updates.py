from typing import Any

import pytest

from planner.facts.updates import applied, difference, model_host, older_release, same_release
from planner.model.inventory import PoolView
from planner.model.pool import Pool


def view(*hosts: dict[str, Any], **fields: Any) -> PoolView:
    named = [{"name": name, **host} for name, host in zip("abc", hosts, strict=False)]
    return PoolView(Pool.model_validate({"name": "lab", "hosts": named, **fields}))


def test_an_update_is_the_same_by_name_and_by_uuid() -> None:
    pool = view({"updates": ["XS1"]}, {"updates": ["u1", "XS2"]}, updates=[{"name": "XS1", "uuid": "u1"}])
    first, second = pool.hosts.records
    assert applied(pool, first) == {"u1": "XS1"}
    found = difference(pool, first, second)
    assert found
    assert (found.missing, found.extra) == (("XS2",), ())


def test_some_updates_need_not_be_everywhere() -> None:
    pool = view({"updates": []}, {"updates": ["XS1"]}, updates=[{"name": "XS1", "enforce_homogeneity": False}])
    assert applied(pool, pool.hosts.records[1]) == {}


def test_unknown_updates_cannot_be_compared() -> None:
    pool = view({"updates": []}, {})
    assert difference(pool, *pool.hosts.records) is None


@pytest.mark.parametrize(
    ("coordinator", "hosts", "model"),
    [
        ("b", [{"updates": ["x"]}, {}], "b"),
        (None, [{}, {"updates": ["x"]}], "b"),
        (None, [{}, {}], "a"),
        ("gone", [{}, {}], "a"),
        (None, [], None),
    ],
)
def test_hosts_are_held_against_the_coordinator(
    coordinator: str | None, hosts: list[dict[str, Any]], model: str | None
) -> None:
    found = model_host(view(*hosts, coordinator=coordinator))
    assert (found.name if found else None) == model


@pytest.mark.parametrize(
    ("one", "other", "same", "older"),
    [
        ({"product_version": "8.2.1"}, {"product_version": "8.3.0"}, False, True),
        ({"product_version": "8.10.0"}, {"product_version": "8.3.0"}, False, False),
        ({"platform_version": "3.2.0"}, {"platform_version": "3.2.0"}, True, None),
        ({"product_version": "8", "platform_version": "3.2"}, {"product_version": "8", "platform_version": "3.4"},
         False, True),
        ({"product_version": "8"}, {"platform_version": "3.4"}, None, None),
        ({"product_version": "x"}, {"product_version": "y"}, False, None),
        (None, {"product_version": "8"}, None, None),
    ],
)  # fmt: skip
def test_releases_are_compared_as_far_as_they_are_known(
    one: dict[str, str] | None, other: dict[str, str], *, same: bool | None, older: bool | None
) -> None:
    pool = view({"software": one}, {"software": other})
    assert same_release(pool, *pool.hosts.records) is same
    assert older_release(pool, *pool.hosts.records) is older


def test_the_pool_speaks_for_hosts_that_say_nothing() -> None:
    pool = view({}, {}, software={"product_version": "8.3.0"})
    assert same_release(pool, *pool.hosts.records) is True
