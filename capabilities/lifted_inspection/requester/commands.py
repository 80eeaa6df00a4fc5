"""What officers of the asking office do: draft, send, take back, urge, sign for the decision."""

from typing import Any
from uuid import UUID

from capabilities.inspection import register
from capabilities.lifted_inspection.common.errors import TargetMissing
from capabilities.lifted_inspection.common.forms import ExplainForm, SignForm
from capabilities.lifted_inspection.common.numbering import APPLICATION
from capabilities.lifted_inspection.domain.machines import REQUEST, REQUEST_WAITING
from capabilities.lifted_inspection.domain.words import Kind
from capabilities.lifted_inspection.requester import queries
from capabilities.lifted_inspection.requester.errors import NoSuperior, NothingToSign
from capabilities.lifted_inspection.requester.forms import RequestForm
from capabilities.lifted_inspection.requester.models import Request
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.numbering import void as void_number
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.lifted_inspection import v1
from shared_schemas.lifted_inspection.common import TargetFacts


async def draft(uow: UnitOfWork, _officer: Officer, form: RequestForm) -> Request:
    """Write an application; nothing leaves the office yet.

    Raises:
        NoSuperior: nobody above. TargetMissing: neither chosen nor named.
    """
    superior = uow.node.directory.parent_inspection(uow.office)
    if superior is None:
        raise NoSuperior
    row = Request(
        id=uow.new_id(), status=REQUEST.initial, version=0, created_at=uow.now, updated_at=uow.now, superior=superior.id, revision=0, sign_why="",
        decision_text="", urged=0, **await _wish(uow, form),
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "draft", "起草申请", note=row.target_name)
    return row


async def correct(uow: UnitOfWork, _officer: Officer, request_id: UUID, form: RequestForm) -> Request:
    """Put the text right while it is here."""
    row = await queries.get_request(uow, request_id)
    if row.status not in {"draft", "returned"}:
        raise StepNotAllowed(REQUEST.label(row.status), "修改", state=row.status)
    for column, value in (await _wish(uow, form)).items():
        setattr(row, column, value)
    await uow.log(row, "corrected", "修改申请", before=row.status)
    return row


async def propose(uow: UnitOfWork, officer: Officer, request_id: UUID) -> Request:
    """Send to the superior. Row and event commit together, or neither does."""
    row = await queries.get_request(uow, request_id)
    if not REQUEST.allows(row.status, "proposed"):
        raise StepNotAllowed(REQUEST.label(row.status), "报送申请", state=row.status)
    due = uow.node.deadlines.due("lifted_inspection.sign", uow.today)
    row.document_number = row.document_number or await take(uow, APPLICATION)
    row.revision += 1
    row.proposed_by, row.proposed_on, row.sign_due_on, row.sign_why, row.return_reason = officer.name, uow.today, due.on, due.why, None
    row.sent_event_id = await uow.publish(
        v1.LiftedProposed(
            proposal_id=row.id, revision=row.revision, document_number=row.document_number, requester=uow.office, target_name=row.target_name,
            wanted_kind=row.wanted_kind, reasons=row.reasons, explanation=row.explanation, facts=TargetFacts(**row.facts), proposed_by=officer.name,
            proposed_on=uow.today,
        ),
        to=row.superior,
    )
    await uow.move(row, REQUEST, "proposed", "报送申请", note=f"{row.document_number},{Kind.label_of(row.wanted_kind)}", event_id=row.sent_event_id)
    return row


async def withdraw(uow: UnitOfWork, _officer: Officer, request_id: UUID, form: ExplainForm) -> Request:
    """Ask to have it back. Whoever signs first wins; the superior's answer decides."""
    row = await queries.get_request(uow, request_id)
    event_id = await uow.publish(v1.LiftedWithdrawn(proposal_id=row.id, revision=max(row.revision, 1), explanation=form.explanation), to=row.superior)
    await uow.move(row, REQUEST, "withdrawing", "请求撤回", note=form.explanation, event_id=event_id)
    return row


async def urge(uow: UnitOfWork, _officer: Officer, request_id: UUID) -> Request:
    """Remind the superior; counted."""
    row = await queries.get_request(uow, request_id)
    if row.status not in REQUEST_WAITING:
        raise StepNotAllowed(REQUEST.label(row.status), "催办", state=row.status)
    row.urged += 1
    event_id = await uow.publish(v1.LiftedProposalUrged(proposal_id=row.id, count=row.urged), to=row.superior)
    await uow.log(row, "urged", "催办", before=row.status, note=f"第{row.urged}次", event_id=event_id)
    return row


async def sign_decision(uow: UnitOfWork, _officer: Officer, request_id: UUID, form: SignForm) -> Request:
    """A named person takes the decision.

    Raises:
        NothingToSign: there is none, or it is signed.
    """
    row = await queries.get_request(uow, request_id)
    if row.decision_number is None or row.decision_signed_on is not None:
        raise NothingToSign
    row.decision_signed_by, row.decision_signed_on = form.signed_by, form.signed_on
    said = v1.LiftedDecisionSigned(proposal_id=row.id, document_number=row.decision_number, signed_by=form.signed_by, signed_on=form.signed_on)
    event_id = await uow.publish(said, to=row.superior, in_reply_to=row.decision_event_id)
    await uow.log(row, "decision_signed", "签收批复", before=row.status, note=form.signed_by, event_id=event_id)
    return row


async def void(uow: UnitOfWork, _officer: Officer, request_id: UUID, form: ExplainForm) -> Request:
    """Struck out before it went up, or after it came back; the number stays taken."""
    row = await queries.get_request(uow, request_id)
    if row.status == "returned":
        await uow.publish(v1.LiftedWithdrawn(proposal_id=row.id, revision=row.revision, explanation=form.explanation), to=row.superior)
    if row.status not in {"draft", "returned"}:
        raise StepNotAllowed(REQUEST.label(row.status), "作废", state=row.status)
    await uow.move(row, REQUEST, "voided", "作废", note=form.explanation)
    await void_number(uow, row.document_number, form.explanation)
    return row


async def _wish(uow: UnitOfWork, form: RequestForm) -> dict[str, Any]:
    """Columns of the wish. A target from the register brings its name."""
    name = form.target_name
    if form.target is not None:
        name = (await register.get_target(uow, form.target)).name
    if not name:
        raise TargetMissing
    return {
        "target_id": form.target, "target_name": name, "wanted_kind": str(form.wanted_kind), "reasons": [str(code) for code in dict.fromkeys(form.reasons)],
        "explanation": form.explanation, "facts": form.facts(),
    }
