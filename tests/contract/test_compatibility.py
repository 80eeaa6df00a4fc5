"""Offices upgrade slowly: what was promised in a supported release still holds, in both directions."""

import copy
import json

import jsonschema_rs
import pytest

from contracts.tools.compat import RELEASED, breaking_changes, current_schema, released_schemas, supported
from contracts.tools.generate import examples, load_events
from shared_schemas.event import event_type

load_events()
EVERY_RELEASED = [(release, name) for release in supported() for name in released_schemas(release)]
GOLDEN = sorted((RELEASED).glob("*/events/*/examples/*.json"))


@pytest.mark.parametrize(("release", "name"), EVERY_RELEASED)
def test_today_can_talk_to(release: str, name: str) -> None:
    assert breaking_changes(released_schemas(release)[name], current_schema(name)) == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parts[-5]}-{path.parts[-3]}-{path.stem}")
def test_golden_examples_of_every_release_are_still_read(path) -> None:
    event = event_type(path.parts[-3])
    assert event is not None
    document = json.loads(path.read_text(encoding="utf-8"))
    read = event.model_validate(document).model_dump(mode="json")
    assert {key: read[key] for key in document} == document


SAMPLE = {
    "type": "object",
    "properties": {"a": {"type": "string", "maxLength": 5}, "b": {"$ref": "#/$defs/B"}},
    "required": ["a"],
    "$defs": {"B": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}}, "required": ["n"]}},
}


def _changed(path: str, value) -> dict:
    schema = copy.deepcopy(SAMPLE)
    *steps, last = path.split("/")
    at = schema
    for step in steps:
        at = at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return schema


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("properties/a", None), ("required", ["a", "b"]), ("required", []), ("properties/a/type", "integer"), ("properties/a/maxLength", 4),
        ("properties/a/maxLength", None), ("properties/a/pattern", "x"), ("properties/a/format", "date"), ("$defs/B/properties/n/minimum", 1),
        ("$defs/B/required", []), ("properties/a/enum", ["x"]), ("properties/a/const", "x"),
    ],
)
def test_a_breaking_change_is_seen(path: str, value) -> None:
    assert breaking_changes(SAMPLE, _changed(path, value))


def test_an_optional_addition_is_free() -> None:
    grown = copy.deepcopy(SAMPLE)
    grown["properties"]["c"] = {"type": "string"}
    grown["$defs"]["B"]["properties"]["m"] = {"type": "string"}
    grown["properties"]["a"]["description"] = "prose"
    assert breaking_changes(SAMPLE, grown) == []


@pytest.mark.parametrize("name", sorted(load_events()))
def test_every_event_has_a_golden_example_that_its_schema_accepts(name: str) -> None:
    golden = examples().get(name, [])
    assert golden, f"{name} has no example in shared_schemas/{name.partition('.')[0]}/examples.py"
    validator = jsonschema_rs.validator_for(current_schema(name))
    for example in golden:
        validator.validate(example.model_dump(mode="json"))


@pytest.mark.parametrize("name", sorted(load_events()))
def test_every_event_is_documented_and_bounded(name: str) -> None:
    event = load_events()[name]
    assert event.__doc__
    assert event.TITLE, f"{name} has no Chinese title"
    unbounded = [field for field, part in current_schema(name)["properties"].items() if _unbounded(part)]
    assert unbounded == [], f"{name}: these fields have no upper bound: {unbounded}"


def _unbounded(part: dict) -> bool:
    if part.get("type") == "string":
        return not any(key in part for key in ("maxLength", "format", "pattern", "enum", "const"))
    if part.get("type") == "array":
        return "maxItems" not in part
    return any(_unbounded(option) for option in part.get("anyOf", ()))
