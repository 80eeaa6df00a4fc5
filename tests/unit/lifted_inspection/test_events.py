"""What the events promise."""

import pytest

from shared_schemas.event import every_event_type
from shared_schemas.lifted_inspection.examples import EXAMPLES
from shared_schemas.message_class import MessageClass

MINE = [event for name, event in every_event_type().items() if name.startswith("lifted_inspection.")]


@pytest.mark.parametrize("event", MINE, ids=lambda event: event.TYPE)
def test_every_type_has_an_example_and_a_title(event) -> None:
    assert event.TITLE
    assert any(type(example) is event for example in EXAMPLES)


@pytest.mark.parametrize("event", MINE, ids=lambda event: event.TYPE)
def test_reasons_and_persons_travel_sealed(event) -> None:
    if {"reasons", "facts", "opinion", "candidates", "appraisal", "secondment_id"} & set(event.model_fields):
        assert event.CLASS is MessageClass.SEALED


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.TYPE)
def test_an_example_survives_the_wire_and_keeps_its_aggregate(example) -> None:
    again = type(example).model_validate_json(example.model_dump_json())
    assert again == example
    assert again.aggregate() == str(next(iter(example.__dict__.values())))
