"""What the superior's answers do to an application. Each is found by id and addressee: nobody else can move it.

Events marked `passed_on` speak of applications the organiser's side of this office sent further up; they are not ours.
"""

from capabilities.lifted_inspection.domain.machines import REQUEST
from capabilities.lifted_inspection.domain.words import Outcome, Stage
from capabilities.lifted_inspection.requester import queries
from capabilities.lifted_inspection.requester.models import Progress, Request
from nodekit.errors import Refused
from nodekit.handlers import Handlers, NotConcerned
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.lifted_inspection import v1

handlers = Handlers("lifted_inspection.requester")
STEP_OF_STAGE = {Stage.CONSULTING: "consulting", Stage.ESCALATED: "escalated", Stage.CLOSED: "closed", Stage.VOIDED: "voided"}


@handlers.on(v1.LiftedProposalSigned)
async def note_signature(uow: UnitOfWork, message: Message[v1.LiftedProposalSigned]) -> None:
    if message.data.passed_on:
        raise NotConcerned
    row, said = await queries.request_of(uow, message), message.data
    if said.revision != row.revision or not REQUEST.allows(row.status, "signed"):
        return
    row.signed_by, row.signed_on, row.consult_due_on = said.signed_by, said.signed_on, said.consult_due_on
    await uow.move(row, REQUEST, "signed", "上级签收", note=said.signed_by, event_id=message.id)
    _tell(uow, row, Stage.SIGNED_ABOVE, message.origin, said.signed_by)


@handlers.on(v1.LiftedProposalReturned)
async def note_return(uow: UnitOfWork, message: Message[v1.LiftedProposalReturned]) -> None:
    if message.data.passed_on:
        raise NotConcerned
    row, said = await queries.request_of(uow, message), message.data
    if said.revision != row.revision or not REQUEST.allows(row.status, "returned"):
        return
    row.return_reason = said.explanation
    await uow.move(row, REQUEST, "returned", "上级退回", note=said.explanation, event_id=message.id)


@handlers.on(v1.LiftedWithdrawalAnswered)
async def note_withdrawal(uow: UnitOfWork, message: Message[v1.LiftedWithdrawalAnswered]) -> None:
    """Taken back, or somebody above had signed before: then the signature has told us already, or will.

    It may have been sent back and taken back at once: the return arrives first, and there is nothing left to correct.
    """
    if message.data.passed_on:
        raise NotConcerned
    row, said = await queries.request_of(uow, message), message.data
    if said.revision != row.revision or row.status not in {"withdrawing", "returned"} or not said.accepted:
        return
    await uow.move(row, REQUEST, "withdrawn", "撤回成功", event_id=message.id)


@handlers.on(v1.LiftedProgressed)
async def note_progress(uow: UnitOfWork, message: Message[v1.LiftedProgressed]) -> None:
    """Every step above is kept; some move the application."""
    if message.data.passed_on:
        raise NotConcerned
    row, said = await queries.request_of(uow, message), message.data
    if await queries.is_told(uow, row.id, said.stage, said.office) and said.stage != Stage.CONSULTING:
        return
    uow.session.add(Progress(id=uow.new_id(), request_id=row.id, at=uow.now, stage=said.stage, office=said.office, on=said.on, note=said.note))
    step = next((step for stage, step in STEP_OF_STAGE.items() if stage == said.stage), None)
    label = Stage.label_of(said.stage)
    if step is None or not REQUEST.allows(row.status, step):
        await uow.log(row, "progressed", label, before=row.status, note=said.note, event_id=message.id)
        return
    row.closed_on = said.on if step == "closed" else row.closed_on
    await uow.move(row, REQUEST, step, label, note=said.note, event_id=message.id)


@handlers.on(v1.LiftedDecided)
async def note_decision(uow: UnitOfWork, message: Message[v1.LiftedDecided]) -> None:
    """Enter the decision; a later one replaces a deferral."""
    if message.data.passed_on:
        raise NotConcerned
    row, said = await queries.request_of(uow, message), message.data
    if row.decision_number == said.document_number:
        return
    outcome = str(said.outcome)
    if outcome not in set(Outcome) or not REQUEST.allows(row.status, outcome):
        raise Refused("申请当前状态不能登记该批复。", hint="请核对办理进度。", state=row.status, outcome=outcome)
    row.outcome, row.decision_number, row.decided_by, row.decided_on = outcome, said.document_number, said.decided_by, said.decided_on
    row.decided_kind, row.decision_text, row.revisit_on, row.decision_event_id = said.kind, said.explanation, said.revisit_on, message.id
    row.decision_sign_due_on, row.decision_signed_by, row.decision_signed_on = said.sign_due_on, None, None
    await uow.move(row, REQUEST, outcome, f"批复:{Outcome.label_of(outcome)}", note=f"{said.document_number} {said.explanation}".strip(), event_id=message.id)
    _tell(uow, row, outcome, said.decided_by, said.document_number)


def _tell(uow: UnitOfWork, row: Request, stage: str, office: str, note: str) -> None:
    uow.session.add(Progress(id=uow.new_id(), request_id=row.id, at=uow.now, stage=str(stage), office=office, on=uow.today, note=note))
