"""Wishes from below and answers from above. A wish is found by sender and id; an answer only if it was asked of its sender."""

from typing import Any

from capabilities.lifted_inspection.common.errors import OutOfStep
from capabilities.lifted_inspection.domain.machines import TASK
from capabilities.lifted_inspection.domain.words import Outcome, Stage
from capabilities.lifted_inspection.organiser import queries
from capabilities.lifted_inspection.organiser.commands.deciding import EMPTY
from capabilities.lifted_inspection.organiser.commands.telling import pass_stage, tell_decision, tell_stage
from capabilities.lifted_inspection.organiser.errors import NotBelow, UnknownTask
from capabilities.lifted_inspection.organiser.models import Task
from nodekit.handlers import Handlers, NotConcerned
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.lifted_inspection import v1

handlers = Handlers("lifted_inspection.organiser")


@handlers.on(v1.LiftedProposed)
async def register_wish(uow: UnitOfWork, message: Message[v1.LiftedProposed]) -> None:
    """Enter a wish, or its corrected text. A repeat meets the same row."""
    said = message.data
    if message.origin not in {office.id for office in uow.node.directory.children(uow.office)}:
        raise NotBelow
    row = await queries.find_task(uow, message.origin, said.proposal_id)
    if row is not None and said.revision <= row.revision:
        return
    if row is not None and row.status != "returned":
        raise OutOfStep(TASK.label(row.status))
    due = uow.node.deadlines.due("lifted_inspection.sign", uow.today)
    wish: dict[str, Any] = {
        "revision": said.revision, "requester": said.requester, "chain": [link.model_dump(mode="json") for link in said.chain], "target_name": said.target_name,
        "wanted_kind": said.wanted_kind, "kind": said.wanted_kind, "reasons": list(said.reasons), "explanation": said.explanation, "facts": said.facts.model_dump(),
        "request_number": said.document_number, "proposed_by": said.proposed_by, "proposed_on": said.proposed_on, "last_event_id": message.id,
        "sign_due_on": due.on, "sign_why": due.why,
    }
    if row is None:
        row = Task(
            id=uow.new_id(), status=TASK.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin, proposal_id=said.proposal_id,
            counting_owner=uow.office, **wish, **EMPTY,
        )
        uow.session.add(row)
        await uow.session.flush()
        await uow.log(row, "proposed", "收到申请", note=said.document_number, event_id=message.id)
        return
    for column, value in wish.items():
        setattr(row, column, value)
    row.return_reason = row.signed_by = row.signed_on = None
    await uow.move(row, TASK, "proposed", "收到补正申请", note=f"第{said.revision}稿", event_id=message.id)


@handlers.on(v1.LiftedWithdrawn)
async def take_off(uow: UnitOfWork, message: Message[v1.LiftedWithdrawn]) -> None:
    """Before the signature the sender may have it back; the answer says whether it was in time."""
    row = await queries.find_task(uow, message.origin, message.data.proposal_id)
    if row is None:
        raise UnknownTask
    in_time = row.status == "withdrawn" or (message.data.revision >= row.revision and TASK.allows(row.status, "withdrawn"))
    if in_time and row.status != "withdrawn":
        await uow.move(row, TASK, "withdrawn", "申请单位撤回", note=message.data.explanation, event_id=message.id)
    answer = v1.LiftedWithdrawalAnswered(
        proposal_id=row.proposal_id, passed_on=bool(row.chain), revision=message.data.revision, accepted=in_time
    )
    await uow.publish(answer, to=message.origin, in_reply_to=message.id)


@handlers.on(v1.LiftedProposalUrged)
async def note_urging(uow: UnitOfWork, message: Message[v1.LiftedProposalUrged]) -> None:
    row = await queries.find_task(uow, message.origin, message.data.proposal_id)
    if row is None:
        raise UnknownTask
    if message.data.count <= row.urged:
        return
    row.urged = message.data.count
    await uow.log(row, "urged", "申请单位催办", before=row.status, note=f"第{row.urged}次", event_id=message.id)
    if row.escalated_to is not None and row.status in {"escalated", "deferred"}:
        await uow.publish(v1.LiftedProposalUrged(proposal_id=row.id, count=row.urged), to=row.escalated_to)


