"""The page of one event in 收发台账, and 下载凭证包."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from nodekit.delivery.ledger import CODE_LABELS, get_incoming, get_outgoing
from nodekit.delivery.voids import void_of
from nodekit.errors import NotFound
from nodekit.evidence.package import OUT, evidence_of, file_name, find_place
from nodekit.identity.officer import Officer
from nodekit.identity.session import require
from nodekit.ops.exchange import TONES, title_of
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.templating import render

router = APIRouter(prefix="/ops/exchange/events", include_in_schema=False)
Reader = Annotated[Officer, require("exchange.read")]
Witness = Annotated[Officer, require("exchange.evidence")]
Way = Literal["out", "in"]


@router.get("/{way}/{peer}/{event_id}", response_class=HTMLResponse)
async def event_page(request: Request, way: Way, peer: str, event_id: UUID, uow: ReadUow, _officer: Reader) -> HTMLResponse:
    """Where one event stands: number, state, receipt. Contents stay on the business pages."""
    row: Any = await (get_outgoing(uow.session, event_id) if way == OUT else get_incoming(uow.session, peer, event_id))
    if row is None or (way == OUT and row.dst != peer):
        raise NotFound("该事项")
    return await render(
        request, uow, "evidence/event.html", way=way, peer=peer, row=row, title=title_of(row.type), tone=TONES.get(row.state.value, "grey"),
        code_label=CODE_LABELS.get(row.code, ""), void=await void_of(uow.session, event_id) if way == OUT else None,
        keys=[(office, uow.node.keyring.known.get(office)) for office in (uow.office, peer)],
    )


@router.post("/{way}/{peer}/{event_id}/evidence")
async def download(
    way: Way, peer: str, event_id: UUID, uow: WriteUow, _officer: Witness, reason: Annotated[str, Form(min_length=2, max_length=200)],
) -> Response:
    """The package as a file. Who took it, and what for, is in the audit log before the file leaves."""
    place = await find_place(uow.session, way, peer, event_id)
    data = await evidence_of(uow, place)
    await uow.audit("exchange.evidence", subject=str(event_id), reason=reason, way=way, peer=peer, number=place.number)
    return Response(data, media_type="application/json", headers={
        "Content-Disposition": f'attachment; filename="{file_name(place)}"', "Cache-Control": "no-store",
    })
