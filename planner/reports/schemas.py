"""The published schemas, made from the models."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from planner.errors import ConfigError
from planner.model.pool import Pool
from planner.model.site import Site
from planner.model.wishes import Wishes
from planner.reports.comparison import JsonComparison
from planner.reports.gitlab import CodeQuality
from planner.reports.ha_capacity import JsonHaCapacity
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


def report_schema() -> JsonSchemaValue:
    """The schema of a report in JSON."""
    schema = JsonReport.model_json_schema(mode="serialization", ref_template="#/definitions/{model}")
    return _both_drafts(schema, "What checking found")


def report_line_schema() -> JsonSchemaValue:
    """The schema of one line of a report in JSON lines."""
    adapter: TypeAdapter[Any] = TypeAdapter(ReportLine)
    schema = adapter.json_schema(mode="serialization", ref_template="#/definitions/{model}")
    return _both_drafts(schema, "A line of what checking found")


def code_quality_schema() -> JsonSchemaValue:
    """The schema of a code quality report."""
    schema = CodeQuality.model_json_schema(mode="serialization", ref_template="#/definitions/{model}")
    return _both_drafts(schema, "What checking found, as code quality issues")


def diff_schema() -> JsonSchemaValue:
    """The schema of a comparison in JSON."""
    schema = JsonComparison.model_json_schema(mode="serialization", ref_template="#/definitions/{model}")
    return _both_drafts(schema, "What changed between two inventories")


def plan_schema() -> JsonSchemaValue:
    """The schema of a plan in JSON."""
    schema = JsonPlan.model_json_schema(mode="serialization", ref_template="#/definitions/{model}")
    return _both_drafts(schema, "How a wish is reached, or why it cannot be")


def ha_capacity_schema() -> JsonSchemaValue:
    """The schema of failure capacities in JSON."""
    schema = JsonHaCapacity.model_json_schema(mode="serialization", ref_template="#/definitions/{model}")
    return _both_drafts(schema, "How many hosts of a pool may fail")


SCHEMAS = {
    "inventory": inventory_schema,
    "report": report_schema,
    "report-line": report_line_schema,
    "code-quality": code_quality_schema,
    "diff": diff_schema,
    "plan": plan_schema,
    "ha-capacity": ha_capacity_schema,
}


def schema(name: str) -> str:
    """The schema of that name as JSON text. Raises ConfigError when there is none."""
    if name not in SCHEMAS:
        raise ConfigError(f"{name} is no schema; there are: {', '.join(SCHEMAS)}")
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=2) + "\n"
