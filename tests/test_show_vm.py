"""On which hosts a VM can be, told as a table and as JSON. `python -m tests.test_show_vm` writes what is expected anew."""

import json

import pytest

from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden"
HOMOGENEOUS, HA = "samples/homogeneous-pool.yaml", "samples/ha-pool.yaml"
SHOWN = {
    "show-vm-dnfs.txt": ("dnfs", HOMOGENEOUS),
    "show-vm-dMySQL.txt": ("dMySQL", HOMOGENEOUS),
    "show-vm-urouter.txt": ("urouter", HA),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_table_is_as_expected(name: str) -> None:
    ended = run("show", "vm", *SHOWN[name])
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (GOLDEN / name).read_text(encoding="utf-8")


def shown(name: str, path: str = HOMOGENEOUS) -> dict[str, dict[str, object]]:
    told = json.loads(run("show", "vm", name, path, "--format", "json").out)
    assert (told["version"], told["kind"]) == (1, "vm")
    return {cell["host"]: cell for cell in told["vms"][0]["hosts"]}


def write_anew() -> None:
    for name, arguments in SHOWN.items():
        (GOLDEN / name).write_text(run("show", "vm", *arguments).out, encoding="utf-8")


if __name__ == "__main__":
    write_anew()
