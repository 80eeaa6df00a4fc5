"""Asking lower offices for proposals and giving each proposal a visible fate."""

from uuid import UUID

from capabilities.shared_list.domain.states import PROPOSAL, UPSTREAM, Upstream
from capabilities.shared_list.issuer import errors, forms, queries
from capabilities.shared_list.issuer.models import CollectedProposal, IssuedList, Solicited
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.shared_list.v1 import ListSolicited, ProposalDecided


async def start_soliciting(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.SolicitForm) -> IssuedList:
    """Ask offices for proposals; asking again in a later round of the same version asks only those not asked yet."""
    record = await queries.get(uow, IssuedList, record_id)
    if form.due_on < uow.today:
        raise errors.DueInThePast("回复期限")
    record.solicit_due_on = form.due_on
    await uow.move(record, UPSTREAM, Upstream.SOLICITING, "征求意见", note=f"{len(form.offices)}家,{form.due_on.isoformat()}前回复")
    asked = {row.office for row in await queries.list_solicited(uow, record_id)}
    event = ListSolicited(
        list_id=record.list_id,
        number=record.number,
        title=record.title,
        kind_title=record.kind_title,
        round_label=record.round_label,
        note=form.note,
        due_on=form.due_on,
    )
    for office in dict.fromkeys(form.offices):
        event_id = await uow.publish(event, to=office)
        if office not in asked:
            uow.session.add(Solicited(issued_list_id=record_id, office=office, event_id=event_id, replied_at=None, replied_by=None, proposals=None))
    return record


async def close_soliciting(uow: UnitOfWork, _officer: Officer, record_id: UUID) -> IssuedList:
    """End the solicitation; proposals that come later are still collected."""
    record = await queries.get(uow, IssuedList, record_id)
    asked = await queries.list_solicited(uow, record_id)
    replied = sum(1 for row in asked if row.replied_at)
    await uow.move(record, UPSTREAM, Upstream.DRAFTING, "结束征求意见", note=f"{replied}/{len(asked)}家已回复")
    return record


async def adopt_proposal(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.AdoptProposalForm) -> CollectedProposal:
    """Adopt a proposal into the version being made, or else the next one, and tell the office that made it."""
    proposal = await queries.get(uow, CollectedProposal, record_id)
    open_version = await queries.find_open_version(uow, proposal.list_id)
    number = open_version.number if open_version else await queries.last_number(uow, proposal.list_id) + 1
    event_id = await _tell(
        uow,
        proposal,
        ProposalDecided(
            list_id=proposal.list_id,
            proposal_id=proposal.proposal_id,
            outcome="adopted",
            adopted_in=number,
            reason=form.note,
            decided_on=uow.today,
        ),
    )
    proposal.adopted_in, proposal.decided_by = number, officer.name
    await uow.move(proposal, PROPOSAL, "adopted", f"采纳于 v{number}", note=form.note, event_id=event_id)
    return proposal


async def decline_proposal(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.DeclineForm) -> CollectedProposal:
    """Decline a proposal; the office that made it is told the reason."""
    proposal = await queries.get(uow, CollectedProposal, record_id)
    event_id = await _tell(
        uow,
        proposal,
        ProposalDecided(
            list_id=proposal.list_id,
            proposal_id=proposal.proposal_id,
            outcome="declined",
            reason=form.reason,
            decided_on=uow.today,
        ),
    )
    proposal.decline_reason, proposal.decided_by = form.reason, officer.name
    await uow.move(proposal, PROPOSAL, "declined", "不采纳", note=form.reason, event_id=event_id)
    return proposal


async def _tell(uow: UnitOfWork, proposal: CollectedProposal, event: ProposalDecided) -> UUID:
    """Tell the proposer, unless the fate is already decided: it is told once.

    Raises:
        StepNotAllowed: decided before.
    """
    if proposal.status != "received":
        raise StepNotAllowed(PROPOSAL.label(proposal.status), "处理意见", state=proposal.status)
    return await uow.publish(event, to=proposal.office)
