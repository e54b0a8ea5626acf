"""The published schemas, made from the models."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from planner.errors import ConfigError
from planner.model.pool import Pool
from planner.model.site import Site
from planner.model.wishes import Wishes
from planner.reports.comparison import JsonComparison
from planner.reports.gitlab import CodeQuality
from planner.reports.growth import JsonGrowth
from planner.reports.ha_allows import JsonHaAllows
from planner.reports.ha_capacity_json import JsonHaCapacity
from planner.reports.ha_failure_json import JsonHaFailure
from planner.reports.json_report import JsonReport
from planner.reports.jsonl import ReportLine
from planner.reports.plan_json import JsonPlan

_INVENTORY = Annotated[Pool | Wishes | Site, Field(discriminator="kind")]


def _both_drafts(schema: JsonSchemaValue, title: str) -> JsonSchemaValue:
    """Definitions where draft-07 looks for them; 2020-12 follows references wherever they lead."""
    definitions = schema.pop("$defs", {})
    schema.pop("discriminator", None)
    told: dict[str, Any] = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
    return told | schema | {"definitions": definitions}


def inventory_schema() -> JsonSchemaValue:
    """The schema of one document of our own format."""
    adapter: TypeAdapter[Any] = TypeAdapter(_INVENTORY)
    schema = adapter.json_schema(ref_template="#/definitions/{model}")
    for kind in ("Pool", "Wishes", "Site"):
        schema["$defs"][kind]["required"] = sorted({"kind", *schema["$defs"][kind].get("required", [])})
    return _both_drafts(schema, "A document of a pool inventory")


def _answer(model: type[BaseModel], title: str) -> JsonSchemaValue:
    """The schema of an answer that a program reads."""
    schema = model.model_json_schema(mode="serialization", ref_template="#/definitions/{model}")
    return _both_drafts(schema, title)


def report_line_schema() -> JsonSchemaValue:
    """The schema of one line of a report in JSON lines."""
    adapter: TypeAdapter[Any] = TypeAdapter(ReportLine)
    schema = adapter.json_schema(mode="serialization", ref_template="#/definitions/{model}")
    return _both_drafts(schema, "A line of what checking found")


SCHEMAS: dict[str, Callable[[], JsonSchemaValue]] = {
    "inventory": inventory_schema,
    "report": partial(_answer, JsonReport, "What checking found"),
    "report-line": report_line_schema,
    "code-quality": partial(_answer, CodeQuality, "What checking found, as code quality issues"),
    "diff": partial(_answer, JsonComparison, "What changed between two inventories"),
    "plan": partial(_answer, JsonPlan, "How a wish is reached, or why it cannot be"),
    "growth": partial(_answer, JsonGrowth, "How many more VMs a pool takes"),
    "ha-capacity": partial(_answer, JsonHaCapacity, "How many hosts of a pool may fail"),
    "ha-failure": partial(_answer, JsonHaFailure, "What happens when hosts, storage or a network of a pool fail"),
    "ha-allows": partial(_answer, JsonHaAllows, "What actions do to the failures that a pool survives"),
}


def schema(name: str) -> str:
    """The schema of that name as JSON text. Raises ConfigError when there is none."""
    if name not in SCHEMAS:
        raise ConfigError(f"{name} is no schema; there are: {', '.join(SCHEMAS)}")
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=2) + "\n"
