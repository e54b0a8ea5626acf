"""`planner check`, and `planner config`, which shows with what settings it checks."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import planner
from planner.cli.choosing import settled
from planner.cli.faults import refuse
from planner.cli.live import load
from planner.cli.options import (
    BaselineOption,
    Color,
    Config,
    ExtendSelect,
    FailOn,
    Form,
    FormOption,
    Ignore,
    NoConfig,
    Paths,
    ProfileOption,
    RequireReason,
    Select,
    Severities,
    ShowUnknown,
    StdinName,
    TableForm,
    When,
)
from planner.cli.streams import spare, tell, write
from planner.errors import ConfigError

if TYPE_CHECKING:
    from planner.findings import Fault, Report
    from planner.readers.loaded import Loaded
    from planner.settings import Settings

OPTIONS = (
    "select",
    "extend-select",
    "ignore",
    "severity",
    "profile",
    "baseline",
    "require-reason",
    "fail-on",
    "format",
    "show-unknown",
)
"""The options that settings files have too, by the names that they have there."""


def check(  # noqa: PLR0913 - each is an option of its own
    paths: Paths,
    *,
    select: Select = None,
    extend_select: ExtendSelect = None,
    ignore: Ignore = None,
    severity: Severities = None,
    profile: ProfileOption = None,
    baseline: BaselineOption = None,
    require_reason: RequireReason = None,
    fail_on: FailOn = None,
    form: FormOption = None,
    output: Annotated[
        list[str] | None,
        typer.Option("--output", "-o", metavar="FORMAT=FILE", help="Write a further format to a file; repeatable."),
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option("--write-baseline", metavar="FILE", help="Write all that is found to a baseline.")
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="The day by which suppressions end; else this day.")
    ] = None,
    color: Color = When.AUTO,
    show_unknown: ShowUnknown = None,
    config: Config = None,
    no_config: NoConfig = False,
    stdin_filename: StdinName = None,
) -> None:
    """Hold inventories against the rules; exit with 1 when there are errors."""
    further = [_further(text) for text in output or ()]
    _all_differ([*(file for _, file in further), *([write_baseline] if write_baseline else [])])
    chosen = (select, extend_select, ignore, severity, profile, baseline, require_reason, fail_on, form, show_unknown)
    resolved = settled(dict(zip(OPTIONS, chosen, strict=True)), config=config, no_config=no_config)
    loaded = load(paths, stdin_filename)
    report = planner.check(loaded, settings=resolved, today=_day(today, loaded))
    refuse(_passed_over(loaded, report, resolved.settings))
    for other, file in further:
        spare(loaded.texts, file)
        write(planner.render(report, other.value), file)
    if write_baseline:
        spare(loaded.texts, write_baseline)
        _keep(report, write_baseline)
    write(planner.render(report, resolved.settings.format, color=_colored(color), width=_width()), None)
    tell("".join(f"{each}\n" for each in report.gone))
    if resolved.settings.show_unknown:
        from planner.reports.full import unknown  # noqa: PLC0415 - only when it is needed

        tell(unknown(report))
    raise typer.Exit(int(report.fails()))


def config(  # noqa: PLR0913 - each is an option of its own
    *,
    select: Select = None,
    extend_select: ExtendSelect = None,
    ignore: Ignore = None,
    severity: Severities = None,
    profile: ProfileOption = None,
    baseline: BaselineOption = None,
    require_reason: RequireReason = None,
    fail_on: FailOn = None,
    form: FormOption = None,
    show_unknown: ShowUnknown = None,
    config: Config = None,
    no_config: NoConfig = False,
    as_table: Annotated[TableForm, typer.Option("--as", help="How to tell the settings.")] = TableForm.TABLE,
) -> None:
    """Show each setting of a check and where it comes from; takes the same options."""
    from planner.reports.settings_table import settings_json, settings_table  # noqa: PLC0415 - only when it is needed

    chosen = (select, extend_select, ignore, severity, profile, baseline, require_reason, fail_on, form, show_unknown)
    resolved = settled(dict(zip(OPTIONS, chosen, strict=True)), config=config, no_config=no_config)
    write((settings_table if as_table is TableForm.TABLE else settings_json)(resolved), None)


def _passed_over(loaded: Loaded, report: Report, settings: Settings) -> tuple[Fault, ...]:
    """Faults of files that cannot be read, of which this check says nothing, though nobody wants them ignored."""
    from planner.choice import codes_of  # noqa: PLC0415 - only when it is needed
    from planner.readers.loaded import UNREAD  # noqa: PLC0415 - only when it is needed

    looked_at = {rule.code for rule in report.ran}.union(*map(codes_of, settings.ignore))
    return tuple(each for each in loaded.losses if each.code in UNREAD and each.code not in looked_at)


def _day(option: str | None, loaded: Loaded) -> str:
    """The day by which suppressions end: that of the option, of the site, or of the clock."""
    from datetime import datetime  # noqa: PLC0415 - only when it is needed

    from planner.suppressions import day  # noqa: PLC0415 - only when it is needed

    if option:
        return day(option)
    return loaded.inventory.site.as_of or datetime.now().astimezone().date().isoformat()


def _keep(report: Report, file: Path) -> None:
    """Write the baseline that holds what is told now, and what the old one held and still occurs."""
    from planner.baseline import baseline_of, told  # noqa: PLC0415 - only when it is needed

    known = tuple(each for each in report.suppressed if each.suppression and each.suppression.kind == "baseline")
    write(told(baseline_of((*report.findings, *known))), file)


def _further(text: str) -> tuple[Form, Path]:
    """A format and a file, from `FORMAT=FILE`."""
    name, equals, file = text.partition("=")
    forms = [form.value for form in Form]
    if not equals or not file or name not in forms:
        raise ConfigError(f"--output {text}: expected is FORMAT=FILE, with one of the formats {', '.join(forms)}")
    return Form(name), Path(file)


def _all_differ(files: list[Path]) -> None:
    """Complain when two results are to be written to one file, of which the second would be all that is left."""
    seen: set[Path] = set()
    for file in files:
        if (whole := file.resolve()) in seen and (whole.is_file() or not whole.exists()):
            raise ConfigError(f"{file}: two results cannot be written to one file; give each its own")
        seen.add(whole)


def _at_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _width() -> int | None:
    """The columns of the terminal; None when standard output is none."""
    return shutil.get_terminal_size().columns if _at_terminal() else None


def _colored(when: When) -> bool:
    if when is When.AUTO:
        return _at_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return when is When.ALWAYS
