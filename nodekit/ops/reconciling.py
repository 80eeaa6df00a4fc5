"""对账: the sheet of one channel for print, and the conclusion of the person who may draw it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from nodekit.delivery.reconciliations import Stands, account_with, list_divergences, settle_divergence
from nodekit.identity.officer import Officer
from nodekit.identity.session import require
from nodekit.ops.exchange import title_of
from nodekit.web import flash
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.templating import render
from shared_schemas.delivery.v1 import ReconciliationSettled

router = APIRouter(prefix="/ops/exchange/reconciliation", include_in_schema=False)
Reader = Annotated[Officer, require("exchange.read")]
Settler = Annotated[Officer, require("exchange.repair")]


@router.get("/{peer}", response_class=HTMLResponse)
async def sheet(request: Request, peer: str, uow: ReadUow, _officer: Reader) -> HTMLResponse:
    """对账单 of one channel, both directions, with what differs."""
    partner = uow.node.directory.office(peer)
    return await render(
        request, uow, "ops/reconciliation.html", partner=partner, accounts=await account_with(uow.session, peer), title_of=title_of, at=uow.now,
        waiting=await list_divergences(uow.session, peer=peer), settled=await list_divergences(uow.session, peer=peer, settled=True),
    )


@router.post("/{peer}/{number}")
async def settle(
    peer: str, number: int, uow: WriteUow, officer: Settler, stands: Annotated[Stands, Form()], note: Annotated[str, Form(min_length=2, max_length=500)],
) -> Response:
    """This office says which of its two receipts stands; the sender is told in the same transaction."""
    row = await settle_divergence(uow.session, peer, number, stands, officer=str(officer.id), note=note, at=uow.now)
    receipt = row.accepted.rh if stands == "accepted" else row.refused.rh
    await uow.publish(ReconciliationSettled(event=row.event_id, number=number, stands=stands, receipt=receipt, note=note), to=peer)
    await uow.audit("exchange.reconciled", subject=str(row.event_id), reason=note, peer=peer, number=number, stands=stands, receipt=receipt)
    return flash.redirect(f"/ops/exchange/reconciliation/{peer}", ["已登记对账结论并告知对方。业务记录不会自动更改,如需更正请按结论办理。"])
