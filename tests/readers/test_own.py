from pathlib import Path

import pytest

import planner
from planner.model.pool import Pool
from tests.helpers import loaded


def faults(folder: Path, text: str) -> list[tuple[int, str, str]]:
    return [(fault.place.line, fault.code, fault.message) for fault in loaded(folder, text).faults]


@pytest.mark.parametrize(
    ("line", "code", "message", "remedy"),
    [
        ("memroy: 1 GiB", "LD005", '"memroy" is no key of a Host', 'did you mean "memory"?'),
        ("memory: 64G", "LD009", 'memory is "64G"', 'with a unit as in "64 GiB"'),
        ("memory: 1.5", "LD007", "memory is 1.5", "whole number"),
        ("memory: -1", "LD007", "memory is -1; expected is at least 0", "at least 0"),
        ("uuid: 8.10", "LD010", "uuid is 8.10, which reads as a number", 'quote it: "8.10"'),
        ("hostname: true", "LD010", "hostname is true, which reads as true or false", 'quote it: "true"'),
        ("hostname: []", "LD007", "hostname is a list", "write a text"),
        ("hostname: ''", "LD007", 'hostname is ""', "a text that is not empty"),
        ("enabled: yes", "LD007", 'enabled is "yes"', "true or false"),
        ("enabled: 1", "LD007", "enabled is 1", "true or false"),
        ("cpu: fast", "LD007", 'cpu is "fast"; a mapping is expected', "a mapping"),
        ("cpu: {maskable: Full}", "LD007", 'maskable is "Full"', 'did you mean "full"?'),
        ("cpu: {features: xyz}", "LD007", 'features is "xyz"', "CPU feature words"),
        ("interfaces: {device: eth0}", "LD007", "interfaces is a mapping; a list is expected", "a list"),
        ("interfaces: [eth0]", "LD007", 'interfaces is "eth0"; a mapping is expected', "a mapping"),
        ("interfaces: [{network: lab}]", "LD006", 'this Interface has no "device"', 'add the key "device"'),
        ("interfaces: [{device: eth0, vlan: {tag: 4095}}]", "LD007", "tag is 4095; expected is at most 4094", "4094"),
        ("updates: [a, 5]", "LD010", "updates is 5", 'quote it: "5"'),
        ("clock_offset: soon", "LD007", 'clock_offset is "soon"; a number is expected', "a number"),
        ("clock_offset: .nan", "LD007", "clock_offset is NaN", "finite"),
    ],
)
def test_a_wrong_value_is_told_with_its_place_and_its_remedy(
    tmp_path: Path, line: str, code: str, message: str, remedy: str
) -> None:
    read = loaded(tmp_path, f"kind: Pool\nname: lab\nhosts:\n  - name: xcp\n    {line}\n")

    (fault,) = read.faults
    assert (fault.code, fault.place.line) == (code, 5)
    assert message in fault.message
    assert remedy in fault.remedy
    assert read.inventory.pools[0].hosts.find("xcp")


def test_a_size_without_quotes_is_fine(tmp_path: Path) -> None:
    (view,) = loaded(tmp_path, "kind: Pool\nname: lab\nhosts: [{name: a, memory: 64 GiB}]").inventory.pools
    assert view.hosts.records[0].memory == 64 * 2**30


def test_memory_and_vcpus_have_a_short_form(tmp_path: Path) -> None:
    short = "kind: Pool\nname: lab\nvms: [{name: a, memory: 4 GiB, vcpus: 2}]"
    long = (
        "kind: Pool\nname: lab\nvms: [{name: a, vcpus: {max: 2, at_startup: 2}, "
        "memory: {dynamic_min: 4 GiB, dynamic_max: 4096 MiB, static_max: 4294967296}}]"
    )
    assert loaded(tmp_path, short).roots[0].record == loaded(tmp_path, long).roots[0].record


