"""Lists that `xe` prints: what was asked for is read, what was not is unknown, and the load says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner
from planner.model.pool import Pool
from planner.readers.exports import xe_lists
from planner.readers.loaded import Loaded
from planner.source.text import SourceText
from tests.readers.exports import REAL, codes, real
from tests.readers.test_export_laws import OFTEN, _sound

POOL = """\
uuid ( RO)                            : p-1
                      name-label ( RW): lab
                name-description ( RW): two lines: of it
and the second (of two): here

                          master ( RO): h-1
                      default-SR ( RW): <not in database>
                    other-config (MRW): auto_poweron: true; note: a; b; memory-ratio-hvm: 0.25
                      ha-enabled ( RO): true
                ha-configuration ( RO): timeout: 60
    ha-host-failures-to-tolerate ( RW): 1
                        cpu_info (MRO): vendor: GenuineIntel; features_hvm_host: 1fcbfbff-80b82221
"""
HOSTS = """\
[root@xcp-1 ~]# xe host-list params=all
uuid ( RO)                : h-1
            name-label ( RW): xcp-1
              enabled ( RO): true
             cpu_info (MRO): cpu_count: 4; vendor: GenuineIntel; flags: fpu de tsc
         memory-total ( RO): 34359738368
      memory-overhead ( RO): 409600
    host-metrics-live ( RO): true
     software-version (MRO): product_version: 8.3.0; xs:linux: 1, version 2
                 tags (SRW): a, b
  updates-requiring-reboot (SRO):
"""
GUESTS = """\
# xe vm-list params=all
uuid ( RO)           : v-1
      name-label ( RW): web
     power-state ( RO): running
     resident-on ( RO): h-1
        affinity ( RO): <not in database>
 memory-static-max ( RW): 4294967296
      VCPUs-max ( RW): 4
   VCPUs-params (MRW): weight: 512
             order ( RW): 3
        networks (MRO): 0/ip: 10.0.0.5; 0/ipv6/0: fe80::1
PV-drivers-detected ( RO): true
     HVM-shadow-multiplier ( RW): <expensive field>
# xe vbd-list
uuid ( RO)             : b-1
          vm-uuid ( RO): v-1
    vm-name-label ( RO): web
         vdi-uuid ( RO): <not in database>
            empty ( RO): true
           device ( RO): xvdd
