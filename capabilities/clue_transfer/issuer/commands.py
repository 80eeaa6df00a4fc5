"""What officers do with a clue until it is sent: register, review, approve, seal, send."""

from typing import Any
from uuid import UUID

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.confidential import (
    ClueBody,
    add_note,
    admit,
    clean_names,
    destroy_body,
    look_alikes,
    notes_of,
    put_body,
    take_body,
)
from capabilities.clue_transfer.common.numbering import CLUE, TRANSFER
from capabilities.clue_transfer.issuer import counts, forms, queries
from capabilities.clue_transfer.issuer.errors import ApprovesOwn, ManagedAbove, NoDesk, NothingToReroute
from capabilities.clue_transfer.issuer.models import Clue
from capabilities.clue_transfer.issuer.options import IssuerOptions
from capabilities.clue_transfer.issuer.permissions import OVERSEE
from nodekit.errors import StepNotAllowed
from nodekit.files import attachments_for, destroy_files
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.numbering import void as void_number
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.clue_transfer.v1 import ClueTransferSent, ClueTransferWithdrawn, EvidenceItem
from shared_schemas.clue_transfer.v2 import ClueTransferSentWithFiles
from shared_schemas.offices import OfficeKind, Tier


async def register(uow: UnitOfWork, officer: Officer, form: forms.RegisterForm) -> Clue:
    """Take a team's clue report into the register, body encrypted, and say where it will go.

    Raises:
        ManagedAbove: the person is managed by a superior committee; nothing is stored.
        NoDesk: nobody beside this office can take it.
    """
    recipient, why = _route(uow, form.cadre_tier, form.matter)
    clue = Clue(
        id=uow.new_random_id(), status=domain.ISSUED.initial, version=0, created_at=uow.now, updated_at=uow.now,
        serial=await take(uow, CLUE, within=form.team), team=form.team, round_label=form.round_label, urgent=form.urgent, matter=form.matter,
        cadre_tier=form.cadre_tier, recipient=recipient, route_why=why, rerouted=False, registered_by=officer.id, known_to=[officer.id],
        attempt=0, sign_why="", returned_ever=False, feedbacks=0, feedback_final=False, urged=0, extension="none",
        case_filed=0, detained=0, expelled=0, to_judiciary=0, discipline_persons=0, leaders_adjusted=0, money_recovered=0,
    )
    put_body(uow, clue, _body(form), form.matter)
    uow.session.add(clue)
    await uow.session.flush()
    await uow.log(clue, "registered", "登记线索")
    await _hint_look_alikes(uow, officer, clue)
    return clue


async def correct(uow: UnitOfWork, officer: Officer, clue_id: UUID, form: forms.BodyForm) -> Clue:
    """Put the body right before review, or after the desk has returned it."""
    clue = await queries.clue(uow, clue_id)
    if clue.status not in domain.ISSUED_EDITABLE:
        raise StepNotAllowed(domain.ISSUED.label(clue.status), "补正", state=clue.status)
    put_body(uow, clue, _body(form), clue.matter)
    await uow.log(clue, "corrected", "补正内容", before=clue.status)
    await _hint_look_alikes(uow, officer, clue)
    return clue


async def review(uow: UnitOfWork, officer: Officer, clue_id: UUID, form: forms.ReviewForm) -> Clue:
    """The team's group meeting has studied the clue."""
    clue = await queries.clue(uow, clue_id)
    await uow.move(clue, domain.ISSUED, "team_reviewed", "组内审核", note=f"组务会 {form.minutes_on.isoformat()}")
    clue.reviewed_by, clue.minutes_on = officer.id, form.minutes_on
    return clue


async def send_back(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.ReasonForm) -> Clue:
    """Not approved: back to the team."""
    clue = await queries.clue(uow, clue_id)
    await uow.move(clue, domain.ISSUED, "registered", "退回修改")
    clue.reviewed_by = clue.minutes_on = clue.approved_by = clue.approval_number = clue.approved_on = None
    add_note(uow, clue, "correction", form.explanation)
    return clue


async def approve(uow: UnitOfWork, officer: Officer, clue_id: UUID, form: forms.ApproveForm) -> Clue:
    """The leading group has signed the approval form.

    Raises:
        ApprovesOwn: the officer registered it himself.
    """
    clue = await queries.clue(uow, clue_id)
    if clue.registered_by == officer.id:
        raise ApprovesOwn
    await uow.move(clue, domain.ISSUED, "approved", "领导小组审批", note=f"审批表 {form.approval_number}")
    clue.approved_by, clue.approval_number, clue.approved_on = officer.id, form.approval_number, form.approved_on
    return clue


async def reroute(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.RerouteForm) -> Clue:
    """Send to another body than the rule says. The rule's answer stays on the record beside the change."""
    clue = await queries.clue(uow, clue_id)
    if clue.status not in {"registered", "team_reviewed", "approved", "returned"}:
        raise StepNotAllowed(domain.ISSUED.label(clue.status), "改派", state=clue.status)
    before, recipient = clue.recipient, _desk(uow, OfficeKind(form.kind))
    if recipient == before:
        raise NothingToReroute
    if clue.attempt:
        await uow.publish(ClueTransferWithdrawn(transfer_id=clue.id, attempt=clue.attempt, explanation="退回后改派其他机关。"), to=before)
    clue.recipient, clue.rerouted = recipient, True
    clue.route_why = f"{clue.route_why}(经人工改派至{uow.node.directory.name(recipient)})"
    add_note(uow, clue, "reroute", form.explanation)
    await uow.log(clue, "rerouted", "改派", before=clue.status, note=f"{uow.node.directory.name(before)} → {uow.node.directory.name(recipient)}")
    return clue


