"""Authentic events from the wrong office, about the wrong clue, too late or twice: refused or harmless, never obeyed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa

from nodekit.testing import TestNode
from shared_schemas.clue_transfer import v1
from shared_schemas.event import Event
from tests.federation.clue_transfer.offices import CITY, COUNTY, DESK, ISSUED, ORGANIZATION, RECEIVED, SPECS, Desk, Issuing

DAY = date(2026, 3, 16)


def said_by_a_desk(clue: str) -> list[Event]:
    """Everything a desk could say about a clue."""
    transfer = UUID(clue)
    return [
        v1.ClueTransferSigned(transfer_id=transfer, attempt=1, signed_by="某人", signed_on=DAY, dispose_due_on=DAY, feedback_due_on=DAY),
        v1.ClueTransferReturned(transfer_id=transfer, attempt=1, reason="other", explanation="无", returned_by="某人", returned_on=DAY),
        v1.ClueTransferWithdrawalConfirmed(transfer_id=transfer, attempt=1),
        v1.ClueTransferDisposed(transfer_id=transfer, disposition="shelved", disposed_on=DAY),
        v1.ClueTransferReactivated(transfer_id=transfer, reactivated_on=DAY),
        v1.ClueTransferFedBack(
            transfer_id=transfer, number=1, disposition="shelved", outcome=v1.Outcome(money_recovered=Decimal(1)), final=True, fed_back_by="某人", fed_back_on=DAY
        ),
        v1.ClueTransferExtensionRequested(transfer_id=transfer, until=DAY, explanation="无"),
        v1.ClueTransferStubReceived(stub_id=transfer, received_on=DAY),
    ]


def said_by_an_issuer(clue: str) -> list[Event]:
    transfer = UUID(clue)
    return [
        v1.ClueTransferWithdrawn(transfer_id=transfer, attempt=1, explanation="无"),
        v1.ClueTransferUrged(transfer_id=transfer, document_number="无号", step="sign", count=9),
        v1.ClueTransferSupervised(transfer_id=transfer, document_number="无号", requirement="无", due_on=DAY),
        v1.ClueTransferExtensionDecided(transfer_id=transfer, granted=True, until=DAY),
        v1.ClueTransferFeedbackReviewed(transfer_id=transfer, number=1, accepted=True),
        v1.ClueTransferClosed(transfer_id=transfer, closed_on=DAY),
    ]


async def test_a_desk_that_was_not_addressed_moves_nothing(start_federation) -> None:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK, ORGANIZATION)}) as fed:
        county = await Issuing.of(fed[COUNTY])
        clue = await county.sent()
        await fed.settle()
        before = await county.clerk.record(ISSUED, clue)
        events = said_by_a_desk(clue)
        await _say(fed[ORGANIZATION], COUNTY, events)
        await fed.settle()
        assert await county.clerk.record(ISSUED, clue) == before
        assert await _answers(fed[ORGANIZATION]) == {"refused": len(events)}


async def test_an_office_that_did_not_send_the_clue_moves_nothing(start_federation) -> None:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK, CITY)}) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        clue = await county.sent()
        await fed.settle()
        before = await desk.only()
        strangers = said_by_an_issuer(clue)
        own = v1.ClueTransferSent(
            transfer_id=UUID(clue), attempt=2, serial="X", document_number="X", urgent=False, matter="conduct", person="某人", position="某职", cadre_tier="county",
            statement="某事", source="某处", handed_over_by="某人", sent_on=DAY, sign_due_on=DAY,
        )
        await _say(fed[CITY], DESK, [*strangers, own])
        await fed.settle()
        assert await desk.only() == before
        assert await _answers(fed[CITY]) == {"refused": len(strangers) + 1}


async def test_what_comes_late_or_twice_is_harmless_and_what_cannot_be_is_refused(start_federation) -> None:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK)}) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        clue = await county.sent()
        await fed.settle()
        signed, returned, _confirmed, disposed, _again, fed_back, *_ = said_by_a_desk(clue)
        await _say(fed[DESK], COUNTY, [disposed, fed_back])
        await fed.settle()
        assert (await _answers(fed[DESK]))["refused"] == 2
        row = (await desk.only())["id"]
        await desk.intake.act(RECEIVED, row, "sign", signed_by="案管经办人己")
        await fed.settle()
        await _say(fed[DESK], COUNTY, [signed])
        await fed.settle()
        record = await county.clerk.record(ISSUED, clue)
        assert (record["status"], record["signed_by"]) == ("signed", "案管经办人己")
        await _say(fed[DESK], COUNTY, [returned, fed_back, fed_back])
        await fed.settle()
        record = await county.clerk.record(ISSUED, clue)
        assert (record["status"], record["feedbacks"]) == ("feedback_received", 1)


@pytest.mark.parametrize("office", [DESK, COUNTY])
async def test_counts_are_taken_from_directly_below_and_older_ones_say_nothing(start_federation, office: str) -> None:
    async with start_federation({name: SPECS[name] for name in (CITY, office)}) as fed:
        def told(version: int, value: int) -> Event:
            return v1.ClueTransferCounted(
                tally_id=UUID(int=version), role="issuer" if office == COUNTY else "receiver", year=2026, version=version, as_of=fed[CITY].node.clock(),
                counts=[v1.Count(measure="transferred", value=value)],
            )

        await _say(fed[office], CITY, [told(2, 20), told(1, 10), told(3, 30)])
        await fed.settle()
        assert await fed[CITY].scalar("SELECT string_agg(value::text, ',') FROM clue_transfer_observer.tally_counts") == "30"


async def _say(node: TestNode, to: str, events: list[Event]) -> None:
    """As a program at that office would, past its officers."""
    async with node.node.unit_of_work() as uow:
        for event in events:
            await uow.publish(event, to=to)


async def _answers(node: TestNode) -> dict[str, int]:
    """How an office's sealed and stub events were answered."""
    async with node.node.engine.connect() as connection:


        rows = await connection.execute(sa.text("SELECT final, count(*) FROM nodekit.outbox WHERE type !~ 'counted' GROUP BY final"))
        return {final: count for final, count in rows.all() if final is not None}
