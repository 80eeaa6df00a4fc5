"""What officers of a desk do with a clue: sign or return, number, assign, dispose, file and close the case."""

from uuid import UUID

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.confidential import PERSON_PURPOSE, add_note, admit, destroy_body, notes_of
from capabilities.clue_transfer.common.numbering import desk_series
from capabilities.clue_transfer.receiver import counts, forms, queries
from capabilities.clue_transfer.receiver.errors import ApprovesOwn, HandlerExcluded, NoCase
from capabilities.clue_transfer.receiver.models import Clue
from capabilities.clue_transfer.receiver.options import ReceiverOptions
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.files import destroy_files
from nodekit.identity.accounts import get_account
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.clue_transfer import v1


async def sign(uow: UnitOfWork, officer: Officer, clue_id: UUID, form: forms.SignForm) -> Clue:
    """A named officer signs for the clue. The month for the disposition and the months for feedback begin."""
    clue = await queries.clue(uow, clue_id)
    dispose = uow.node.deadlines.due("clue_transfer.disposition", uow.today)
    feedback = uow.node.deadlines.due("clue_transfer.feedback", uow.today)
    clue.signed_by, clue.signed_on = form.signed_by, uow.today
    clue.dispose_due_on, clue.dispose_why = dispose.on, dispose.why
    clue.feedback_due_on = clue.first_feedback_due_on = feedback.on
    clue.feedback_why = feedback.why
    admit(clue, officer.id)
    event = v1.ClueTransferSigned(
        transfer_id=clue.transfer_id, attempt=clue.attempt, signed_by=form.signed_by, signed_on=uow.today,
        dispose_due_on=dispose.on, feedback_due_on=feedback.on,
    )
    await uow.move(clue, domain.RECEIVED, "signed", "签收", event_id=await uow.publish(event, to=clue.origin))
    await counts.tell(uow, clue)
    return clue


async def give_back(uow: UnitOfWork, officer: Officer, clue_id: UUID, form: forms.ReturnForm) -> Clue:
    """Send the clue back. Its body is destroyed here: what is not ours is not kept."""
    clue = await queries.clue(uow, clue_id)
    event = v1.ClueTransferReturned(
        transfer_id=clue.transfer_id, attempt=clue.attempt, reason=form.reason, explanation=form.explanation, returned_by=officer.name, returned_on=uow.today,
    )
    clue.return_reason = form.reason
    label = domain.ReturnReason.of(form.reason).label
    await uow.move(clue, domain.RECEIVED, "returned", "退回", note=label, event_id=await uow.publish(event, to=clue.origin))
    destroy_body(uow, clue)
    await destroy_files(uow, clue)
    add_note(uow, clue, "return", form.explanation, code=label, on=uow.today)
    await counts.tell(uow, clue)
    return clue


async def number(uow: UnitOfWork, _officer: Officer, clue_id: UUID) -> Clue:
    """Central numbering: one ledger, one series per year."""
    clue = await queries.clue(uow, clue_id)
    given = await take(uow, desk_series(uow.options(ReceiverOptions).number_word))
    await uow.move(clue, domain.RECEIVED, "numbered", "编号", note=given)
    clue.number = given
    return clue


async def assign(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.AssignForm) -> Clue:
    """Give the clue to a handler, who comes into its need to know.

    Raises:
        HandlerExcluded: the handler is named on the clue.
    """
    clue = await queries.clue(uow, clue_id)
    account = await get_account(uow, UUID(form.handler))
    hashes = {uow.node.vault.keyed_hash(word, PERSON_PURPOSE) for word in (account.name, account.username)}
    if hashes & set(clue.excluded):
        raise HandlerExcluded
    clue.handler_id, clue.handler_name = account.id, account.name
    admit(clue, account.id)
    await uow.move(clue, domain.RECEIVED, "assigned", "分办", note=f"承办人 {account.name}")
    return clue


async def propose(uow: UnitOfWork, officer: Officer, clue_id: UUID, form: forms.ProposeForm) -> Clue:
    """The collective study's opinion, for approval."""
    clue = await queries.clue(uow, clue_id)
    clue.proposed, clue.proposed_by = form.disposition, officer.id
    await uow.move(clue, domain.RECEIVED, "disposition_proposed", "提出处置意见", note=domain.Disposition.of(form.disposition).label)
    add_note(uow, clue, "proposal", form.plan, code=domain.Disposition.of(form.disposition).label)
    return clue


