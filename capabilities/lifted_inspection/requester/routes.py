"""The application for print (提级巡察申请)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from capabilities.lifted_inspection.common.columns import facts_text
from capabilities.lifted_inspection.domain.words import Kind, Reason, labels_of
from capabilities.lifted_inspection.requester import permissions
from capabilities.lifted_inspection.requester.ledgers import REQUESTS
from nodekit.errors import NotFound
from nodekit.identity.session import CurrentOfficer
from nodekit.web.detail import load, permit
from nodekit.web.edge import ReadUow
from nodekit.web.templating import render

router = APIRouter(tags=[REQUESTS.title])


@router.get(f"{REQUESTS.url}/{{record_id}}/print", response_class=HTMLResponse, include_in_schema=False)
async def application(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """The application as a letter."""
    permit(uow, officer, permissions.VIEW)
    row = await load(REQUESTS, uow, officer, record_id)
    if row.document_number is None:
        raise NotFound("申请文本")
    return await render(
        request, uow, "lifted_inspection.requester/application.html", row=row, ledger=REQUESTS, kind=Kind.label_of(row.wanted_kind),
        reasons=labels_of(Reason, row.reasons), facts=facts_text(row.facts),
    )


ROUTERS = (router,)
