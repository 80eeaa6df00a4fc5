"""What an issuer's events do at the desk. Every clue is found by sender and id: nobody can move another's."""

from collections.abc import Sequence
from typing import Any

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.confidential import ClueBody, add_note, destroy_body, put_body
from capabilities.clue_transfer.receiver import counts, queries
from capabilities.clue_transfer.receiver.errors import AlreadySigned, NotBesideUs, OutOfStep
from capabilities.clue_transfer.receiver.models import Clue, Stub
from nodekit.files import destroy_files, take_attachments
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.attachment import Attachment
from shared_schemas.clue_transfer import v1
from shared_schemas.clue_transfer.v2 import ClueTransferSentWithFiles
from shared_schemas.event import Message

handlers = Handlers("clue_transfer.receiver")


@handlers.on(ClueTransferSentWithFiles)
async def register_clue_with_files(uow: UnitOfWork, message: Message[ClueTransferSentWithFiles]) -> None:
    """As a clue without files; they are all here when this runs."""
    await _register(uow, message, message.data.attachments)


@handlers.on(v1.ClueTransferSent)
async def register_clue(uow: UnitOfWork, message: Message[v1.ClueTransferSent]) -> None:
    await _register(uow, message, [])


async def _register(uow: UnitOfWork, message: Message[Any], attachments: Sequence[Attachment]) -> None:
    """Enter the clue in the register, body encrypted again under this desk's own key.

    Twice is harmless: a repeat meets the row of (origin, transfer_id) with the same attempt; a re-send after a return has a higher one.
    """
    said: v1.ClueTransferSent = message.data
    if message.origin != uow.node.directory.inspection_of(uow.office).id:
        raise NotBesideUs
    clue = await queries.find(uow, message.origin, said.transfer_id)
    if clue is not None and said.attempt <= clue.attempt:
        return
    if clue is None:
        clue = _new(uow, message)
        uow.session.add(clue)
        before = ""
    elif domain.RECEIVED.allows(clue.status, domain.RECEIVED.initial):
        before, clue.status = clue.status, domain.RECEIVED.initial
    else:
        raise OutOfStep(domain.RECEIVED.label(clue.status))
    clue.attempt, clue.document_number, clue.urgent, clue.handed_over_by = said.attempt, said.document_number, said.urgent, said.handed_over_by
    clue.arrived_at, clue.sign_due_on = uow.now, said.sign_due_on
    body = ClueBody(
        person=said.person, position=said.position, statement=said.statement, source=said.source, evidence=said.evidence,
        excluded_persons=said.excluded_persons,
    )
    put_body(uow, clue, body, said.matter)
    await uow.session.flush()
    await take_attachments(uow, clue, message, attachments)
    await uow.log(clue, "delivered", "线索送达", before=before, note=f"第{said.attempt}次移交", event_id=message.id)
    await counts.tell(uow, clue)


def _new(uow: UnitOfWork, message: Message[Any]) -> Clue:
    said = message.data
    return Clue(
        id=uow.new_random_id(), status=domain.RECEIVED.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin,
        transfer_id=said.transfer_id, serial=said.serial, round_label=said.round_label, matter=said.matter, cadre_tier=said.cadre_tier,
        sent_on=said.sent_on, known_to=[], dispose_why="", feedback_why="", feedbacks=0, urged=0, extension="none",
        case_filed=0, detained=0, expelled=0, to_judiciary=0, discipline_persons=0, leaders_adjusted=0, money_recovered=0,
    )


@handlers.on(v1.ClueTransferWithdrawn)
async def take_off(uow: UnitOfWork, message: Message[v1.ClueTransferWithdrawn]) -> None:
    """Before the signature the issuer may have its clue back; the body is destroyed here. A signature ends that."""
    clue = await queries.clue_of(uow, message)
    if clue.status == "withdrawn":
        return
    if clue.status not in {"delivered", "returned"}:
        raise AlreadySigned
    await uow.move(clue, domain.RECEIVED, "withdrawn", "来件撤回", event_id=message.id)
    if clue.body is not None:
        destroy_body(uow, clue)
        await destroy_files(uow, clue)
    add_note(uow, clue, "withdrawal", message.data.explanation, author=uow.node.directory.name(message.origin))
    confirmed = v1.ClueTransferWithdrawalConfirmed(transfer_id=clue.transfer_id, attempt=message.data.attempt)
    await uow.publish(confirmed, to=message.origin, in_reply_to=message.id)
    await counts.tell(uow, clue)


