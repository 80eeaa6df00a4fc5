"""What the desk tells the issuer about its handling, and the paper behind stubs."""

from uuid import UUID

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.confidential import add_note
from capabilities.clue_transfer.receiver import counts, forms, queries
from capabilities.clue_transfer.receiver.errors import NoMoreTime
from capabilities.clue_transfer.receiver.models import Clue, Stub
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.clue_transfer import v1


async def report_progress(uow: UnitOfWork, officer: Officer, clue_id: UUID, form: forms.FeedbackForm) -> Clue:
    """An interim feedback: how far it is; the next is due in a quarter."""
    clue = await queries.clue(uow, clue_id)
    if clue.status not in domain.RECEIVED_INTERIM:
        raise StepNotAllowed(domain.RECEIVED.label(clue.status), "阶段反馈", state=clue.status)
    event_id = await _tell(uow, officer, clue, form, final=False)
    await uow.log(clue, "progress_reported", "阶段反馈", before=clue.status, note=f"第{clue.feedbacks}次", event_id=event_id)
    await counts.tell(uow, clue)
    return clue


async def feed_back(uow: UnitOfWork, officer: Officer, clue_id: UUID, form: forms.FeedbackForm) -> Clue:
    """The final feedback: handling is over."""
    clue = await queries.clue(uow, clue_id)
    if not domain.RECEIVED.allows(clue.status, "fed_back") or clue.disposition is None:
        raise StepNotAllowed(domain.RECEIVED.label(clue.status), "最终反馈", state=clue.status)
    event_id = await _tell(uow, officer, clue, form, final=True)
    await uow.move(clue, domain.RECEIVED, "fed_back", "最终反馈", note=f"第{clue.feedbacks}次", event_id=event_id)
    await counts.tell(uow, clue)
    return clue


async def ask_for_time(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.ExtensionForm) -> Clue:
    """Ask the issuer, before the last day, for a later feedback.

    Raises:
        NoMoreTime: too late, or an answer is still out.
    """
    clue = await queries.clue(uow, clue_id)
    if clue.status not in domain.RECEIVED_OPEN or clue.feedback_due_on is None:
        raise NoMoreTime("当前没有反馈期限")
    if clue.extension == "requested":
        raise NoMoreTime("上一次申请尚未答复")
    if uow.today > clue.feedback_due_on:
        raise NoMoreTime("已过反馈期限")
    if form.until <= clue.feedback_due_on:
        raise InvalidInput([{"path": "until", "message": f"应晚于现期限 {clue.feedback_due_on.isoformat()}"}])
    clue.extension, clue.extension_until = "requested", form.until
    event = v1.ClueTransferExtensionRequested(transfer_id=clue.transfer_id, until=form.until, explanation=form.explanation)
    event_id = await uow.publish(event, to=clue.origin)
    await uow.log(clue, "extension_requested", "申请延期", before=clue.status, note=f"申请延至 {form.until.isoformat()}", event_id=event_id)
    add_note(uow, clue, "extension", form.explanation, on=form.until)
    return clue


async def receive_paper(uow: UnitOfWork, _officer: Officer, stub_id: UUID, form: forms.PaperForm) -> Stub:
    """The paper behind a stub has arrived; the sender is told the date."""
    stub = await queries.stub(uow, stub_id)
    if form.received_on > uow.today:
        raise InvalidInput([{"path": "received_on", "message": "收到日期不能晚于今天"}])
    event_id = await uow.publish(v1.ClueTransferStubReceived(stub_id=stub.stub_id, received_on=form.received_on), to=stub.origin)
    stub.received_on, stub.received_by = form.received_on, form.received_by
    await uow.move(stub, domain.ANNOUNCED, "received", "收到纸件", event_id=event_id)
    return stub


async def _tell(uow: UnitOfWork, officer: Officer, clue: Clue, form: forms.FeedbackForm, *, final: bool) -> UUID:
    """Set counts and dates on the record and send them."""
    outcome = v1.Outcome(**form.model_dump(exclude={"text"}))
    following = None if final else uow.node.deadlines.due("clue_transfer.feedback_next", uow.today)
    clue.feedbacks, clue.fed_back_on = clue.feedbacks + 1, uow.today
    clue.first_fed_back_on = clue.first_fed_back_on or uow.today
    clue.feedback_due_on, clue.feedback_why = (following.on, following.why) if following else (None, "")
    clue.extension, clue.extension_until = "none", None
    for name, value in outcome:
        setattr(clue, name, value)
    add_note(uow, clue, "feedback", form.text, code=f"第{clue.feedbacks}次{'最终' if final else '阶段'}反馈", on=uow.today)
    event = v1.ClueTransferFedBack(
        transfer_id=clue.transfer_id, number=clue.feedbacks, disposition=clue.disposition or "undecided", outcome=outcome, text=form.text, final=final,
        fed_back_by=officer.name, fed_back_on=uow.today, next_due_on=clue.feedback_due_on,
    )
    return await uow.publish(event, to=clue.origin)
