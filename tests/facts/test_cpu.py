import json
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.facts.cpu import (
    ACCUMULATED,
    DEFAULT_MASK,
    Maskability,
    compared_mask,
    guest_features,
    lacking,
    legacy_features,
    legacy_physical_features,
    lost_features,
    mask_to_set,
    maskability,
    maskable_to,
    masked,
    missing_features,
    pool_level,
    same_under_mask,
)
from planner.facts.cpu_names import feature_names, legacy_feature_names
from planner.facts.feature_sets import (
    Words,
    common,
    difference,
    equal,
    extend,
    intersect,
    is_strict_subset,
    is_subset,
    parse_features,
    parse_mask,
    show_features,
    zero_extend,
)
from planner.model.host import Cpu
from planner.model.pool import Pool
from tests.helpers import SHARED

WORD = st.integers(0, 2**32 - 1)
SETS = st.lists(WORD, max_size=6).map(tuple)
LEGACY = st.tuples(WORD, WORD, WORD, WORD)
HASWELL = "77dafbbf-bfebfbff-00000021-2c100800"
PARITY = SHARED / "data/parity/xapi-cpuid-cases.json"
PRINTED = SHARED / "data/cpu/features.json"
RAW = SHARED / "data/cpu/cpuid-raw.json"


def words(text: str) -> Words:
    found = parse_features(text)
    assert found is not None
    return found


def entries(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        pytest.skip("no shared data")
    found: list[dict[str, Any]] = json.loads(path.read_text())["entries"]
    assert found
    return found


def cases(table: str) -> list[dict[str, Any]]:
    if not PARITY.exists():
        pytest.skip("no shared data")
    found: list[dict[str, Any]] = json.loads(PARITY.read_text())[table]
    assert found
    return found


def test_sets_are_written_as_the_toolstack_writes_them() -> None:
    for case in cases("string_of_features"):
        assert show_features(tuple(case["words"])) == case["string"]
        assert parse_features(case["string"]) == tuple(case["words"])


def test_what_the_toolstack_cannot_read_is_no_set() -> None:
    for case in cases("parse_failure"):
        assert parse_features(case["string"]) is None


def test_sets_are_extended_as_the_toolstack_does() -> None:
    for case in cases("extend"):
        assert extend(tuple(case["a"]), tuple(case["b"])) == tuple(case["expected"])
    for case in cases("zero_extend"):
        assert zero_extend(tuple(case["a"]), case["length"]) == tuple(case["expected"])


def test_sets_are_compared_as_the_toolstack_does() -> None:
    for case in cases("intersect"):
        assert intersect(tuple(case["a"]), tuple(case["b"])) == tuple(case["expected"])
    for case in cases("equality"):
        assert equal(tuple(case["a"]), tuple(case["b"])) is case["expected"]
    for case in cases("subset"):
        assert is_subset(tuple(case["a"]), tuple(case["b"])) is case["is_subset"]
        assert is_strict_subset(tuple(case["a"]), tuple(case["b"])) is case["is_strict_subset"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("0000000f", "0000000a", "0000000a"),
        ("ffffffff", "ffffffff-ffffffff", "ffffffff-00000000"),
        ("01230123-5a5a5a5a", "ffff1111-a5a56666", "01230101-00004242"),
        ("", "1-2", "00000001-00000002"),
        ("1-2", "", "00000001-00000002"),
    ],
)
def test_two_sets_have_in_common(one: str, other: str, expected: str) -> None:
    assert show_features(intersect(words(one), words(other))) == expected


@pytest.mark.parametrize(
    ("one", "other", "subset", "strict"),
    [
        ((), (), True, False),
        ((1, 2, 3), (), True, True),
        ((), (1, 2, 3), False, False),
        ((1, 2, 3), (1, 2, 3), True, False),
        ((1, 2, 3), (1, 2, 3, 0), True, False),
        ((1, 2), (3, 2), True, True),
        ((3, 2), (1, 2), False, False),
    ],
)
def test_everything_is_within_the_empty_set(one: Words, other: Words, subset: bool, strict: bool) -> None:  # noqa: FBT001
    assert is_subset(one, other) is subset
    assert is_strict_subset(one, other) is strict


