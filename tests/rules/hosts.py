"""Short ways to say what hosts a pool has."""

from typing import Any

from planner.model.pool import Pool


def pool(*hosts: list[dict[str, Any]], **fields: Any) -> Pool:
    """A pool whose hosts, called a, b, c, have these interfaces."""
    named = [{"name": name, "interfaces": each} for name, each in zip("abc", hosts, strict=False)]
    return Pool.model_validate({"name": "lab", "coordinator": "a", "hosts": named, **fields})


def nic(device: str = "eth0", **fields: Any) -> dict[str, Any]:
    return {"device": device, **fields}


def bond(*members: str, device: str = "bond0", **fields: Any) -> dict[str, Any]:
    own = {key: fields.pop(key) for key in ("mode", "primary", "properties", "links_up") if key in fields}
    return {"device": device, "bond": {"members": list(members), **own}, **fields}


def vlan(tag: int, on: str = "eth0", **fields: Any) -> dict[str, Any]:
    return {"device": on.partition(".")[0], "vlan": {"tag": tag, "on": on}, **fields}
