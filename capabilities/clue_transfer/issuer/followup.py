"""What officers do with a clue that is out: withdraw, urge, supervise, extend, verify, close; and register who asked about it."""

from uuid import UUID

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.confidential import add_note
from capabilities.clue_transfer.common.numbering import SUPERVISE, URGE
from capabilities.clue_transfer.issuer import counts, forms, queries
from capabilities.clue_transfer.issuer.errors import NoExtensionAsked, NotFinal, TooEarlyToSupervise
from capabilities.clue_transfer.issuer.models import Clue
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.clue_transfer import v1


async def withdraw(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.ReasonForm) -> Clue:
    """Ask for the clue back while nobody has signed. It is back when the desk confirms; a signature given meanwhile wins."""
    clue = await queries.clue(uow, clue_id)
    event = v1.ClueTransferWithdrawn(transfer_id=clue.id, attempt=clue.attempt, explanation=form.explanation)
    await uow.move(clue, domain.ISSUED, "withdrawing", "撤回", event_id=await uow.publish(event, to=clue.recipient))
    add_note(uow, clue, "withdrawal", form.explanation)
    return clue


async def urge(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.UrgeForm) -> Clue:
    """Issue a 催办单 for what the desk owes now."""
    clue = await queries.clue(uow, clue_id)
    if clue.status not in domain.ISSUED_URGEABLE or clue.feedback_final:
        raise StepNotAllowed(domain.ISSUED.label(clue.status), "催办", state=clue.status)
    step, number = domain.step_to_urge(clue.status), await take(uow, URGE)
    clue.urged += 1
    event = v1.ClueTransferUrged(transfer_id=clue.id, document_number=number, step=step.value, count=clue.urged, explanation=form.explanation)
    event_id = await uow.publish(event, to=clue.recipient)
    await uow.log(clue, "urged", step.label, before=clue.status, note=f"{number},第{clue.urged}次", event_id=event_id)
    add_note(uow, clue, "urge", form.explanation, code=number)
    return clue


async def supervise(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.SuperviseForm) -> Clue:
    """Put the clue under supervision with a date of its own.

    Raises:
        TooEarlyToSupervise: neither urged before nor overdue.
    """
    clue = await queries.clue(uow, clue_id)
    if clue.status not in domain.ISSUED_URGEABLE or clue.feedback_final:
        raise StepNotAllowed(domain.ISSUED.label(clue.status), "督办", state=clue.status)
    if not domain.may_supervise(urged=clue.urged, due_on=clue.due_on, today=uow.today):
        raise TooEarlyToSupervise(clue.due_on)
    if form.due_on < uow.today:
        raise InvalidInput([{"path": "due_on", "message": "督办期限不能早于今天"}])
    number = await take(uow, SUPERVISE)
    clue.supervised_until = form.due_on
    event = v1.ClueTransferSupervised(transfer_id=clue.id, document_number=number, requirement=form.requirement, due_on=form.due_on)
    event_id = await uow.publish(event, to=clue.recipient)
    await uow.log(clue, "supervised", "督办", before=clue.status, note=f"{number},期限 {form.due_on.isoformat()}", event_id=event_id)
    add_note(uow, clue, "supervise", form.requirement, code=number, on=form.due_on)
    return clue


async def decide_extension(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.ExtensionForm) -> Clue:
    """Grant or refuse the time a desk has asked for.

    Raises:
        NoExtensionAsked: nothing waits for an answer.
    """
    clue = await queries.clue(uow, clue_id)
    if clue.extension != "requested" or clue.extension_until is None or clue.feedback_due_on is None:
        raise NoExtensionAsked
    until = (form.until or clue.extension_until) if form.granted else clue.feedback_due_on
    if until < clue.feedback_due_on:
        raise InvalidInput([{"path": "until", "message": "延至日期不能早于原期限"}])
    clue.extension, clue.extension_until, clue.feedback_due_on = "granted" if form.granted else "refused", until, until
    if clue.first_fed_back_on is None:
        clue.first_feedback_due_on = until
    event_id = await uow.publish(v1.ClueTransferExtensionDecided(transfer_id=clue.id, granted=form.granted, until=until), to=clue.recipient)
    label = "同意延期" if form.granted else "不同意延期"
    await uow.log(clue, "extension_decided", label, before=clue.status, note=f"反馈期限 {until.isoformat()}", event_id=event_id)
    return clue


async def verify(uow: UnitOfWork, _officer: Officer, clue_id: UUID) -> Clue:
    """The feedback says what the office needs."""
    clue = await queries.clue(uow, clue_id)
    event_id = await _review(uow, clue, accepted=True)
    await uow.move(clue, domain.ISSUED, "verified", "核实反馈", note=f"第{clue.feedbacks}次反馈", event_id=event_id)
    return clue


async def ask_again(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.ReasonForm) -> Clue:
    """The feedback is not enough: the desk has to do it again."""
    clue = await queries.clue(uow, clue_id)
    event_id = await _review(uow, clue, accepted=False, explanation=form.explanation)
    clue.feedback_final = False
    await uow.move(clue, domain.ISSUED, "disposed" if clue.disposition else "signed", "退回补充反馈", note=f"第{clue.feedbacks}次反馈", event_id=event_id)
    add_note(uow, clue, "review", form.explanation)
    return clue


async def close(uow: UnitOfWork, _officer: Officer, clue_id: UUID) -> Clue:
    """Close after the final feedback was verified.

    Raises:
        NotFinal: the desk is not done.
    """
    clue = await queries.clue(uow, clue_id)
    if not clue.feedback_final:
        raise NotFinal
    event_id = await uow.publish(v1.ClueTransferClosed(transfer_id=clue.id, closed_on=uow.today), to=clue.recipient)
    clue.closed_on = uow.today
    await uow.move(clue, domain.ISSUED, "closed", "办结", event_id=event_id)
    await counts.tell(uow, clue)
    return clue


async def register_inquiry(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.InquiryForm) -> Clue:
    """Somebody asked about the clue who has no business with it. Kept with the clue; who and what stay encrypted."""
    clue = await queries.clue(uow, clue_id)
    add_note(uow, clue, "inquiry", f"{form.who}:{form.words}", code=domain.InquiryManner.of(form.manner).label, on=form.happened_on)
    await uow.log(clue, "improper_inquiry", "登记打听过问", before=clue.status)
    return clue


async def _review(uow: UnitOfWork, clue: Clue, *, accepted: bool, explanation: str = "") -> UUID:
    if clue.status != "feedback_received":
        raise StepNotAllowed(domain.ISSUED.label(clue.status), "核实反馈", state=clue.status)
    event = v1.ClueTransferFeedbackReviewed(transfer_id=clue.id, number=clue.feedbacks, accepted=accepted, explanation=explanation)
    return await uow.publish(event, to=clue.recipient)