@pytest.mark.parametrize("text", ["123456789", "xyz", "1--2", "-1", "1-", " 1", "+1", "1_0"])
def test_what_has_no_words_of_eight_digits_is_no_set(text: str) -> None:
    assert parse_features(text) is None


def test_upper_case_is_read_and_lower_case_written() -> None:
    assert show_features(words("ABCD-0")) == "0000abcd-00000000"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ffffff7f-FFFFFFFF-0-1", (0xFFFFFF7F, 0xFFFFFFFF, 0, 1)),
        ("ffffff7fffffffff0000000000000001", (0xFFFFFF7F, 0xFFFFFFFF, 0, 1)),
        ("ffffff7f ffffffff 00000000 00000001", (0xFFFFFF7F, 0xFFFFFFFF, 0, 1)),
        ("-ffff-ff7f ffffffff0000000000000001 ", (0xFFFFFF7F, 0xFFFFFFFF, 0, 1)),
        ("ffff-ff7f-ffff-ffff-0000-0000-0000-0001", (0xFFFFFF7F, 0xFFFFFFFF, 0, 1)),
        ("ffffff7f-ffffffff-00000000", None),
        ("ffffff7fffffffff000000000000001", None),
        ("ffffff7fffffffff00000000000000012", None),
        ("ffffff7fffffffff000000000000000x", None),
        ("", None),
        (None, None),
    ],
)
def test_a_mask_is_read_as_people_write_it(text: str | None, expected: Words | None) -> None:
    assert parse_mask(text) == expected


@pytest.mark.parametrize("text", ["ffffffff", "ffffffff-ffffffff-ffffffff", "f" * 33, "f" * 31, "mask", ""])
def test_a_mask_of_other_than_four_words_is_refused_where_it_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="a mask of four CPU feature words"):
        Pool(name="lab", cpu_mask=text)


@given(SETS, SETS, SETS)
def test_the_order_of_intersection_does_not_matter(a: Words, b: Words, c: Words) -> None:
    assert intersect(a, b) == intersect(b, a)
    assert intersect(intersect(a, b), c) == intersect(a, intersect(b, c))
    assert common((a, b, c)) == common((c, b, a))


@given(SETS.filter(bool), SETS.filter(bool))
def test_a_set_is_what_it_shares_and_what_it_has_alone(a: Words, b: Words) -> None:
    shared, alone = intersect(a, b), difference(a, b)
    assert is_subset(shared, a)
    assert is_subset(shared, b)
    assert not any(intersect(alone, b))
    assert [x | y for x, y in zip(zero_extend(shared, len(alone)), alone, strict=True)] == list(
        zero_extend(a, len(alone))
    )


def test_bits_have_names_in_the_legacy_order() -> None:
    names = legacy_feature_names(words(HASWELL))

    assert " ".join(name for name in names if name in legacy_feature_names((words(HASWELL)[0], 0, 0, 0))) == (
        "sse3 pclmulqdq dtes64 monitor ds_cpl vmx est tm2 ssse3 sdbg fma cx16 xtpr pdcm pcid sse4_1 sse4_2 movbe "
        "popcnt tsc_deadline aes xsave avx f16c rdrand"
    )
    assert names[-7:] == ("lahf_lm", "abm", "syscall", "nx", "pdpe1gb", "rdtscp", "lm")
    assert legacy_feature_names((0, 1, 0, 0)) == ("fpu",)


