"""What a ledger cannot express: opening a body with a reason, and the hand-over slip (交接单) for print."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.files import Attaching, attaching_router, handing_out_router
from capabilities.clue_transfer.common.reading import Reading, reading_router
from capabilities.clue_transfer.issuer import permissions
from capabilities.clue_transfer.issuer.ledgers import ISSUED, STUBS
from nodekit.errors import NotFound
from nodekit.identity.session import CurrentOfficer
from nodekit.web.detail import load, permit
from nodekit.web.edge import ReadUow
from nodekit.web.templating import render

READING = Reading(ISSUED, permissions.READ)
body_router = reading_router(READING)
attaching = attaching_router(Attaching(READING, permissions.REGISTER, domain.ISSUED_EDITABLE))
files = handing_out_router(READING)
slip_router = APIRouter(tags=[ISSUED.title])


@slip_router.get(f"{ISSUED.url}/{{record_id}}/slip", response_class=HTMLResponse, include_in_schema=False)
async def slip(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """Hand-over slip of a sealed clue: numbers, both handlers and their times; no case content."""
    permit(uow, officer, permissions.VIEW)
    row = await load(ISSUED, uow, officer, record_id)
    if row.document_number is None:
        raise NotFound("交接单")
    return await render(request, uow, "clue_transfer.issuer/slip.html", row=row, ledger=ISSUED)


@slip_router.get(f"{STUBS.url}/{{record_id}}/slip", response_class=HTMLResponse, include_in_schema=False)
async def stub_slip(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """Slip that goes with the paper of a stub."""
    permit(uow, officer, permissions.VIEW)
    row = await load(STUBS, uow, officer, record_id)
    return await render(request, uow, "clue_transfer.issuer/stub_slip.html", row=row, ledger=STUBS)


ROUTERS = (body_router, slip_router, attaching, files)
