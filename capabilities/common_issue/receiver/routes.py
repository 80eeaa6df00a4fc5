"""What a ledger cannot express: the letter for print."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from capabilities.common_issue.domain import instruments
from capabilities.common_issue.receiver import permissions
from capabilities.common_issue.receiver.ledgers import RECEIVED
from nodekit.identity.session import CurrentOfficer
from nodekit.web.detail import load, permit
from nodekit.web.edge import ReadUow
from nodekit.web.templating import render

router = APIRouter(tags=[RECEIVED.title])


@router.get(f"{RECEIVED.url}/{{record_id}}/print", response_class=HTMLResponse, include_in_schema=False)
async def print_letter(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """The letter as it came."""
    permit(uow, officer, permissions.VIEW)
    row = await load(RECEIVED, uow, officer, record_id)
    known = instruments.KINDS.get(row.kind)
    return await render(
        request, uow, "common_issue/letter.html", sender=uow.node.directory.name(row.origin), number=row.document_number, title=row.title,
        addressees=[uow.node.office.name], statement=row.statement, typical_case=row.typical_case, requirement=row.requirement, signed_off_by=row.signed_off_by,
        issued_on=row.issued_on, duty=known.duty if known else "", back=RECEIVED.record_url(row.id), replaces=row.replaces_number,
    )