def test_bits_have_names_in_the_modern_order() -> None:
    names = feature_names(
        words("17cbfbff-f7fa3223-2d93fbff-00000023-00000001-000007ab-00000000-00000000-00001000-9c000400")
    )

    assert names[0] == "fpu"
    assert " ".join(names[names.index("sse3") :]) == (
        "sse3 pclmulqdq vmx ssse3 fma cx16 pcid sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline aes xsave avx f16c "
        "rdrand hypervisor syscall nx pdpe1gb rdtscp lm lahf_lm cmp_legacy abm xsaveopt fsgsbase tsc_adjust bmi1 avx2 "
        "smep bmi2 erms invpcid ibpb md_clear ibrsb stibp l1d_flush ssbd"
    )


def test_bits_without_a_name_are_told_by_their_place() -> None:
    assert feature_names((1 << 10,)) == ("word0.bit10",)
    assert feature_names((*(0,) * 21, 1)) == ("word21.bit0",)
    assert legacy_feature_names((1 << 10, 1 << 10, 1 << 30, 1 << 21)) == (
        "base_ecx.bit10",
        "base_edx.bit10",
        "ext_ecx.bit30",
        "ext_edx.bit21",
    )


def test_copies_of_the_first_word_are_not_told_twice() -> None:
    assert feature_names((1, 0, 1)) == ("fpu",)


def test_features_that_were_printed_by_real_hosts_can_be_read() -> None:
    for entry in entries(PRINTED):
        found, text = words(entry["features"]), entry["features"].lower()
        assert len(found) == entry["words"]
        assert show_features(found) == text
        assert words(text.upper()) == found
        assert words("-".join(part.lstrip("0") or "0" for part in text.split("-"))) == found
        assert feature_names(found)
        assert (parse_mask(text) == found) is (len(found) == 4)


def test_real_features_go_with_themselves_and_with_what_they_share() -> None:
    sets = {key: words(entry["features"]) for entry in entries(PRINTED) if (key := entry["features"])}
    for a, b in combinations(sets.values(), 2):
        shared = intersect(a, b)
        assert shared == intersect(b, a)
        assert len(shared) == max(len(a), len(b))
        assert is_subset(shared, a)
        assert is_subset(shared, b)
        assert is_subset(a, b) is equal(shared, a) is (not any(difference(a, b)))
        assert is_strict_subset(a, b) is (is_subset(a, b) and not is_subset(b, a))


def test_real_processors_are_called_the_same_in_both_orders() -> None:
    for entry in entries(RAW):
        modern, legacy = words(entry["raw_featureset"]), words(entry["legacy_words"])
        assert legacy == (modern[1], modern[0], modern[3], modern[2])
        named = [
            {name for name in names if ".bit" not in name}
            for names in (feature_names(modern[:4]), legacy_feature_names(legacy))
        ]
        assert named[0] == named[1]
        assert show_features(modern) == entry["raw_featureset"].lower()


def test_real_processors_can_be_masked_to_what_they_share_with_any_other() -> None:
    found = [(entry, words(entry["legacy_words"])) for entry in entries(RAW)]
    for (entry, mine), (_, theirs) in pairwise(found):
        cpu = Cpu(vendor=entry["vendor"], family=entry["family"], model=entry["model"], stepping=entry["stepping"])
        shared, maskable = common((mine, theirs)), maskability(cpu)
        if maskable == "full":
            assert maskable_to(mine, shared, maskable)
            assert equal(mask_to_set(mine, shared, maskable), shared)
        assert maskable_to(mine, mine, maskable)


def test_a_model_tells_as_much_as_real_hosts_said_of_themselves() -> None:
    told = [entry for entry in entries(PRINTED) if "maskable" in entry]
    assert told
    for entry in told:
        cpu = Cpu(vendor=entry["vendor"], family=entry["family"], model=entry["model"], stepping=entry["stepping"])
        assert maskability(cpu) == entry["maskable"]


