import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import ROOT

LAYERS = (
    {"__main__"},
    {"cli"},
    {"reports"},
    {"comparison", "pardon"},
    {"checker", "generator", "overviews", "goals", "verify"},
    {"suppressions"},
    {"baseline", "choice", "readers", "conditions"},
    {"rules", "settings"},
    {"plans"},
    {"findings", "facts"},
    {"failover"},
    {"model"},
    {"source"},
    {"solver", "units", "errors", "confidential"},
    {"patience"},
)
MODULES = sorted((ROOT / "planner").rglob("*.py"))


def layer(module: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if module in names)


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    place = path.relative_to(ROOT / "planner").parts[0].removesuffix(".py")
    if place == "__init__":
        return
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "planner" or len(parts) == 1:
            continue
        other = parts[1]
        if (ROOT / "planner" / other).exists() or (ROOT / "planner" / f"{other}.py").exists():
            assert other == place or layer(other) > layer(place) or {other, place} <= {"facts", "findings"}, name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name


def test_only_the_readers_of_running_pools_know_the_network() -> None:
    networked = {"XenAPI", "xmlrpc", "http", "ssl", "socket", "urllib.request"}
    live = ROOT / "planner" / "readers" / "live"
    knowing = {path for path in MODULES if networked & {part for name in imported(path) for part in parts_of(name)}}
    assert {path.relative_to(live).name for path in knowing} == {"session.py", "transport.py"}


def parts_of(name: str) -> set[str]:
    """A module, and all it is in."""
    parts = name.split(".")
    return {".".join(parts[:end]) for end in range(1, len(parts) + 1)}


def test_the_model_opens_no_file_and_reads_no_clock() -> None:
    worldly = {"os", "io", "pathlib", "time", "datetime", "random", "socket", "subprocess"}
    for folder in ("model", "facts", "rules", "plans", "goals"):
        for path in (ROOT / "planner" / folder).rglob("*.py"):
            assert not worldly & {name.split(".")[0] for name in imported(path)}, path


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "planner", "--version"], cwd=ROOT, capture_output=True, check=False)
    assert done.stdout.startswith(b"planner ")
