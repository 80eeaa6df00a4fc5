"""Copies of papers: one row per addressee with its own receipt, built again from the task when a copy has to be corrected."""

from typing import Any
from uuid import UUID

from capabilities.lifted_inspection.domain.machines import PAPER
from capabilities.lifted_inspection.domain.words import Addressee, PaperKind
from capabilities.lifted_inspection.organiser import forms, queries
from capabilities.lifted_inspection.organiser.models import Copy, Task
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.lifted_inspection import v1
from shared_schemas.lifted_inspection.common import SHORT_MAX, HandedFinding, Paper

EVENTS: dict[str, type[Paper]] = {
    PaperKind.TASK_BOOK: v1.LiftedTasked, PaperKind.ENTRY_NOTICE: v1.LiftedEntryNoticed, PaperKind.FEEDBACK: v1.LiftedFedBack, PaperKind.HAND_OVER: v1.LiftedHandedOver,
}


async def issue(uow: UnitOfWork, task: Task, kind: PaperKind, addressees: list[tuple[Addressee, str]], number: str, text: str) -> list[Copy]:
    """Send one paper to several addressees: rows and events together."""
    due = uow.node.deadlines.due("lifted_inspection.sign", uow.today)
    made = []
    for addressee, office in dict.fromkeys(addressees):
        copy = Copy(
            id=uow.new_id(), status=PAPER.initial, version=0, created_at=uow.now, updated_at=uow.now, task_id=task.id, kind=str(kind), addressee=str(addressee),
            recipient=office, target_name=task.target_name, document_number=number, text=text, revision=1, sent_on=uow.today, sign_due_on=due.on, sign_why=due.why,
            urged=0,
        )
        copy.sent_event_id = await _send(uow, task, copy)
        uow.session.add(copy)
        await uow.session.flush()
        await uow.log(copy, "sent", f"发出{kind.label}", note=number, event_id=copy.sent_event_id)
        made.append(copy)
    return made


async def resend(uow: UnitOfWork, _officer: Officer, copy_id: UUID, form: forms.ResendForm) -> Copy:
    """A returned copy, corrected: same paper, next revision."""
    copy = await queries.locked(uow, Copy, copy_id)
    task = await queries.get_task(uow, copy.task_id)
    due = uow.node.deadlines.due("lifted_inspection.sign", uow.today)
    copy.text, copy.sent_on, copy.sign_due_on, copy.sign_why = form.text, uow.today, due.on, due.why
    copy.revision += 1
    copy.sent_event_id = await _send(uow, task, copy)
    copy.return_reason = None
    await uow.move(copy, PAPER, "sent", "更正重发", note=f"第{copy.revision}稿", event_id=copy.sent_event_id)
    return copy


async def urge(uow: UnitOfWork, _officer: Officer, copy_id: UUID) -> Copy:
    """Remind the addressee; counted."""
    copy = await queries.locked(uow, Copy, copy_id)
    copy.urged += 1
    event_id = await uow.publish(v1.LiftedPaperUrged(paper_id=copy.id, count=copy.urged), to=copy.recipient)
    await uow.log(copy, "urged", "催办签收", before=copy.status, note=f"第{copy.urged}次", event_id=event_id)
    return copy


async def _send(uow: UnitOfWork, task: Task, copy: Copy) -> UUID:
    common: dict[str, Any] = {
        "task_id": task.id, "paper_id": copy.id, "revision": copy.revision, "document_number": copy.document_number, "target_name": task.target_name, "text": copy.text,
        "addressee": copy.addressee, "sign_due_on": copy.sign_due_on,
    }
    special = {
        PaperKind.TASK_BOOK: _task_book, PaperKind.ENTRY_NOTICE: _entry_notice, PaperKind.FEEDBACK: _feedback,
    }
    kind = PaperKind(copy.kind)
    own = await _hand_over(uow, task) if kind is PaperKind.HAND_OVER else special[kind](task)
    return await uow.publish(EVENTS[kind].model_validate(common | own), to=copy.recipient)


def _task_book(task: Task) -> dict[str, Any]:
    return {
        "kind": task.kind, "host": task.host, "contributors": task.contributors, "counting_owner": task.counting_owner,
        "proposal_id": task.proposal_id if task.origin == task.host else None, "planned_entry_on": task.planned_entry_on, "planned_end_on": task.planned_end_on,
    }


def _entry_notice(task: Task) -> dict[str, Any]:
    return {"entered_on": task.entered_on, "ends_on": task.ends_on}


def _feedback(task: Task) -> dict[str, Any]:
    return {"fed_back_on": task.fed_back_on, "findings": task.findings, "result_due_on": task.result_due_on}


async def _hand_over(uow: UnitOfWork, task: Task) -> dict[str, Any]:
    rows = await queries.findings(uow, task.id)
    return {
        "handed_over_on": task.handed_over_on, "clues": task.clues, "clues_note": task.clues_note[:SHORT_MAX],
        "findings": [HandedFinding(number=row.number, category=row.category, statement=row.statement) for row in rows],
    }