async def seal(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.SealForm) -> Clue:
    """Close the envelope: the letter gets its number, the slip its first signature. From now on the body stays as it is."""
    clue = await queries.clue(uow, clue_id)
    given = clue.document_number or await take(uow, TRANSFER)
    await uow.move(clue, domain.ISSUED, "sealed", "封装", note=given)
    clue.document_number = given
    clue.handed_over_by, clue.sealed_at = form.handed_over_by, uow.now
    return clue


async def send(uow: UnitOfWork, officer: Officer, clue_id: UUID) -> Clue:
    """Hand the clue over. Row and event commit together, or neither does."""
    clue = await queries.clue(uow, clue_id)
    body = take_body(uow, clue)
    if not domain.ISSUED.allows(clue.status, "sent"):
        raise StepNotAllowed(domain.ISSUED.label(clue.status), "移交发出", state=clue.status)
    due = uow.node.deadlines.due("clue_transfer.sign", uow.today)
    clue.attempt += 1
    clue.sent_on, clue.sent_at, clue.return_reason = clue.sent_on or uow.today, uow.now, None
    clue.sign_due_on, clue.sign_why = due.on, due.why
    said: dict[str, Any] = {
        "transfer_id": clue.id, "attempt": clue.attempt, "serial": clue.serial, "document_number": clue.document_number or "",
        "round_label": clue.round_label, "urgent": clue.urgent, "matter": clue.matter, "cadre_tier": clue.cadre_tier,
        "handed_over_by": clue.handed_over_by or officer.name, "sent_on": uow.today, "sign_due_on": due.on, **dict(body),
    }
    attachments, blobs = await attachments_for(uow, clue)
    event = ClueTransferSentWithFiles(attachments=attachments, **said) if attachments else ClueTransferSent(**said)
    clue.sent_event_id = await uow.publish(event, to=clue.recipient, blobs=blobs)
    await uow.move(clue, domain.ISSUED, "sent", "移交发出", note=f"第{clue.attempt}次移交,{clue.document_number}", event_id=clue.sent_event_id)
    await counts.tell(uow, clue)
    return clue


async def void(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.ReasonForm) -> Clue:
    """Struck out before anybody signed for it; the number stays taken and the reason is kept."""
    clue = await queries.clue(uow, clue_id)
    if clue.status == "returned":
        await uow.publish(ClueTransferWithdrawn(transfer_id=clue.id, attempt=clue.attempt, explanation="移出机关已作废。"), to=clue.recipient)
    await uow.move(clue, domain.ISSUED, "voided", "作废")
    for number in (clue.serial, clue.document_number):
        await void_number(uow, number, "作废,理由见该线索的密封记录")
    add_note(uow, clue, "void", form.explanation)
    await counts.tell(uow, clue)
    return clue


async def destroy(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.ReasonForm) -> Clue:
    """Destroy body and notes after their time; the row with its dates stays."""
    clue = await queries.clue(uow, clue_id)
    if not domain.ISSUED.states[clue.status].final or clue.body is None:
        raise StepNotAllowed(domain.ISSUED.label(clue.status), "销毁正文", state=clue.status)
    destroy_body(uow, clue)
    await destroy_files(uow, clue)
    for note in await notes_of(uow, clue):
        note.text = None
    await uow.log(clue, "destroyed", "销毁正文", before=clue.status)
    add_note(uow, clue, "void", form.explanation)
    return clue


async def admit_reader(uow: UnitOfWork, _officer: Officer, clue_id: UUID, form: forms.AdmitForm) -> Clue:
    """Take a colleague into the need to know."""
    clue = await queries.clue(uow, clue_id)
    admit(clue, UUID(form.account))
    await uow.log(clue, "admitted", "增加知悉人员", before=clue.status)
    return clue


def _route(uow: UnitOfWork, cadre_tier: str, matter: str) -> tuple[str, str]:
    """Recipient and why, by cadre authority and matter."""
    way = domain.route(uow.node.office.tier, Tier(cadre_tier), matter)
    if way.above:
        raise ManagedAbove(way.why)
    return _desk(uow, way.kind), way.why


def _desk(uow: UnitOfWork, kind: OfficeKind) -> str:
    desk = uow.node.directory.desk(uow.office, kind)
    if desk is None or kind not in uow.options(IssuerOptions).recipients:
        raise NoDesk(kind.label)
    return desk.id


def _body(form: forms.BodyForm) -> ClueBody:
    return ClueBody(
        person=form.person, position=form.position, statement=form.statement, source=form.source,
        evidence=[EvidenceItem(**row.model_dump()) for row in form.evidence], excluded_persons=clean_names(form.excluded_persons),
    )


async def _hint_look_alikes(uow: UnitOfWork, officer: Officer, clue: Clue) -> None:
    if serials := await look_alikes(uow, officer, clue, OVERSEE):
        uow.notes.append(f"提示:与 {'、'.join(serials)} 疑似同一人同类事项,请核对是否重复。")