@handlers.on(v1.ClueTransferUrged)
async def note_urging(uow: UnitOfWork, message: Message[v1.ClueTransferUrged]) -> None:
    clue, said = await queries.clue_of(uow, message), message.data
    if said.count <= clue.urged:
        return
    clue.urged = said.count
    await uow.log(clue, "urged", "收到催办单", before=clue.status, note=f"{said.document_number},{domain.UrgedStep.of(said.step).label}", event_id=message.id)
    add_note(uow, clue, "urge", said.explanation, code=said.document_number, author=uow.node.directory.name(message.origin))


@handlers.on(v1.ClueTransferSupervised)
async def note_supervision(uow: UnitOfWork, message: Message[v1.ClueTransferSupervised]) -> None:
    clue, said = await queries.clue_of(uow, message), message.data
    clue.supervised_until = said.due_on
    await uow.log(clue, "supervised", "列入督办", before=clue.status, note=f"{said.document_number},期限 {said.due_on.isoformat()}", event_id=message.id)
    add_note(uow, clue, "supervise", said.requirement, code=said.document_number, on=said.due_on, author=uow.node.directory.name(message.origin))


@handlers.on(v1.ClueTransferExtensionDecided)
async def note_extension(uow: UnitOfWork, message: Message[v1.ClueTransferExtensionDecided]) -> None:
    """An answer nobody waits for any more (a feedback went out meanwhile) changes nothing."""
    clue, said = await queries.clue_of(uow, message), message.data
    if clue.extension != "requested":
        return
    clue.extension, clue.extension_until = "granted" if said.granted else "refused", said.until
    if said.granted:
        clue.feedback_due_on = said.until
        clue.feedback_why = f"移出机关同意延期至{said.until.isoformat()}。"
        clue.first_feedback_due_on = said.until if clue.first_fed_back_on is None else clue.first_feedback_due_on
    await uow.log(clue, "extension_decided", "同意延期" if said.granted else "不同意延期", before=clue.status, note=f"反馈期限 {said.until.isoformat()}", event_id=message.id)
    await counts.tell(uow, clue)


@handlers.on(v1.ClueTransferFeedbackReviewed)
async def note_review(uow: UnitOfWork, message: Message[v1.ClueTransferFeedbackReviewed]) -> None:
    """Only the latest feedback can be reviewed; an interim one to be done again is simply due now."""
    clue, said = await queries.clue_of(uow, message), message.data
    if said.number != clue.feedbacks:
        return
    label = "反馈已核实" if said.accepted else "反馈需补充"
    if not said.accepted and clue.status == "fed_back":
        await uow.move(clue, domain.RECEIVED, "feedback_redo", label, event_id=message.id)
        clue.feedback_due_on = uow.node.deadlines.due("receipt.sign", uow.today).on
    else:
        await uow.log(clue, "feedback_reviewed", label, before=clue.status, note=f"第{said.number}次", event_id=message.id)
    if said.explanation:
        add_note(uow, clue, "review", said.explanation, author=uow.node.directory.name(message.origin))


@handlers.on(v1.ClueTransferClosed)
async def note_close(uow: UnitOfWork, message: Message[v1.ClueTransferClosed]) -> None:
    clue = await queries.clue_of(uow, message)
    if clue.status == "closed":
        return
    if clue.status != "fed_back":
        raise OutOfStep(domain.RECEIVED.label(clue.status))
    clue.closed_on = message.data.closed_on
    await uow.move(clue, domain.RECEIVED, "closed", "移出机关办结", event_id=message.id)
    await counts.tell(uow, clue)


@handlers.on(v1.ClueTransferStubRegistered)
async def expect_paper(uow: UnitOfWork, message: Message[v1.ClueTransferStubRegistered]) -> None:
    """A paper is on its way to this desk. Announcements that name another desk are not ours to keep."""
    said = message.data
    if said.addressee != uow.office:
        raise NotBesideUs
    if await queries.find_stub(uow, message.origin, said.stub_id):
        return
    stub = Stub(
        id=uow.new_id(), status=domain.ANNOUNCED.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin, stub_id=said.stub_id,
        serial=said.serial, slip_number=said.slip_number, registered_on=said.registered_on, paper_due_on=said.paper_due_on,
    )
    uow.session.add(stub)
    await uow.session.flush()
    await uow.log(stub, "announced", "存根送达", event_id=message.id)


@handlers.on(v1.ClueTransferStubVoided)
async def drop_stub(uow: UnitOfWork, message: Message[v1.ClueTransferStubVoided]) -> None:
    stub = await queries.find_stub(uow, message.origin, message.data.stub_id)
    if stub is None or stub.status != "announced":
        raise OutOfStep(domain.ANNOUNCED.label(stub.status) if stub else "未登记")
    await uow.move(stub, domain.ANNOUNCED, "voided", "来方作废", event_id=message.id)