@handlers.on(v1.LiftedDecisionSigned)
async def note_decision_signature(uow: UnitOfWork, message: Message[v1.LiftedDecisionSigned]) -> None:
    row, said = await queries.find_task(uow, message.origin, message.data.proposal_id), message.data
    if row is None:
        raise UnknownTask
    if said.document_number != row.decision_number or row.decision_signed_on is not None:
        return
    row.decision_signed_by, row.decision_signed_on = said.signed_by, said.signed_on
    await uow.log(row, "decision_signed", "批复已签收", before=row.status, note=said.signed_by, event_id=message.id)


@handlers.on(v1.LiftedProposalSigned)
async def note_signature_above(uow: UnitOfWork, message: Message[v1.LiftedProposalSigned]) -> None:
    """The office above has signed for what was passed on to it: a step of its fate."""
    said = message.data
    if not said.passed_on:
        raise NotConcerned
    row = await _passed_on(uow, message)
    await uow.log(row, "signed_above", "上级签收", before=row.status, note=said.signed_by, event_id=message.id)
    told = v1.LiftedProgressed(proposal_id=row.proposal_id, stage=str(Stage.SIGNED_ABOVE), office=message.origin, on=said.signed_on, note=said.signed_by)
    await pass_stage(uow, row, told)


@handlers.on(v1.LiftedProposalReturned)
async def note_return_above(uow: UnitOfWork, message: Message[v1.LiftedProposalReturned]) -> None:
    """The office above does not take it: back to where this office can decide itself."""
    if not message.data.passed_on:
        raise NotConcerned
    row = await _passed_on(uow, message)
    if row.status != "escalated":
        return
    row.escalated_to = None
    row.return_reason = message.data.explanation
    await uow.move(row, TASK, "consulted", "上级退回", note=message.data.explanation, event_id=message.id)
    await tell_stage(uow, row, Stage.CONSULTING, "上级退回,本级继续办理")


@handlers.on(v1.LiftedWithdrawalAnswered)
async def note_withdrawal_above(uow: UnitOfWork, message: Message[v1.LiftedWithdrawalAnswered]) -> None:
    """The office above has struck off what was passed on to it. Nothing moves here: the matter has been decided here before."""
    if not message.data.passed_on:
        raise NotConcerned
    superior = uow.node.directory.parent_inspection(uow.office)
    row = await queries.get_task_or_none(uow, message.data.proposal_id)
    if row is None or superior is None or message.origin != superior.id or not row.escalations:
        raise UnknownTask
    label = "上级已撤销提请事项" if message.data.accepted else "上级已受理,未撤销"
    await uow.log(row, "withdrawal_answered_above", label, before=row.status, event_id=message.id)


@handlers.on(v1.LiftedProgressed)
async def pass_progress(uow: UnitOfWork, message: Message[v1.LiftedProgressed]) -> None:
    """A step above, kept here and told one office further down."""
    if not message.data.passed_on:
        raise NotConcerned
    row = await _passed_on(uow, message)
    await uow.log(row, "progressed_above", f"上级:{Stage.label_of(message.data.stage)}", before=row.status, note=message.data.note, event_id=message.id)
    await pass_stage(uow, row, message.data)


@handlers.on(v1.LiftedDecided)
async def note_decision_above(uow: UnitOfWork, message: Message[v1.LiftedDecided]) -> None:
    """The office above has decided; whoever asked here learns of it."""
    said = message.data
    if not said.passed_on:
        raise NotConcerned
    row = await _passed_on(uow, message)
    if row.decision_number == said.document_number:
        return
    step = {Outcome.APPROVED: "approved_above", Outcome.DECLINED: "declined", Outcome.DEFERRED: "deferred"}.get(Outcome(said.outcome)) if said.outcome in set(Outcome) else None
    if step is None or not (TASK.allows(row.status, step) or row.status == step == "deferred"):
        raise OutOfStep(TASK.label(row.status))
    row.outcome, row.decision_number, row.decided_on, row.decided_by = str(said.outcome), said.document_number, said.decided_on, said.decided_by
    row.kind, row.decision_text, row.revisit_on, row.decision_event_id = said.kind, said.explanation, said.revisit_on, message.id
    row.above_signed_by = row.above_signed_on = row.decision_signed_by = row.decision_signed_on = None
    if row.status != step:
        await uow.move(row, TASK, step, f"上级批复:{Outcome.label_of(said.outcome)}", note=said.document_number, event_id=message.id)
    await tell_decision(uow, row)


async def _passed_on(uow: UnitOfWork, message: Message[Any]) -> Task:
    return await queries.told(uow, Task, message.data.proposal_id, "escalated_to", message.origin)