async def reject(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.ReasonForm) -> Clue:
    """Not approved: back to the handler."""
    clue = await queries.clue(uow, clue_id)
    clue.proposed = clue.proposed_by = None
    await uow.move(clue, domain.RECEIVED, "assigned", "处置意见退回")
    add_note(uow, clue, "proposal", form.explanation)
    return clue


async def dispose(uow: UnitOfWork, officer: Officer, clue_id: UUID, form: forms.ApproveForm) -> Clue:
    """Approve the disposition; the issuer is told class and date.

    Raises:
        ApprovesOwn: the officer proposed it himself.
    """
    clue = await queries.clue(uow, clue_id)
    if clue.proposed is None:
        raise StepNotAllowed(domain.RECEIVED.label(clue.status), "审批处置", state=clue.status)
    if clue.proposed_by == officer.id:
        raise ApprovesOwn
    if form.disposed_on > uow.today:
        raise InvalidInput([{"path": "disposed_on", "message": "审批日期不能晚于今天"}])
    clue.disposition, clue.disposed_on, clue.approval_number = clue.proposed, form.disposed_on, form.approval_number
    event = v1.ClueTransferDisposed(transfer_id=clue.transfer_id, disposition=clue.disposition, disposed_on=form.disposed_on)
    event_id = await uow.publish(event, to=clue.origin)
    label = domain.Disposition.of(clue.disposition).label
    await uow.move(clue, domain.RECEIVED, domain.state_after_disposition(clue.disposition), "处置", note=label, event_id=event_id)
    await counts.tell(uow, clue)
    return clue


async def reactivate(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.ReasonForm) -> Clue:
    """Take a shelved clue up again; a new month for its disposition begins."""
    clue = await queries.clue(uow, clue_id)
    due = uow.node.deadlines.due("clue_transfer.disposition", uow.today)
    event_id = await uow.publish(v1.ClueTransferReactivated(transfer_id=clue.transfer_id, reactivated_on=uow.today), to=clue.origin)
    await uow.move(clue, domain.RECEIVED, "reactivated", "暂存线索重启", event_id=event_id)
    clue.dispose_due_on, clue.dispose_why = due.on, due.why
    clue.proposed = clue.proposed_by = None
    add_note(uow, clue, "proposal", form.explanation)
    return clue


async def file_case(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.CaseFiledForm) -> Clue:
    """立案. What the case is about stays in the desk's own case system.

    Raises:
        NoCase: the disposition does not lead to one.
    """
    clue = await queries.clue(uow, clue_id)
    if clue.disposition not in domain.MAY_FILE_CASE:
        raise NoCase(domain.Disposition.of(clue.disposition or "").label)
    clue.case_filed_on = form.case_filed_on
    await uow.move(clue, domain.RECEIVED, "case_filed", "立案", note=form.case_filed_on.isoformat())
    return clue


async def close_case(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.CaseClosedForm) -> Clue:
    clue = await queries.clue(uow, clue_id)
    if clue.case_filed_on and form.case_closed_on < clue.case_filed_on:
        raise InvalidInput([{"path": "case_closed_on", "message": "结案日期不能早于立案日期"}])
    clue.case_closed_on = form.case_closed_on
    await uow.move(clue, domain.RECEIVED, "case_closed", "结案", note=form.case_closed_on.isoformat())
    return clue


async def destroy(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.ReasonForm) -> Clue:
    """Destroy body and notes of a closed clue after their time; the row with its dates stays."""
    clue = await queries.clue(uow, clue_id)
    if clue.status != "closed" or clue.body is None:
        raise StepNotAllowed(domain.RECEIVED.label(clue.status), "销毁正文", state=clue.status)
    destroy_body(uow, clue)
    await destroy_files(uow, clue)
    for note in await notes_of(uow, clue):
        note.text = None
    await uow.log(clue, "destroyed", "销毁正文", before=clue.status)
    add_note(uow, clue, "void", form.explanation)
    return clue


async def register_inquiry(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.InquiryForm) -> Clue:
    """Somebody asked about the clue who has no business with it."""
    clue = await queries.clue(uow, clue_id)
    add_note(uow, clue, "inquiry", f"{form.who}:{form.words}", code=domain.InquiryManner.of(form.manner).label, on=form.happened_on)
    await uow.log(clue, "improper_inquiry", "登记打听过问", before=clue.status)
    return clue
