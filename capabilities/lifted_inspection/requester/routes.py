"""The application for print (提级巡察申请)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from capabilities.lifted_inspection.common.columns import facts_text
from capabilities.lifted_inspection.common.letters import Letter, chinese_date, paragraphs
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
    kind = Kind.label_of(row.wanted_kind)
    letter = Letter(
        kind="申请", sender=uow.node.office.name, number=row.document_number, title=f"关于对{row.target_name}开展{kind}的申请",
        to=(uow.node.directory.name(row.superior),),
        paragraphs=(f"{row.target_name}因{labels_of(Reason, row.reasons)},由本级开展巡察难以取得实效,申请开展{kind}。", *paragraphs(row.explanation), "妥否,请批示。"),
        lines=(("对象情况", facts_text(row.facts)),), dated_on=row.proposed_on, note=f"报送人:{row.proposed_by}",
    )
    return await render(
        request, uow, "lifted_inspection/official.html", letter=letter, dated=chinese_date(letter.dated_on), ledger=REQUESTS,
        back=REQUESTS.record_url(row.id), back_title=REQUESTS.name(row),
    )


ROUTERS = (router,)
