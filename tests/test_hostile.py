"""Input that means harm, or is simply broken: one clear line, a finding or exit 2, never a traceback."""

import gzip
import json
import os
import random
import resource
import stat
import string
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import planner
from tests.helpers import ROOT

SAMPLES = [
    path.read_bytes() for path in sorted((ROOT / "samples").glob("h*-pool*.yaml")) if path.stat().st_size < 50_000
]
DATABASE = (ROOT / "tests" / "readers" / "small-database.xml").read_bytes()
RECORDS = (ROOT / "tests" / "readers" / "small-records.json").read_bytes()
AS_JSON = [
    json.dumps(document).encode()
    for document in (
        {
            "kind": "Pool",
            "name": "a",
            "hosts": [{"name": "h", "memory": "64 GiB"}],
            "vms": [{"name": "v", "memory": 5}],
        },
        [{"kind": "Site", "clock_skew_limit": 5}, {"kind": "Wishes", "pool": "a", "joins": [{"host": "h"}]}],
    )
]
WORDS = [
    *(b"", b"\n", b"- ", b": ", b"{", b"}", b"[", b"]", b'"', b"'", b"<", b">", b"&a ", b"*a", b"!!x ", b"\t", b"\r"),
    *(b"\x00", b"\xff", b"\xc3\xa9", b"null", b"true", b"64 GiB", b"64G", b"-1", b"9" * 30, b"1e999", b".nan"),
    *(b"\\ud800", b"OpaqueRef:NULL", b"OpaqueRef:x", b"()", b"(('a' 'b'", b"%.", b"%_", b"<row/>"),
    *(b"kind: Pool\n", b"---\n", b"<<: *a\n", b"name", b"hosts", b"vms", b"host: "),
]


def attempt(content: bytes) -> None:
    """Load, check and tell; whatever is wrong must be told, not raised."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input"
        path.write_bytes(content)
        report = planner.check(planner.load(str(path)))
    for form in ("full", "concise", "json"):
        assert planner.render(report, form)  # type: ignore[arg-type]
    for finding in report.findings:
        assert finding.message
        assert finding.remedy
    if not report.objects:
        assert report.findings


def mutated(seed: bytes, changes: list[tuple[float, float, int]]) -> bytes:
    """A document with stretches of it replaced, cut out or doubled."""
    content = seed
    for where, length, word in changes:
        start = int(where * len(content))
        end = start + int(length * 40)
        inserted = content[start:end] * 2 if word >= len(WORDS) else WORDS[word]
        content = content[:start] + inserted + content[end:]
    return content


PORTION = st.floats(0, 1)
CHANGES = st.lists(st.tuples(PORTION, PORTION, st.integers(0, len(WORDS) + 5)), min_size=1, max_size=6)
QUICK = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(st.sampled_from(SAMPLES), CHANGES)
def test_mutated_yaml_is_told(seed: bytes, changes: list[tuple[float, float, int]]) -> None:
    attempt(mutated(seed, changes))


@QUICK
@given(st.sampled_from(AS_JSON), CHANGES)
def test_mutated_json_is_told(seed: bytes, changes: list[tuple[float, float, int]]) -> None:
    attempt(mutated(seed, changes))


@QUICK
@given(CHANGES)
def test_mutated_databases_are_told(changes: list[tuple[float, float, int]]) -> None:
    attempt(mutated(DATABASE, changes))


@QUICK
@given(CHANGES)
def test_mutated_records_are_told(changes: list[tuple[float, float, int]]) -> None:
    attempt(mutated(RECORDS, changes))


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["OpaqueRef:a", "Pool", "64 GiB"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["kind", "name", "hosts", "vms", "host", "VM", "pool", "OpaqueRef:a", "uuid", "SR", "PBD", "type"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@QUICK
@given(ANYTHING)
def test_any_json_is_told(value: object) -> None:
    attempt(json.dumps(value).encode())


@QUICK
@given(st.binary(max_size=200) | st.text(string.printable, max_size=200).map(str.encode))
def test_any_bytes_are_told(content: bytes) -> None:
    attempt(content)


# ---- as a process, with the memory and the time it takes -----------------------------------------------------------

GIB = 2**30


def limited(*arguments: str, cwd: Path) -> tuple[int, str, str, float]:
    """Exit code, output, errors and processor seconds of a run that may take 1 GiB."""
    begun = _processor_seconds()
    done = subprocess.run(
        [sys.executable, "-m", "planner", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (GIB, GIB)),
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode(), _processor_seconds() - begun


def _processor_seconds() -> float:
    """What the processes that this one has started and seen end have used: other load on the machine is not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def alias_bomb() -> bytes:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [
        f"{name}: &{name} [{','.join('*' + before for _ in range(9))}]"
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    return ("kind: Pool\n" + "\n".join(lines)).encode()


def entity_bomb() -> bytes:
    entities = "".join(
        f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "x"}{"&e" + str(n - 1) + ";" if n else "x"}">'
        for n in range(30)
    )
    return f'<?xml version="1.0"?><!DOCTYPE database [{entities}]><database>&e29;</database>'.encode()


def wide_yaml() -> bytes:
    return b"[" + b"1," * 15_000_000 + b"1]"


def wide_block_yaml() -> bytes:
    return b"- 1\n" * 10_000_000


def wide_xml() -> bytes:
    return b'<database><manifest/><table name="VM">' + b'<row ref="a" b="c"/>' * 4_000_000 + b"</table></database>"