@pytest.mark.parametrize("line", ["memory: 64G", "memory: [1]", "memory: {static_max: 5G}"])
def test_a_wrong_limit_of_memory_leaves_the_vm(tmp_path: Path, line: str) -> None:
    read = loaded(tmp_path, f"kind: Pool\nname: lab\nvms:\n  - name: a\n    {line}\n")
    assert len(read.faults) == 1
    assert read.inventory.pools[0].vms.find("a")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind: Poool\nname: a", '"Poool" is no kind'),
        ("kind: [Pool]\n", "a list is no kind"),
        ("kind: 5\n", "5 is no kind"),
        ("name: a\n", "the document has no kind"),
        ("just words\n", 'found is "just words"'),
        ("- 5\n", "found is 5"),
        ("91cfb2f3-0e6e-4b6b-9e0f-0d4a7a4e2b11,5b3d1a52-91a4-4a35-8f6c-3f3c1a0f5e10\n", "--minimal"),
    ],
)
def test_a_document_of_no_kind_is_told(tmp_path: Path, text: str, words: str) -> None:
    ((_, code, message),) = faults(tmp_path, text)
    assert (code, words in message) == ("LD004", True)


def test_a_pool_without_a_name_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    read = loaded(tmp_path, "kind: Pool\nhosts: []\n---\nkind: Pool\nname: b\n")
    assert [fault.code for fault in read.faults] == ["LD006"]
    assert [view.name for view in read.inventory.pools] == ["b"]


def test_places_are_right_behind_what_was_left_out(tmp_path: Path) -> None:
    text = (
        "kind: Pool\nname: lab\nvms:\n  - memory: 1 GiB\n  - name: a\n    oder: 1\n  - 5\n  - name: b\n    order: 7\n"
    )
    read = loaded(tmp_path, text)
    assert [(fault.place.line, fault.code) for fault in read.faults] == [(4, "LD006"), (6, "LD005"), (7, "LD007")]
    vm = read.inventory.pools[0].vms.find("b")
    assert vm
    rooted, spot, _ = read.spots[id(vm)]
    assert rooted.origin.place(vm, spot.pointer, "order").line == 9
    assert rooted.origin.place(vm, spot.pointer, "").line == 8
    assert rooted.origin.place(vm, spot.pointer, "memory.static_max").line == 8


def test_faults_name_the_object_as_people_do(tmp_path: Path) -> None:
    text = "kind: Pool\nname: lab\nhosts: [{name: xcp, interfaces: [{device: eth0, mac: x}]}]"
    (fault,) = loaded(tmp_path, text).faults
    assert (fault.about.kind, fault.about.name, fault.about.pool, fault.field) == (
        "interface",
        "xcp/eth0",
        "lab",
        "mac",
    )


def test_json_is_read_like_yaml(tmp_path: Path) -> None:
    text = '[{"kind": "Pool", "name": "a", "hosts": [{"name": "x", "memroy": 5}]},\n {"kind": "Pool", "name": "b"}]'
    read = loaded(tmp_path, text)
    assert [view.name for view in read.inventory.pools] == ["a", "b"]
    assert [(fault.code, fault.place.column) for fault in read.faults] == [("LD005", text.index('"memroy"') + 1)]


def test_flow_yaml_that_begins_like_json_is_read(tmp_path: Path) -> None:
    (view,) = loaded(tmp_path, "{kind: Pool, name: a}").inventory.pools
    assert view.name == "a"


def test_all_files_of_a_run_are_one_inventory(tmp_path: Path) -> None:
    read = loaded(
        tmp_path,
        "kind: Pool\nname: a\nhosts: [{name: h}]\n---\nkind: Pool\nname: solo\nhosts: [{name: x}]",
        "kind: Wishes\npool: a\njoins: [{host: x}]",
        "kind: Site\nclock_skew_limit: 5",
    )
    (joining,) = read.inventory.joins
    assert (joining.pool.name, joining.joiner.name, joining.host.name) == ("a", "solo", "x")
    assert read.inventory.site.clock_skew_limit == 5


def test_a_second_site_is_told(tmp_path: Path) -> None:
    read = loaded(tmp_path, "kind: Site\nname: a\n---\nkind: Site\nname: b")
    assert [(fault.code, fault.place.line) for fault in read.faults] == [("LD016", 4)]
    assert read.inventory.site.name == "a"


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "---\n---\n", "null"])
def test_an_empty_file_is_told(tmp_path: Path, text: str) -> None:
    assert [(code, line) for line, code, _ in faults(tmp_path, text)] == [("LD013", 1)]


