"""Joins answered as plans. `python -m tests.test_plan_join` writes what is expected anew."""

import pytest

from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden"
SAMPLES = {
    "homogeneous-pool": ("xen01", 0),
    "homogeneous-pool-unprepared": ("xen01", 0),
    "heterogeneous-pool": ("xen02", 1),
    "heterogeneous-pool-forced": ("xen02", 0),
    "heterogeneous-pool-maskable": ("xen02", 0),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_plan_of_a_sample_is_as_expected(name: str) -> None:
    host, code = SAMPLES[name]
    ended = run("plan", "join", host, f"samples/{name}.yaml")
    assert (ended.code, ended.err) == (code, "")
    assert ended.out == (GOLDEN / f"plan-join-{name}.txt").read_text(encoding="utf-8")


def write_anew() -> None:
    for name, (host, _) in SAMPLES.items():
        out = run("plan", "join", host, f"samples/{name}.yaml").out
        (GOLDEN / f"plan-join-{name}.txt").write_text(out, encoding="utf-8")


if __name__ == "__main__":
    write_anew()
