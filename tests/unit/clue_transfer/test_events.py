"""What the events promise: classes, generic outer types, no case content outside sealed events."""

import pytest

from shared_schemas.clue_transfer import v1
from shared_schemas.clue_transfer.examples import EXAMPLES
from shared_schemas.event import every_event_type
from shared_schemas.message_class import MessageClass

MINE = [event for name, event in every_event_type().items() if name.startswith("clue_transfer.")]
IN_CLEAR = {"serial", "slip_number", "registered_on", "paper_due_on", "addressee", "stub_id", "received_on", "voided_on", "tally_id", "role", "year", "version", "as_of", "counts"}


@pytest.mark.parametrize("event", MINE, ids=lambda event: event.TYPE)
def test_every_type_has_an_example_and_a_title(event) -> None:
    assert event.TITLE
    assert any(type(example) is event for example in EXAMPLES)


@pytest.mark.parametrize("event", MINE, ids=lambda event: event.TYPE)
def test_what_is_not_sealed_has_no_room_for_content(event) -> None:
    if event.CLASS is MessageClass.SEALED:
        assert event.wire_type() == "clue_transfer.sealed.v1"
    else:
        assert set(event.model_fields) <= IN_CLEAR


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.TYPE)
def test_an_example_survives_the_wire_and_keeps_its_aggregate(example) -> None:
    again = type(example).model_validate_json(example.model_dump_json())
    assert again == example
    assert again.aggregate() == str(next(iter(example.__dict__.values())))


def test_a_field_of_a_newer_release_is_tolerated() -> None:
    body = EXAMPLES[1].model_dump(mode="json") | {"something_new": 1}
    assert v1.ClueTransferSigned.model_validate(body) == EXAMPLES[1]