@pytest.mark.parametrize(
    ("cpu", "expected"),
    [
        (Cpu(maskable="base", vendor="AuthenticAMD", family=0x15), "base"),
        (Cpu(vendor="AuthenticAMD", family=0x10), "full"),
        (Cpu(vendor="AuthenticAMD", family=0x0F), "no"),
        (Cpu(vendor="AuthenticAMD"), None),
        (Cpu(vendor="GenuineIntel", family=6, model=0x1D, stepping=0), "base"),
        (Cpu(vendor="GenuineIntel", family=6, model=0x17, stepping=4), "base"),
        (Cpu(vendor="GenuineIntel", family=6, model=0x17, stepping=3), "full"),
        (Cpu(vendor="GenuineIntel", family=6, model=0x17), None),
        (Cpu(vendor="GenuineIntel", family=6, model=0x1A, stepping=2), "no"),
        (Cpu(vendor="GenuineIntel", family=6, model=0x1A, stepping=3), "full"),
        (Cpu(vendor="GenuineIntel", family=6, model=0x3E, stepping=0), "full"),
        (Cpu(vendor="GenuineIntel", family=6, model=0x3F, stepping=2), "no"),
        (Cpu(vendor="GenuineIntel", family=6), None),
        (Cpu(vendor="GenuineIntel", family=15, model=6), "no"),
        (Cpu(vendor="GenuineIntel"), None),
        (Cpu(vendor="HygonGenuine", family=24), "no"),
        (Cpu(), None),
    ],
)
def test_whether_features_can_be_hidden_depends_on_the_processor(cpu: Cpu, expected: Maskability | None) -> None:
    assert maskability(cpu) == expected


def test_the_usual_mask_leaves_out_one_feature() -> None:
    assert same_under_mask(words("040ce3bd-0-0-0"), words("040ce33d-0-0-0"), DEFAULT_MASK)
    assert not same_under_mask(words("040ce3bd-0-0-0"), words("000ce3bd-0-0-0"), DEFAULT_MASK)
    assert legacy_feature_names(difference((2**32 - 1,) * 4, DEFAULT_MASK)) == ("est",)


def test_more_features_are_as_bad_as_fewer_for_a_join() -> None:
    assert not same_under_mask((3, 0, 0, 0), (1, 0, 0, 0), DEFAULT_MASK)
    assert not same_under_mask((1, 0, 0, 0), (3, 0, 0, 0), DEFAULT_MASK)


def test_a_pool_may_have_a_mask_of_its_own() -> None:
    mask = compared_mask(Pool(name="lab", cpu_mask="fffffffe-ffffffff-ffffffff-ffffffff"))
    assert same_under_mask((3, 0, 0, 0), (2, 0, 0, 0), mask)
    assert compared_mask(Pool(name="lab", cpu_mask="fffffffe ffffffffffffffff-ffffffff")) == mask
    assert compared_mask(Pool(name="lab")) == DEFAULT_MASK


def test_what_one_host_lacks_is_counted_under_the_mask() -> None:
    assert legacy_feature_names(lacking((0x83, 0, 0, 0), (1, 0, 0, 0), DEFAULT_MASK)) == ("pclmulqdq",)


@pytest.mark.parametrize(
    ("source", "target", "maskable", "expected"),
    [
        ((7, 7, 7, 7), (1, 1, 1, 1), "full", True),
        ((7, 7, 7, 7), (1, 1, 7, 7), "base", True),
        ((7, 7, 7, 7), (1, 1, 1, 7), "base", False),
        ((7, 7, 7, 7), (8, 1, 7, 7), "full", False),
        ((7, 7, 7, 7), (8, 1, 7, 7), "base", False),
        ((7, 7, 7, 7), (1, 1, 1, 1), "no", False),
        ((7, 7, 7, 7), (1, 1, 1, 1), None, None),
        ((7, 7, 7, 7), (7, 7, 7, 7), "no", True),
        ((7, 7, 7, 7), (7, 7, 7, 7), None, True),
        ((0x87, 7, 7, 7), (7, 7, 7, 7), "no", True),
    ],
)
def test_a_processor_can_be_masked_to(
    source: Words,
    target: Words,
    maskable: Maskability | None,
    expected: bool | None,  # noqa: FBT001
) -> None:
    assert maskable_to(source, target, maskable) is expected


