"""States, kinds of letter, days and golden events."""

from datetime import date
from itertools import pairwise

import pytest

from capabilities.common_issue.domain import instruments, states, words
from nodekit.deadlines import Deadlines
from shared_schemas.common_issue import v1
from shared_schemas.common_issue.examples import EXAMPLES
from shared_schemas.offices import OfficeKind

SIGN, PLAN, RESULT = date(2026, 4, 1), date(2026, 4, 14), date(2026, 4, 29)


@pytest.mark.parametrize(
    ("status", "plan", "due"),
    [
        ("sent", PLAN, SIGN), ("delivered", None, SIGN), ("signed", PLAN, PLAN), ("signed", None, RESULT), ("plan_replied", PLAN, RESULT), ("in_governance", None, RESULT),
        ("redo", PLAN, RESULT), ("result_replied", PLAN, None), ("closed", PLAN, None),
    ],
)
def test_the_next_day_follows_the_state(status: str, plan: date | None, due: date | None) -> None:
    assert instruments.due_now(status, sign=SIGN, plan=plan, result=RESULT) == due


@pytest.mark.parametrize(
    ("copies", "state"),
    [
        (["closed", "sent"], "issued"), (["closed", "closed"], "closed"), (["closed", "withdrawn"], "closed"), (["withdrawn", "withdrawn"], "withdrawn"), (["closed", "superseded"], "closed"), (["superseded", "sent"], "issued"), (["assessed"], "issued"),
    ],
)
def test_a_letter_ends_with_its_last_copy(copies: list[str], state: str) -> None:
    assert instruments.state_of_instrument(copies) == state


def test_each_kind_has_its_own_duty() -> None:
    kinds = instruments.KINDS
    assert [code for code, kind in kinds.items() if kind.single] == ["suggestion_letter"]
    assert [code for code, kind in kinds.items() if kind.heard] == ["lifted_rectification"]
    assert OfficeKind.INSPECTION not in kinds["suggestion_letter"].addressees | kinds["copy_notice"].addressees
    assert len({kind.word for kind in kinds.values()}) == len(kinds)


@pytest.mark.parametrize("machine", [states.COPY, states.RECEIVED])
def test_nothing_is_withdrawn_once_signed(machine) -> None:
    signed = {"signed", "plan_replied", "in_governance", "result_replied", "redo"}
    assert not any({"withdrawn", "withdrawing"} & set(machine.steps[state]) for state in signed)


@pytest.mark.parametrize("machine", [states.COPY, states.RECEIVED])
def test_a_letter_is_replaced_from_every_open_state_and_from_no_ended_one(machine) -> None:
    open_states = {code for code, state in machine.states.items() if not state.final}
    assert machine.sources_of("superseded") == open_states
    assert machine.states["superseded"].final


def test_only_what_is_out_can_be_replaced() -> None:
    assert states.INSTRUMENT.sources_of("superseded") == {"issued"}


def test_a_lifted_rectification_has_days_of_its_own_marked_as_defaults() -> None:
    deadlines = Deadlines.standard()
    kind = instruments.KINDS["lifted_rectification"]
    plan, result = (deadlines.due(str(item), date(2026, 3, 30)) for item in (kind.plan_item, kind.result_item))
    assert (plan.on, result.on) == (date(2026, 4, 30), date(2026, 9, 30))
    assert "默认值" in plan.why
    assert "默认值" in result.why


def test_a_result_is_done_again_until_it_is_accepted() -> None:
    assert states.COPY.allows("result_replied", "redo")
    assert states.COPY.allows("redo", "result_replied")
    assert not states.COPY.allows("result_replied", "closed")


def test_a_campaign_goes_through_every_phase() -> None:
    phases = ["launched"]
    while following := states.next_phase(phases[-1]):
        phases.append(following)
    assert tuple(phases) == states.CAMPAIGN_PROCESS
    assert all(states.CAMPAIGN.allows(before, after) for before, after in pairwise(phases))


@pytest.mark.parametrize(("urged", "today", "may"), [(0, SIGN, False), (1, SIGN, True), (0, date(2026, 4, 2), True)])
def test_supervision_comes_after_a_reminder_or_the_day(urged: int, today: date, may: bool) -> None:
    assert instruments.may_supervise(urged=urged, due_on=SIGN, today=today) is may


def test_a_word_of_a_newer_release_reads_as_other() -> None:
    assert words.label(words.OUTCOMES, "something_new") == words.UNKNOWN
    assert instruments.kind_title("something_new") == "函件"


def test_every_event_has_a_golden_example_that_is_read_again() -> None:
    declared = {kind.TYPE for kind in vars(v1).values() if isinstance(kind, type) and "TYPE" in vars(kind)}
    assert {event.TYPE for event in EXAMPLES} == declared
    assert [type(event).model_validate(event.model_dump(mode="json")) for event in EXAMPLES] == EXAMPLES
