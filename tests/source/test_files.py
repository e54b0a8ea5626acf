import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import ReadError
from planner.source import files
from planner.source.limits import LARGEST_FILE, LimitError, TextError
from planner.source.text import SourceText


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.yaml", "a.json", "notes.txt", ".hidden.yaml", "deep/c.yml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("kind: Pool\n")
    return tmp_path


def test_a_folder_means_the_inventories_in_it(folder: Path) -> None:
    found = [str(Path(path).relative_to(folder)) for path in files.expand([str(folder)])]
    assert found == ["a.json", "b.yaml", "deep/c.yml"]


def test_a_pattern_means_what_matches_it_and_a_file_counts_once(folder: Path) -> None:
    paths = [str(folder / "*.yaml"), str(folder / "b.yaml"), f"{folder}/./b.yaml", str(folder / "notes.txt")]
    assert [Path(path).name for path in files.expand(paths)] == ["b.yaml", "notes.txt"]


@pytest.mark.parametrize(
    ("path", "words"), [("nowhere.yaml", "no such file"), ("*.nothing", "pattern"), ("a\0b", "cannot")]
)
def test_a_path_that_means_nothing_is_the_callers_fault(folder: Path, path: str, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        files.expand([str(folder / path)])


def test_a_folder_without_inventories_is_the_callers_fault(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="holds no file"):
        files.expand([str(tmp_path)])


def test_a_pipe_with_a_name_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReadError, match="regular file"):
        files.read(str(tmp_path / "pipe"))


def test_a_file_that_declares_a_gigabyte_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.yaml").open("wb") as stream:
        stream.truncate(10**9)
    with pytest.raises(LimitError, match="MiB"):
        files.read(str(tmp_path / "large.yaml"))


def test_what_is_packed_is_unpacked_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "pool.gz"
    path.write_bytes(gzip.compress(b"kind: Pool\n"))
    assert files.read(str(path)).text == "kind: Pool\n"
    path.write_bytes(gzip.compress(bytes(LARGEST_FILE + 1), compresslevel=1))
    with pytest.raises(LimitError):
        files.read(str(path))
    path.write_bytes(gzip.compress(b"kind: Pool\n")[:-6])
    with pytest.raises(TextError, match="gzip"):
        files.read(str(path))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"),
        ("a: é\n".encode("utf-16"), "a: é\n"),
        (b"a: 1\rb: 2", "a: 1\nb: 2"),
    ],
)
def test_marks_and_line_ends_make_no_difference(content: bytes, text: str) -> None:
    assert files.decode(content) == text


@pytest.mark.parametrize(("content", "words"), [(b"a: 1\nb: \xff\n", "0xff"), (b"a: 1\n\0", "NUL")])
def test_bytes_that_are_no_text_are_refused_with_their_line(content: bytes, words: str) -> None:
    with pytest.raises(TextError, match=words) as caught:
        files.decode(content)
    assert caught.value.line == 2


def test_places_count_characters_from_one() -> None:
    source = SourceText("x", "é: 1\nab: 2\n")
    place = source.place(5, 7)
    assert (place.line, place.column, place.end_line, place.end_column) == (2, 1, 2, 3)
    assert source.line_and_column(0) == (1, 1)
    assert source.line_and_column(len(source.text)) == (3, 1)


@given(st.text("ab\n", max_size=60), st.integers(1, 9))
def test_lines_and_offsets_agree(text: str, stretch: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("planner.source.text.STRETCH", stretch)
        source = SourceText("x", text)
        for offset in range(len(text) + 1):
            line, column = source.line_and_column(offset)
            before = text[:offset].split("\n")
            assert (line, column) == (len(before), len(before[-1]) + 1)
            assert source.line_offset(line) == offset - column + 1


def test_a_long_line_is_shown_around_the_place() -> None:
    source = SourceText("x", "a" * 500 + "HERE" + "b" * 500)
    snippet = source.snippet(source.place(500, 504))
    assert snippet.text[snippet.column - 1 : snippet.column - 1 + snippet.length] == "HERE"
    assert len(snippet.text) < 100


def test_a_snippet_shows_no_secret_beside_its_place() -> None:
    line = "x" * 300 + "(('password'%.'hunter2')%.('server'%.'here'))" + "y" * 300
    source = SourceText("x", line)
    at = line.index("here")
    snippet = source.snippet(source.place(at, at + 4))
    assert "hunter2" not in snippet.text
    assert snippet.text[snippet.column - 1 :].startswith("here")


def test_hidden_files_are_hidden_inside_a_folder_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (".lab/a.yaml", ".lab/.b.yaml", ".lab/.git/c.yaml", ".lab/D.YAML", "here/below/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("kind: Pool")
    monkeypatch.chdir(tmp_path / "here" / "below")
    for folder in (str(tmp_path / ".lab"), "../../.lab"):
        assert [Path(path).name for path in files.expand([folder])] == ["D.YAML", "a.yaml"]


def test_what_cannot_be_read_in_a_folder_is_not_passed_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "gone.yaml").symlink_to("nowhere")
    (folder / "loop").symlink_to(".")
    assert [Path(path).name for path in files.expand([str(folder)])] == ["a.json", "b.yaml", "c.yml", "gone.yaml"]
    with pytest.raises(ReadError, match=r"gone.yaml: cannot be read"):
        files.read(str(folder / "gone.yaml"))

    scan = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("deep"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ReadError, match="deep: the folder cannot be read: Permission denied"):
        files.expand([str(folder)])


def test_an_empty_path_is_not_the_folder_at_hand() -> None:
    with pytest.raises(ReadError, match="empty"):
        files.expand([""])
