"""What several tests need."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import planner
from planner.findings import Report
from planner.readers.loaded import Loaded

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
"""Real data beside the checkout; tests that use it skip where it is absent."""


def loaded(folder: Path, *texts: str) -> Loaded:
    """What planner reads from these texts, each a file of its own."""
    paths = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.yaml"
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    return planner.load(*paths)


def told(report: Report) -> list[tuple[int, str]]:
    """Line and code of each finding."""
    return [(finding.place.line if finding.place else 0, finding.code) for finding in report.findings]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def run(*arguments: str, stdin: str | bytes = "", cwd: Path = ROOT, **environment: str) -> Ended:
    """Run the command line as a process of its own."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "planner", *arguments],
        input=given,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **environment},
        timeout=60,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())