def test_very_many_faults_are_not_all_told(tmp_path: Path) -> None:
    hosts = "".join(f"  - name: h{number}\n    colour: red\n" for number in range(3000))
    read = loaded(tmp_path, f"kind: Pool\nname: lab\nhosts:\n{hosts}")
    assert len(read.faults) == 1001
    assert read.faults[-1].code == "LD014"
    pool = read.roots[0].record
    assert isinstance(pool, Pool)
    assert len(pool.hosts or ()) == 3000


def test_a_document_of_nothing_but_faults_is_given_up(tmp_path: Path) -> None:
    keys = "".join(f"k{number}: 1\n" for number in range(21_000))
    assert [code for _, code, _ in faults(tmp_path, "kind: Pool\nname: a\n" + keys)] == ["LD014"]


def test_a_file_that_is_no_text_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "good.yaml").write_text("kind: Pool\nname: a")
    read = planner.load(str(tmp_path))
    assert [fault.code for fault in read.faults] == ["LD001"]
    assert [view.name for view in read.inventory.pools] == ["a"]


def test_as_many_documents_as_are_allowed_are_read(tmp_path: Path) -> None:
    text = "".join(f"---\nkind: Pool\nname: p{number}\n" for number in range(1000))
    assert len(loaded(tmp_path, text).roots) == 1000
    assert loaded(tmp_path, text).faults == ()
    more = loaded(tmp_path, text + "---\nkind: Pool\nname: more\n")
    assert [fault.code for fault in more.faults] == ["LD003"]


def test_repetitions_beyond_those_told_are_counted(tmp_path: Path) -> None:
    read = loaded(tmp_path, "kind: Pool\nname: a\n" + "name: a\n" * 1500)
    assert [fault.message for fault in read.faults][1000:] == ["500 more faults of this file are not told"]


@pytest.mark.parametrize(
    ("line", "code", "message", "remedy"),
    [
        ("- 5", "LD007", "an item of hosts is 5; a mapping is expected", "write a mapping"),
        ("- {name: a, tags: [x, 8.10]}", "LD010", "an item of tags is 8.10, which reads as a number", '"8.10"'),
        ("- {name: a, Memory: 5}", "LD005", '"Memory" is no key', 'did you mean "memory"?'),
        ("- {name: a, power-on-mode: x}", "LD005", '"power-on-mode" is no key', 'did you mean "power_on_mode"?'),
        ("- {name: a, colour: 5}", "LD005", '"colour" is no key', "take it out, or use one of"),
        ("- {<<: [5], name: a}", "LD007", "<< refers to no mapping", "mapping"),
        ("- {name: 1." + "5" * 300 + "}", "LD010", "name is 1.5555", "quote it"),
    ],
)
def test_a_fault_is_told_clearly(tmp_path: Path, line: str, code: str, message: str, remedy: str) -> None:
    (fault,) = loaded(tmp_path, f"kind: Pool\nname: a\nhosts:\n{line}\n").faults
    assert fault.code == code
    assert message in fault.message
    assert len(fault.message) < 150
    assert remedy in fault.remedy


def test_a_key_that_is_not_close_to_any_other_is_no_slip(tmp_path: Path) -> None:
    (fault,) = loaded(tmp_path, "kind: Pool\nname: a\ncolour: red\n").faults
    assert fault.remedy.startswith("take it out, or use one of: ")


@pytest.mark.parametrize(
    "inside", ["[" * 900 + "]" * 900, '{"a":' * 900 + "1" + "}" * 900, '"\\u00e9", "y": ' + "[" * 900 + "]" * 900]
)
def test_what_is_nested_very_deep_in_our_own_json_is_told(tmp_path: Path, inside: str) -> None:
    read = loaded(tmp_path, '{"kind": "Pool", "name": "a", "hosts": [{"name": "h", "memory": 5, "x": ' + inside + "}]}")
    report = planner.check(read)
    assert {finding.code for finding in report.findings} & {"LD003", "LD005"}
    for form in ("full", "concise", "json"):
        assert planner.render(report, form)  # type: ignore[arg-type]