"""


def read(folder: Path, **texts: str) -> Loaded:
    """What planner reads of these texts, each a file of one folder."""
    for name, text in texts.items():
        (folder / f"{name.replace('_', '-')}.txt").write_text(text, encoding="utf-8")
    return planner.load(*(str(path) for path in folder.glob("*.txt")))


def pool_of(loaded: Loaded) -> Pool:
    (rooted,) = loaded.roots
    assert isinstance(rooted.record, Pool)
    return rooted.record


def test_lists_that_stand_beside_each_other_are_one_pool(tmp_path: Path) -> None:
    pool = pool_of(read(tmp_path, pool_param_list=POOL, hosts=HOSTS, guests=GUESTS))

    assert (pool.name, pool.coordinator, pool.default_repository, pool.auto_start) == ("lab", "xcp-1", None, True)
    assert pool.memory_ratio_hvm == "0.25"
    assert pool.ha is not None
    assert (pool.ha.enabled, pool.ha.timeout, pool.ha.failures_to_tolerate) == (True, 60, 1)
    assert pool.cpu is not None
    assert pool.cpu.features_hvm == "1fcbfbff-80b82221"
    (host,) = pool.hosts or ()
    assert (host.memory, host.memory_overhead, host.live, host.tags) == (34359738368, 409600, True, ("a", "b"))
    assert host.software is not None
    assert (host.software.product_version, host.software.packs) == ("8.3.0", {"xs:linux": "1, version 2"})
    (guest,) = pool.vms or ()
    assert (guest.runs_on, guest.home, guest.order, guest.power_state) == ("xcp-1", None, 3, "running")
    assert guest.addresses == ("10.0.0.5", "fe80::1")
    assert guest.vcpus is not None
    assert (guest.vcpus.max, guest.vcpus.weight) == (4, "512")
    (drive,) = guest.drives or ()
    assert (drive.device, drive.disk, drive.empty) == ("xvdd", None, True)


def test_what_was_not_printed_is_unknown_and_a_note_says_so(tmp_path: Path) -> None:
    loaded = read(tmp_path, pool_param_list=POOL, hosts=HOSTS, guests=GUESTS)
    pool = pool_of(loaded)

    assert pool.ha is not None
    assert (pool.tls_verification, pool.ha.overcommitted, pool.ha.cluster_stack, pool.networks) == (None,) * 4
    (guest,) = pool.vms or ()
    assert (guest.start_delay, guest.shadow_multiplier, guest.ha_restart_priority, guest.tags) == (None,) * 4
    (host,) = pool.hosts or ()
    assert (host.interfaces, host.updates, host.hardware_platform_versions) == (None, None, None)
    assert [fault.code for fault in loaded.faults] == ["LD020"]


def test_a_value_goes_on_until_the_next_name(tmp_path: Path) -> None:
    loaded = read(tmp_path, host_list=HOSTS.replace(": xcp-1", ": xcp-1\nof the lab (old): yes"))

    assert [host.name for host in pool_of(loaded).hosts or ()] == ["xcp-1\nof the lab (old): yes"]


def test_a_prompt_below_a_list_is_no_part_of_it(tmp_path: Path) -> None:
    loaded = read(
        tmp_path, a=HOSTS.replace("updates-requiring-reboot (SRO):", "hostname ( RO): xcp") + "[root@x ~]# ls\n"
    )

    assert [host.hostname for host in pool_of(loaded).hosts or ()] == ["xcp"]


def test_templates_and_snapshots_are_told_by_their_commands(tmp_path: Path) -> None:
    block = "uuid ( RO)     : {}\n    name-label ( RW): {}\n"
    texts = {f"{each}_list": block.format(each, each) for each in ("vm", "template", "snapshot")}
    pool = pool_of(read(tmp_path, **texts))

    assert [[each.name for each in some or ()] for some in (pool.vms, pool.templates, pool.snapshots)] == [
        ["vm"],
        ["template"],
        ["snapshot"],
    ]


def test_objects_of_no_clear_class_are_told(tmp_path: Path) -> None:
    loaded = read(tmp_path, what="uuid ( RO)     : 1\n    name-label ( RW): x\n")

    assert [(fault.code, "class" in fault.message) for fault in loaded.faults] == [("LD004", True)]
    assert "host-list.txt" in loaded.faults[0].remedy


def test_rows_that_do_not_say_whose_they_are_are_told_once(tmp_path: Path) -> None:
    block = "uuid ( RO)   : {}\n   device ( RO): eth{}\n   VLAN ( RO): -1\n   network-uuid ( RO): n\n\n"
    loaded = read(tmp_path, hosts=HOSTS, pif_list="".join(block.format(number, number) for number in range(3)))

    told = [fault.message for fault in loaded.faults if fault.code == "LD020"]
    assert len([message for message in told if "whose they are" in message]) == 1


def test_findings_point_at_the_line(tmp_path: Path) -> None:
    loaded = read(tmp_path, hosts=HOSTS)
    (rooted,) = loaded.roots
    (host,) = pool_of(loaded).hosts or ()

    for field, name in (("enabled", "enabled"), ("memory", "memory-total"), ("memory_overhead", "memory-overhead")):
        place = rooted.origin.place(host, ("hosts", 0), field)
        assert HOSTS.splitlines()[place.line - 1].strip().startswith(f"{name} ")


def test_passwords_are_not_read_and_not_shown(tmp_path: Path) -> None:
    text = "# xe -u root -pw hunter2 pbd-list\nuuid ( RO)   : 1\n   device-config (MRO): a: b; cifspassword: hunter2\n"
    loaded = read(tmp_path, x=text)

    report = planner.check(loaded)
    assert "hunter2" not in planner.render(report, "full") + planner.render(report, "json")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("pif-list-bond.txt", None),
        ("pif-list-two-nics-xs62.txt", None),
        ("pool-param-list-xcpng-noha.txt", "pool"),
        ("xcp-ng-org--VLAN-trunking-vm--0.txt", "networks"),
        ("xcp-ng-org--xostor--0.txt", None),
    ],
)
def test_real_lists_are_read(name: str, kind: str | None) -> None:
    reading = xe_lists.read_parts([real(f"xe-cli/{name}")])

    _sound(reading)
    assert {"LD004", "LD020"} <= set(codes(reading)) <= {"LD004", "LD012", "LD020"}
    (rooted,) = reading.roots
    assert isinstance(rooted.record, Pool)
    if kind == "pool":
        assert (rooted.record.name, rooted.record.auto_start) == ("test", True)
    if kind == "networks":
        assert [network.mtu for network in rooted.record.networks or ()] == [1500, 1500, 1500, 1504]


BASES = [POOL, HOSTS, GUESTS, *(path.read_text() for path in sorted((REAL / "xe-cli").glob("*.txt")))]
PIECES = st.sampled_from(
    ["\n", "\n\n", "uuid ( RO) : ", "xe vm-list\n", "(MRW): ", "; ", ": ", "\x00", "é", "h-1"]
) | st.text(max_size=5)


@OFTEN
@given(st.sampled_from(BASES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), PIECES), max_size=6))
def test_a_list_that_was_damaged_is_read(base: str, damage: list[tuple[float, int, str]]) -> None:
    text = base
    for where, length, piece in damage:
        start = int(where * len(text))
        text = text[:start] + piece + text[start + length :]
    _sound(xe_lists.read_parts([SourceText("vm-list.txt", text), SourceText("x.txt", HOSTS)]))
