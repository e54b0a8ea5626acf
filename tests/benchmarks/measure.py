"""Print how long things take. Nothing is asserted: run it by hand, `python -m tests.benchmarks.measure`."""

from __future__ import annotations

import gc
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

import planner
from planner.generator import healthy_pool
from planner.model.pool import Pool
from planner.reports.inventory_yaml import inventory_json, inventory_yaml
from planner.source import json_text, yaml_text

HOSTS, VMS, RUNS = 64, 5000, 5


def seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """The shortest of several runs."""
    best = float("inf")
    for _ in range(runs):
        gc.collect()
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def command(*arguments: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *arguments], capture_output=True, check=True)


def show(what: str, took: float, than: float | None = None) -> None:
    ratio = f"  {took / than:6.2f} x" if than else ""
    sys.stdout.write(f"{what:58} {took * 1000:9.1f} ms{ratio}\n")


def starting() -> None:
    typer = seconds(command("-c", "import typer"))
    show("python -c 'import typer'", typer)
    show("planner --version", seconds(command("-m", "planner", "--version")), typer)


class OurTypes(yaml.CSafeLoader):
    """PyYAML's C loader with the core types: the usual way to read YAML 1.2."""

    yaml_implicit_resolvers: dict[str, list[object]] = {}  # noqa: RUF012 - the library's own way

    def construct_scalar(self, node: yaml.ScalarNode) -> object:
        return yaml_text.plain_value(node.value) if node.style is None else node.value


def reading_yaml(text: str) -> None:
    show(
        "YAML: PyYAML's C loader, its own types", (slow := seconds(lambda: yaml.CSafeLoader(text).get_single_data(), 2))
    )
    show("YAML: PyYAML's C loader, the core types", seconds(lambda: OurTypes(text).get_single_data(), 2), slow)
    show("YAML: the parser's events (this program)", seconds(lambda: yaml_text.parse(text), 3), slow)
    others: dict[str, Callable[[], object]] = {}
    try:
        import ryaml  # type: ignore[import-not-found] # noqa: PLC0415

        others["ryaml"] = lambda: ryaml.loads(text)
    except ImportError:
        pass
    try:
        import yaml12  # type: ignore[import-not-found] # noqa: PLC0415

        others["py-yaml12"] = lambda: yaml12.parse_yaml(text)
    except ImportError:
        pass
    try:
        from ruamel.yaml import YAML  # type: ignore[import-not-found] # noqa: PLC0415

        others["ruamel.yaml, safe"] = lambda: YAML(typ="safe").load(io.StringIO(text))
    except ImportError:
        pass
    for name, work in others.items():
        show(f"YAML: {name}", seconds(work, 2), slow)


def checking(folder: Path, pool: Pool) -> None:
    text = inventory_json(pool)
    document = json.loads(text)
    (folder / "pool.json").write_text(text)
    (folder / "pool.yaml").write_text(inventory_yaml([pool]))
    parse = seconds(lambda: json.loads(text))
    validate = seconds(lambda: Pool.model_validate(document))
    show(f"parsing {len(text) / 1e6:.1f} MB of JSON", parse)
    show("the same, with repeated keys and depth looked at", seconds(lambda: json_text.parse(text)), parse)
    show("pydantic validates the same objects", validate)
    path = str(folder / "pool.json")
    show("planner.load, from JSON", seconds(lambda: planner.load(path)))
    whole = seconds(lambda: planner.check(planner.load(path)))
    show("planner.check of planner.load, from JSON", whole)
    sys.stdout.write(
        f"{'  less parsing, in times of validating (2.5 is allowed)':58} {(whole - parse) / validate:9.2f} x\n"
    )
    show(
        "planner.check of planner.load, from YAML",
        seconds(lambda: planner.check(planner.load(str(folder / "pool.yaml"))), 2),
    )


def rules(pool: Pool, folder: Path) -> None:
    (folder / "one.json").write_text(inventory_json(pool))
    inventory = planner.load(str(folder / "one.json")).inventory
    times = {
        rule.code: seconds(lambda check=rule.check: list(check(inventory)), 3)  # type: ignore[misc]
        for rule in planner.catalogue()
        if rule.check
    }
    for code, took in sorted(times.items(), key=lambda pair: -pair[1])[:8]:
        show(f"rule {code}", took)
    show("all rules", sum(times.values()))


def main() -> None:
    """Measure everything."""
    pool = healthy_pool(HOSTS, VMS, seed=1)
    sys.stdout.write(f"{HOSTS} hosts, {VMS} VMs\n")
    with tempfile.TemporaryDirectory() as folder:
        starting()
        checking(Path(folder), pool)
        rules(pool, Path(folder))
        reading_yaml((Path(folder) / "pool.yaml").read_text())


if __name__ == "__main__":
    main()
