import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.units import BYTES, MIB, format_size, mib_available, mib_consumed, parse_size, show_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0 B", 0),
        ("1 KiB", 1024),
        ("64 GiB", 68_719_476_736),
        ("64GiB", 68_719_476_736),
        ("100 GB", 100_000_000_000),
        ("512 MiB", 536_870_912),
    ],
)
def test_a_size_is_a_whole_number_and_a_unit(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["64G", "64", "1.5 GiB", "-1 GiB", "GiB", "64 gib", "64  GiB", "٣ GiB", "9" * 20 + " B", ""]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="64 GiB"):
        parse_size(text)


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_writing_a_size_loses_nothing(size: int) -> None:
    assert parse_size(format_size(size)) == size


@given(st.integers(min_value=0, max_value=2**60), st.sampled_from(sorted(BYTES)))
def test_a_whole_number_of_a_unit_is_written_short(number: int, unit: str) -> None:
    assert len(format_size(number * BYTES[unit])) <= len(f"{number * BYTES[unit]} B")


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (64 * 2**30, "64 GiB"),
        (2068 * MIB, "2068 MiB"),
        (181 * MIB + 1, "181.0 MiB"),
        (5 * 10**11, "465.6 GiB"),
    ],
)
def test_messages_show_short_sizes(size: int, shown: str) -> None:
    assert show_size(size) == shown


def test_what_is_consumed_rounds_up_and_what_is_there_rounds_down() -> None:
    assert (mib_consumed(2 * 2**30 + 1), mib_available(2 * 2**30 + 1)) == (2049, 2048)
    assert (mib_consumed(2 * 2**30), mib_available(2 * 2**30 - 1)) == (2048, 2047)
