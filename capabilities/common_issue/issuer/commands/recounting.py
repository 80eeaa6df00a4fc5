"""How widespread an issue is follows from its findings, whatever happens to them."""

from uuid import UUID

from capabilities.common_issue.domain.candidates import count_offices, count_units
from capabilities.common_issue.issuer import queries
from capabilities.common_issue.issuer.models import Issue
from nodekit.unit_of_work import UnitOfWork


async def recount(uow: UnitOfWork, issue: Issue) -> None:
    """How many units and offices the issue's findings come from. An issue without findings keeps what it was registered with."""
    await uow.session.flush()
    members = [queries.as_reported(row) for row in await queries.list_members(uow, issue.id)]
    if members or issue.source == "candidate":
        issue.units, issue.offices = count_units(members), count_offices(members)


async def leave_issue(uow: UnitOfWork, issue_id: UUID, note: str) -> None:
    """A finding of this issue no longer counts; the issue keeps the trace."""
    issue = await queries.get(uow, Issue, issue_id)
    await recount(uow, issue)
    await uow.log(issue, "member_withdrawn", "所含问题被撤回", before=issue.status, note=note)