def deep_xml() -> bytes:
    return b"<database>" + b"<table>" * 100_000


def many_documents() -> bytes:
    return b"---\nkind: Pool\nname: a\n" * 50_000


def many_faults() -> bytes:
    return b"kind: Pool\nname: a\nvms:\n" + b"".join(b"- {name: v%d, colour: 5}\n" % n for n in range(19_000))


def random_text() -> bytes:
    return bytes(random.Random(1).choices(b"abc: {}[]-\n\"'&*", k=2_000_000))  # noqa: S311 - no secret


def digits() -> bytes:
    return b'{"kind": "Pool", "name": ' + b"9" * 1_000_000 + b"}"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "json nested 100,000 levels": lambda: b"[" * 100_000,
    "json objects nested 100,000 levels": lambda: b'{"a":' * 100_000,
    "yaml nested 100,000 levels": lambda: b"- " * 100_000,
    "yaml flow nested 100,000 levels": lambda: b"a: " + b"[" * 100_000,
    "yaml blocks nested 100,000 levels": lambda: b"".join(b" " * n + b"a:\n" for n in range(3000)),
    "xml nested 100,000 levels": deep_xml,
    "alias bomb": alias_bomb,
    "entity bomb": entity_bomb,
    "external entity": lambda: b'<!DOCTYPE database [<!ENTITY x SYSTEM "file:///etc/passwd">]><database>&x;</database>',
    "gzip bomb": lambda: gzip.compress(bytes(GIB), compresslevel=1),
    "gzip of nothing": lambda: b"\x1f\x8b",
    "15 million values": wide_yaml,
    "10 million lines": wide_block_yaml,
    "150 million empty lines": lambda: b"\n" * 150_000_000,
    "4 million rows": wide_xml,
    "50,000 documents": many_documents,
    "19,000 faults": many_faults,
    "random text": random_text,
    "a million digits": digits,
    "NUL bytes": lambda: b"kind: Pool\0\nname: a",
    "only NUL bytes": lambda: bytes(100_000),
    "invalid UTF-8": lambda: b"kind: Pool\nname: \xc3\x28\n",
    "half a character": lambda: b'{"kind": "Pool", "name": "\\ud800"}',
    "empty": lambda: b"",
    "only a byte order mark": lambda: b"\xef\xbb\xbf",
    "tags": lambda: b"kind: !!python/object/apply:os.system ['echo hacked']",
    "many tag directives": lambda: b"".join(b"%%TAG !e%d! tag:x\n" % n for n in range(50_000)) + b"---\na",
    "a text of 150 million characters": lambda: b'{"kind": "Pool", "name": "x", "zz": "' + b"a" * 150_000_000 + b'"}',
    "a thousand faults behind a long line": lambda: (
        b'{"kind": "Pool", "name": "x", "zz": "' + b"a" * 100_000_000 + b'", "vms": [' + b"{}," * 1000 + b"{}]}"
    ),
    "1.5 million keys": lambda: (
        b'{"kind": "Pool", "name": "x"' + b"".join(b', "k%d": 1' % n for n in range(1_500_000)) + b"}"
    ),
    "a million times one key": lambda: b'{"kind": "Pool", "name": "x"' + b', "k": 1' * 1_000_000 + b"}",
    "a million broken documents": lambda: b"--- [\n" * 1_000_000,
    "10 million empty documents": lambda: b"---\n" * 10_000_000,
    "a million anchors": lambda: b"a:\n" + b"".join(b"- &x%d 1\n" % n for n in range(1_000_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_costs_little_and_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "input").write_bytes(HOSTILE[name]())

    code, out, err, seconds = limited("check", "input", "--format", "concise", cwd=tmp_path)

    assert code == 1 if not err else 2, (out, err)
    assert "Traceback" not in err
    assert "internal error" not in err
    assert "MemoryError" not in err
    assert "hacked" not in out
    assert (err or out).startswith(("input:", "planner: input:"))
    assert seconds < 10


@pytest.mark.parametrize("content", [b"kind: Pool\r\nname: a\r\n", b"\xef\xbb\xbfkind: Pool\nname: a\n"])
def test_line_ends_and_marks_are_no_faults(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "input").write_bytes(content)
    code, out, err, _ = limited("check", "input", "--select", "LD", cwd=tmp_path)
    assert (code, err) == (0, "")
    assert "nothing found" in out


def make_declared(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(10**9)


def make_forbidden(path: Path) -> None:
    path.write_text("kind: Pool")
    path.chmod(0)


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (Path.mkdir, "holds no file"),
    "a pipe": (os.mkfifo, "regular file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "regular file"),
    "a link to itself": (lambda path: path.symlink_to(path), "cannot be"),
    "a gigabyte that is declared": (make_declared, "MiB"),
    "a file without permission": (make_forbidden, "Permission denied"),
    "nothing": (lambda _: None, "no such file"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_path_that_is_no_inventory_is_one_line(tmp_path: Path, name: str) -> None:
    make, words = ODD[name]
    path = tmp_path / "input"
    make(path)
    if name == "a file without permission" and os.access(path, os.R_OK):
        pytest.skip("whoever may read everything is refused nothing")

    code, out, err, seconds = limited("check", "input", "--format", "concise", cwd=tmp_path)

    assert code in (1, 2)
    assert words in out + err
    assert len((err or out.splitlines()[0]).strip().splitlines()) == 1
    assert "Traceback" not in err
    assert seconds < 5
    if name == "a file without permission":
        assert not stat.S_IMODE(path.stat().st_mode)
