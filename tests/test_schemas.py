import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from planner.model.pool import Pool
from planner.model.site import Site
from planner.model.wishes import Wishes
from planner.reports.schemas import SCHEMAS, inventory_schema
from planner.source.yaml_text import parse
from tests.helpers import ROOT

SCHEMA = inventory_schema()
ADAPTERS: dict[str, TypeAdapter[Any]] = {kind.__name__: TypeAdapter(kind) for kind in (Pool, Wishes, Site)}
VALIDATORS = [Draft7Validator(SCHEMA), Draft202012Validator(SCHEMA)]


def model_accepts(document: Any) -> bool:
    adapter = ADAPTERS.get(document.get("kind")) if isinstance(document.get("kind"), str) else None
    try:
        return adapter is not None and bool(adapter.validate_python(document))
    except ValidationError:
        return False


def plausible(schema: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one for each kind of schema
    """Values that a schema describes, and now and then some that it does not."""
    if "$ref" in schema:
        return st.deferred(lambda: plausible(SCHEMA["definitions"][schema["$ref"].rsplit("/", 1)[1]]))
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return st.one_of(*(plausible(each) for each in schema[word]))
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    match schema.get("type"):
        case "object" if "properties" in schema:
            required = set(schema.get("required", ()))
            optional = {key: plausible(each) for key, each in schema["properties"].items() if key not in required}
            return st.fixed_dictionaries(
                {key: plausible(schema["properties"][key]) for key in required},
                optional=dict(list(optional.items())[:60]),
            ).flatmap(sometimes_wrong)
        case "object":
            return st.dictionaries(st.text(max_size=5), plausible(schema["additionalProperties"]), max_size=2)
        case "array":
            return st.lists(plausible(schema["items"]), max_size=2)
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"]) | st.text(max_size=8)
        case kind:
            return PLAIN[kind]


PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    "string": st.text(max_size=8),
    "integer": st.integers(-(2**64), 2**64),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "null": st.none(),
    None: st.none(),
}


def sometimes_wrong(mapping: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    if not mapping:
        return st.just(mapping)
    spoilt = st.tuples(
        st.sampled_from(sorted(mapping)), st.sampled_from([None, "", "64 GiB", "no", -1, 5, 0.5, True, [], {}])
    )
    return st.one_of(
        st.just(mapping),
        st.just(mapping),
        spoilt.map(lambda pair: {**mapping, pair[0]: pair[1]}),
        st.just({**mapping, "colour": "red"}),
    )


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["Pool", "Wishes", "Site"]).flatmap(lambda kind: plausible(SCHEMA["definitions"][kind])))
def test_schema_and_model_accept_the_same_documents(document: dict[str, Any]) -> None:
    accepted = model_accepts(document)
    for validator in VALIDATORS:
        assert validator.is_valid(document) == accepted, [error.message for error in validator.iter_errors(document)][
            :3
        ]


@pytest.mark.parametrize("name", SCHEMAS)
def test_published_schemas_are_up_to_date(name: str) -> None:
    published = json.loads((ROOT / "schemas" / f"{name}.json").read_text())
    assert published == SCHEMAS[name](), f"make it anew: planner schema {name} -o schemas/{name}.json"


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas_in_both_drafts(name: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[name]())
    Draft202012Validator.check_schema(SCHEMAS[name]())


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*.yaml")), ids=lambda path: path.name)
def test_samples_keep_to_the_schema(path: Any) -> None:
    documents = [document.value for document in parse(path.read_text())]
    assert documents
    for document in documents:
        for validator in VALIDATORS:
            assert not [error.message for error in validator.iter_errors(document)]
