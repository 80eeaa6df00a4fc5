"""What a desk's answers do to the issuer's record. The sender is always checked against the clue's addressee."""

from typing import Any

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.confidential import add_note
from capabilities.clue_transfer.issuer import counts, queries
from capabilities.clue_transfer.issuer.errors import OutOfStep, UnknownTransfer
from capabilities.clue_transfer.issuer.models import Clue, Stub
from nodekit.delivery.outbox import mark_signed
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.clue_transfer import v1
from shared_schemas.event import Message

handlers = Handlers("clue_transfer.issuer")


@handlers.on(v1.ClueTransferSigned)
async def note_signature(uow: UnitOfWork, message: Message[v1.ClueTransferSigned]) -> None:
    """A named officer has the clue. A signature given while the withdrawal was on its way wins."""
    clue, said = await queries.clue_of(uow, message), message.data
    if _old(clue, said.attempt) or clue.signed_on is not None:
        return
    _must(clue, {"sent", "withdrawing"})
    lost = clue.status == "withdrawing"
    await uow.move(clue, domain.ISSUED, "signed", "对方签收", note="对方已先行签收,撤回未成" if lost else "", event_id=message.id)
    clue.signed_by, clue.signed_on = said.signed_by, said.signed_on
    if clue.sent_event_id is not None:
        await mark_signed(uow.session, clue.sent_event_id, uow.now)
    clue.dispose_due_on, clue.feedback_due_on, clue.first_feedback_due_on = said.dispose_due_on, said.feedback_due_on, said.feedback_due_on
    await counts.tell(uow, clue)


@handlers.on(v1.ClueTransferReturned)
async def note_return(uow: UnitOfWork, message: Message[v1.ClueTransferReturned]) -> None:
    """The desk does not take it; the reason's words are kept encrypted."""
    clue, said = await queries.clue_of(uow, message), message.data
    if _old(clue, said.attempt) or clue.status == "returned":
        return
    _must(clue, {"sent", "withdrawing"})
    reason = domain.ReturnReason.of(said.reason)
    await uow.move(clue, domain.ISSUED, "returned", "对方退回", note=reason.label, event_id=message.id)
    clue.return_reason, clue.returned_ever = said.reason, True
    add_note(uow, clue, "return", said.explanation, code=reason.label, on=said.returned_on, author=said.returned_by)
    await counts.tell(uow, clue)


@handlers.on(v1.ClueTransferWithdrawalConfirmed)
async def note_withdrawal(uow: UnitOfWork, message: Message[v1.ClueTransferWithdrawalConfirmed]) -> None:
    """The clue is back. Also a desk's answer when a returned clue was voided or sent elsewhere: nothing to do then."""
    clue = await uow.session.get(Clue, message.data.transfer_id, with_for_update=True)
    if clue is None or (clue.recipient != message.origin and not clue.rerouted):
        raise UnknownTransfer
    if clue.recipient != message.origin or clue.status != "withdrawing" or _old(clue, message.data.attempt):
        return
    await uow.move(clue, domain.ISSUED, "withdrawn", "撤回完成", event_id=message.id)
    await counts.tell(uow, clue)


@handlers.on(v1.ClueTransferDisposed)
async def note_disposition(uow: UnitOfWork, message: Message[v1.ClueTransferDisposed]) -> None:
    clue, said = await queries.clue_of(uow, message), message.data
    _must(clue, domain.ISSUED_AT_DESK)
    if (clue.disposition, clue.disposed_on) == (said.disposition, said.disposed_on):
        return
    clue.disposition, clue.disposed_on = said.disposition, said.disposed_on
    label = domain.Disposition.of(said.disposition).label
    if clue.status == "feedback_received":
        await uow.log(clue, "disposed", "对方处置", before=clue.status, note=label, event_id=message.id)
    else:
        await uow.move(clue, domain.ISSUED, "disposed", "对方处置", note=label, event_id=message.id)
    await counts.tell(uow, clue)


@handlers.on(v1.ClueTransferReactivated)
async def note_reactivation(uow: UnitOfWork, message: Message[v1.ClueTransferReactivated]) -> None:
    clue = await queries.clue_of(uow, message)
    _must(clue, domain.ISSUED_AT_DESK)
    if clue.status == "reactivated" or clue.disposition != domain.Disposition.SHELVED:
        return
    await uow.move(clue, domain.ISSUED, "reactivated", "暂存线索重启", event_id=message.id)


@handlers.on(v1.ClueTransferFedBack)
async def note_feedback(uow: UnitOfWork, message: Message[v1.ClueTransferFedBack]) -> None:
    """Counts are absolute, so the latest feedback says all; an older number says nothing new."""
    clue, said = await queries.clue_of(uow, message), message.data
    if said.number <= clue.feedbacks:
        return
    _must(clue, domain.ISSUED_AT_DESK)
    kind = "最终反馈" if said.final else "阶段反馈"
    await uow.move(clue, domain.ISSUED, "feedback_received", f"收到{kind}", note=f"第{said.number}次", event_id=message.id)
    clue.feedbacks, clue.fed_back_on, clue.feedback_final = said.number, said.fed_back_on, said.final
    clue.first_fed_back_on = clue.first_fed_back_on or said.fed_back_on
    clue.feedback_due_on, clue.extension, clue.extension_until = said.next_due_on, "none", None
    for name, value in said.outcome:
        setattr(clue, name, value)
    add_note(uow, clue, "feedback", said.text, code=f"第{said.number}次{kind}", on=said.fed_back_on, author=said.fed_back_by)
    await counts.tell(uow, clue)


@handlers.on(v1.ClueTransferExtensionRequested)
async def note_extension_request(uow: UnitOfWork, message: Message[v1.ClueTransferExtensionRequested]) -> None:
    clue, said = await queries.clue_of(uow, message), message.data
    _must(clue, domain.ISSUED_AT_DESK)
    if clue.feedback_due_on is None or said.until <= clue.feedback_due_on:
        raise OutOfStep(domain.ISSUED.label(clue.status))
    clue.extension, clue.extension_until = "requested", said.until
    await uow.log(clue, "extension_requested", "对方申请延期", before=clue.status, note=f"申请延至 {said.until.isoformat()}", event_id=message.id)
    add_note(uow, clue, "extension", said.explanation, on=said.until, author=uow.node.directory.name(message.origin))


@handlers.on(v1.ClueTransferStubReceived)
async def note_stub_received(uow: UnitOfWork, message: Message[v1.ClueTransferStubReceived]) -> None:
    """The paper has arrived at the superior desk; the superior office is told, too."""
    stub = await uow.session.get(Stub, message.data.stub_id, with_for_update=True)
    if stub is None or stub.addressee != message.origin:
        raise UnknownTransfer
    if stub.status == "received":
        return
    if stub.status == "voided":
        raise OutOfStep(domain.STUB.label(stub.status))
    stub.received_on = message.data.received_on
    await uow.move(stub, domain.STUB, "received", "纸件收讫", event_id=message.id)
    if superior := uow.node.directory.parent_inspection(uow.office):
        await uow.publish(v1.ClueTransferStubSettled(stub_id=stub.id, received_on=message.data.received_on), to=superior.id)


def _old(clue: Clue, attempt: int) -> bool:
    """About an earlier sending: answered late, says nothing any more."""
    return attempt < clue.attempt


def _must(clue: Clue, states: Any) -> None:
    if clue.status not in states:
        raise OutOfStep(domain.ISSUED.label(clue.status))
