"""Speaking up: answers to a solicitation, proposals at any time, requests for more time."""

from collections.abc import Sequence
from uuid import UUID

from capabilities.shared_list.domain.states import SOLICITATION
from capabilities.shared_list.receiver import errors, forms, queries
from capabilities.shared_list.receiver.models import ReceivedList, ReceivedSolicitation, RequestedExtension, SubmittedProposal
from nodekit.errors import InvalidInput
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.shared_list.v1 import ExtensionRequested, Proposal, ProposalsSubmitted


async def reply(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.ReplyForm) -> ReceivedSolicitation:
    """Answer a solicitation with proposals, or say that there is no comment.

    Raises:
        SolicitationOver: answered before, or closed.
    """
    asked = await queries.get(uow, ReceivedSolicitation, record_id)
    if not SOLICITATION.allows(asked.status, "replied"):
        raise errors.SolicitationOver
    if form.no_comment == bool(form.proposals):
        message = "已填写建议,请不要再勾选“无意见”" if form.no_comment else "请填写建议,或勾选“无意见”"
        raise InvalidInput([{"path": "no_comment", "message": message}])
    event_id = await _submit(uow, officer, asked, form.proposals, solicited=True)
    asked.replied_at, asked.replied_by, asked.proposals = uow.now, officer.name, len(form.proposals)
    note = f"{len(form.proposals)}条建议" if form.proposals else "无意见"
    await uow.move(asked, SOLICITATION, "replied", "回复", note=note, event_id=event_id)
    return asked


async def propose(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.ProposalForm) -> ReceivedList:
    """Propose a change to a list at any time, without having been asked."""
    record = await queries.get(uow, ReceivedList, record_id)
    event_id = await _submit(uow, officer, record, [form], solicited=False)
    await uow.log(record, "proposed", "提出意见建议", note=form.content[:200], event_id=event_id)
    return record


async def request_extension(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ExtensionForm) -> ReceivedList:
    """Ask for more time to file back, before the day is past.

    Raises:
        ExtensionTooLate: the day is past. ExtensionPending: an earlier request is not answered yet.
    """
    record = await queries.get(uow, ReceivedList, record_id)
    if record.adapt_due_on is None or uow.today > record.adapt_due_on:
        raise errors.ExtensionTooLate
    if form.until <= record.adapt_due_on:
        raise InvalidInput([{"path": "until", "message": f"应晚于现期限 {record.adapt_due_on.isoformat()}"}])
    if await queries.find_open_extension(uow, record_id):
        raise errors.ExtensionPending
    event_id = await uow.publish(
        ExtensionRequested(list_id=record.list_id, number=record.number, until=form.until, reason=form.reason),
        to=record.origin,
        in_reply_to=record.message_id,
    )
    uow.session.add(
        RequestedExtension(
            id=uow.new_id(),
            status="requested",
            version=1,
            created_at=uow.now,
            updated_at=uow.now,
            received_list_id=record.id,
            until=form.until,
            reason=form.reason,
            event_id=event_id,
            answer="",
        )
    )
    await uow.log(record, "extension_requested", f"申请延期至 {form.until.isoformat()}", note=form.reason, event_id=event_id)
    return record


async def _submit(
    uow: UnitOfWork, officer: Officer, about: ReceivedList | ReceivedSolicitation, proposals: Sequence[forms.ProposalForm], *, solicited: bool
) -> UUID:
    keys = await _keys_by_number(uow, about)
    wire = [
        Proposal(
            proposal_id=uow.new_id(),
            change=form.change.value,
            item_key=keys.get(form.item_number),
            item_number=form.item_number,
            content=form.content,
            reason=form.reason,
        )
        for form in proposals
    ]
    event_id = await uow.publish(
        ProposalsSubmitted(list_id=about.list_id, number=about.number, solicited=solicited, proposals=wire, replied_by=officer.name),
        to=about.origin,
        in_reply_to=about.message_id,
    )
    for proposal in wire:
        row = SubmittedProposal(
            id=proposal.proposal_id,
            status="received",
            version=0,
            created_at=uow.now,
            updated_at=uow.now,
            recipient=about.origin,
            list_id=about.list_id,
            number=about.number,
            list_name=about.name,
            change=proposal.change,
            item_key=proposal.item_key,
            item_number=proposal.item_number,
            content=proposal.content,
            reason=proposal.reason,
            event_id=event_id,
            submitted_on=uow.today,
            adopted_in=None,
            decline_reason="",
            decided_on=None,
        )
        uow.session.add(row)
        await uow.log(row, "submitted", "提出", event_id=event_id)
    return event_id


async def _keys_by_number(uow: UnitOfWork, about: ReceivedList | ReceivedSolicitation) -> dict[str, UUID]:
    """Item keys of the newest version received, by number: proposals name items as officers do."""
    versions = await queries.list_versions(uow, about.origin, about.list_id)
    return {item.number: item.item_key for item in await queries.list_items(uow, versions[0].id)} if versions else {}
