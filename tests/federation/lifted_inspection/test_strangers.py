"""Authentic events from an office that is no party to the record: refused, never obeyed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from nodekit.testing import OfficerClient, TestNode
from shared_schemas.event import Event
from shared_schemas.lifted_inspection import common, secondment, v1
from tests.federation.lifted_inspection.offices import (
    ASSIGNMENTS,
    CITY,
    COPIES,
    COUNTY,
    LENDINGS,
    PAPERS,
    PROVINCE,
    REQUESTS,
    SECOND,
    SECONDMENTS,
    SIGNED,
    TASKS,
    approval,
    consulted,
    day,
    one,
    only,
    proposed,
    task_on,
)

DAY = date(2026, 3, 16)
WHO: dict[str, Any] = {"signed_by": "某人", "signed_on": DAY}


def said_by_a_lower_office(proposal: UUID, task: UUID, paper: UUID, people: UUID, consultation: UUID) -> list[Event]:
    """Everything an office below could say about these records of its superior."""
    person = common.Candidate(candidate_id=uuid4(), name="某人", unit="某单位")
    return [
        v1.LiftedWithdrawn(proposal_id=proposal, revision=1, explanation="无"), v1.LiftedProposalUrged(proposal_id=proposal, count=9),
        v1.LiftedDecisionSigned(proposal_id=proposal, document_number="无号", **WHO),
        v1.LiftedConsultSigned(consultation_id=consultation, **WHO),
        v1.LiftedConsultReplied(consultation_id=consultation, opinion="disagree", text="无", replied_by="某人", replied_on=DAY),
        v1.LiftedPaperSigned(paper_id=paper, revision=1, **WHO), v1.LiftedPaperReturned(paper_id=paper, revision=1, explanation="无"),
        v1.LiftedRectificationReported(task_id=task, number=1, step="evaluation", text="无", findings=1, rectified=1, reported_by="某人", reported_on=DAY),
        v1.LiftedExtensionRequested(task_id=task, until=DAY, explanation="无"),
        secondment.LiftedSecondmentSigned(secondment_id=people, **WHO), secondment.LiftedSecondmentDeclined(secondment_id=people, explanation="无"),
        secondment.LiftedCandidatesOffered(secondment_id=people, candidates=[person], offered_by="某人"),
        secondment.LiftedCandidatesReleased(secondment_id=people, document_number="无号", signed_by="某人", released_on=DAY),
    ]


def said_from_above(proposal: UUID, task: UUID, paper: UUID, people: UUID, *, passed_on: bool = False) -> list[Event]:
    """Everything an office above could say about these records of the office below, but what starts something new."""
    asked: dict[str, Any] = {"proposal_id": proposal, "passed_on": passed_on}
    return [
        v1.LiftedProposalSigned(**asked, revision=1, consult_due_on=DAY, **WHO), v1.LiftedProposalReturned(**asked, revision=1, explanation="无", returned_by="某人"),
        v1.LiftedProgressed(**asked, stage="voided", office=PROVINCE, on=DAY),
        v1.LiftedDecided(**asked, outcome="declined", document_number="无号", decided_by=PROVINCE, decided_on=DAY, kind="cross", sign_due_on=DAY),
        v1.LiftedWithdrawalAnswered(proposal_id=proposal, revision=1, accepted=True),
        v1.LiftedEntryNoticed(**_paper(task, paper, "host"), entered_on=DAY, ends_on=DAY),
        v1.LiftedHandedOver(**_paper(task, paper, "host"), handed_over_on=DAY, findings=[], clues=0),
        v1.LiftedPaperUrged(paper_id=paper, count=9), v1.LiftedReportReviewed(task_id=task, number=1, accepted=False),
        v1.LiftedResultUrged(task_id=task, count=9, supervised=True), v1.LiftedExtensionDecided(task_id=task, granted=True, until=DAY),
        v1.LiftedClosed(task_id=task, closed_on=DAY), v1.LiftedVoided(task_id=task, explanation="无"),
        secondment.LiftedCandidateRejected(secondment_id=people, candidate_id=uuid4(), recusal=True, replacement=True, explanation="无"),
        secondment.LiftedSecondmentLettered(
            secondment_id=people, document_number="无号", candidate_ids=[uuid4()], report_on=DAY, report_at="某处", sign_due_on=DAY
        ),
        secondment.LiftedCandidatesJoined(secondment_id=people, joined_on=DAY),
        secondment.LiftedCandidateReturned(secondment_id=people, candidate_id=uuid4(), returned_on=DAY, appraisal="无"),
        secondment.LiftedSecondmentCancelled(secondment_id=people, explanation="无"),
    ]


def said_to_start_something(task: UUID) -> list[Event]:
    """What only an office above may say, and needs no record."""
    return [
        v1.LiftedTasked(
            **_paper(task, uuid4(), "host"), kind="lifted", host=COUNTY, counting_owner=CITY, planned_entry_on=DAY, planned_end_on=DAY
        ),
        v1.LiftedFedBack(**_paper(task, uuid4(), "host_committee"), fed_back_on=DAY, findings=1, result_due_on=DAY),
        secondment.LiftedSecondmentRequested(
            secondment_id=uuid4(), task_id=task, document_number="无号", target_name="某局党组", number=1, begins_on=DAY, ends_on=DAY, reply_due_on=DAY,
            requested_by="某人",
        ),
    ]


def _paper(task: UUID, paper: UUID, addressee: str) -> dict[str, Any]:
    return {"task_id": task, "paper_id": paper, "document_number": "无号", "target_name": "某局党组", "addressee": addressee, "sign_due_on": DAY}


async def test_nobody_moves_the_records_of_others(start_federation) -> None:
    """A county beside, and the province above both, know every id and still move nothing."""
    async with start_federation(only(PROVINCE, CITY, COUNTY, SECOND)) as fed:
        county, city = await fed[COUNTY].login(), await fed[CITY].login()
        request = await proposed(county)
        await fed.settle()
        task = (await task_on(city))["id"]
        await consulted(city, task)
        await city.act(TASKS, task, "approve", **approval(kind="joint", contributors=[COUNTY]))
        await city.act(TASKS, task, "issue-task", text="任务", planned_entry_on=day(), planned_end_on=day(30))
        await city.act(TASKS, task, "request-people", contributor=COUNTY, wanted=1, begins_on=day(), ends_on=day(30))
        await fed.settle()
        await county.act(LENDINGS, (await one(county, LENDINGS))["id"], "sign", **SIGNED)
        await fed.settle()
        people, paper = (await one(city, SECONDMENTS))["id"], (await city.list(COPIES))[0]["id"]
        consultation = await fed[CITY].scalar("SELECT id FROM lifted_inspection_organiser.consultations")
        ids = (UUID(request), UUID(task), UUID(paper), UUID(people))
        before = await _everything(county, city)

        below, above = said_by_a_lower_office(*ids, consultation), said_from_above(*ids)
        await _say(fed[SECOND], CITY, [*below, *said_from_above(UUID(task), *ids[1:], passed_on=True)[:4]])
        await _say(fed[SECOND], COUNTY, [*above, *said_to_start_something(uuid4())])
        await _say(fed[PROVINCE], COUNTY, above)
        await _say(fed[COUNTY], PROVINCE, [_wish()])
        await fed.settle()
        assert await _everything(county, city) == before
        assert await _answers(fed[SECOND]) == {"refused": len(below) + 4 + len(above) + 3}
        assert await _answers(fed[PROVINCE]) == {"refused": len(above)}
        assert await fed[COUNTY].scalar("SELECT count(*) FROM nodekit.outbox WHERE dst = :dst AND final = 'refused'", dst=PROVINCE) == 1, "not its direct superior"


def _wish() -> Event:
    return v1.LiftedProposed(
        proposal_id=uuid4(), revision=1, document_number="无号", requester=COUNTY, target_name="某局党组", wanted_kind="lifted", reasons=["same_level"],
        facts=common.TargetFacts(), proposed_by="某人", proposed_on=DAY,
    )


async def _everything(county: OfficerClient, city: OfficerClient) -> list[Any]:
    """Every register a forged event might have touched."""
    return [
        *[await county.list(ledger) for ledger in (REQUESTS, ASSIGNMENTS, PAPERS, LENDINGS)], *[await city.list(ledger) for ledger in (TASKS, COPIES, SECONDMENTS)],
    ]


async def _say(node: TestNode, to: str, events: list[Event]) -> None:
    """As a program at that office would, past its officers."""
    async with node.node.unit_of_work() as uow:
        for event in events:
            await uow.publish(event, to=to)


async def _answers(node: TestNode) -> dict[str, int]:
    """How an office's events were answered."""
    async with node.node.engine.connect() as connection:
        rows = await connection.execute(sa.text("SELECT final, count(*) FROM nodekit.outbox GROUP BY final"))
        return {final: count for final, count in rows.all() if final is not None}