@given(LEGACY, LEGACY)
def test_what_two_have_in_common_can_be_reached_where_all_can_be_hidden(a: Words, b: Words) -> None:
    target = common((a, b))
    assert maskable_to(a, target, "full")
    assert maskable_to(b, target, "full")
    assert is_subset(mask_to_set(a, target, "full"), a)


@given(LEGACY, LEGACY, st.sampled_from(["full", "base"]))
def test_a_mask_never_has_what_the_processor_lacks_and_gives_the_target(a: Words, b: Words, how: Maskability) -> None:
    if maskable_to(a, b, how):
        mask = mask_to_set(a, b, how)
        assert is_subset(mask, a)
        assert same_under_mask(mask, b, DEFAULT_MASK)
        assert how == "full" or mask[2:] == a[2:]


@given(SETS, SETS)
def test_a_mask_takes_only_away(a: Words, mask: Words) -> None:
    assert not any(difference(masked(a, mask), a))


def test_what_newly_started_guests_are_given_counts_for_the_pool() -> None:
    assert guest_features(Cpu(features_hvm="3", features_hvm_host="1"), "hvm") == (1,)
    assert guest_features(Cpu(features_hvm="3", features_pv="7"), "hvm") == (3,)
    assert guest_features(Cpu(features_pv="7", features_pv_host=""), "pv") == ()
    assert guest_features(Cpu(), "hvm") is None
    assert guest_features(None, "pv") is None


def test_a_pool_offers_what_all_its_hosts_have() -> None:
    assert pool_level([(0xF, 1), (0xA,), ()]) == (0xA, 0)
    assert pool_level([]) == ()


def test_a_weaker_host_takes_features_away_and_a_stronger_one_none() -> None:
    assert feature_names(lost_features((0b111,), (0b101,))) == ("vme",)
    assert not any(lost_features((0b101,), (0b111, 1)))
    assert not any(lost_features((), (0b111,)))


def test_bits_that_are_added_up_over_a_pool_are_never_lost() -> None:
    every_bit = (2**32 - 1,) * 19
    lost = feature_names(lost_features(every_bit, (0,) * 19))
    assert {"no_lmsl", "md_clear", "fs_gs_ns", "verw_clear", "fb_clear", "rfds_clear", "rsba", "rrsba"}.isdisjoint(lost)
    assert {"avx2", "rdcl_no", "tsa_sq_no"} <= set(lost)
    assert set(feature_names(ACCUMULATED)) == {
        "no_lmsl",
        "md_clear",
        "fs_gs_ns",
        "verw_clear",
        "fb_clear",
        "rfds_clear",
    }


def test_a_guest_goes_on_where_all_it_has_seen_is_there() -> None:
    assert missing_features((1, 2), (3, 2)) == (0, 0)
    assert missing_features((1, 2), (2, 2)) == (1, 0)
    assert missing_features((1, 2, 4), (1, 2)) == (0, 0)
    assert missing_features((3, 2), (1, 2)) == (2, 0)
    assert missing_features((1, 2), ()) == ()


def test_up_to_6_5_a_set_has_four_words() -> None:
    assert legacy_features(Cpu(features=HASWELL)) == words(HASWELL)
    assert legacy_features(Cpu(features="1-2-3")) is None
    assert legacy_features(Cpu()) is None
    assert legacy_features(None) is None
    assert legacy_physical_features(Cpu(features="1-2-3-4", physical_features="5-6-7-8")) == (5, 6, 7, 8)
    assert legacy_physical_features(Cpu(features="1-2-3-4")) == (1, 2, 3, 4)
    assert legacy_physical_features(None) is None
