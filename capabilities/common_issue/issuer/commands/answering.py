"""Requests from below (下借上势): take up, send back with guidance, merge into an issue. The asking office sees which."""

from uuid import UUID

from capabilities.common_issue.domain import states, words
from capabilities.common_issue.issuer import forms, queries
from capabilities.common_issue.issuer.commands.judging import open_issue
from capabilities.common_issue.issuer.models import Incoming
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue import v1


async def take_up(uow: UnitOfWork, officer: Officer, incoming_id: UUID, form: forms.TakeUpForm) -> Incoming:
    """The issue becomes this office's own."""
    row = await _open(uow, incoming_id, "受理")
    issue = await open_issue(
        uow, title=form.title, category=row.category, statement=form.statement, source="escalation", why=f"下级提请 {row.document_number}", spread=(1, row.units),
    )
    row.issue_id = issue.id
    await _answer(uow, officer, row, "taken_up", issue.serial, form.guidance)
    return row


async def merge_into(uow: UnitOfWork, officer: Officer, incoming_id: UUID, form: forms.MergeIncomingForm) -> Incoming:
    """It is part of an issue already in work."""
    row = await _open(uow, incoming_id, "并入")
    issue = await queries.get_open_issue(uow, form.issue)
    row.issue_id = issue.id
    await uow.log(issue, "took_in", "并入下级提请", before=issue.status, note=row.document_number)
    await _answer(uow, officer, row, "merged_into", issue.serial, form.guidance)
    return row


async def give_back(uow: UnitOfWork, officer: Officer, incoming_id: UUID, form: forms.GuidanceForm) -> Incoming:
    """It can be solved below; here is how."""
    row = await _open(uow, incoming_id, "退回并指导")
    await _answer(uow, officer, row, "returned_with_guidance", "", form.guidance)
    return row


async def _open(uow: UnitOfWork, incoming_id: UUID, act: str) -> Incoming:
    row = await queries.get(uow, Incoming, incoming_id)
    if row.status != "received":
        raise StepNotAllowed(states.INCOMING.label(row.status), act, state=row.status)
    return row


async def _answer(uow: UnitOfWork, officer: Officer, row: Incoming, outcome: str, issue_number: str, guidance: str) -> None:
    event = v1.EscalationDecided(
        escalation_id=row.escalation_id, local_number=row.local_number, outcome=outcome, issue_number=issue_number, guidance=guidance,
        decided_by=officer.name, decided_on=uow.today,
    )
    event_id = await uow.publish(event, to=row.origin)
    row.guidance, row.decided_on = guidance, uow.today
    await uow.move(row, states.INCOMING, outcome, words.OUTCOMES[outcome], note=f"{issue_number} {guidance}".strip(), event_id=event_id)
