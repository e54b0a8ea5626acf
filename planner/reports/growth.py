"""How many more VMs a pool takes: as a table, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from planner.goals.grow import Growth, NotKnown, Row, Wanted
from planner.goals.grow.search import Most
from planner.reports.markup import plain
from planner.reports.words import visible
from planner.rules.wording import counted, listed
from planner.units import show_size

_MOST_NAMED = 8


def growth_table(found: Growth | NotKnown) -> str:
    """For each number of failures how many more VMs there may be, why no more, and what more memory would bring."""
    return "".join(_not_known(found) if isinstance(found, NotKnown) else _growth(found))


def growth_markdown(found: Growth | NotKnown) -> str:
    """The same as Markdown, for tickets."""
    title, *lines = "".join(_not_known(found) if isinstance(found, NotKnown) else _growth(found, table=False)).split(
        "\n"
    )
    told = [f"# {plain(title)}", ""]
    if isinstance(found, Growth):
        head, *rows = _cells(found)
        told += [f"| {' | '.join(head)} |", "| ---: | ---: | ---: |", *(f"| {' | '.join(row)} |" for row in rows), ""]
    told += [f"- {plain(line.strip())}" for line in lines if line.strip()]
    return "\n".join(told) + "\n"


def growth_script(found: Growth | NotKnown) -> str:
    """The same as the comments of a script, which has nothing to do: nothing is created, and nothing is moved."""
    lines = growth_table(found).splitlines()
    return "".join(["#!/bin/sh\n", *(f"# {line}".rstrip() + "\n" for line in lines), "# Nothing is to be done.\n"])


def _not_known(found: NotKnown) -> Iterator[str]:
    yield f"{visible(found.view.name)}: how many more VMs there may be is not known\n"
    if found.homeless:
        names = listed((vm.name for vm in found.homeless), _MOST_NAMED)
        yield f"  there is no room even for the protected VMs that are down now: {visible(names)}\n"
    for lack in found.lacking:
        yield f"  not known: {lack.field} of {visible(lack.record.label)}\n"


def _growth(found: Growth, *, table: bool = True) -> Iterator[str]:
    sizes = " + ".join(show_size(need) for need in found.needs)
    each = "VM" if len(found.needs) == 1 else "set of VMs"
    yield f"{visible(found.view.name)}: how many more there may be of one {each} that takes {sizes} of a host\n"
    kept = "the VMs of the restart plan" if found.configured else "all VMs that run"
    yield f"  protected: {kept} ({len(found.protected)}), and the new ones; nothing that runs is moved\n\n"
    yield from _table(found) if table else ()
    for row in found.rows:
        yield from _why(row, found.names)
    if found.wanted:
        yield from _wanted(found.wanted, found.names)


def _table(found: Growth) -> Iterator[str]:
    cells = _cells(found)
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    for row_cells in cells:
        yield "  " + "  ".join(cell.rjust(width) for cell, width in zip(row_cells, widths, strict=True)) + "\n"
    yield "\n"


def _cells(found: Growth) -> list[tuple[str, str, str]]:
    """The heads of the columns, and the rows."""
    head = ("failures", "more", f"with a further host of {show_size(found.host)}")
    return [head, *((str(row.failures), _number(row.now), _number(row.with_host)) for row in found.rows)]


def _number(most: Most | None) -> str:
    if most is None:
        return "not survived"
    return str(most.lower) if most.proven else f"{most.lower} to {most.upper}"


def _why(row: Row, names: Mapping[str, str]) -> Iterator[str]:
    if row.now is None or not row.now.proven:
        return
    failures = counted(row.failures, "failure")
    if row.now.because is None:
        yield f"  with {failures}: one more fits into the free memory of no host, or no host may have more\n"
        return
    text = row.now.because.text
    for key in row.now.because.vms if len(row.now.because.vms) == 1 else ():
        text = text.replace(key, names.get(key, key))
    yield f"  with {failures}, one more: {visible(text)}\n"


def _wanted(wanted: Wanted, names: Mapping[str, str]) -> Iterator[str]:
    told = f"  {wanted.number} more with {counted(wanted.failures, 'failure')}"
    if wanted.fits:
        yield f"{told}: there is room for them\n"
        return
    if wanted.fits is None:
        yield f"{told}: not decided\n"
        return
    yield f"{told} are too many; what would be enough:\n"
    if wanted.memory is None:
        yield "    no memory in the hosts there are\n"
    elif wanted.memory.added is None:
        yield f"    memory: at least {show_size(wanted.memory.least)} in all; where was not found\n"
    else:
        added = {host: size for host, size in sorted(wanted.memory.added.items()) if size}
        where = listed((f"{show_size(size)} in {names.get(host, host)}" for host, size in added.items()), _MOST_NAMED)
        least = "" if wanted.memory.proven else f" (at least {show_size(wanted.memory.least)} is needed)"
        yield f"    memory: {visible(where)}{least}\n"
    host = "none was found" if wanted.host is None else f"{show_size(wanted.host)} for VMs"
    yield f"    a further host: {host}\n"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Number(_Part):
    """How many fit, with the bounds, on which hosts, and why one more does not."""

    lower: int
    upper: int
    proven: bool
    hosts: dict[str, list[int]]
    """By host, how many of each size."""
    because: str | None


class GrowthRow(_Part):
    """For one number of failures; null where it is not survived even without more VMs."""

    failures: int
    now: Number | None
    with_host: Number | None


class WantedMemory(_Part):
    """Memory for the hosts there are; `least` bytes are needed at least, and `added` bytes by host are enough."""

    least: int
    added: dict[str, int] | None


class WantedGrowth(_Part):
    """What has to be added for a number of VMs."""

    number: int
    failures: int
    fits: bool | None
    memory: WantedMemory | None
    host: int | None


class Lack(_Part):
    """A field that nobody gave."""

    object: str
    field: str


class JsonGrowth(_Part):
    """How many more VMs a pool takes. Memory is bytes."""

    version: Literal[1] = 1
    kind: Literal["growth"] = "growth"
    pool: str
    protected: list[str]
    needs: list[int]
    further_host: int | None
    rows: list[GrowthRow]
    wanted: WantedGrowth | None
    not_known: list[Lack]
    no_room_for: list[str]


def growth_json(found: Growth | NotKnown) -> str:
    """The answer for a program."""
    return _json(found).model_dump_json(indent=2) + "\n"


def _json(found: Growth | NotKnown) -> JsonGrowth:
    if isinstance(found, NotKnown):
        return JsonGrowth(
            pool=found.view.name,
            protected=[],
            needs=[],
            further_host=None,
            rows=[],
            wanted=None,
            not_known=[Lack(object=lack.record.label, field=lack.field) for lack in found.lacking],
            no_room_for=[vm.name for vm in found.homeless],
        )
    return JsonGrowth(
        pool=found.view.name,
        protected=[vm.name for vm in found.protected],
        needs=list(found.needs),
        further_host=found.host,
        rows=[
            GrowthRow(
                failures=row.failures, now=_told(row.now, found.names), with_host=_told(row.with_host, found.names)
            )
            for row in found.rows
        ],
        wanted=found.wanted and _told_wanted(found.wanted, found.names),
        not_known=[],
        no_room_for=[],
    )


def _told(most: Most | None, names: Mapping[str, str]) -> Number | None:
    if most is None:
        return None
    hosts = {names.get(host, host): list(numbers) for host, numbers in most.spread.items() if any(numbers)}
    because = most.because.text if most.because else None
    return Number(lower=most.lower, upper=most.upper, proven=most.proven, hosts=hosts, because=because)


def _told_wanted(wanted: Wanted, names: Mapping[str, str]) -> WantedGrowth:
    memory = wanted.memory
    added = memory.added if memory else None
    return WantedGrowth(
        number=wanted.number,
        failures=wanted.failures,
        fits=wanted.fits,
        memory=memory
        and WantedMemory(
            least=memory.least,
            added=None if added is None else {names.get(host, host): size for host, size in added.items() if size},
        ),
        host=wanted.host,
    )
