"""Special governance under an issue: launch, go through the phases with totals, close with institutions built."""

from uuid import UUID

from capabilities.common_issue.common.columns import COUNTERS, counts_of, counts_text
from capabilities.common_issue.domain import states
from capabilities.common_issue.issuer import forms, queries
from capabilities.common_issue.issuer.errors import NothingBuilt
from capabilities.common_issue.issuer.models import Campaign
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork


async def launch(uow: UnitOfWork, _officer: Officer, form: forms.CampaignForm) -> Campaign:
    """Start a campaign under an open issue."""
    issue = await queries.get_open_issue(uow, form.issue)
    if form.planned_end_on < form.launched_on:
        raise InvalidInput([{"path": "planned_end_on", "message": "计划结束日期不能早于部署日期"}])
    row = Campaign(
        id=uow.new_id(), status=states.CAMPAIGN.initial, version=0, created_at=uow.now, updated_at=uow.now, issue_id=issue.id, title=form.title, lead=form.lead,
        scope_note=form.scope_note, launched_on=form.launched_on, planned_end_on=form.planned_end_on, outcome_name=form.outcome_name, outcome_count=0,
        outcome_unit=form.outcome_unit, **counts_of(None),
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "launched", "部署", note=f"{issue.serial} {issue.title}")
    if issue.status == "confirmed":
        await uow.move(issue, states.ISSUE, "in_governance", "开展治理", note=form.title)
    return row


async def advance(uow: UnitOfWork, _officer: Officer, campaign_id: UUID, form: forms.CampaignCountsForm) -> Campaign:
    """Into the next phase, with the totals of the one that ends."""
    row = await queries.get(uow, Campaign, campaign_id)
    following = states.next_phase(row.status)
    if following is None or following == "closed":
        raise StepNotAllowed(states.CAMPAIGN.label(row.status), "推进阶段", state=row.status)
    _take(row, form)
    await uow.move(row, states.CAMPAIGN, following, states.CAMPAIGN.label(following), note=f"{counts_text(row)} {form.note}".strip())
    return row


async def update(uow: UnitOfWork, _officer: Officer, campaign_id: UUID, form: forms.CampaignCountsForm) -> Campaign:
    """Correct or bring forward the totals within a phase."""
    row = await queries.get(uow, Campaign, campaign_id)
    if states.CAMPAIGN.states[row.status].final:
        raise StepNotAllowed(states.CAMPAIGN.label(row.status), "更新数据", state=row.status)
    _take(row, form)
    await uow.log(row, "updated", "更新数据", before=row.status, note=f"{counts_text(row)} {form.note}".strip())
    return row


async def close(uow: UnitOfWork, _officer: Officer, campaign_id: UUID, form: forms.CloseIssueForm) -> Campaign:
    """Ended, with something built.

    Raises:
        NothingBuilt: no institution was registered.
    """
    row = await queries.get(uow, Campaign, campaign_id)
    if not row.institutions:
        raise NothingBuilt
    row.closed_on = uow.today
    await uow.move(row, states.CAMPAIGN, "closed", "办结", note=form.summary)
    return row


async def void(uow: UnitOfWork, _officer: Officer, campaign_id: UUID, form: forms.ReasonForm) -> Campaign:
    row = await queries.get(uow, Campaign, campaign_id)
    await uow.move(row, states.CAMPAIGN, "voided", "作废", note=form.explanation)
    return row


def _take(row: Campaign, form: forms.CampaignCountsForm) -> None:
    for key, _, _ in COUNTERS:
        setattr(row, key, getattr(form, key))
    row.outcome_count = form.outcome_count
